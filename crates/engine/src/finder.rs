//! Answers from an immutable snapshot of the index.

use crate::{Error, Found, Search};

/// Answers questions from one generation of the index; cheap to share, never changes.
#[derive(Debug)]
pub struct Finder {}

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
    pub newest: Option<model::Timestamp>,
}

impl Finder {
    /// Answers a question.
    ///
    /// # Errors
    /// [`Error::QuestionLength`] and [`Error::OutOfRange`] for a bad request; [`Error::Index`] if the lexical
    /// side fails. A failing dense side is no error: the answer says so in `degraded`.
    pub fn search(&self, search: &Search) -> Result<Found, Error> {
        let _ = search;
        Ok(Found { experts: vec![], answers: vec![], fallback: None, nothing: None, degraded: vec![], generation: 0 })
    }

    /// What this snapshot holds.
    pub fn standing(&self) -> Standing {
        Standing { generation: 0, conversations: 0, documents: 0, people: 0, newest: None }
    }
}
