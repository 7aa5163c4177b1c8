//! What people take out of answers about themselves: a topic, a source, a channel, a time, a piece of evidence, or
//! everything.
//!
//! Decision: they lie in a small file of their own beside the store, by account, so that they outlive every reading,
//! merge and reindexing, and so that an older store from a backup meets them again. Every answer looks whether the
//! file has changed (one look at its state), so that a change holds from the next request on. Price: one more file
//! to keep, written as a whole; and if it does not read, nobody is named at all.

mod applied;
mod file;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use model::{AccountKey, ContainerId, SourceName, Timestamp};

pub(crate) use applied::{Applied, Work};
pub(crate) use file::Gone;
pub use file::{OptOutFile, Stamp};

/// How many opt-outs one person can have.
pub const MOST_OPT_OUTS: usize = 500;
/// Longest topic, in characters.
pub const LONGEST_TOPIC: usize = 200;

/// What is taken out of answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hides {
    /// All evidence: the person is named nowhere.
    Everything,
    /// All evidence from one source.
    Source(SourceName),
    /// All evidence from one channel, list or project.
    Channel(ContainerId),
    /// A subject. Evidence that holds every word of it (in the person's own words or the question answered, cut and
    /// stemmed as the index is) is hidden; and a question that holds every word of it does not name the person,
    /// whatever speaks for them.
    Topic(String),
    /// Evidence of which any part was written then, the end excluded.
    Span {
        /// The first moment.
        from: Timestamp,
        /// The first moment after it.
        until: Timestamp,
    },
    /// What they wrote in one conversation.
    Evidence {
        /// Where it was written.
        container: String,
        /// The conversation, as it was when it was hidden.
        conversation: String,
        /// Their messages in it: wherever one of them is evidence later, that is hidden too.
        messages: Vec<String>,
    },
}

/// One thing that somebody takes out of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    /// Names it, 16 hex digits: the same for the same thing, whoever hides it.
    pub id: String,
    /// Whose: it holds for everybody who owns one of these.
    pub accounts: BTreeSet<AccountKey>,
    /// What.
    pub hides: Hides,
    /// Whether the person says that they know nothing of it, rather than that it should not be shown.
    pub is_wrong: bool,
    /// Whether an operator did it for them.
    pub by_operator: bool,
    /// Since when.
    pub at: Timestamp,
}

impl Hides {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Source(_) => "source",
            Self::Channel(_) => "channel",
            Self::Topic(_) => "topic",
            Self::Span { .. } => "span",
            Self::Evidence { .. } => "evidence",
        }
    }

    /// A subject, as it is kept: small letters, one blank between words.
    ///
    /// # Errors
    /// [`crate::Error::OptOut`] if it holds no word, or too many characters.
    pub fn topic(words: &str) -> Result<Self, crate::Error> {
        let words = words.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
        if words.chars().count() > LONGEST_TOPIC {
            return Err(crate::Error::OptOut(format!("a topic has at most {LONGEST_TOPIC} characters")));
        }
        if text::tokens(&words, None).is_empty() {
            return Err(crate::Error::OptOut("that topic holds no word".to_owned()));
        }
        Ok(Self::Topic(words))
    }

    /// A time.
    ///
    /// # Errors
    /// [`crate::Error::OptOut`] if it ends before it begins.
    pub fn span(from: Timestamp, until: Timestamp) -> Result<Self, crate::Error> {
        if until <= from {
            return Err(crate::Error::OptOut("a time ends after it begins".to_owned()));
        }
        Ok(Self::Span { from, until })
    }

    /// What it hides, in words: the source, the channel's id, the subject, the time, where the evidence is.
    pub fn said(&self) -> String {
        match self {
            Self::Everything => String::new(),
            Self::Source(source) => source.to_string(),
            Self::Channel(container) => container.to_string(),
            Self::Topic(words) => words.clone(),
            Self::Span { from, until } => format!("{from} to {until}"),
            Self::Evidence { container, conversation, .. } => format!("{conversation} in {container}"),
        }
    }

    /// The id of an opt-out that hides this.
    fn id(&self) -> String {
        let hash = blake3::hash(format!("{}\n{}", self.kind(), self.said()).as_bytes());
        hash.to_hex().chars().take(16).collect()
    }
}
