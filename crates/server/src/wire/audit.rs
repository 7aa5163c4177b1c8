//! The answer and parameters of `/v1/admin/audit`.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::audit::{Entry, Place};
use crate::problem::Problem;

/// Entries in a list: most, and how many if the request says none.
const LIMIT: (usize, usize) = (500, 100);

/// What was done, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Audit)]
pub(crate) struct AuditResponse {
    entries: Vec<WireEntry>,
    /// Give it back as `cursor` for older ones; absent at the end. A page can hold fewer entries than there is room.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct WireEntry {
    n: u64,
    at: String,
    /// `person:` and an id, `key:` and an id, `operator`, `server`, `anonymous`, `live`; a keyed hash for who is not
    /// known.
    who: String,
    did: String,
    /// Ids of people; a keyed hash for who is not known.
    about: Vec<String>,
    /// Keyed hash of the text that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

/// Which entries to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// How many at most; 100 if left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// Only what this person did, or was done about them: an id.
    #[param(min_length = 1, max_length = 512)]
    person: Option<String>,
    /// Only what this word says, such as `search`.
    #[param(min_length = 1, max_length = 64)]
    did: Option<String>,
    /// Where the list before this one ended: its `next_cursor`.
    #[param(min_length = 2, max_length = 64, pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

/// What is to be listed.
#[derive(Debug)]
pub(crate) struct WantedEntries {
    pub(crate) limit: usize,
    pub(crate) before: Option<Place>,
    person: Option<String>,
    did: Option<String>,
}

impl AuditQuery {
    /// Checks every bound; `hash` is the hash by which a person stands in the log.
    ///
    /// # Errors
    /// An invalid request, with the field.
    pub(crate) fn check(self, hash: impl Fn(&str) -> String) -> Result<WantedEntries, Problem> {
        let (most, usual) = LIMIT;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Problem::field("limit", format!("limit is {limit}, allowed are 1 to {most}")));
        }
        let no_cursor = || Problem::field("cursor", "cursor is none that a list ended with");
        let before = self.cursor.map(|text| read_cursor(&text).ok_or_else(no_cursor)).transpose()?;
        Ok(WantedEntries { limit, before, person: self.person.as_deref().map(hash), did: self.did })
    }
}

impl WantedEntries {
    /// Whether an entry is wanted.
    pub(crate) fn takes(&self, entry: &Entry) -> bool {
        let by = |hash: &String| entry.who.split_once(':').is_some_and(|(_, who)| who == hash);
        self.person.as_ref().is_none_or(|hash| by(hash) || entry.about.contains(hash))
            && self.did.as_ref().is_none_or(|did| entry.did == *did)
    }
}

fn write_cursor(place: &Place) -> String {
    HEXLOWER.encode(format!("{} {}", place.month, place.bytes).as_bytes())
}

fn read_cursor(text: &str) -> Option<Place> {
    let text = String::from_utf8(HEXLOWER.decode(text.as_bytes()).ok()?).ok()?;
    let (month, bytes) = text.split_once(' ')?;
    Some(Place { month: month.to_owned(), bytes: bytes.parse().ok()? })
}

impl AuditResponse {
    /// Entries, with the ids of those who are known.
    pub(crate) fn new(entries: Vec<Entry>, next: Option<&Place>, names: &BTreeMap<String, String>) -> Self {
        let name = |hash: &String| names.get(hash).unwrap_or(hash).clone();
        let who = |who: String| match who.split_once(':') {
            Some((kind, hash)) if kind != "key" => format!("{kind}:{}", name(&hash.to_owned())),
            _ => who,
        };
        let one = |entry: Entry| WireEntry {
            n: entry.n,
            at: entry.at,
            who: who(entry.who),
            did: entry.did,
            about: entry.about.iter().map(name).collect(),
            query: entry.query,
            outcome: entry.outcome,
            request: entry.request,
        };
        Self { entries: entries.into_iter().map(one).collect(), next_cursor: next.map(write_cursor) }
    }
}
