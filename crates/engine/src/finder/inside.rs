//! What the other modules of this crate look at besides answers: the same rights, time and askers as a search.

use index::lexical::ScoreConfig;
use index::{Admission, Snapshot};
use model::{AccountKey, PersonId};
use query::confidence::{AnswerModel, Setting};
use query::rank::{Features, Model, Models, Place, View};
use query::retrieve::Pool;
use query::{ConfidenceConfig, Evidence, Question, Sufficiency, sufficiency};

use super::Finder;
use crate::{Error, Search};

impl Finder {
    /// What rests behind the answers.
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// That the store has gone on since this finder was opened.
    pub(crate) fn behind(&self) -> Error {
        Error::IndexBehind(self.folder.path().to_owned())
    }

    /// What a search may be answered from: the reader's rights, and nothing from `as_of` or `evidence_before` on.
    pub(crate) fn admission(&self, search: &Search) -> Admission {
        let mask = search.reader.mask(&self.snapshot.audiences);
        let before = search.evidence_before.map_or(search.as_of, |before| before.min(search.as_of));
        let admission = self.snapshot.table.admission(mask, before);
        if search.without_people.is_empty() {
            return admission;
        }
        // People are numbered in the order of their ids.
        let people = &self.snapshot.table.people;
        let number = |id: &PersonId| u32::try_from(people.binary_search(id).ok()?).ok();
        admission.without(search.without_people.iter().filter_map(number).collect())
    }

    /// Who is no candidate, by the person's number in the document table: the asker, and who may not be named.
    pub(crate) fn skipped(&self, search: &Search) -> Vec<bool> {
        let mut skipped: Vec<bool> =
            self.nameable.iter().map(|nameable| !nameable.in_answer_to(search)).collect();
        for asker in self.askers(search) {
            skipped[asker as usize] = true;
        }
        skipped
    }

    /// Who asks, by the person's number in the document table, ascending.
    pub(crate) fn askers(&self, search: &Search) -> Vec<u32> {
        let owner = |account| self.snapshot.owners.get(account);
        let number = |id: &PersonId| self.snapshot.table.people.binary_search(id).ok();
        let mut askers: Vec<u32> = search
            .asked_by
            .iter()
            .filter_map(owner)
            .filter_map(number)
            .filter_map(|place| u32::try_from(place).ok())
            .collect();
        askers.sort_unstable();
        askers.dedup();
        askers
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
        let admission = self.admission(search);
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let pool = self.retrieve(search, &question, &admission)?;
        Ok(self.features(search, &pool, &admission))
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
        let place = self.snapshot.table.people.binary_search(self.owner(key)?).ok()?;
        u32::try_from(place).ok()
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
        let pool = self.retrieve(search, &question, &self.admission(search))?;
        Ok(self.evidence_in(search, &pool))
    }

    /// The evidence in a pool, judged.
    pub(super) fn evidence_in(&self, search: &Search, pool: &Pool) -> Evidence {
        let skipped = self.skipped(search);
        let setting = Setting {
            table: &self.snapshot.table,
            // As in ranking: an index that stands still makes its evidence older, and not less telling.
            now: self.snapshot.table.newest(&self.admission(search)).unwrap_or(search.as_of),
            skip: &|person| skipped.get(person as usize).copied().unwrap_or(true),
            rank: &self.config.query.rank,
            about_from: self.config.query.confidence.about_from,
        };
        Evidence::of(pool, &setting)
    }

    /// How sure it may be said to be.
    pub(crate) fn confidence_config(&self) -> &ConfidenceConfig {
        &self.config.query.confidence
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
