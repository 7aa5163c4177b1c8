//! The book of jobs: who orders writes in it, the one who works reads from it.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Job, JobLimits, JobProgress, JobState, NotTaken, Order, Outcome, Turn, below, listed};
use crate::private::put_whole;
use crate::{DataFolder, Error, Progress};

/// Jobs that may wait.
const WAITING: usize = 32;
/// Jobs that are told after they are over; the oldest are forgotten.
const TOLD: usize = 200;
/// The form of the file.
const VERSION: u32 = 1;

/// A job in the file.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    id: u64,
    kind: String,
    arguments: Value,
    state: JobState,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    result: Option<Value>,
    error: Option<String>,
    /// What its orderer calls it, so that the same order twice is one.
    key: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    version: u32,
    last: u64,
    jobs: Vec<Row>,
}

/// A job and what only this process knows of it.
#[derive(Debug)]
struct Entry {
    job: Job,
    key: Option<String>,
    stop: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Pages {
    jobs: BTreeMap<u64, Entry>,
    waiting: VecDeque<(u64, Order)>,
    last: u64,
    closed: bool,
}

/// The jobs of a data directory.
#[derive(Debug)]
pub struct JobBook {
    path: PathBuf,
    limits: JobLimits,
    pages: Mutex<Pages>,
    ordered: Condvar,
}

impl JobBook {
    /// Opens the book of a data directory. What was waiting or at work when the last process ended is told as
    /// interrupted.
    ///
    /// # Errors
    /// The file does not read, or cannot be written.
    pub fn open(folder: &DataFolder, limits: JobLimits, now: Timestamp) -> Result<Self, Error> {
        let path = folder.jobs();
        let mut pages = Pages::default();
        if path.exists() {
            let bad = |why: String| Error::Generation { path: path.clone(), why };
            let file: File =
                serde_json::from_slice(&fs_err::read(&path)?).map_err(|error| bad(error.to_string()))?;
            if file.version != VERSION {
                return Err(bad(format!("is of version {}, not {VERSION}", file.version)));
            }
            pages.last = file.last;
            for row in file.jobs {
                let entry = entry(row, now);
                pages.jobs.insert(entry.job.id, entry);
            }
        }
        let book = Self { path, limits, pages: Mutex::new(pages), ordered: Condvar::new() };
        book.save(&mut book.pages())?;
        Ok(book)
    }

    /// What may be ordered.
    pub const fn limits(&self) -> &JobLimits {
        &self.limits
    }

    /// What lies in the folder of exports, by name: what an order to ingest may name; nothing without a folder.
    pub fn exports(&self) -> Vec<String> {
        self.limits.exports.as_deref().map(listed).unwrap_or_default()
    }

    /// Takes an order. One that was taken under the same `key` before is not taken again: that job is told.
    ///
    /// # Errors
    /// [`NotTaken`] says why not, as the inner result; what the file system says as the outer one.
    pub fn order(
        &self,
        order: Order,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Job, NotTaken>, Error> {
        self.take(order, key, now, false)
    }

    /// The same, only while no other job waits or is at work.
    ///
    /// # Errors
    /// As [`Self::order`].
    pub fn order_alone(
        &self,
        order: Order,
        key: &str,
        now: Timestamp,
    ) -> Result<Result<Job, NotTaken>, Error> {
        self.take(order, Some(key), now, true)
    }

    fn take(
        &self,
        order: Order,
        key: Option<&str>,
        now: Timestamp,
        alone: bool,
    ) -> Result<Result<Job, NotTaken>, Error> {
        let mut pages = self.pages();
        if let Some(key) = key
            && let Some(known) = pages.jobs.values().find(|entry| entry.key.as_deref() == Some(key))
        {
            let same = known.job.kind == order.kind() && known.job.arguments == order.told();
            let other = || NotTaken::Argument {
                field: "idempotency-key".to_owned(),
                why: "the key was used for another order".to_owned(),
            };
            return Ok(if same { Ok(known.job.clone()) } else { Err(other()) });
        }
        if let Err(refused) = self.check(&order) {
            return Ok(Err(refused));
        }
        if alone && pages.jobs.values().any(|entry| !entry.job.state.is_over()) {
            return Ok(Err(NotTaken::AtWork));
        }
        if pages.closed || pages.waiting.len() >= WAITING {
            return Ok(Err(NotTaken::Full));
        }
        let id = pages.last + 1;
        let job = Job {
            id,
            kind: order.kind().to_owned(),
            arguments: order.told(),
            state: JobState::Queued,
            progress: None,
            stopping: false,
            created_at: now,
            started_at: None,
            ended_at: None,
            result: None,
            error: None,
            version: 0,
        };
        let entry = Entry { job: job.clone(), key: key.map(str::to_owned), stop: Arc::default() };
        pages.jobs.insert(id, entry);
        pages.last = id;
        if let Err(error) = self.save(&mut pages) {
            pages.jobs.remove(&id);
            return Err(error);
        }
        pages.waiting.push_back((id, order));
        self.ordered.notify_one();
        Ok(Ok(job))
    }

    fn check(&self, order: &Order) -> Result<(), NotTaken> {
        let argument = |field: String, why: &str| Err(NotTaken::Argument { field, why: why.to_owned() });
        match order {
            Order::Ingest { exports, .. } => {
                let Some(root) = &self.limits.exports else {
                    return argument(
                        "kind".to_owned(),
                        "the options name no folder of exports (jobs.exports)",
                    );
                };
                if exports.is_empty() || exports.len() > 100 {
                    return argument("exports".to_owned(), "name 1 to 100 exports");
                }
                for (place, name) in exports.iter().enumerate() {
                    if below(root, name).is_none() {
                        let why = "is no file or folder below the folder of exports";
                        return argument(format!("exports[{place}]"), why);
                    }
                }
                Ok(())
            }
            Order::Backup if self.limits.backups.is_none() => {
                argument("kind".to_owned(), "the options name no folder for backups (jobs.backups)")
            }
            _ => Ok(()),
        }
    }

    /// Waits for the next job and says that it is at work; `None` once the book is closed.
    pub fn next(&self, clock: fn() -> Timestamp) -> Option<Turn> {
        let mut pages = self.pages();
        loop {
            if pages.closed {
                return None;
            }
            if let Some((id, order)) = pages.waiting.pop_front() {
                let stop = pages.jobs.get(&id).map(|entry| Arc::clone(&entry.stop)).unwrap_or_default();
                change(&mut pages, id, |job| {
                    (job.state, job.started_at) = (JobState::Running, Some(clock()));
                });
                self.save_or_log(&mut pages);
                return Some(Turn { id, order, stop });
            }
            pages = self.ordered.wait(pages).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Notes how far a job is.
    pub fn progress(&self, id: u64, at: Progress, now: Timestamp) {
        change(&mut self.pages(), id, |job| {
            let since = job.progress.filter(|before| before.at.stage == at.stage).map(|before| before.since);
            job.progress = Some(JobProgress { at, since: since.unwrap_or(now) });
        });
    }

    /// Notes that a job is over. One that stopped because the process ends is told as interrupted.
    pub fn end(&self, id: u64, outcome: Outcome, now: Timestamp) {
        let mut pages = self.pages();
        let closed = pages.closed;
        change(&mut pages, id, |job| {
            job.ended_at = Some(now);
            match outcome {
                Outcome::Done(result) => (job.state, job.result) = (JobState::Done, Some(result)),
                Outcome::Stopped if closed && !job.stopping => job.state = JobState::Interrupted,
                Outcome::Stopped => job.state = JobState::Cancelled,
                Outcome::Failed(why) => (job.state, job.error) = (JobState::Failed, Some(why)),
            }
        });
        self.save_or_log(&mut pages);
    }

    /// Takes a job back: one that waits is over at once, one at work stops at the next step that leaves the
    /// index whole (an erasure does not stop), one that is over stays as it is. `None` if it is not known.
    pub fn cancel(&self, id: u64, now: Timestamp) -> Option<Job> {
        let mut pages = self.pages();
        let entry = pages.jobs.get(&id)?;
        match entry.job.state {
            JobState::Queued => {
                pages.waiting.retain(|(waiting, _)| *waiting != id);
                change(&mut pages, id, |job| {
                    (job.state, job.ended_at) = (JobState::Cancelled, Some(now));
                });
            }
            JobState::Running => {
                entry.stop.store(true, Ordering::Relaxed);
                change(&mut pages, id, |job| job.stopping = true);
            }
            _ => {}
        }
        self.save_or_log(&mut pages);
        pages.jobs.get(&id).map(|entry| entry.job.clone())
    }

    /// The jobs that are told, the newest first.
    pub fn jobs(&self) -> Vec<Job> {
        self.pages().jobs.values().rev().map(|entry| entry.job.clone()).collect()
    }

    /// One of them.
    pub fn job(&self, id: u64) -> Option<Job> {
        self.pages().jobs.get(&id).map(|entry| entry.job.clone())
    }

    /// The newest job that was ordered under a key that begins so, if it is still told.
    pub fn ordered_as(&self, key: &str) -> Option<Job> {
        let begins = |entry: &&Entry| entry.key.as_deref().is_some_and(|known| known.starts_with(key));
        self.pages().jobs.values().rev().find(begins).map(|entry| entry.job.clone())
    }

    /// Takes no more orders and hands none out; the job at work is asked to stop.
    pub fn close(&self) {
        let mut pages = self.pages();
        pages.closed = true;
        for entry in pages.jobs.values().filter(|entry| entry.job.state == JobState::Running) {
            entry.stop.store(true, Ordering::Relaxed);
        }
        self.ordered.notify_all();
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, pages: &mut Pages) -> Result<(), Error> {
        while pages.jobs.len() > TOLD {
            let over = pages.jobs.iter().find(|(_, entry)| entry.job.state.is_over()).map(|(id, _)| *id);
            let Some(oldest) = over else { break };
            pages.jobs.remove(&oldest);
        }
        let jobs = pages.jobs.values().map(row).collect();
        let file = File { version: VERSION, last: pages.last, jobs };
        let text = serde_json::to_vec_pretty(&file).map_err(std::io::Error::from)?;
        Ok(put_whole(&self.path, &text)?)
    }

    /// What cannot be noted is done all the same.
    fn save_or_log(&self, pages: &mut Pages) {
        if let Err(error) = self.save(pages) {
            tracing::error!(%error, "the book of jobs could not be written");
        }
    }
}

fn change(pages: &mut Pages, id: u64, change: impl FnOnce(&mut Job)) {
    if let Some(entry) = pages.jobs.get_mut(&id) {
        change(&mut entry.job);
        entry.job.version += 1;
    }
}

fn row(entry: &Entry) -> Row {
    let (job, millis) = (&entry.job, |time: Timestamp| time.as_millis());
    Row {
        id: job.id,
        kind: job.kind.clone(),
        arguments: job.arguments.clone(),
        state: job.state,
        created_at: job.created_at.as_millis(),
        started_at: job.started_at.map(millis),
        ended_at: job.ended_at.map(millis),
        result: job.result.clone(),
        error: job.error.clone(),
        key: entry.key.clone(),
    }
}

fn entry(row: Row, now: Timestamp) -> Entry {
    let over = row.state.is_over();
    let job = Job {
        id: row.id,
        kind: row.kind,
        arguments: row.arguments,
        state: if over { row.state } else { JobState::Interrupted },
        progress: None,
        stopping: false,
        created_at: Timestamp::from_millis(row.created_at),
        started_at: row.started_at.map(Timestamp::from_millis),
        ended_at: if over { row.ended_at.map(Timestamp::from_millis) } else { Some(now) },
        result: row.result,
        error: row.error,
        version: 0,
    };
    Entry { job, key: row.key, stop: Arc::default() }
}
