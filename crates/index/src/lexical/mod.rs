//! The lexical side: two fields of every document in tantivy, scored by our own BM25 over its postings.
//!
//! Decision: documents that everyone may read and documents with named readers lie in two separate indexes
//! (*partitions*). A reader of whom nothing is known never touches the second one, so what it holds can
//! change neither order nor timing of their answers; for a reader with accounts, every statistic (document
//! count, document frequency, mean length) is counted over what they may read, at query time.
//! Decision: scoring is ours, because every match votes (not only a top k), because document frequency must
//! obey rights, and because k1 and b are fixed in tantivy's own.

mod best;
mod fields;
mod found;
mod guard;
mod hits;
mod partition;
mod places;
mod score;
mod scratch;
mod statistics;
#[cfg(test)]
mod tests;
mod weighed;
mod writer;

pub use found::FoundWords;
pub use guard::is_guarded;
pub use hits::{Hit, Hits};
pub use score::{QueryTerm, ScoreConfig};
pub use weighed::Weighed;
pub(crate) use writer::language_of;
pub use writer::{LexicalWriter, WriterConfig};

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tantivy::Index;
use tantivy::directory::MmapDirectory;
use tantivy::index::{SegmentComponent, SegmentMeta};

use model::AudienceId;
use partition::Partition;
use places::Places;
use statistics::Statistics;

use crate::{Admission, DocumentTable, Error, Row};

/// The files that every segment has.
const PARTS: [SegmentComponent; 6] = [
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::Terms,
    SegmentComponent::Store,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
];

/// Both partitions, ready for questions.
#[derive(Debug)]
pub struct Lexical {
    public: Partition,
    restricted: Partition,
    places: Places,
    statistics: Statistics,
}

impl Lexical {
    /// Opens the index in `folder`, if it was built for this generation of the store; `None` if it was not
    /// (a crash came between the two, or it was never built), and then it has to be built again.
    pub fn open(folder: &Path, generation: u64, table: &DocumentTable) -> Result<Option<Self>, Error> {
        if built_for(folder) != Some(generation) {
            return Ok(None);
        }
        let mut places = Places::new(table);
        let is_public = |row: Row| table.audience[row.at()] == AudienceId::EVERYONE;
        // Whatever a partition holds: the public one answers with what is for everyone, and with nothing else.
        let public = Partition::open(&folder.join(fields::PUBLIC), table, &mut places, &is_public)?;
        places.end_public();
        let restricted =
            Partition::open(&folder.join(fields::RESTRICTED), table, &mut places, &|row| !is_public(row))?;
        let statistics = Statistics::new(table, &places);
        Ok(Some(Self { public, restricted, places, statistics }))
    }

    /// How many documents that everyone may read hold the rarest of these tokens, deleted ones included: an upper
    /// bound, for choosing what to look at. One look-up for each token.
    ///
    /// # Errors
    /// A broken index.
    pub fn public_bound(&self, tokens: &[String]) -> Result<u64, Error> {
        let bounds = tokens.iter().map(|token| Ok(self.public.locate(token)?.bound()));
        Ok(bounds.collect::<Result<Vec<u64>, Error>>()?.into_iter().min().unwrap_or(0))
    }

    /// The rows of the admitted documents that hold every one of these tokens in one of their fields, ascending; none
    /// for no tokens. Costs a pass over the postings of the tokens.
    ///
    /// # Errors
    /// A broken index.
    pub fn admitted_holding(
        &self,
        tokens: &[String],
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<Row>, Error> {
        // Who reads nothing there does not touch it.
        let mut rows = self.holding(tokens, admission.mask.reads_more_than_everyone())?;
        rows.retain(|row| table.admits(*row, admission));
        Ok(rows)
    }

    /// The rows of the documents that hold every one of these tokens in one of their fields, **whoever may read
    /// them**, ascending; none for no tokens. For taking documents out of answers, and for nothing that is shown or
    /// counted. Costs a pass over the postings of the tokens.
    ///
    /// # Errors
    /// A broken index.
    pub fn rows_holding(&self, tokens: &[String]) -> Result<Vec<Row>, Error> {
        self.holding(tokens, true)
    }

    fn holding(&self, tokens: &[String], in_restricted: bool) -> Result<Vec<Row>, Error> {
        let mut rows: Option<BTreeSet<u32>> = None;
        for token in tokens {
            let mut places = self.public.places_of(&self.public.locate(token)?)?;
            if in_restricted {
                places.extend(self.restricted.places_of(&self.restricted.locate(token)?)?);
            }
            let here = places.into_iter().filter_map(|place| self.places.rows.get(place as usize).copied());
            let here: BTreeSet<u32> = here.filter(|row| *row != places::NONE).collect();
            rows = Some(match rows {
                None => here,
                Some(before) => before.intersection(&here).copied().collect(),
            });
        }
        Ok(rows.into_iter().flatten().map(Row).collect())
    }
}

/// For which generation of the store the index in `folder` was built; `None` if there is none, if its
/// partitions disagree, if it has other fields than this version writes, or if it is broken: then it has to be
/// built again. The one place that decides it, for readers and writers.
pub fn built_for(folder: &Path) -> Option<u64> {
    let (oldest, newest) = builds(folder)?;
    (oldest == newest).then_some(oldest)
}

/// The generations of the two partitions, the older one first: they differ if a crash came between their
/// commits. `None` as in [`built_for`].
pub fn builds(folder: &Path) -> Option<(u64, u64)> {
    let public = partition_built_for(&folder.join(fields::PUBLIC))?;
    let restricted = partition_built_for(&folder.join(fields::RESTRICTED))?;
    Some((public.min(restricted), public.max(restricted)))
}

/// Every term of both partitions, as it lies in the dictionaries: those of deleted documents, too.
/// For proving that something is gone.
pub fn every_term(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let mut terms = BTreeSet::new();
    for partition in [fields::PUBLIC, fields::RESTRICTED] {
        let directory = MmapDirectory::open(folder.join(partition)).map_err(tantivy::TantivyError::from)?;
        let index = Index::open(directory)?;
        let fields = fields::Fields::new();
        for reader in index.reader()?.searcher().segment_readers() {
            for field in [fields.own, fields.question] {
                let inverted = reader.inverted_index(field)?;
                let mut stream = inverted.terms().stream()?;
                while stream.advance() {
                    terms.insert(String::from_utf8_lossy(stream.key()).into_owned());
                }
            }
        }
    }
    Ok(terms)
}

/// The files of the index in `folder` whose content is not what was written, by the checksums that they carry.
pub fn damaged_files(folder: &Path) -> Result<Vec<String>, Error> {
    let mut damaged = Vec::new();
    for partition in [fields::PUBLIC, fields::RESTRICTED] {
        let files = guard::guarded(|| {
            let directory =
                MmapDirectory::open(folder.join(partition)).map_err(tantivy::TantivyError::from)?;
            Ok(Index::open(directory)?.validate_checksum()?)
        })?;
        damaged.extend(files.into_iter().map(|file| format!("{partition}/{}", file.display())));
    }
    damaged.sort();
    Ok(damaged)
}

/// The files of a segment, by their names in the folder of its partition.
fn files_of(segment: &SegmentMeta) -> impl Iterator<Item = PathBuf> {
    let deleted = segment.has_deletes().then_some(SegmentComponent::Delete);
    PARTS.iter().cloned().chain(deleted).map(|part| segment.relative_path(part))
}

fn partition_built_for(folder: &Path) -> Option<u64> {
    guard::guarded(|| Ok(built_for_or_broken(folder))).ok().flatten()
}

fn built_for_or_broken(folder: &Path) -> Option<u64> {
    let index = Index::open(MmapDirectory::open(folder).ok()?).ok()?;
    let meta = index.load_metas().ok()?;
    // A power cut may keep that tantivy took old files away, and lose the newer list that does without them.
    if !meta.segments.iter().flat_map(files_of).all(|file| folder.join(file).exists()) {
        return None;
    }
    let payload = meta.payload?;
    (index.schema() == fields::Fields::new().schema).then_some(payload)?.parse().ok()
}
