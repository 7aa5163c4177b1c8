//! The bodies and parameters of `/v1/jobs` and `/v1/admin/jobs`.

use engine::erase::{Erasure, Target};
use engine::jobs::{Job, JobProgress, Order};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::object::Object;
use super::request::parse;
use crate::problem::Problem;

/// Jobs in a list: most, and how many if the request says none.
const LIMIT: (usize, usize) = (100, 20);

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum JobKind {
    /// Read exports that lie below the folder of the options (`jobs.exports`).
    Ingest,
    /// Make the next generation of the index while this one answers.
    Reindex,
    /// Let a kept generation answer again, with every message that came since.
    Rollback,
    /// Learn weights from the index's own past, kept if they win.
    Learn,
    /// Erase a person, a message or a channel for good.
    Forget,
    /// Write a backup below the folder of the options (`jobs.backups`).
    Backup,
}

/// What becomes of an erased person's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ForgetMode {
    /// They go with the person.
    Both,
    /// Those of others stay as they are.
    Person,
    /// They stay, as nobody's.
    Anonymise,
}

/// What to do it with; each field is for one kind.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobArguments {
    /// For `ingest`: paths below the folder of exports, 1 to 100.
    #[schema(max_items = 100)]
    exports: Option<Vec<String>>,
    /// For `ingest`: only what was written or edited since then.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// For `ingest`: the exports hold all of their containers; what is not in them any more is deleted.
    complete: Option<bool>,
    /// For `rollback`: which kept generation, by its number; left out: the newest before the one that answers.
    to: Option<u64>,
    /// For `learn`: only tell, keep nothing.
    dry_run: Option<bool>,
    /// For `forget`: an account, a mail address or a person's id.
    #[schema(min_length = 1, max_length = 400)]
    person: Option<String>,
    /// For `forget`: a message's id.
    message: Option<String>,
    /// For `forget`: a channel's id.
    channel: Option<String>,
    /// For `forget` of a person; `both` if left out.
    mode: Option<ForgetMode>,
}

/// An order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobRequest {
    /// What to do.
    kind: JobKind,
    /// What to do it with.
    #[serde(default)]
    #[schema(value_type = JobArguments)]
    arguments: Object<JobArguments>,
}

/// How far a job is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WireProgress {
    /// The stage: `read`, `people`, `evidence`, `encode`, `index`.
    stage: &'static str,
    /// How much of it is done, in the stage's own unit.
    done: u64,
    /// How much there is, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    /// Seconds until the stage is over, if it goes on as it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    eta_seconds: Option<f64>,
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobResponse {
    id: String,
    kind: String,
    /// What was ordered; of an erasure never whose.
    #[schema(value_type = Object)]
    arguments: serde_json::Value,
    /// `queued`, `running`, `done`, `failed`, `cancelled`, or `interrupted`: the process ended before it did. Order
    /// it again, and an ingest goes on where it stopped.
    state: &'static str,
    /// Whether it was taken back and is about to stop.
    stopping: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<WireProgress>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    /// What it came to, by kind: counts and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    result: Option<serde_json::Value>,
    /// Why it failed, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Jobs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobsResponse {
    jobs: Vec<JobResponse>,
    /// Give it back as `cursor` for the older ones; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Which jobs to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    /// How many at most; 20 if left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the list before this one ended: its `next_cursor`.
    #[param(pattern = "^[0-9]{1,18}$")]
    cursor: Option<String>,
}

impl JobRequest {
    /// Reads an order; fails as a search does.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }

    /// Checks that the arguments are those of the kind.
    ///
    /// # Errors
    /// An invalid request, with the field.
    pub(crate) fn check(self) -> Result<Order, Problem> {
        let Self { kind, arguments: Object(arguments) } = self;
        arguments.belong_to(kind)?;
        Ok(match kind {
            JobKind::Ingest => Order::Ingest {
                exports: arguments.exports.unwrap_or_default(),
                since: arguments.since.map(|text| time("arguments.since", &text)).transpose()?,
                complete: arguments.complete.unwrap_or(false),
            },
            JobKind::Reindex => Order::Reindex,
            JobKind::Rollback => Order::Rollback { to: arguments.to },
            JobKind::Learn => Order::Learn { dry_run: arguments.dry_run.unwrap_or(false) },
            JobKind::Forget => arguments.forget()?,
            JobKind::Backup => Order::Backup,
        })
    }
}

impl JobArguments {
    fn belong_to(&self, kind: JobKind) -> Result<(), Problem> {
        let given = [
            ("exports", self.exports.is_some(), JobKind::Ingest),
            ("since", self.since.is_some(), JobKind::Ingest),
            ("complete", self.complete.is_some(), JobKind::Ingest),
            ("to", self.to.is_some(), JobKind::Rollback),
            ("dry_run", self.dry_run.is_some(), JobKind::Learn),
            ("person", self.person.is_some(), JobKind::Forget),
            ("message", self.message.is_some(), JobKind::Forget),
            ("channel", self.channel.is_some(), JobKind::Forget),
            ("mode", self.mode.is_some(), JobKind::Forget),
        ];
        let stray = given.into_iter().find(|(_, given, of)| *given && *of != kind);
        stray.map_or(Ok(()), |(field, ..)| {
            Err(Problem::field(format!("arguments.{field}"), format!("{field} is not for this kind of job")))
        })
    }

    fn forget(self) -> Result<Order, Problem> {
        let mode = self.mode.map_or(Erasure::Both, Erasure::from);
        let bad = |field: &'static str| {
            move |_| Problem::field(format!("arguments.{field}"), format!("{field} is no id"))
        };
        let target = match (self.person, self.message, self.channel) {
            (Some(person), None, None) if !person.trim().is_empty() => Target::Person(person),
            (None, Some(id), None) => Target::Message(model::MessageId::new(id).map_err(bad("message"))?),
            (None, None, Some(id)) => Target::Container(model::ContainerId::new(id).map_err(bad("channel"))?),
            _ => {
                return Err(Problem::field("arguments", "name one of person, message and channel"));
            }
        };
        Ok(Order::Forget { target, mode })
    }
}

fn time(field: &str, text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| Problem::field(field, format!("{field} is no time as in RFC 3339")))
}

impl JobsQuery {
    /// How many jobs, and below which number.
    ///
    /// # Errors
    /// An invalid request, with the field.
    pub(crate) fn check(self) -> Result<(usize, Option<u64>), Problem> {
        let (most, usual) = LIMIT;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Problem::field("limit", format!("limit is {limit}, allowed are 1 to {most}")));
        }
        let digits = |text: &String| text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
        let before = self.cursor.map(|text| {
            let number = Some(&text).filter(|text| digits(text)).and_then(|text| text.parse().ok());
            number.ok_or_else(|| Problem::field("cursor", "cursor is none that a list ended with"))
        });
        Ok((limit, before.transpose()?))
    }
}

impl From<ForgetMode> for Erasure {
    fn from(mode: ForgetMode) -> Self {
        match mode {
            ForgetMode::Both => Self::Both,
            ForgetMode::Person => Self::Person,
            ForgetMode::Anonymise => Self::Anonymise,
        }
    }
}

impl WireProgress {
    pub(crate) fn new(progress: JobProgress, now: Timestamp) -> Self {
        Self {
            stage: progress.at.stage.as_str(),
            done: progress.at.done,
            of: progress.at.total,
            eta_seconds: progress.eta_seconds(now),
        }
    }
}

impl JobResponse {
    pub(crate) fn new(job: Job, now: Timestamp) -> Self {
        let progress = job.progress.map(|progress| WireProgress::new(progress, now));
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            arguments: job.arguments,
            state: job.state.as_str(),
            stopping: job.stopping,
            progress,
            created_at: job.created_at.to_string(),
            started_at: job.started_at.map(|time| time.to_string()),
            ended_at: job.ended_at.map(|time| time.to_string()),
            result: job.result,
            error: job.error,
        }
    }
}

impl JobsResponse {
    /// A page of the jobs, which come newest first.
    pub(crate) fn new(jobs: Vec<Job>, (limit, before): (usize, Option<u64>), now: Timestamp) -> Self {
        let mut older = jobs.into_iter().filter(|job| before.is_none_or(|before| job.id < before));
        let page: Vec<Job> = older.by_ref().take(limit).collect();
        let last = page.last().map(|job| job.id);
        let next_cursor = older.next().and(last).map(|id| id.to_string());
        Self { jobs: page.into_iter().map(|job| JobResponse::new(job, now)).collect(), next_cursor }
    }
}
