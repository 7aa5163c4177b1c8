//! Everything that answers questions, opened together from one generation of the store.

use std::collections::BTreeMap;
use std::path::Path;

use model::{AccountKey, AudienceTable, Container, Person, PersonId};

use crate::dense::{ScanIndex, VectorIndex};
use crate::lexical::Lexical;
use crate::{DocumentTable, Error, Store};

/// What a snapshot needs to know of the encoder.
#[derive(Debug, Clone)]
pub struct OpenConfig {
    /// Id of the model whose vectors are read; others are left alone.
    pub model: String,
    /// Length of its vectors.
    pub dimensions: usize,
}

/// Everything that answers questions, opened together from one generation of the store; never changes.
#[derive(Debug)]
pub struct Snapshot {
    /// Which build this is.
    pub generation: u64,
    /// Columns of the documents.
    pub table: DocumentTable,
    /// The lexical side.
    pub lexical: Lexical,
    /// The dense side; `None` if there are no vectors of the model.
    pub dense: Option<Box<dyn VectorIndex>>,
    /// Reader sets.
    pub audiences: AudienceTable,
    /// People by id.
    pub people: BTreeMap<PersonId, Person>,
    /// Whose each account is.
    pub owners: BTreeMap<AccountKey, PersonId>,
    /// Containers by id.
    pub containers: BTreeMap<String, Container>,
    /// Codes of the languages the index is cut in, the most frequent first.
    pub languages: Vec<String>,
}

impl Snapshot {
    /// Opens what `store` says; `None` if the lexical index in `lexical_folder` is of another generation.
    /// Memory: about 60 bytes a document, plus its vector.
    pub fn open(store: &Store, lexical_folder: &Path, config: &OpenConfig) -> Result<Option<Self>, Error> {
        let generation = store.generation()?;
        let mut dense = ScanIndex::new(config.model.clone(), config.dimensions);
        let table = DocumentTable::load(store, &config.model, &mut |row, codes, scale| {
            dense.push(row, &codes, scale)
        })?;
        let Some(lexical) = Lexical::open(lexical_folder, generation, &table)? else { return Ok(None) };
        let people = store.people()?.into_iter().map(|person| (person.id.clone(), person)).collect();
        let containers = store.containers(false)?.into_iter().map(|c| (c.id.to_string(), c)).collect();
        let languages = store.setting("languages")?.unwrap_or_default();
        Ok(Some(Self {
            generation,
            table,
            lexical,
            dense: (!dense.is_empty()).then(|| Box::new(dense) as Box<dyn VectorIndex>),
            audiences: store.audiences()?,
            people,
            owners: store.owners()?,
            containers,
            languages: languages.split_whitespace().map(str::to_owned).collect(),
        }))
    }
}
