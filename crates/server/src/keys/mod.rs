//! API keys: whose they are, what they may do, until when. They lie hashed in one small file beside the index,
//! so that nothing that is done to the index (reindexing, restoring, erasing) touches them.
//!
//! Decision: a file of JSON rather than a table of the store: it is read by people, has its own mode, and a
//! backup of the index carries no way in. Price: it is written as a whole, which is well up to thousands of keys.

mod file;
mod ring;
mod secret;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use model::{AccountKey, SourceName, Timestamp};
use serde::{Deserialize, Serialize};

pub use file::{KeyError, KeyFile};
pub(crate) use ring::Ring;
pub use secret::{RANDOM_BYTES, Secret};

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scope {
    /// Ask questions.
    Search,
    /// Look people up.
    People,
    /// See and change what is told of oneself.
    Me,
    /// Send records to be taken in.
    Ingest,
    /// Read the figures of operation.
    Metrics,
    /// Read who did what.
    Audit,
    /// Everything.
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] =
        [Self::Search, Self::People, Self::Me, Self::Ingest, Self::Metrics, Self::Audit, Self::Admin];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::People => "people",
            Self::Me => "me",
            Self::Ingest => "ingest",
            Self::Metrics => "metrics",
            Self::Audit => "audit",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Scope {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| KeyError::Scope(text.to_owned()))
    }
}

/// Whose key it is; what a request reads follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A person, by one of their accounts: reads what that person may read.
    Person(AccountKey),
    /// A program: reads what everyone may read.
    Service(String),
    /// A chat bot: reads what everyone may read, or speaks for somebody.
    Bot(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(account) => write!(formatter, "person {account}"),
            Self::Service(name) => write!(formatter, "service {name}"),
            Self::Bot(name) => write!(formatter, "bot {name}"),
        }
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose it is.
    pub owner: Owner,
    /// What it may do; not empty.
    pub scopes: Vec<Scope>,
    /// Sources for whose accounts a bot may speak; empty for others.
    pub speaks_for: Vec<SourceName>,
    /// When it ends; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// A key as it rests: nothing in it opens anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Names it in lists and logs, 16 hex digits; no secret.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it may do, ascending.
    pub scopes: Vec<Scope>,
    /// Sources for whose accounts it may speak, ascending.
    pub speaks_for: Vec<SourceName>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Its secrets, hashed: one, and for a while after a rotation the one before it.
    pub(crate) hashes: Vec<Hashed>,
}

/// A hashed secret, and until when it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashed {
    pub(crate) hash: [u8; 32],
    pub(crate) until: Option<Timestamp>,
}

/// What a key can be at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It opens what its scopes say.
    Active,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Revoked,
}

impl State {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Key {
    /// What it is at that time.
    pub fn state(&self, now: Timestamp) -> State {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => State::Revoked,
            (None, Some(end)) if end <= now => State::Expired,
            _ => State::Active,
        }
    }
}
