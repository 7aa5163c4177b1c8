//! The one who works through a server's book of jobs: on a thread of its own, by the calls that the commands make.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use embed::Embedder;
use engine::generations::Builder;
use engine::jobs::{JobBook, JobLimits, Order, Outcome, Turn, below};
use engine::learn::learn;
use engine::{DataFolder, Error, Indexer, IngestOptions, Progress};
use serde_json::{Value, json};

use super::Answering;
use crate::clock;
use crate::commands::{backup, forget, indexer_by};
use crate::print::report;
use crate::settings::Settings;

/// What a job works with.
pub(crate) struct Worker {
    pub(crate) data_dir: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) answering: Arc<Answering>,
    /// The writer of a server that takes messages in; without it each job opens one for itself.
    pub(crate) live: Option<Arc<Mutex<Indexer>>>,
}

/// Opens the book of a data directory.
///
/// # Errors
/// It does not read.
pub(crate) fn book(data_dir: &std::path::Path, settings: &Settings) -> anyhow::Result<Arc<JobBook>> {
    let limits: JobLimits = settings.jobs.limits();
    Ok(Arc::new(JobBook::open(&DataFolder::new(data_dir), limits, clock::now())?))
}

impl Worker {
    /// Works through the book until it is closed; what comes back hears when that is done.
    ///
    /// # Errors
    /// The machine has no thread left.
    pub(crate) fn start(self, book: Arc<JobBook>) -> anyhow::Result<Receiver<()>> {
        let (done, ended) = channel();
        let work = move || {
            while let Some(turn) = book.next(clock::now) {
                tracing::info!(job.id = turn.id, job.kind = turn.order.kind(), "a job begins");
                // One job that breaks does not take the others with it.
                let ran = catch_unwind(AssertUnwindSafe(|| self.run(&turn, &book)));
                let ran = ran.unwrap_or_else(|_| Err(anyhow::anyhow!("it broke off; the log says where")));
                let outcome = outcome(ran);
                tracing::info!(job.id = turn.id, outcome = outcome.as_str(), "a job is over");
                book.end(turn.id, outcome, clock::now());
            }
            // Nobody may listen any more.
            let _ = done.send(());
        };
        std::thread::Builder::new().name("jobs".to_owned()).spawn(work)?;
        Ok(ended)
    }

    fn run(&self, turn: &Turn, book: &JobBook) -> anyhow::Result<Value> {
        let mut progress = |at: Progress| book.progress(turn.id, at, clock::now());
        let progress = &mut progress;
        // What is built anew, or gone back to, may be another encoder's than what answers.
        let chosen = match &turn.order {
            Order::Reindex | Order::Rollback { .. } => Some(self.answering.chosen()?),
            _ => None,
        };
        let embedder = chosen.as_ref().and_then(|chosen| chosen.embedder.clone());
        let mut failed = None;
        let result = match &turn.order {
            Order::Ingest { exports, since, complete } => {
                let root = book.limits().exports.as_ref().context("the options name no folder of exports")?;
                let path = |name: &String| {
                    below(root, name)
                        .with_context(|| format!("{name:?} is not below the folder of exports any more"))
                };
                let paths = exports.iter().map(path).collect::<anyhow::Result<Vec<_>>>()?;
                let now = clock::now();
                let options = IngestOptions { since: *since, complete: *complete, ..IngestOptions::at(now) };
                let report =
                    self.with_writer(turn, |indexer| Ok(indexer.ingest(&paths, &options, progress)?))?;
                failed = unread(&report);
                report::value(&report)
            }
            Order::Reindex => self.reindex(turn, embedder, progress)?,
            Order::Rollback { to } => {
                let back = self.with_writer(turn, |indexer| {
                    by(indexer, embedder, |indexer| Ok(indexer.roll_back(*to, progress)?))
                })?;
                json!({"generation": back.generation, "number": back.number, "messages": back.messages})
            }
            Order::Learn { dry_run } => self.learn(turn, *dry_run)?,
            Order::Forget { target, mode } => {
                let receipt = self.with_writer(turn, |indexer| {
                    // An erasure that has begun goes on to its end.
                    indexer.stop_by(Arc::default());
                    forget::erase(&self.data_dir, indexer, (target.clone(), *mode), progress)
                })?;
                serde_json::to_value(receipt)?
            }
            Order::Backup => {
                let folder =
                    book.limits().backups.clone().context("the options name no folder for backups")?;
                backup::below(&self.data_dir, &folder, &turn.stop)?
            }
        };
        match chosen {
            Some(chosen) => self.renew(|| self.answering.renew_by(chosen.clone()))?,
            None if matches!(turn.order, Order::Backup) => {}
            None => self.renew(|| self.answering.renew())?,
        }
        failed.map_or(Ok(result), |why| Err(anyhow::anyhow!(why)))
    }

    /// Has what was done be answered from. Messages that came meanwhile, and are stored and not findable yet, are made
    /// so first: the job went well all the same.
    fn renew(&self, renew: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<()> {
        match (renew(), &self.live) {
            (Err(error), Some(live)) if matches!(error.downcast_ref(), Some(Error::IndexBehind(_))) => {
                let mut indexer = lock(live);
                indexer.catch_up()?;
                renew()
            }
            (renewed, _) => renewed,
        }
    }

    /// Runs something with the writer of the data directory.
    fn with_writer<T>(
        &self,
        turn: &Turn,
        run: impl FnOnce(&mut Indexer) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        if let Some(live) = &self.live {
            let mut indexer = lock(live);
            indexer.keep_cached(true)?;
            indexer.stop_by(Arc::clone(&turn.stop));
            let done = run(&mut indexer);
            indexer.stop_by(Arc::default());
            indexer.keep_cached(false)?;
            return done;
        }
        let mut indexer = self.open()?;
        indexer.stop_by(Arc::clone(&turn.stop));
        run(&mut indexer)
    }

    fn open(&self) -> Result<Indexer, Error> {
        indexer_by(self.answering.embedder(), DataFolder::new(&self.data_dir), &self.settings)
    }

    /// While messages are taken in, they wait only for the end of it: what came meanwhile is taken over twice, the
    /// second time, when it is little, with the door shut.
    fn reindex(
        &self,
        turn: &Turn,
        embedder: Option<Arc<dyn Embedder>>,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Value> {
        let report = if let Some(live) = &self.live {
            let mut twin = lock(live).twin()?;
            twin.stop_by(Arc::clone(&turn.stop));
            twin.encode_by(embedder);
            let mut builder = Builder::start(&twin)?;
            drop(twin);
            builder.make(progress)?;
            builder.keep_up(progress)?;
            let mut indexer = lock(live);
            builder.keep_up(progress)?;
            let (mut writer, report) = builder.publish()?;
            writer.stop_by(Arc::default());
            writer.keep_cached(false)?;
            *indexer = writer;
            report
        } else {
            self.with_writer(turn, |indexer| by(indexer, embedder, |indexer| Ok(indexer.reindex(progress)?)))?
        };
        Ok(json!({"generation": report.generation, "number": report.number, "documents": report.documents}))
    }

    fn learn(&self, turn: &Turn, dry_run: bool) -> anyhow::Result<Value> {
        let report = learn(&self.answering.cell.current(), &self.settings.learn)?;
        if turn.stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Error::Stopped.into());
        }
        let folder = DataFolder::new(&self.data_dir);
        if !dry_run {
            report.keep(&folder)?;
        }
        Ok(crate::print::learn::value(&report, !dry_run))
    }
}

/// Why nothing was read, where none of the exports could be.
fn unread(report: &engine::IngestReport) -> Option<String> {
    let broken: Option<Vec<&str>> = report.exports.iter().map(|export| export.broken.as_deref()).collect();
    broken.filter(|broken| !broken.is_empty()).map(|broken| broken.join("; "))
}

/// Runs something with another encoder, which is the writer's from then on if that goes well.
fn by<T>(
    indexer: &mut Indexer,
    embedder: Option<Arc<dyn Embedder>>,
    run: impl FnOnce(&mut Indexer) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let before = indexer.encode_by(embedder);
    let ran = run(indexer);
    if ran.is_err() {
        indexer.encode_by(before);
    }
    ran
}

fn lock(live: &Mutex<Indexer>) -> MutexGuard<'_, Indexer> {
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a job ended, in words that quote nothing of what was erased.
fn outcome(ran: anyhow::Result<Value>) -> Outcome {
    match ran {
        Ok(value) => Outcome::Done(value),
        Err(error) => match error.downcast_ref::<Error>() {
            Some(Error::Stopped) => Outcome::Stopped,
            Some(Error::NoSubject(_)) => Outcome::Failed("nothing is known under that name".to_owned()),
            _ => Outcome::Failed(format!("{error:#}")),
        },
    }
}
