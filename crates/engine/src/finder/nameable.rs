//! Who may be named, and until when.

use index::Snapshot;
use model::{EmploymentStatus, PersonId, Timestamp};

use crate::{Detail, Search};

/// Whether somebody may be named as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nameable {
    /// Until that time; then they have left.
    Until(Timestamp),
    /// They have left: what they wrote stays as evidence of past answers.
    Departed,
    /// Bots, shared mailboxes, and accounts of nobody known.
    Never,
}

impl Nameable {
    /// A bare ranking keeps those who have left: it answers questions of the past, and an export says who has
    /// left by the day it was made, not by the day of the question.
    pub(super) fn in_answer_to(self, search: &Search) -> bool {
        match self {
            Self::Until(end) => search.as_of < end || search.detail == Detail::Ranking,
            Self::Departed => search.detail == Detail::Ranking,
            Self::Never => false,
        }
    }
}

pub(super) fn nameable(snapshot: &Snapshot, id: &PersonId) -> Nameable {
    match snapshot.people.get(id) {
        None => Nameable::Never,
        Some(person) if person.bot => Nameable::Never,
        Some(person) if person.directory.kind.is_some_and(|kind| !kind.is_somebody()) => Nameable::Never,
        Some(person) if person.directory.status == Some(EmploymentStatus::Departed) => Nameable::Departed,
        Some(person) => Nameable::Until(person.directory.employment.ends_at.unwrap_or(Timestamp::MAX)),
    }
}
