//! Opening an index for answers.

use std::sync::{Arc, Mutex};

use embed::Embedder;
use index::{OpenConfig, Snapshot, Store};
use query::rank::{Ages, Models, Place};
use text::Language;

use super::hiding::Hiding;
use super::kept::Memory;
use super::nameable::nameable;
use super::standing::standing;
use super::{Finder, FinderConfig, Shipped, naming};
use crate::generations::ATTEMPTS;
use crate::learn::Learned;
use crate::{DataFolder, Error};

impl Finder {
    /// Opens the index in a data directory.
    ///
    /// # Errors
    /// [`Error::NoIndex`] if there is none, [`Error::IndexBehind`] if a crash left it behind its store,
    /// [`Error::OtherEncoder`] if its vectors are another model's.
    pub fn open(
        folder: &DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        config: FinderConfig,
    ) -> Result<Self, Error> {
        Self::open_after(None, folder, embedder, config)
    }

    /// The same, equal in everything, while `before` still answers: both share the memory of vectors that have not
    /// changed.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_after(
        before: Option<&Self>,
        folder: &DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        config: FinderConfig,
    ) -> Result<Self, Error> {
        for _ in 1..ATTEMPTS {
            let current = folder.current()?;
            match Self::open_now(before, folder, embedder.clone(), config.clone()) {
                // What was read was taken away meanwhile, because something in it was erased: another one answers.
                Err(_) if folder.current()? != current => {}
                opened => return opened,
            }
        }
        Self::open_now(before, folder, embedder, config)
    }

    fn open_now(
        before: Option<&Self>,
        folder: &DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        mut config: FinderConfig,
    ) -> Result<Self, Error> {
        let (place, used) = folder.hold()?;
        let store = Store::open_read_only(&place.store())?;
        refuse_other_encoder(folder, &store, embedder.as_deref())?;
        let open = OpenConfig {
            model: embedder.as_ref().map(|embedder| embedder.model_id().to_string()).unwrap_or_default(),
            dimensions: embedder.as_ref().map_or(0, |embedder| embedder.dimensions()),
            cluster: config.cluster.clone(),
        };
        let before = before.map(|before| &before.snapshot);
        let mut snapshot = Snapshot::open_after(before, &store, &place.lexical(), &open)?
            .ok_or_else(|| Error::IndexBehind(folder.path().to_owned()))?;
        naming::name_openly(&mut snapshot, &store.accounts()?);
        let languages = snapshot.languages.iter().filter_map(|code| Language::parse(code)).collect();
        let standing = standing(&snapshot);
        let nameable = snapshot.table.people.iter().map(|id| nameable(&snapshot, id)).collect();
        let shipped = take_learned(folder, &mut config)?;
        let ages = Ages::of(&config.query.rank);
        let readers = Mutex::new(vec![store]);
        let folder = folder.clone();
        let (memory, hiding) = (Memory::default(), Hiding::new(&folder));
        Ok(Self {
            snapshot,
            languages,
            embedder,
            folder,
            place,
            _used: used,
            readers,
            config,
            shipped,
            ages,
            standing,
            memory,
            hiding,
            nameable,
        })
    }
}

/// Vectors of two models never meet: an index that was encoded by another model than questions would be is not
/// opened.
fn refuse_other_encoder(
    folder: &DataFolder,
    store: &Store,
    embedder: Option<&dyn Embedder>,
) -> Result<(), Error> {
    let (Some(embedder), Some(found)) = (embedder, store.encoder()?) else { return Ok(()) };
    let asked = embedder.model_id().as_str();
    if found == asked {
        return Ok(());
    }
    Err(Error::OtherEncoder { path: folder.path().to_owned(), found, asked: asked.to_owned() })
}

/// Puts what was learned in the place of what ships, where there is something; gives what ships.
fn take_learned(folder: &DataFolder, config: &mut FinderConfig) -> Result<Shipped, Error> {
    let query = &mut config.query;
    let (answered, name_from) = (query.confidence.answered, query.confidence.name_from);
    let shipped = Shipped { models: query.rank.models.clone(), answered, name_from };
    let learned = if config.use_learned { Learned::read(folder)? } else { None };
    let Some(learned) = learned else { return Ok(shipped) };
    let take = |models: Models, place: Place| match learned.model(place) {
        Some(model) => models.with_helps(place, model),
        None => models,
    };
    query.rank.models = Place::ALL.into_iter().fold(shipped.models.clone(), take);
    query.confidence.answered = learned.answered().unwrap_or(shipped.answered);
    query.confidence.name_from = learned.name_from(name_from);
    Ok(shipped)
}
