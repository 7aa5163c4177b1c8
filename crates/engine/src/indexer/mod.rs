//! From export to index: read → clean → people → conversations → evidence → vectors → lexical index.

mod ahead;
mod container;
mod documents;
mod identity;
mod live;
mod making;
mod people;
mod policy;
pub(crate) mod read;
mod rebuild;
mod report;
mod send;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use embed::Embedder;
use index::Store;
use index::dense::lists::{self, Arranged, Wanted};
use index::dense::qdrant::Cluster;
use index::lexical::WriterConfig;
use ingest::policy::Suppression;
use ingest::{Limits, Policy, Redactor, conversations, evidence};
use model::{SourceName, Timestamp, Visibility};

use crate::doctor::seal;
use crate::erase::suppression_of;
use crate::generations::Generation;
use crate::{DataFolder, Error};

use documents::Scope;

pub(crate) use report::SHOWN_ISSUES;

pub use identity::{Decided, Identity, Review};
pub use policy::policy_of;
pub use report::{ExportReport, IngestReport, ReindexReport};
pub use send::send_missed;

/// What an indexer is told.
#[derive(Debug, Clone)]
pub struct IndexerConfig {
    /// Bounds on what is read.
    pub limits: Limits,
    /// How messages become conversations.
    pub conversations: conversations::Config,
    /// How conversations become documents.
    pub evidence: evidence::Config,
    /// How accounts become people.
    pub people: PeopleConfig,
    /// Memory of the lexical writer.
    pub writer: WriterConfig,
    /// How many generations are kept beside the one that answers, to go back to.
    pub keep_generations: usize,
    /// Characters of the question that go into a document's vector.
    pub encode_question_characters: usize,
    /// Characters of the person's own words that go into a document's vector.
    pub encode_own_characters: usize,
    /// The cluster that the vectors are sent to; `None`: they are searched in the process.
    pub cluster: Option<Arc<Cluster>>,
    /// From so many vectors on that everyone may read, searches look at some of them; 0: always at all.
    pub approximate_from: u64,
}

/// How accounts become people.
#[derive(Debug, Clone, Default)]
pub struct PeopleConfig {
    /// The organisation's mail domains; empty: the commonest one outside of mail.
    pub own_domains: BTreeSet<String>,
    /// Whether what is alike beyond doubt is joined; without it it goes to review.
    pub join_alike: bool,
    /// A file of the operator's, written like Git's `.mailmap`.
    pub mailmap: Option<PathBuf>,
}

/// What the operator opens or closes on the command line, source by source.
pub type Openings = Vec<(SourceName, Visibility)>;

/// What one run is told.
#[derive(Debug, Clone)]
pub struct IngestOptions {
    /// The time of the run: what the policy keeps for so many days is counted from here.
    pub now: Timestamp,
    /// Messages that were neither written nor edited since then are not read.
    pub since: Option<Timestamp>,
    /// A policy in place of the one that held until now; kept in the data directory.
    pub policy: Option<PathBuf>,
    /// What the operator opens or closes; remembered.
    pub openings: Openings,
    /// Whether the exports hold all of their containers: what is not in them any more was deleted.
    pub complete: bool,
}

impl IngestOptions {
    /// A run at that time, with nothing said besides.
    pub const fn at(now: Timestamp) -> Self {
        Self { now, since: None, policy: None, openings: Vec::new(), complete: false }
    }
}

/// The stages, in the order they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading and cleaning; counts bytes.
    Read,
    /// Accounts into people; counts accounts.
    People,
    /// Messages into conversations and documents; counts containers.
    Evidence,
    /// Documents into vectors; counts documents.
    Encode,
    /// Documents into the lexical index; counts documents.
    Index,
    /// Vectors into the cluster, where there is one; counts documents.
    Send,
}

impl Stage {
    /// The word for progress bars and events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::People => "people",
            Self::Evidence => "evidence",
            Self::Encode => "encode",
            Self::Index => "index",
            Self::Send => "send",
        }
    }
}

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Which stage.
    pub stage: Stage,
    /// How much is done, in the stage's own unit.
    pub done: u64,
    /// How much there is, if that is known.
    pub total: Option<u64>,
}

/// The one process that writes a data directory.
pub struct Indexer {
    pub(crate) folder: DataFolder,
    /// The generation that it writes to.
    pub(crate) place: Generation,
    pub(crate) store: Store,
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
    pub(crate) config: IndexerConfig,
    policy: Policy,
    redactor: Redactor,
    pub(crate) suppression: Suppression,
    /// What was known of accounts when people were resolved last, while a server runs.
    resolved: Option<[u8; 32]>,
    /// Set by whoever wants the run to stop.
    pub(crate) stop: Arc<AtomicBool>,
    /// Held until the last indexer of the directory is dropped; the file itself stays.
    pub(crate) lock: Arc<std::fs::File>,
}

impl std::fmt::Debug for Indexer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Indexer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Indexer {
    /// Opens a data directory for writing, making it if it is not there.
    ///
    /// # Errors
    /// [`index::Error::Locked`] if another process writes to it.
    pub fn open(
        folder: DataFolder,
        embedder: Arc<dyn Embedder>,
        config: IndexerConfig,
    ) -> Result<Self, Error> {
        Self::start(folder, Some(embedder), config)
    }

    /// [`Self::open`] for an index without vectors: what is there of them stays, new documents get none.
    pub fn without_encoder(folder: DataFolder, config: IndexerConfig) -> Result<Self, Error> {
        Self::start(folder, None, config)
    }

    fn start(
        folder: DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        config: IndexerConfig,
    ) -> Result<Self, Error> {
        folder.create()?;
        let lock = fs_err::OpenOptions::new().create(true).truncate(false).write(true).open(folder.lock())?;
        let (lock, _) = lock.into_parts();
        if lock.try_lock().is_err() {
            return Err(index::Error::Locked(folder.path().to_owned()).into());
        }
        let place = folder.current()?;
        if place.number() > 0 {
            folder.existing()?;
        }
        Self::of_generation((folder, place, Arc::new(lock)), embedder, config)
    }

    /// A writer of one generation, under a lock that is held.
    pub(crate) fn of_generation(
        (folder, place, lock): (DataFolder, Generation, Arc<std::fs::File>),
        embedder: Option<Arc<dyn Embedder>>,
        config: IndexerConfig,
    ) -> Result<Self, Error> {
        seal::take_off(&place)?;
        let store = Store::open(&place.store())?;
        crate::folder::owner_only(&place.store())?;
        place.make_used()?;
        let policy = policy_of(&folder, None)?;
        let redactor = policy.redactor()?;
        let suppression = suppression_of(&folder)?;
        Ok(Self {
            folder,
            place,
            store,
            embedder,
            config,
            policy,
            redactor,
            suppression,
            resolved: None,
            stop: Arc::default(),
            lock,
        })
    }

    /// Reads exports and brings people, documents, vectors and the lexical index up to date with them.
    ///
    /// A broken export is reported and does not stop the others. Running it again on the same exports changes
    /// nothing. A run that is killed leaves what it had committed; the next one finishes the work.
    ///
    /// # Errors
    /// [`Error::Policy`] if the policy does not read; then nothing is read.
    pub fn ingest(
        &mut self,
        exports: &[PathBuf],
        options: &IngestOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<IngestReport, Error> {
        let mut report = IngestReport::default();
        self.take_policy(options.policy.as_deref())?;
        report.erased_again = self.erase_again()?;
        for path in exports {
            report.exports.push(self.read_export(path, options, progress)?);
        }
        self.set_visibilities(options, &mut report)?;
        self.enforce_policy(options.now, &mut report)?;
        if !report.expired.is_empty() {
            // They hold what the policy keeps no longer.
            self.folder.drop_kept()?;
        }
        if self.refuse_other_encoder().is_err() {
            // Vectors of the old model answer until all of the new one's are there.
            self.store.checkpoint()?;
            self.reindex(progress)?;
            (report.accounts, report.people) = (self.store.accounts()?.len(), self.store.people()?.len());
        } else {
            self.derive(&mut report, progress)?;
        }
        self.write_quarantine_file()?;
        self.describe(&mut report)?;
        seal::put_on(&self.folder, &self.place)?;
        Ok(report)
    }

    /// Keeps much of the store in memory, as long runs want it and as it is at first, or little, as suits a writer that
    /// waits beside a server.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep_cached(&self, much: bool) -> Result<(), Error> {
        Ok(self.store.keep_cached(much)?)
    }

    /// Lets whoever sets the flag stop the run at the next step that leaves the store whole.
    pub fn stop_by(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// # Errors
    /// [`Error::Stopped`] if somebody wants the run to stop.
    pub(crate) fn go_on(&self) -> Result<(), Error> {
        if self.stop.load(Ordering::Relaxed) { Err(Error::Stopped) } else { Ok(()) }
    }

    /// Takes another encoder for the generation that is built or gone back to next, and gives the one before. What
    /// answers keeps the vectors that it has: until then nothing can be encoded.
    pub fn encode_by(&mut self, embedder: Option<Arc<dyn Embedder>>) -> Option<Arc<dyn Embedder>> {
        std::mem::replace(&mut self.embedder, embedder)
    }

    /// Says that the store is about to hold vectors of this writer's encoder: of a generation that nobody answers
    /// from yet, or where nothing else may wait.
    pub(crate) fn note_encoder(&self) -> Result<(), Error> {
        if let Some(embedder) = &self.embedder {
            self.store.note_encoder(embedder.model_id().as_str())?;
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::OtherEncoder`] if the store holds vectors of another model than the options choose.
    pub(crate) fn refuse_other_encoder(&self) -> Result<(), Error> {
        let (Some(embedder), Some(found)) = (&self.embedder, self.store.encoder()?) else { return Ok(()) };
        let asked = embedder.model_id().to_string();
        if found == asked {
            Ok(())
        } else {
            Err(Error::OtherEncoder { path: self.place.path().to_owned(), found, asked })
        }
    }

    /// Everything after reading: people, documents, vectors, lexical index.
    pub(crate) fn derive(
        &mut self,
        report: &mut IngestReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        self.resolve_people(report, progress)?;
        self.make_documents(progress)?;
        self.encode(Scope::All, progress)?;
        self.arrange()?;
        if self.store.wants_purge()? {
            // An index that is built from nothing holds no byte of what was erased.
            self.store.forget_indexed()?;
            self.store.forget_sent()?;
            self.update_lexical(progress)?;
            self.store.purge()?;
        } else {
            self.update_lexical(progress)?;
        }
        self.store.checkpoint()?;
        report.unsent = self.send(progress)?;
        Ok(())
    }

    /// Puts the vectors into lists, where there are enough of them for that and this process searches them. Lists
    /// that something erased may have taught are made anew. Says whether the lists are other ones now.
    fn arrange(&self) -> Result<bool, Error> {
        let anew = self.store.wants_purge()?;
        let wanted = match &self.embedder {
            Some(embedder) => Wanted {
                model: embedder.model_id().as_str(),
                dimensions: embedder.dimensions(),
                from: if self.config.cluster.is_none() { self.config.approximate_from } else { 0 },
                anew,
            },
            // Nobody can make them anew.
            None if anew => Wanted { model: "", dimensions: 0, from: 0, anew },
            None => return Ok(false),
        };
        let arranged = lists::arrange(&self.store, wanted, &|| self.go_on().is_ok())?;
        tracing::info!(?arranged, "arranged the vectors");
        self.go_on()?;
        Ok(matches!(arranged, Arranged::Anew { .. }))
    }
}
