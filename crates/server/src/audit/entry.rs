//! One line of the log: what stands in it, and how it hangs on the line before.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Event, Who};

/// The hash before the first entry of all.
pub(super) const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number, from 1.
    pub n: u64,
    /// When.
    pub at: String,
    /// Who: `server`, `operator`, `anonymous`, `live`, `key:` and its id, `person:` or `account:` and a keyed hash.
    pub who: String,
    /// What.
    pub did: String,
    /// Keyed hashes of the people about whom it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// Keyed hash of the text that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// The request's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The hash of the entry before.
    pub before: String,
}

/// What stands between an entry and its own hash.
const MARK: &str = ",\"hash\":\"";

/// Starts and digits of keyed hashes of people and questions: enough to tell them apart.
const DIGITS: usize = 16;

/// Hashes under a key that only this data directory has.
#[derive(Clone)]
pub(super) struct Hasher([u8; 32]);

impl Hasher {
    pub(super) const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// A keyed hash of a text, 16 hex digits.
    pub(super) fn short(&self, text: &str) -> String {
        self.long(text).chars().take(DIGITS).collect()
    }

    fn long(&self, text: &str) -> String {
        blake3::keyed_hash(&self.0, text.as_bytes()).to_hex().to_string()
    }

    /// The entry of an event.
    pub(super) fn entry(&self, event: &Event, (n, before): (u64, &str), at: Timestamp) -> Entry {
        let who = match &event.who {
            Who::Server => "server".to_owned(),
            Who::Operator => "operator".to_owned(),
            Who::Anonymous => "anonymous".to_owned(),
            Who::Live => "live".to_owned(),
            Who::Person(id) => format!("person:{}", self.short(id)),
            Who::Account(key) => format!("account:{}", self.short(key.as_str())),
            Who::Key(id) => format!("key:{id}"),
        };
        Entry {
            n,
            at: at.to_string(),
            who,
            did: event.did.clone(),
            about: event.about.iter().map(|id| self.short(id)).collect(),
            query: event.query.as_deref().map(|text| self.short(text)),
            outcome: event.outcome.clone(),
            request: event.request.clone(),
            before: before.to_owned(),
        }
    }

    /// The line of an entry without its end, and its hash.
    pub(super) fn line(&self, entry: &Entry) -> Result<(String, String), serde_json::Error> {
        let body = serde_json::to_string(entry)?;
        let hash = self.long(&body);
        let open = body.strip_suffix('}').unwrap_or(&body);
        Ok((format!("{open}{MARK}{hash}\"}}"), hash))
    }

    /// Reads a line; `None` if it is none, or not what was written.
    pub(super) fn read(&self, line: &str) -> Option<(Entry, String)> {
        let (open, end) = line.rsplit_once(MARK)?;
        let hash = end.strip_suffix("\"}")?;
        let body = format!("{open}}}");
        (self.long(&body) == hash).then_some(())?;
        Some((serde_json::from_str(&body).ok()?, hash.to_owned()))
    }
}
