//! What the other modules of this crate look at besides answers: the same rights, time and askers as a search.

use index::Snapshot;
use index::lexical::{Lexical, ScoreConfig};
use model::{AccountKey, PersonId};
use query::confidence::{AnswerModel, Setting};
use query::rank::{Features, Model, Models, Place, View};
use query::retrieve::Pool;
use query::{ConfidenceConfig, Evidence, Question, Sufficiency, sufficiency};

use super::{Finder, Scope};
use crate::{Error, Search};

impl Finder {
    /// What rests behind the answers.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Where it all lies.
    pub(crate) const fn folder(&self) -> &crate::DataFolder {
        &self.folder
    }

    /// The lexical index here.
    ///
    /// # Errors
    /// [`Error::IndexBehind`] if only a cluster has one.
    pub(crate) fn lexical(&self) -> Result<&Lexical, Error> {
        self.snapshot.lexical.as_ref().ok_or_else(|| self.behind())
    }

    /// That the store has gone on since this finder was opened.
    pub(crate) fn behind(&self) -> Error {
        Error::IndexBehind(self.folder.path().to_owned())
    }

    /// The person who owns an account, if anybody known does.
    pub(crate) fn owner(&self, key: &str) -> Option<&PersonId> {
        self.snapshot.owners.get(&AccountKey::new(key).ok()?)
    }

    /// Everybody's features for a search.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side fails.
    pub(crate) fn features_of(&self, search: &Search) -> Result<Vec<Features>, Error> {
        let scope = self.scope(search);
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let pool = self.retrieve(&question, &scope)?;
        Ok(self.features(search, &pool, &scope))
    }

    /// How many people are compared with each other.
    pub(crate) const fn candidates(&self) -> usize {
        self.config.query.rank.candidates
    }

    /// The weights of every view that ship, whatever was learned.
    pub(crate) const fn shipped_models(&self) -> &Models {
        &self.shipped.models
    }

    /// The weights of who will help now that ship, whatever was learned.
    pub(crate) const fn shipped_model(&self, place: Place) -> &Model {
        self.shipped.models.of(View::Helps, place)
    }

    /// The weights of who will help now that rank.
    pub(crate) const fn current_model(&self, place: Place) -> &Model {
        self.config.query.rank.models.of(View::Helps, place)
    }

    /// Whether one of the first five answers: the model that ships, whatever was learned.
    pub(crate) const fn shipped_answered(&self) -> &AnswerModel {
        &self.shipped.answered
    }

    /// The number in the document table of the person who owns an account.
    pub(crate) fn number_of(&self, key: &str) -> Option<u32> {
        self.number(self.owner(key)?)
    }

    /// A question's words, without its vector.
    pub(crate) fn words(&self, text: &str) -> Question {
        Question::new(text, &self.languages, None)
    }

    /// How sure it is that somebody here can answer, from the evidence alone. Costs a retrieval.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side fails.
    pub(crate) fn sufficiency(&self, search: &Search) -> Result<Sufficiency, Error> {
        Ok(sufficiency(&self.judged(search)?, &self.config.query.confidence))
    }

    /// The evidence for a search, judged. Costs a retrieval.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side fails.
    pub(crate) fn judged(&self, search: &Search) -> Result<Evidence, Error> {
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let scope = self.scope(search);
        let pool = self.retrieve(&question, &scope)?;
        Ok(self.evidence_in(&pool, &scope))
    }

    /// The evidence in a pool, judged.
    pub(super) fn evidence_in(&self, pool: &Pool, scope: &Scope) -> Evidence {
        let setting = Setting {
            table: &self.snapshot.table,
            // As in ranking: an index that stands still makes its evidence older, and not less telling.
            now: scope.newest,
            skip: &|person| scope.skips(person),
            rank: &self.config.query.rank,
            confidence: &self.config.query.confidence,
        };
        Evidence::of(pool, &setting)
    }

    /// How sure it may be said to be.
    pub(crate) fn confidence_config(&self) -> &ConfidenceConfig {
        &self.config.query.confidence
    }

    /// From which probability on somebody is named by the options, whatever was learned.
    pub(crate) const fn configured_name_from(&self) -> f64 {
        self.shipped.name_from
    }

    /// How documents are scored by words.
    pub(crate) fn lexical_config(&self) -> &ScoreConfig {
        &self.config.query.retrieve.lexical
    }

    /// The account keys of somebody, ascending, by their number in the document table; none for nobody known.
    pub(crate) fn keys_of(&self, person: u32) -> Vec<String> {
        let id = self.snapshot.table.people.get(person as usize);
        let person = id.and_then(|id| self.snapshot.people.get(id));
        person.map(|person| person.accounts.iter().map(ToString::to_string).collect()).unwrap_or_default()
    }
}
