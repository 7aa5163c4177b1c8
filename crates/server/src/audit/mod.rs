//! The audit log: who did what about whom, when, with what outcome; append-only, hash-chained, one file a month.
//!
//! Decision: people stand in it by keyed hash, and a question's text too. Who may read the log is told whom an entry
//! means by hashing those who are known; who was erased cannot be told any more, and no line has to be rewritten.
//! The key lies beside the log: a copy of the files alone says nothing of anybody.
//! Decision: entries about reading are written behind the answers, from a bounded queue; what does not fit is counted,
//! and the count is an entry. An entry about a change is on the disk before the change is answered.
//! Price: a crash loses the entries about reading of the last moment.

mod check;
mod deeds;
mod entry;
mod file;
#[cfg(test)]
mod tests;
mod writer;

pub use check::{Checked, Fault};
pub(crate) use deeds::{Deed, Told, deed};
pub use entry::Entry;
pub use file::{AuditError, AuditLog, Place, RANDOM_BYTES};
pub(crate) use writer::Writer;

use std::collections::BTreeMap;

use model::AccountKey;

/// Shortest time that entries are kept, in months.
pub const SHORTEST_MONTHS: u32 = 6;

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// Who did it.
    pub who: Who,
    /// A word a program can act on: `search`, `profile`, `hide`, `forget` …
    pub did: String,
    /// The ids of the people about whom it was.
    pub about: Vec<String>,
    /// The text that was asked; only its keyed hash is kept.
    pub query: Option<String>,
    /// How it ended: a status, or a word.
    pub outcome: String,
    /// The request's id in the log of operation.
    pub request: Option<String>,
}

/// Who did something. Never a token.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Who {
    /// The server itself.
    #[default]
    Server,
    /// An operator at the command line.
    Operator,
    /// Whoever reaches a loopback address.
    Anonymous,
    /// A person, by their id.
    Person(String),
    /// An account of nobody known.
    Account(AccountKey),
    /// A key of a program, by the id that opens nothing.
    Key(String),
    /// Whoever sends records.
    Live,
}

impl AuditLog {
    /// Whom the hashes in entries mean, for ids of people (or texts of accounts) that are known.
    pub fn names<'a>(&self, known: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
        known.map(|id| (self.hash(id), id.to_owned())).collect()
    }
}
