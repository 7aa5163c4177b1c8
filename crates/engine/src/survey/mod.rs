//! Looking at exports without writing anything: what is in them ([`plan`]), and what they would change
//! ([`dry_run`]).
//!
//! Decision: both take the way that an ingest takes (parser, gate, cleaning) to another end, so that they
//! cannot tell another story than it does. The price is that a plan reads the exports whole.

mod diff;
mod plan;
mod tally;

use ingest::policy::Suppression;
use ingest::{Limits, Policy};
use model::Timestamp;

pub use diff::dry_run;
pub use plan::{Estimate, Plan, PlannedExport, Readers, plan};

/// What a look at exports is told.
#[derive(Debug, Clone)]
pub struct SurveyOptions {
    /// Bounds on what is read.
    pub limits: Limits,
    /// What may be read.
    pub policy: Policy,
    /// What was erased and stays out.
    pub erased: Suppression,
    /// The time of the look.
    pub now: Timestamp,
    /// Messages that were neither written nor edited since then are not read.
    pub since: Option<Timestamp>,
    /// Whether the exports hold all of their containers.
    pub complete: bool,
}

#[cfg(test)]
mod tests;
