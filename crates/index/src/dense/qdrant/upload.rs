//! What is made in a cluster: collections, points, aliases.

use std::collections::{BTreeMap, HashMap};

use model::{AudienceId, DocumentId, Timestamp};
use qdrant_client::qdrant::points_update_operation::{DeletePoints, Operation, PointStructList};
use qdrant_client::qdrant::{
    CreateAlias, CreateCollectionBuilder, CreateFieldIndexCollectionBuilder, Distance, FieldType,
    IntegerIndexParamsBuilder, Memory, Modifier, NamedVectors, PointId, PointStruct, PointsIdsList,
    PointsSelector, PointsUpdateOperation, QuantizationType, RenameAlias, ScalarQuantizationBuilder,
    SparseVectorParamsBuilder, SparseVectorsConfigBuilder, UpdateBatchPointsBuilder, Value, Vector,
    VectorParamsBuilder, VectorsConfigBuilder, points_selector,
};

use super::client::Cluster;
use super::names::{Build, Names, Published, Side};
use super::sparse::SparseWords;
use crate::Error;

/// The name of the vectors of an encoder.
pub(super) const DENSE: &str = "dense";
/// The payload that says who may read: the number of the audience.
pub(super) const AUDIENCE: &str = "audience";
/// The payload that says when: milliseconds since 1970 of the newest thing the document is made of.
pub(super) const AT: &str = "at";

/// The sparse vectors of words by field, and of words in either.
pub(super) const FIELDS: &str = "fields";
/// See [`FIELDS`].
pub(super) const EITHER: &str = "either";
/// The payload that says in which container, as a number.
pub(super) const CONTAINER: &str = "container";

/// A container as a number: 63 bits of a digest of its id.
pub(super) fn container_number(id: &str) -> i64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..8]);
    i64::from_le_bytes(bytes) & i64::MAX
}

fn sparse_vector(weights: &BTreeMap<u32, f32>) -> Vector {
    let (indices, values): (Vec<u32>, Vec<f32>) =
        weights.iter().map(|(index, weight)| (*index, *weight)).unzip();
    Vector::new_sparse(indices, values)
}

/// A document as it goes to a cluster: of its text at most digests of single words.
#[derive(Debug, Clone, PartialEq)]
pub struct VectorToSend {
    /// Its number; the point has the same.
    pub id: DocumentId,
    /// Who may read it.
    pub audience: AudienceId,
    /// Newest thing it is made of.
    pub at: Timestamp,
    /// Its vector: one signed byte a dimension …
    pub codes: Vec<i8>,
    /// … and the scale that undoes the quantization.
    pub scale: f32,
    /// Where it was written.
    pub container: String,
    /// Its words, if the cluster searches those, too.
    pub words: Option<SparseWords>,
}

/// A quantized vector as numbers; their dot product is the cosine that the scan computes.
pub(super) fn unquantized(codes: &[i8], scale: f32) -> Vec<f32> {
    codes.iter().map(|code| f32::from(*code) * scale).collect()
}

impl VectorToSend {
    fn side(&self) -> Side {
        if self.audience == AudienceId::EVERYONE { Side::Open } else { Side::Restricted }
    }

    fn point(&self) -> PointStruct {
        let mut vectors: HashMap<String, Vector> =
            HashMap::from([(DENSE.to_owned(), unquantized(&self.codes, self.scale).into())]);
        for words in self.words.iter().filter(|words| !words.either.is_empty()) {
            vectors.insert(FIELDS.to_owned(), sparse_vector(&words.fields));
            vectors.insert(EITHER.to_owned(), sparse_vector(&words.either));
        }
        let payload = HashMap::from([
            (AUDIENCE.to_owned(), Value::from(i64::from(self.audience.get()))),
            (AT.to_owned(), Value::from(self.at.as_millis())),
            (CONTAINER.to_owned(), Value::from(container_number(&self.container))),
        ]);
        let id = Some(PointId::from(self.id.get()));
        PointStruct { id, payload, vectors: Some(NamedVectors { vectors }.into()) }
    }
}

impl Cluster {
    /// What is published under these names, in no more time than a question has: the newest, if there is more
    /// than one.
    pub(super) fn published(&self, names: &Names) -> Result<Option<Published>, Error> {
        let aliases = self.ask(self.hasty.list_aliases())?.aliases;
        Ok(aliases.iter().filter_map(|alias| names.read_alias(&alias.alias_name)).max())
    }

    /// The builds of which both collections are there, ascending.
    pub(super) fn builds(&self, names: &Names) -> Result<Vec<Build>, Error> {
        let all = self.collections(names)?;
        let is_whole = |build: &Build| Side::BOTH.iter().all(|side| all.contains(&(*build, *side)));
        let mut builds: Vec<Build> = all.iter().map(|(build, _)| *build).filter(is_whole).collect();
        builds.dedup();
        Ok(builds)
    }

    /// A number that no build has had of those that are there, whole or not.
    pub(super) fn next_build(&self, names: &Names) -> Result<Build, Error> {
        let newest = self.collections(names)?.into_iter().map(|(build, _)| build.0).max();
        Ok(Build(newest.unwrap_or(0) + 1))
    }

    /// Makes the two collections of a build.
    pub(super) fn create(&self, names: &Names, build: Build, dimensions: usize) -> Result<(), Error> {
        for side in Side::BOTH {
            let name = names.collection(build, side);
            let request = self.collection(&name, dimensions);
            self.insist(|| self.patient.create_collection(request.clone()))?;
            for (field, lookup) in [(AUDIENCE, true), (AT, false), (CONTAINER, true)] {
                let kind = IntegerIndexParamsBuilder::new(lookup, !lookup);
                let request = CreateFieldIndexCollectionBuilder::new(&name, field, FieldType::Integer)
                    .field_index_params(kind)
                    .wait(true)
                    .build();
                self.insist(|| self.patient.create_field_index(request.clone()))?;
            }
        }
        Ok(())
    }

    fn collection(&self, name: &str, dimensions: usize) -> qdrant_client::qdrant::CreateCollection {
        // Codes of one byte a dimension in memory, what was uploaded on disk. The dot product, not the cosine:
        // vectors are of unit length but for what quantizing cost, and one of zeros stays one.
        let codes =
            ScalarQuantizationBuilder::default().r#type(QuantizationType::Int8.into()).memory(Memory::Pinned);
        let vectors = VectorParamsBuilder::new(dimensions as u64, Distance::Dot)
            .memory(Memory::Cold)
            .quantization_config(codes);
        let mut config = VectorsConfigBuilder::default();
        config.add_named_vector_params(DENSE, vectors);
        let collection = CreateCollectionBuilder::new(name)
            .vectors_config(config)
            .shard_number(self.config.shards)
            .replication_factor(self.config.replicas);
        if self.config.words.is_none() {
            return collection.build();
        }
        // Questions weigh the fields with idf of their own; the other vector is what tells it.
        let mut words = SparseVectorsConfigBuilder::default();
        words.add_named_vector_params(FIELDS, SparseVectorParamsBuilder::default());
        words.add_named_vector_params(EITHER, SparseVectorParamsBuilder::default().modifier(Modifier::Idf));
        collection.sparse_vectors_config(words).build()
    }

    /// Brings documents to a build: `present` as they are now, `gone` away. A document lies in one collection at
    /// most. Sent twice, it is the same as sent once.
    pub(super) fn put(
        &self,
        names: &Names,
        build: Build,
        present: &[VectorToSend],
        gone: &[DocumentId],
    ) -> Result<(), Error> {
        for side in Side::BOTH {
            let (here, elsewhere): (Vec<_>, Vec<_>) = present.iter().partition(|one| one.side() == side);
            let gone = elsewhere.iter().map(|one| one.id).chain(gone.iter().copied());
            let gone: Vec<PointId> = gone.map(|id| id.get().into()).collect();
            let points: Vec<PointStruct> = here.into_iter().map(VectorToSend::point).collect();
            let removal = (!gone.is_empty()).then(|| remove(gone));
            let arrival = (!points.is_empty())
                .then(|| Operation::Upsert(PointStructList { points, ..PointStructList::default() }));
            let operations: Vec<PointsUpdateOperation> =
                removal.into_iter().chain(arrival).map(operation).collect();
            if operations.is_empty() {
                continue;
            }
            let request =
                UpdateBatchPointsBuilder::new(names.collection(build, side), operations).wait(true).build();
            self.insist(|| self.patient.update_points_batch(request.clone()))?;
        }
        Ok(())
    }

    /// All that is published under these names, ascending.
    pub(super) fn all_published(&self, names: &Names) -> Result<Vec<Published>, Error> {
        let aliases = self.insist(|| self.patient.list_aliases())?.aliases;
        let mut ours: Vec<Published> =
            aliases.iter().filter_map(|alias| names.read_alias(&alias.alias_name)).collect();
        ours.sort_unstable();
        Ok(ours)
    }

    /// Says that a build is complete up to a generation, and takes every other build of the store away. Readers
    /// see the old one or the new one, nothing between: one call switches.
    pub(super) fn publish(&self, names: &Names, new: Published) -> Result<(), Error> {
        let ours = self.all_published(names)?;
        if !ours.contains(&new) {
            if let Some(old) = ours.iter().find(|old| old.build == new.build) {
                let request =
                    RenameAlias { old_alias_name: names.alias(*old), new_alias_name: names.alias(new) };
                self.insist(|| self.patient.rename_alias(request.clone()))?;
            } else {
                let request = CreateAlias {
                    collection_name: names.collection(new.build, Side::Open),
                    alias_name: names.alias(new),
                };
                self.insist(|| self.patient.create_alias(request.clone()))?;
            }
        }
        self.sweep(names, Some(new))
    }

    /// Takes away all that is this store's, of whatever model, but for what is published now.
    pub(super) fn sweep(&self, names: &Names, kept: Option<Published>) -> Result<(), Error> {
        let alias = kept.map(|kept| names.alias(kept));
        let collections = kept.map(|kept| Side::BOTH.map(|side| names.collection(kept.build, side)));
        for old in self.insist(|| self.patient.list_aliases())?.aliases {
            let name = old.alias_name;
            if names.is_ours(&name) && alias.as_ref() != Some(&name) {
                self.insist(|| self.patient.delete_alias(name.clone()))?;
            }
        }
        for old in self.insist(|| self.patient.list_collections())?.collections {
            let is_kept = collections.iter().flatten().any(|kept| *kept == old.name);
            if names.is_ours(&old.name) && !is_kept {
                self.insist(|| self.patient.delete_collection(old.name.clone()))?;
            }
        }
        Ok(())
    }

    /// The collections of these names, ascending.
    fn collections(&self, names: &Names) -> Result<Vec<(Build, Side)>, Error> {
        let all = self.insist(|| self.patient.list_collections())?.collections;
        let mut ours: Vec<(Build, Side)> =
            all.iter().filter_map(|one| names.read_collection(&one.name)).collect();
        ours.sort_unstable();
        Ok(ours)
    }
}

fn operation(operation: Operation) -> PointsUpdateOperation {
    PointsUpdateOperation { operation: Some(operation) }
}

fn remove(ids: Vec<PointId>) -> Operation {
    let ids = points_selector::PointsSelectorOneOf::Points(PointsIdsList { ids });
    let points = Some(PointsSelector { points_selector_one_of: Some(ids) });
    Operation::DeletePoints(DeletePoints { points, ..DeletePoints::default() })
}
