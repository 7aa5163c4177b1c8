//! What a document's words, and what was said after them, show of the person's part.

use std::fmt;

use crate::set::{Named, Set};

/// What one document shows beyond the roles: read off the words with short lists, so that everybody can see
/// why. Ranking only reads marks; what each is worth is decided there.
///
/// [`Self::Canned`] and [`Self::Copied`] are found when the documents are read into memory, because they
/// compare documents; the others are stored.
///
/// [`Self::Question`], [`Self::First`] and [`Self::Closing`] move no score today. They are stored all the same:
/// who asked for real and whose answer settled a matter cannot be read off the roles again, and whatever counts
/// answered questions needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mark {
    /// Opened with a real question, request or report, not with news that somebody then answered.
    Question = 0,
    /// Says enough to show know-how: as against a short pointer, a guess or a question.
    Substantive = 1,
    /// Wrote the first substantive answer.
    First = 2,
    /// Wrote the last substantive answer before the asker acknowledged.
    Closing = 3,
    /// The asker said that it worked: more than a polite thanks.
    Confirmed = 4,
    /// The asker said that it did not help, and nothing later takes that back.
    Failed = 5,
    /// Said that they do not know, are guessing, or that it is not their area.
    Declined = 6,
    /// Has the same trouble, or waits for the answer too.
    MeToo = 7,
    /// Closed the ticket as done without a word on it, while somebody else answered with substance.
    Silent = 8,
    /// Nearly the same words stand in several earlier conversations: boilerplate.
    Canned = 9,
    /// Nearly the same words were written by somebody else before.
    Copied = 10,
    /// Moves the matter along rather than answering: triage, verification, asking for logs.
    Routine = 11,
    /// All that the person wrote asks back.
    AsksBack = 12,
}

impl Named for Mark {
    const ALL: &'static [Self] = &[
        Self::Question,
        Self::Substantive,
        Self::First,
        Self::Closing,
        Self::Confirmed,
        Self::Failed,
        Self::Declined,
        Self::MeToo,
        Self::Silent,
        Self::Canned,
        Self::Copied,
        Self::Routine,
        Self::AsksBack,
    ];

    fn number(self) -> u16 {
        self as u16
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Substantive => "substantive",
            Self::First => "first",
            Self::Closing => "closing",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
            Self::Declined => "declined",
            Self::MeToo => "me-too",
            Self::Silent => "silent",
            Self::Canned => "canned",
            Self::Copied => "copied",
            Self::Routine => "routine",
            Self::AsksBack => "asks-back",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The marks of one document.
pub type MarkSet = Set<Mark>;
