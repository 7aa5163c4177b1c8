//! Where to ask when nobody is named.

use query::Question;
use query::explain::{Place, channels};
use query::retrieve::Pool;

use super::{Finder, Scope};
use crate::{Error, Fallback, Search};

/// How many channels are offered.
const CHANNELS: usize = 3;

impl Finder {
    /// The best channels to ask in, best first: only those that the asker may read.
    pub(super) fn fallback(&self, search: &Search, pool: &Pool, scope: &Scope) -> Vec<Fallback> {
        let places = self.places(search, pool, scope);
        places.iter().take(CHANNELS).filter_map(|place| self.shown(place)).collect()
    }

    /// Every channel that something speaks for, best first. Costs a retrieval.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side fails.
    pub(crate) fn channels_for(&self, search: &Search) -> Result<Vec<Place>, Error> {
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let scope = self.scope(search);
        let pool = self.retrieve(&question, &scope)?;
        Ok(self.places(search, &pool, &scope))
    }

    fn places(&self, search: &Search, pool: &Pool, scope: &Scope) -> Vec<Place> {
        let (table, config) = (&self.snapshot.table, &self.config.query);
        channels(pool, table, self.presence(scope), search.as_of, &self.ages, config)
    }

    fn shown(&self, place: &Place) -> Option<Fallback> {
        let id = self.snapshot.table.containers.get(place.container as usize)?;
        let container = self.snapshot.containers.get(id)?;
        let why = if place.words.max(place.meaning) > 0.0 {
            "much of what comes near the question was written there"
        } else {
            "questions are answered there"
        };
        Some(Fallback {
            channel: container.name.clone(),
            source: container.id.source().to_owned(),
            why: why.to_owned(),
        })
    }
}
