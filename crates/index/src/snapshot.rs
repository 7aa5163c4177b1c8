//! Everything that answers questions, opened together from one generation of the store.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use model::{AccountKey, AudienceTable, Container, Person, PersonId};

use crate::dense::lists::{Centres, Gathering};
use crate::dense::qdrant::{Cluster, QdrantIndex, QdrantScope, QdrantWords};
use crate::dense::{ListsIndex, ScanIndex, VectorIndex};
use crate::lexical::Lexical;
use crate::threads::joined;
use crate::{DocumentTable, Error, Store};

/// What a snapshot needs to know of the encoder.
#[derive(Debug, Clone)]
pub struct OpenConfig {
    /// Id of the model whose vectors are read; others are left alone.
    pub model: String,
    /// Length of its vectors.
    pub dimensions: usize,
    /// The cluster that searches the vectors; `None`: this process does.
    pub cluster: Option<Arc<Cluster>>,
}

/// Everything that answers questions, opened together from one generation of the store; never changes.
#[derive(Debug)]
pub struct Snapshot {
    /// Which build this is.
    pub generation: u64,
    /// Columns of the documents.
    pub table: DocumentTable,
    /// The lexical side; `None` where only a cluster has it.
    pub lexical: Option<Lexical>,
    /// The lexical side of a cluster, if it is to be asked first.
    pub words: Option<QdrantWords>,
    /// The dense side; `None` if there is no encoder.
    pub dense: Option<Box<dyn VectorIndex>>,
    /// Reader sets.
    pub audiences: AudienceTable,
    /// People by id.
    pub people: BTreeMap<PersonId, Person>,
    /// Whose each account is.
    pub owners: BTreeMap<AccountKey, PersonId>,
    /// The smallest account that each is proven to share its owner with.
    pub proven: BTreeMap<AccountKey, AccountKey>,
    /// Containers by id.
    pub containers: BTreeMap<String, Container>,
    /// Codes of the languages the index is cut in, the most frequent first.
    pub languages: Vec<String>,
}

impl Snapshot {
    /// Opens what `store` says; `None` if the lexical index in `lexical_folder` is of another generation or
    /// broken. Everything is read as of one moment, whatever another process writes meanwhile.
    /// Memory: about 100 bytes a document, plus its vector if no cluster searches them; some 200 bytes a document more
    /// until it is open.
    pub fn open(store: &Store, lexical_folder: &Path, config: &OpenConfig) -> Result<Option<Self>, Error> {
        Self::open_after(None, store, lexical_folder, config)
    }

    /// The same, equal in everything, while `before` still answers: lists of vectors that hold what they held then
    /// stand in memory once for both.
    pub fn open_after(
        before: Option<&Self>,
        store: &Store,
        lexical_folder: &Path,
        config: &OpenConfig,
    ) -> Result<Option<Self>, Error> {
        store.begin_reading()?;
        let opened = Self::open_now(before, store, lexical_folder, config);
        store.commit()?;
        opened
    }

    fn open_now(
        before: Option<&Self>,
        store: &Store,
        lexical_folder: &Path,
        config: &OpenConfig,
    ) -> Result<Option<Self>, Error> {
        let generation = store.generation()?;
        let (table, vectors) = table_and_vectors(before, store, config)?;
        let words = words(store, config)?;
        // Beside each other: neither needs the other, and whoever starts a server waits for both.
        let (lexical, dense) = std::thread::scope(|scope| {
            let putting = scope.spawn(|| vectors.map(|vectors| vectors.put(&table)));
            let lexical = Lexical::open(lexical_folder, generation, &table);
            (lexical, joined(putting))
        });
        let lexical = lexical?;
        if lexical.is_none() && words.is_none() {
            return Ok(None);
        }
        let people = store.people()?.into_iter().map(|person| (person.id.clone(), person)).collect();
        let languages = store.setting("languages")?.unwrap_or_default();
        Ok(Some(Self {
            generation,
            table,
            lexical,
            words,
            dense,
            audiences: store.audiences()?,
            people,
            owners: store.owners()?,
            proven: store.proven()?,
            containers: containers(store)?,
            languages: languages.split_whitespace().map(str::to_owned).collect(),
        }))
    }
}

/// Vectors that were read, and are not yet where they are searched.
enum Vectors<'b> {
    Cluster(QdrantIndex),
    Scan(ScanIndex),
    Lists(Gathering<'b>, Centres),
}

impl Vectors<'_> {
    fn put(self, table: &DocumentTable) -> Box<dyn VectorIndex> {
        match self {
            Self::Cluster(there) => Box::new(there),
            Self::Scan(scan) => Box::new(scan),
            Self::Lists(vectors, centres) => {
                let index = ListsIndex::gathered(vectors, centres, table);
                tracing::debug!(
                    vectors = index.len(),
                    without_list = index.without_list(),
                    shared = index.shared(),
                    "vectors are searched by lists"
                );
                Box::new(index)
            }
        }
    }
}

/// The columns, and the vectors; none where there is no encoder.
fn table_and_vectors<'b>(
    before: Option<&'b Snapshot>,
    store: &Store,
    config: &OpenConfig,
) -> Result<(DocumentTable, Option<Vectors<'b>>), Error> {
    let OpenConfig { model, dimensions, cluster } = config;
    if *dimensions == 0 {
        return Ok((DocumentTable::load(store, None)?, None));
    }
    if let Some(cluster) = cluster {
        let there = QdrantIndex::new(Arc::clone(cluster), QdrantScope::of(store, model, *dimensions)?);
        return Ok((DocumentTable::load(store, None)?, Some(Vectors::Cluster(there))));
    }
    let Some(centres) = store.centres(model, *dimensions)? else {
        let mut scan = ScanIndex::new(model.clone(), *dimensions);
        return Ok((DocumentTable::load(store, Some(&mut scan))?, Some(Vectors::Scan(scan))));
    };
    let before = before.and_then(|before| Some((before.dense.as_ref()?.lists()?, &before.table)));
    let mut lists = Gathering::new((model, *dimensions), centres.len(), store.lists()?, before);
    let table = DocumentTable::load_into(store, Some(&mut lists))?;
    Ok((table, Some(Vectors::Lists(lists, centres))))
}

/// Where words are searched, if a cluster is to.
fn words(store: &Store, config: &OpenConfig) -> Result<Option<QdrantWords>, Error> {
    let OpenConfig { model, dimensions, cluster } = config;
    let Some(cluster) = cluster.as_ref().filter(|cluster| *dimensions > 0 && cluster.has_words()) else {
        return Ok(None);
    };
    let place = QdrantIndex::new(Arc::clone(cluster), QdrantScope::of(store, model, *dimensions)?);
    Ok(Some(QdrantWords::new(place)))
}

/// Containers by id; one that has only its id for a name takes the name that a jsonl record without a source
/// gives for that id.
fn containers(store: &Store) -> Result<BTreeMap<String, Container>, Error> {
    let mut containers: BTreeMap<String, Container> =
        store.containers(false)?.into_iter().map(|container| (container.id.to_string(), container)).collect();
    let sources = store.sources()?;
    let jsonl =
        |id: &str| sources.iter().any(|source| source.format == "jsonl" && source.name.as_str() == id);
    let named: Vec<(String, String)> = containers
        .values()
        .filter(|container| container.name == container.id.native() && jsonl(container.id.source()))
        .filter_map(|container| {
            let directory = containers.get(&format!("jsonl:{}", container.id.native()))?;
            Some((container.id.to_string(), directory.name.clone()))
        })
        .collect();
    for (id, name) in named {
        if let Some(container) = containers.get_mut(&id) {
            container.name = name;
        }
    }
    Ok(containers)
}
