//! What a document's words, and what was said after them, show of the person's part.

use std::fmt;

/// What one document shows beyond the roles: read off the words with short lists, so that everybody can see
/// why. Ranking only reads marks; what each is worth is decided there.
///
/// [`Self::Canned`] and [`Self::Copied`] are found when the documents are read into memory, because they
/// compare documents; the others are stored.
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

impl Mark {
    /// Every mark, in the order of its number.
    pub const ALL: [Self; 13] = [
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

    /// The word in answers and tests.
    pub const fn as_str(self) -> &'static str {
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

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.as_str() == text)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A set of marks, one bit each, as it lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct MarkSet(u16);

impl MarkSet {
    /// The set without a mark.
    pub const EMPTY: Self = Self(0);

    /// The set that the stored bits name; unknown bits are dropped.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & 0x1fff)
    }

    /// The bits that are stored: bit n is mark n.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// This set with one mark more.
    #[must_use]
    pub const fn with(self, mark: Mark) -> Self {
        Self(self.0 | 1 << mark as u16)
    }

    /// The marks of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the mark is in the set.
    pub const fn contains(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u16) != 0
    }

    /// The marks in the set, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Mark> {
        Mark::ALL.into_iter().filter(move |mark| self.contains(*mark))
    }
}

impl FromIterator<Mark> for MarkSet {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        marks.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_set_keeps_every_mark_it_was_given() {
        let all: MarkSet = Mark::ALL.into_iter().collect();
        assert_eq!(MarkSet::from_bits(all.bits()), all);
        assert_eq!(all.iter().collect::<Vec<_>>(), Mark::ALL);
        let set: MarkSet = [Mark::AsksBack, Mark::First].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Mark::First, Mark::AsksBack]);
        assert_eq!(MarkSet::from_bits(u16::MAX), all);
    }

    #[test]
    fn every_word_reads_back() {
        for mark in Mark::ALL {
            assert_eq!(Mark::parse(mark.as_str()), Some(mark));
        }
    }
}
