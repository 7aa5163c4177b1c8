//! Erasure with a counted receipt, a list that keeps what was erased from coming back, and what is known of
//! somebody, for them to see.
//!
//! Decision: the list lies beside the store and not in it, so that a store from an old backup meets it again: what
//! is on the list and in the store is erased once more at the next ingest. The price is one more file to keep.

mod keyring;
mod run;
mod subject;

use std::collections::BTreeMap;

pub use ingest::policy::Erasure;
use model::{AccountKey, ContainerId, MessageId, Timestamp};
use serde::Serialize;

pub(crate) use keyring::join_lists;
pub use keyring::suppression_of;
pub use subject::{export_own, export_subject};

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A person, by account, mail address or person id.
    Person(String),
    /// Whoever owns these accounts, and no account that is only alike: what somebody may erase of themselves.
    Accounts(Vec<AccountKey>),
    /// A message.
    Message(MessageId),
    /// A channel, mailbox or project, by id.
    Container(ContainerId),
}

/// One erasure.
#[derive(Debug, Clone)]
pub struct ErasureRequest {
    /// What goes.
    pub target: Target,
    /// What becomes of a person's messages.
    pub mode: Erasure,
    /// The time of it, for the receipt.
    pub now: Timestamp,
    /// A key that nobody can guess, for a data directory that has none yet.
    pub fresh_key: [u8; 32],
}

/// What an erasure did: counts, and hashes that only this data directory can make. No names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// `person`, `message` or `channel`.
    pub what: &'static str,
    /// What became of the messages.
    pub mode: &'static str,
    /// When.
    pub at: String,
    /// Keyed hashes of what is on the list now.
    pub tombstones: Vec<String>,
    /// What went, by kind.
    pub erased: BTreeMap<&'static str, u64>,
    /// The build of the index without it.
    pub generation: u64,
    /// Whether a vector cluster did not answer and holds it still: it leaves there once the cluster is back and
    /// something writes to it (`serve`, `ingest`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cluster_pending: bool,
}

#[cfg(test)]
mod sequences;
#[cfg(test)]
mod tests;
