//! Answers from an immutable snapshot of the index.

mod explain;
mod fallback;
mod inside;
mod naming;
mod past;
mod show;
mod suggest;

use std::sync::{Arc, Mutex, PoisonError};

use embed::Embedder;
use index::{Admission, OpenConfig, Snapshot, Store};
use model::{AudienceId, EmploymentStatus, PersonId, Reader, Timestamp};
use query::Question;
use query::rank::{Candidate, Channel, Circumstances, Features, Model, Models, Place, features, rank};
use query::retrieve::{Pool, retrieve};
use text::Language;

use crate::learn::Learned;
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
}

/// Answers questions from one generation of the index; cheap to share, never changes.
#[derive(Debug)]
pub struct Finder {
    snapshot: Snapshot,
    languages: Vec<Language>,
    embedder: Option<Arc<dyn Embedder>>,
    folder: DataFolder,
    /// Connections that are not in use; texts are read from the store only for what is shown.
    readers: Mutex<Vec<Store>>,
    config: FinderConfig,
    /// The weights that ship, where what was learned here has taken their place in the options.
    shipped: Models,
    standing: Standing,
    /// By the person's number in the document table: may they be named?
    nameable: Vec<Nameable>,
}

/// Whether somebody may be named as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nameable {
    Yes,
    /// They have left: what they wrote stays as evidence of past answers.
    Departed,
    /// Bots, and accounts of nobody known.
    Never,
}

/// What an index holds, as far as everyone may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which build of the index it is.
    pub generation: u64,
    /// Conversations that everyone may read.
    pub conversations: usize,
    /// Documents that everyone may read.
    pub documents: usize,
    /// People with evidence that everyone may read.
    pub people: usize,
    /// Newest evidence that everyone may read.
    pub newest: Option<Timestamp>,
}

/// A question on its way to an answer.
struct Session<'a> {
    search: &'a Search,
    admission: Admission,
    pool: Pool,
    features: Vec<Features>,
    model: Model,
    ranked: Vec<Candidate>,
}

/// The generation that the store in a data directory is at now: another than a finder's own says that there is
/// something newer, or soon will be.
///
/// # Errors
/// What the store says.
pub fn newest_generation(folder: &DataFolder) -> Result<u64, Error> {
    Ok(Store::open_read_only(&folder.store())?.generation()?)
}

impl Finder {
    /// Opens the index in a data directory.
    ///
    /// # Errors
    /// [`Error::NoIndex`] if there is none, [`Error::IndexBehind`] if a crash left it behind its store.
    pub fn open(
        folder: &DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        config: FinderConfig,
    ) -> Result<Self, Error> {
        if !folder.store().exists() {
            return Err(Error::NoIndex(folder.path().to_owned()));
        }
        let store = Store::open_read_only(&folder.store())?;
        let open = OpenConfig {
            model: embedder.as_ref().map(|embedder| embedder.model_id().to_string()).unwrap_or_default(),
            dimensions: embedder.as_ref().map_or(0, |embedder| embedder.dimensions()),
        };
        let mut snapshot = Snapshot::open(&store, &folder.lexical(), &open)?
            .ok_or_else(|| Error::IndexBehind(folder.path().to_owned()))?;
        naming::name_openly(&mut snapshot, &store.accounts()?);
        let languages = snapshot.languages.iter().filter_map(|code| Language::parse(code)).collect();
        let standing = standing(&snapshot);
        let nameable = snapshot.table.people.iter().map(|id| nameable(&snapshot, id)).collect();
        let shipped = config.query.rank.models.clone();
        let mut config = config;
        config.query.rank.models = models(folder, &config)?;
        let readers = Mutex::new(vec![store]);
        let folder = folder.clone();
        Ok(Self { snapshot, languages, embedder, folder, readers, config, shipped, standing, nameable })
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Error::QuestionLength`] and [`Error::OutOfRange`] for a bad request; [`Error::Index`] if the lexical
    /// side fails. A failing dense side is no error: the answer says so in `degraded`.
    pub fn search(&self, search: &Search) -> Result<Found, Error> {
        check(search)?;
        self.answer(search, self.admission(search))
    }

    /// Answers a question from what is admitted.
    fn answer(&self, search: &Search, admission: Admission) -> Result<Found, Error> {
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let session = self.session(search, &question, admission)?;
        match search.detail {
            Detail::Ranking => Ok(self.bare_ranking(&session)),
            Detail::Full => self.with_store(|store| self.full_answer(&session, &question, store)),
        }
    }

    fn session<'s>(
        &self,
        search: &'s Search,
        question: &Question,
        admission: Admission,
    ) -> Result<Session<'s>, Error> {
        let pool = self.retrieve(search, question, &admission)?;
        let features = self.features(search, &pool, &admission);
        let model = self.model(search, &admission);
        let ranked = rank(&features, &model, self.config.query.rank.candidates);
        Ok(Session { search, admission, pool, features, model, ranked })
    }

    /// The model that a search is ranked by.
    fn model(&self, search: &Search, admission: &Admission) -> Model {
        let told = !self.channel(search, admission).containers.is_empty();
        let place = if told { Place::Told } else { Place::Untold };
        self.config.query.rank.model(search.view, place, search.spread)
    }

    /// What this snapshot holds.
    pub fn standing(&self) -> Standing {
        self.standing.clone()
    }

    /// A reader with the rights of the person who owns an account; with those of the account alone if nobody is
    /// known to own it: somebody who may read something need not have written anything.
    pub fn reader_for(&self, account: &model::AccountKey) -> Reader {
        match self.snapshot.owners.get(account).and_then(|person| self.snapshot.people.get(person)) {
            Some(person) => Reader::owning(person.accounts.iter().cloned()),
            None => Reader::owning([account.clone()]),
        }
    }

    fn retrieve(&self, search: &Search, question: &Question, admission: &Admission) -> Result<Pool, Error> {
        let table = &self.snapshot.table;
        let config = &self.config.query;
        let recency = query::rank::Recency::new(config.rank.evidence_half_life_days);
        let newest = table.newest(admission).unwrap_or(search.as_of);
        let weigh = |row: index::Row| {
            let vote = config.rank.roles.vote(table.roles[row.at()]);
            if vote > 0.0 { vote * recency.of(table.last_at[row.at()], newest) } else { 0.0 }
        };
        Ok(retrieve(&self.snapshot, question, admission, &weigh, &config.retrieve)?)
    }

    fn features(&self, search: &Search, pool: &Pool, admission: &Admission) -> Vec<Features> {
        self.in_circumstances(search, admission, &[], |circumstances| features(pool, circumstances))
    }

    /// Runs something in the circumstances of a search; `watched` are numbers of people, ascending.
    fn in_circumstances<T>(
        &self,
        search: &Search,
        admission: &Admission,
        watched: &[u32],
        run: impl FnOnce(&Circumstances<'_>) -> T,
    ) -> T {
        let table = &self.snapshot.table;
        let skipped = self.skipped(search);
        let skip = |person: u32| skipped.get(person as usize).copied().unwrap_or(true);
        let (config, channel) = (&self.config.query.rank, self.channel(search, admission));
        let (channel, now, skip) = (&channel, search.as_of, &skip);
        let newest = table.newest(admission).unwrap_or(now);
        let askers = self.askers(search);
        run(&Circumstances { table, channel, admission, now, newest, skip, askers: &askers, watched, config })
    }

    /// The containers that the question's channel names, by name or id; none where everything that the reader
    /// may read lies in one container, because then the channel tells nothing.
    pub(crate) fn channel(&self, search: &Search, admission: &Admission) -> Channel {
        let Some(wanted) = search.channel.as_deref().map(|name| name.trim_start_matches('#').to_lowercase())
        else {
            return Channel::default();
        };
        let table = &self.snapshot.table;
        let mut readable = table.all().filter(|row| table.admits(*row, admission));
        let first = readable.next().map(|row| table.container[row.at()]);
        if wanted.is_empty() || readable.all(|row| Some(table.container[row.at()]) == first) {
            return Channel::default();
        }
        let named = |id: &str| {
            let name = self.snapshot.containers.get(id).map(|container| container.name.to_lowercase());
            name.as_deref() == Some(wanted.as_str()) || id.to_lowercase() == wanted
        };
        let numbers = (0_u32..).zip(&table.containers).filter(|(_, id)| named(id)).map(|(number, _)| number);
        Channel { containers: numbers.collect() }
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
        let degraded = session.pool.dense_unavailable.then_some(Degraded::DenseUnavailable);
        let why = if session.pool.units.is_empty() { Nothing::NoEvidence } else { Nothing::BelowConfidence };
        let nothing = experts.is_empty().then_some(why);
        Found {
            experts,
            answers: Vec::new(),
            fallback: Vec::new(),
            nothing,
            degraded: degraded.into_iter().collect(),
            generation: self.snapshot.generation,
            view: session.search.view,
        }
    }

    /// Runs something with a connection of the pool.
    pub(crate) fn with_store<T>(&self, run: impl FnOnce(&Store) -> Result<T, Error>) -> Result<T, Error> {
        let free = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let store = match free {
            Some(store) => store,
            None => Store::open_read_only(&self.folder.store())?,
        };
        let result = run(&store);
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).push(store);
        result
    }
}

impl Nameable {
    /// A bare ranking keeps those who have left: it answers questions of the past, and an export says who has
    /// left by the day it was made, not by the day of the question.
    fn in_answer_to(self, detail: Detail) -> bool {
        self == Self::Yes || (self == Self::Departed && detail == Detail::Ranking)
    }
}

/// The weights that ship, with what was learned in their place where there is something.
fn models(folder: &DataFolder, config: &FinderConfig) -> Result<Models, Error> {
    let shipped = config.query.rank.models.clone();
    if !config.use_learned {
        return Ok(shipped);
    }
    let Some(learned) = Learned::read(folder)? else { return Ok(shipped) };
    let take = |models: Models, place: Place| match learned.model(place) {
        Some(model) => models.with_helps(place, model),
        None => models,
    };
    Ok(Place::ALL.into_iter().fold(shipped, take))
}

fn nameable(snapshot: &Snapshot, id: &PersonId) -> Nameable {
    match snapshot.people.get(id) {
        None => Nameable::Never,
        Some(person) if person.bot => Nameable::Never,
        Some(person) if person.directory.status == Some(EmploymentStatus::Departed) => Nameable::Departed,
        Some(_) => Nameable::Yes,
    }
}

fn standing(snapshot: &Snapshot) -> Standing {
    let table = &snapshot.table;
    let public = || table.all().filter(|row| table.audience[row.at()] == AudienceId::EVERYONE);
    let distinct = |column: &[u32]| {
        let mut numbers: Vec<u32> = public().map(|row| column[row.at()]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    };
    Standing {
        generation: snapshot.generation,
        conversations: distinct(&table.conversation),
        documents: public().count(),
        people: distinct(&table.person),
        newest: public().map(|row| table.last_at[row.at()]).last(),
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
