//! Answers from an immutable snapshot of the index.

mod broker;
mod desk;
mod explain;
mod fallback;
mod hiding;
mod inside;
mod kept;
mod me;
mod nameable;
mod naming;
mod open;
mod past;
mod people;
#[cfg(test)]
mod renewal_tests;
mod scope;
#[cfg(test)]
mod script_tests;
mod show;
mod sources;
mod standing;
mod suggest;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod time_tests;
mod topics;

use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

use embed::Embedder;
use index::dense::qdrant::Cluster;
use index::{Row, Snapshot, Store};
use model::{PersonId, Reader};
use query::Question;
use query::confidence::AnswerModel;
use query::rank::{Ages, Candidate, Circumstances, Features, Model, Models, Place, features, rank};
use query::retrieve::{Pool, retrieve};
use routing::Desk;
use text::Language;
use tracing::info_span;

pub use desk::{Helpers, Present};
use hiding::Hiding;
use kept::Memory;
pub use me::{Me, Wanted};
use nameable::Nameable;
pub use people::{Channel, Listed, People, Profile};
pub(crate) use scope::Scope;
pub(crate) use show::evidence_id;
pub use sources::SourceStanding;
pub use standing::Standing;
pub use topics::{Band as TopicBand, Subject, Topic};

use crate::generations::Generation;
use crate::{DataFolder, Degraded, Detail, Error, Found, MAX_QUESTION_CHARACTERS, Nothing, Search};

/// What a finder is told besides the request.
#[derive(Debug, Clone)]
pub struct FinderConfig {
    /// Ranking and confidence.
    pub query: query::Config,
    /// Evidence of the last so many days makes somebody "active".
    pub fresh_days: f64,
    /// Past answers older than so many days are marked stale.
    pub stale_days: f64,
    /// Whether weights that were learned here go before those that ship.
    pub use_learned: bool,
    /// The cluster that searches the vectors; `None`: this process does.
    pub cluster: Option<Arc<Cluster>>,
}

/// Answers questions from one generation of the index; cheap to share, never changes.
#[derive(Debug)]
pub struct Finder {
    snapshot: Snapshot,
    languages: Vec<Language>,
    embedder: Option<Arc<dyn Embedder>>,
    folder: DataFolder,
    /// The generation that it answers from.
    place: Generation,
    /// Keeps that generation from being taken away.
    _used: Option<File>,
    /// Connections that are not in use; texts are read from the store only for what is shown.
    readers: Mutex<Vec<Store>>,
    config: FinderConfig,
    /// What ships, where what was learned here has taken its place in the options.
    shipped: Shipped,
    /// The half-lives of the options.
    ages: Ages,
    standing: Standing,
    memory: Memory,
    hiding: Hiding,
    /// By the person's number in the document table: may they be named?
    nameable: Vec<Nameable>,
}

/// What can be learned, as it ships.
#[derive(Debug)]
struct Shipped {
    models: Models,
    answered: AnswerModel,
    name_from: f64,
}

/// A question on its way to an answer.
struct Session<'a> {
    search: &'a Search,
    scope: Scope,
    pool: Pool,
    features: Vec<Features>,
    model: Model,
    ranked: Vec<Candidate>,
}

impl Finder {
    /// Answers a question.
    ///
    /// # Errors
    /// [`Error::QuestionLength`] and [`Error::OutOfRange`] for a bad request; [`Error::Index`] if the lexical
    /// side fails; [`Error::OptOuts`] if it cannot be told what people hide. A failing dense side is no error: the
    /// answer says so in `degraded`.
    pub fn search(&self, search: &Search) -> Result<Found, Error> {
        self.search_among(search, None)
    }

    /// The same, where a desk knows who is there.
    ///
    /// # Errors
    /// As [`Self::search`]. A desk that fails is no error: then nothing is known of who is there.
    pub fn search_among(&self, search: &Search, desk: Option<&Desk>) -> Result<Found, Error> {
        check(search)?;
        self.applied()?;
        let _stage = info_span!("search").entered();
        let question = info_span!("encode")
            .in_scope(|| Question::new(&search.question, &self.languages, self.embedder.as_deref()));
        let session = self.session(search, &question, self.scope(search))?;
        match search.detail {
            Detail::Ranking => Ok(self.bare_ranking(&session)),
            Detail::Full => {
                let there = self.attendance(search, desk);
                let mut found =
                    self.with_store(|store| self.full_answer(&session, &question, store, &there))?;
                // Asked with the same rights, so that it tells of nobody who could not be seen without filters.
                if found.experts.is_empty()
                    && search.is_filtered()
                    && !self.search_among(&search.unfiltered(), desk)?.experts.is_empty()
                {
                    found.nothing = Some(Nothing::AllFiltered);
                }
                Ok(found)
            }
        }
    }

    fn session<'s>(
        &self,
        search: &'s Search,
        question: &Question,
        scope: Scope,
    ) -> Result<Session<'s>, Error> {
        let pool = self.retrieve(question, &scope)?;
        let _stage = info_span!("rank", search.documents = pool.units.len()).entered();
        let features = self.features(search, &pool, &scope);
        let model = self.model(search, &scope);
        let ranked = rank(&features, &model, self.config.query.rank.candidates);
        Ok(Session { search, scope, pool, features, model, ranked })
    }

    /// The model that a search is ranked by.
    fn model(&self, search: &Search, scope: &Scope) -> Model {
        let place = if scope.channel.containers.is_empty() { Place::Untold } else { Place::Told };
        let rank = &self.config.query.rank;
        let lambda = match (search.hidden_gems, search.spread) {
            (true, _) => rank.hidden_gems,
            (false, true) => rank.spread,
            (false, false) => 0.0,
        };
        rank.model(search.view, place, lambda)
    }

    /// Whether the data directory holds nothing newer, and nothing that was gone back to: otherwise there is
    /// something else to answer from, or soon will be.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_newest(&self) -> Result<bool, Error> {
        let current = self.folder.existing()?;
        Ok(current == self.place
            && Store::open_read_only(&current.store())?.generation()? == self.snapshot.generation)
    }

    /// What this snapshot holds.
    pub fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// A reader with the rights of all accounts that are proven to be the same person's as this one: what only
    /// looks alike is credited together, but opens nothing. With the rights of the account alone if nothing is
    /// known of it: somebody who may read something need not have written anything.
    pub fn reader_for(&self, account: &model::AccountKey) -> Reader {
        let snapshot = &self.snapshot;
        let proven = |key: &model::AccountKey| snapshot.proven.get(key).unwrap_or(key).clone();
        let owner = snapshot.owners.get(account).and_then(|person| snapshot.people.get(person));
        let theirs = owner.into_iter().flat_map(|person| &person.accounts);
        let same = theirs.filter(|key| proven(key) == proven(account)).cloned();
        Reader::owning(same.chain([account.clone()]))
    }

    /// The person who owns an account, if anybody known does.
    pub fn person_of(&self, account: &model::AccountKey) -> Option<&PersonId> {
        self.snapshot.owners.get(account)
    }

    fn retrieve(&self, question: &Question, scope: &Scope) -> Result<Pool, Error> {
        let (Scope { admission, channel, .. }, config) = (scope, &self.config.query.retrieve);
        let mut pool = retrieve(&self.snapshot, question, admission, self.weighed(scope), channel, config)?;
        if !scope.silent.is_empty() {
            // Not only as candidates: their past answers are not shown either.
            let person = |row: Row| self.snapshot.table.person[row.at()];
            pool.units.retain(|unit| !scope.is_silent(person(*unit.row.get())));
        }
        Ok(pool)
    }

    fn features(&self, search: &Search, pool: &Pool, scope: &Scope) -> Vec<Features> {
        self.in_circumstances(search, scope, &[], |circumstances| features(pool, circumstances))
    }

    /// Runs something in the circumstances of a search; `watched` are numbers of people, ascending.
    fn in_circumstances<T>(
        &self,
        search: &Search,
        scope: &Scope,
        watched: &[u32],
        run: impl FnOnce(&Circumstances<'_>) -> T,
    ) -> T {
        run(&Circumstances {
            table: &self.snapshot.table,
            channel: &scope.channel,
            admission: &scope.admission,
            now: search.as_of,
            newest: scope.newest,
            skip: &|person| scope.skips(person),
            askers: &scope.askers,
            watched,
            presence: self.presence(scope),
            ages: &self.ages,
            config: &self.config.query.rank,
        })
    }

    fn bare_ranking(&self, session: &Session<'_>) -> Found {
        let experts = session
            .ranked
            .iter()
            .filter_map(|candidate| self.bare_expert(candidate))
            .filter(|expert| !session.search.exclude_people.contains(&expert.person))
            .take(session.search.limit)
            .collect();
        self.found(session, experts)
    }

    fn found(&self, session: &Session<'_>, experts: Vec<crate::Expert>) -> Found {
        let unavailable = session.pool.dense_unavailable.then_some(Degraded::DenseUnavailable);
        let behind = session.pool.dense_behind.then_some(Degraded::DenseBehind);
        let why = if session.pool.units.is_empty() { Nothing::NoEvidence } else { Nothing::BelowConfidence };
        let nothing = experts.is_empty().then_some(why);
        Found {
            experts,
            answers: Vec::new(),
            fallback: Vec::new(),
            nothing,
            degraded: unavailable.into_iter().chain(behind).collect(),
            generation: self.snapshot.generation,
            view: session.search.view,
        }
    }

    /// Runs something with a connection of the pool.
    pub(crate) fn with_store<T>(&self, run: impl FnOnce(&Store) -> Result<T, Error>) -> Result<T, Error> {
        let free = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let store = match free {
            Some(store) => store,
            None => Store::open_read_only(&self.place.store())?,
        };
        let result = run(&store);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(store);
        result
    }
}

fn check(search: &Search) -> Result<(), Error> {
    let length = search.question.trim().chars().count();
    if length == 0 || length > MAX_QUESTION_CHARACTERS {
        return Err(Error::QuestionLength { length, max: MAX_QUESTION_CHARACTERS });
    }
    let range = |name, value, min, max| {
        if (min..=max).contains(&value) { Ok(()) } else { Err(Error::OutOfRange { name, value, min, max }) }
    };
    range("limit", search.limit, 1, 100)?;
    range("evidence_per_expert", search.evidence_per_expert, 0, 10)?;
    range("snippet_characters", search.snippet_characters, 40, 2_000)?;
    range("answers", search.answers, 0, 10)
}
