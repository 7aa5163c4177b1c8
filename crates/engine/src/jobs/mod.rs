//! Jobs: long work that a server does beside its answers, one at a time, in the order they came.
//!
//! Decision: what rows tell survives the process, what was ordered does not. A job that a process took with it is
//! told as interrupted and is ordered again by whoever wants it (an ingest goes on where it stopped): nothing starts
//! by itself after a crash that it may have caused, and the name of somebody who is erased lies in no file.

mod book;
mod exports;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use ingest::policy::Erasure;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Progress;
use crate::erase::Target;

pub use book::JobBook;
pub use exports::below;
use exports::listed;

/// What may be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Read exports.
    Ingest {
        /// Paths below the folder of exports.
        exports: Vec<String>,
        /// Messages that were neither written nor edited since then are not read.
        since: Option<Timestamp>,
        /// Whether the exports hold all of their containers.
        complete: bool,
    },
    /// Make the next generation.
    Reindex,
    /// Go back to a kept generation.
    Rollback {
        /// Which one; `None`: the newest before the one that answers.
        to: Option<u64>,
    },
    /// Learn weights from the index's own past.
    Learn {
        /// Only tell, keep nothing.
        dry_run: bool,
    },
    /// Erase for good.
    Forget {
        /// What.
        target: Target,
        /// What becomes of a person's messages.
        mode: Erasure,
    },
    /// Write a backup below the folder of backups.
    Backup,
}

impl Order {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ingest { .. } => "ingest",
            Self::Reindex => "reindex",
            Self::Rollback { .. } => "rollback",
            Self::Learn { .. } => "learn",
            Self::Forget { .. } => "forget",
            Self::Backup => "backup",
        }
    }

    /// What rows tell of it: of an erasure never whose.
    pub fn told(&self) -> Value {
        match self {
            Self::Ingest { exports, since, complete } => json!({
                "exports": exports, "since": since.map(|time| time.to_string()), "complete": complete,
            }),
            Self::Reindex | Self::Backup => json!({}),
            Self::Rollback { to } => json!({ "to": to }),
            Self::Learn { dry_run } => json!({ "dry_run": dry_run }),
            Self::Forget { target, mode } => {
                let what = match target {
                    Target::Person(_) | Target::Accounts(_) => "person",
                    Target::Message(_) => "message",
                    Target::Container(_) => "channel",
                };
                json!({ "what": what, "mode": mode.as_str() })
            }
        }
    }
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It waits for those before it.
    Queued,
    /// It is at work.
    Running,
    /// It ended well.
    Done,
    /// It ended otherwise.
    Failed,
    /// Somebody took it back.
    Cancelled,
    /// The process ended before it did. Ordered again, an ingest goes on where it stopped.
    Interrupted,
}

impl JobState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether nothing more will become of it.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// How far a running job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobProgress {
    /// The stage, and how much of it is done, as everywhere.
    pub at: Progress,
    /// When the stage began.
    pub since: Timestamp,
}

impl JobProgress {
    /// Seconds until the stage is over if it goes on as it went; `None` if nobody can tell.
    pub fn eta_seconds(&self, now: Timestamp) -> Option<f64> {
        let left = self.at.total?.checked_sub(self.at.done)?;
        let seconds = (now.as_millis() - self.since.as_millis()).max(0) as f64 / 1_000.0;
        (self.at.done > 0).then(|| seconds * left as f64 / self.at.done as f64)
    }
}

/// A job, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number, never used twice.
    pub id: u64,
    /// The kind of order, in a word.
    pub kind: String,
    /// What was ordered, as far as it may be told.
    pub arguments: Value,
    /// Where it is.
    pub state: JobState,
    /// How far it is, while it runs.
    pub progress: Option<JobProgress>,
    /// Whether somebody wants it to stop.
    pub stopping: bool,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it came to: counts, no texts.
    pub result: Option<Value>,
    /// Why it failed, and what helps.
    pub error: Option<String>,
    /// Counts up whenever anything of it changes, while the process lives.
    pub version: u64,
}

/// A job whose turn it is.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Its number.
    pub id: u64,
    /// What to do.
    pub order: Order,
    /// Set when it should stop.
    pub stop: Arc<AtomicBool>,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Well, and what it came to.
    Done(Value),
    /// It was stopped.
    Stopped,
    /// Otherwise: why, and what helps.
    Failed(String),
}

impl Outcome {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Stopped => "stopped",
            Self::Failed(_) => "failed",
        }
    }
}

/// What may be ordered at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobLimits {
    /// The folder below which exports lie; without it nothing is ingested by order.
    pub exports: Option<PathBuf>,
    /// The folder that backups are written to; without it none is written by order.
    pub backups: Option<PathBuf>,
}

/// Why an order was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// As many wait as may.
    #[error("as many jobs as allowed are waiting; order it again later")]
    Full,
    /// It wants to be alone, and another job waits or is at work.
    #[error("a job is at work; order it again when that is over")]
    AtWork,
    /// Something of it cannot be done here.
    #[error("{why}")]
    Argument {
        /// Which field of the arguments.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}
