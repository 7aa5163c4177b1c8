//! Test questions out of the store's own past: who asked what, when, and who turned out to know.
//!
//! Decision: a question is taken only from a conversation that everyone may read, so that nothing learned or
//! measured on it can tell of what is hidden. Grades are those of the shared truth: 3 if the answer was
//! thanked for, accepted, or closed the ticket as done; 2 if it was of substance.
//! Decision: questions are played against evidence from before a cut, while time goes on: a running service is
//! always a little behind, and an index that knew everything up to each question would look better than it is.

mod crossposts;
mod facts;
mod folds;
mod leaks;
mod links;
mod mine;
mod names;
#[cfg(test)]
mod tests;

use eval::TestQuestion;
use model::DocumentId;

pub use facts::{Facts, facts};
pub use folds::{Fold, folds, split};
pub use leaks::{Leak, leaks, refuse_leaks};
pub use links::{LinkedQuestion, linked};
pub use mine::{MIN_TOKENS, questions};

/// A question that somebody asked, with those who answered it.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryQuestion {
    /// The question in the form that everything here is judged by. Experts and asker are account keys, one a
    /// person; `qid` names it in every build of the index.
    pub test: TestQuestion,
    /// The source of its channel: `slack`, `mail`, `jira` …
    pub source: String,
    /// The container it was asked in.
    pub container: String,
    /// The conversation that it opened.
    pub conversation: String,
    /// The asker's team, if open sources say it.
    pub team: Option<String>,
    /// Code of the language that it was detected to be in.
    pub language: Option<String>,
    /// Every document of its conversation (and of its cross-posts): none of them may be evidence for it.
    pub documents: Vec<DocumentId>,
}
