//! Where to ask when nobody is named.

use index::Admission;
use query::Question;
use query::explain::{Place, channels};
use query::retrieve::Pool;

use super::Finder;
use crate::{Error, Fallback, Search};

/// How many channels are offered.
const CHANNELS: usize = 3;

impl Finder {
    /// The best channels to ask in, best first: only those that the asker may read.
    pub(super) fn fallback(&self, search: &Search, pool: &Pool, admission: &Admission) -> Vec<Fallback> {
        let places = self.places(search, pool, admission);
        places.iter().take(CHANNELS).filter_map(|place| self.shown(place)).collect()
    }

    /// Every channel that something speaks for, best first. Costs a retrieval.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side fails.
    pub(crate) fn channels_for(&self, search: &Search) -> Result<Vec<Place>, Error> {
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let admission = self.admission(search);
        let pool = self.retrieve(search, &question, &admission)?;
        Ok(self.places(search, &pool, &admission))
    }

    fn places(&self, search: &Search, pool: &Pool, admission: &Admission) -> Vec<Place> {
        let config = &self.config.query;
        channels(pool, &self.snapshot.table, admission, search.as_of, (&config.rank, &config.channels))
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
