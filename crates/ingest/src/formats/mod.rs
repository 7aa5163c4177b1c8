//! Export formats: one module each, detected by content.
//!
//! Decision: a format hands out records one at a time and keeps none of them, so that an export larger than
//! memory can be read. The price is that a record may come before what it refers to (a message before its
//! author), and that whoever takes them must cope with any order.

pub mod discord;
pub mod freshdesk;
pub mod github;
pub mod gitlab;
pub mod google_chat;
pub mod hr;
pub mod hubspot;
pub mod jira;
pub mod jsonl;
pub mod linear;
pub mod mail;
pub mod mattermost;
pub mod salesforce;
pub mod servicenow;
pub mod slack;
pub mod teams;
pub mod zendesk;
pub mod zulip;

mod chat;
mod dates;
mod desk;
mod detect;
mod elements;
mod keys;
mod lines;
mod objects;
mod out;
mod so_far;
mod table;
mod tables;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::ControlFlow;

use model::{Container, ContainerId, IdError, SourceName};

use crate::{Export, ExportError, Issue, Record};

pub use detect::{detect, formats};

/// Reads one kind of export.
pub trait Format: Send + Sync + Debug {
    /// Its word in reports and options: `slack`, `mail`, `jira`, `jsonl` …
    fn name(&self) -> &'static str;

    /// What it looks for, for the message that says why nothing was recognised.
    fn looks_for(&self) -> &'static str;

    /// Whether the export is of this kind, by its content.
    fn detect(&self, export: &Export) -> bool;

    /// Who may read what the export states no rights for, unless policy says otherwise.
    fn default_rights(&self) -> DefaultRights {
        DefaultRights::Nobody
    }

    /// Hands every record of the export to the sink, and every bad one as an issue. The same export gives
    /// the same records in the same order.
    ///
    /// # Errors
    /// Only when nothing more can be read of the whole export; a bad record or file is an issue.
    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError>;
}

/// Who may read what an export states no rights for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefaultRights {
    /// Those whom the message itself names as sender and recipients.
    Participants,
    /// Nobody, until policy opens the source.
    Nobody,
}

/// Where a format's records go. A `Break` ends the reading early.
pub trait Sink {
    /// Takes a record.
    fn record(&mut self, record: Record) -> ControlFlow<()>;

    /// Takes a record that could not be read.
    fn issue(&mut self, issue: Issue) -> ControlFlow<()>;

    /// Whether what a container holds may be read at all. A format asks before it parses anything of a private
    /// channel or a direct message, leaves it out if not, and counts that ([`ReadReport::refused`]).
    fn admits(&mut self, container: &Container) -> bool {
        !container.kind.is_closed()
    }

    /// Whether notes that a container keeps from customers or other outsiders may be read.
    fn admits_notes(&mut self, container: &ContainerId) -> bool {
        let _ = container;
        false
    }

    /// Hears that so many more bytes of [`Export::total_bytes`] have been dealt with.
    fn progress(&mut self, bytes: u64) {
        let _ = bytes;
    }
}

/// What a reading came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadReport {
    /// The sources that messages came from.
    pub source_names: BTreeSet<SourceName>,
    /// Messages handed out, before those with the same id are folded.
    pub messages: u64,
    /// Bad records handed out.
    pub issues: u64,
    /// What was left out or treated otherwise on purpose: the reason and how often. Countable, not wrong.
    pub skipped: BTreeMap<&'static str, u64>,
    /// How many of those that were left out are messages that the sink does not admit.
    pub refused: u64,
    /// What a person should know about this export, ready to be printed.
    pub warnings: Vec<String>,
    /// Whether the export was read to its end.
    pub complete: bool,
}

/// Why an export cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// No format knows the export.
    #[error("{path} is no export that is known here: looked for {looked_for}; found {found}")]
    Unknown {
        /// The export.
        path: String,
        /// What each format looks for.
        looked_for: String,
        /// The first names in the export.
        found: String,
    },
    /// The path holds more than one export.
    #[error("{path} holds several exports ({found}): pass each of them on its own")]
    Several {
        /// The path.
        path: String,
        /// Which folder is of which format.
        found: String,
    },
    /// The export lies one folder deeper.
    #[error("{path} is no export itself, but {folder:?} in it is one ({format}): pass that folder")]
    Deeper {
        /// The path.
        path: String,
        /// The folder that holds the export.
        folder: String,
        /// Its format.
        format: &'static str,
    },
    /// The export as a whole cannot be read on.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// An id that the format makes itself is malformed.
    #[error(transparent)]
    Id(#[from] IdError),
}
