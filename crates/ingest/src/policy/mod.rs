//! What may be read at all, for how long, and what is blotted out before anything is stored.
//!
//! Decision: a policy is one file, taken whole and not merged with the shipped one, so that whoever reads it
//! sees all of it. The price is that a policy of one's own repeats the rules that it keeps.

mod erased;
mod file;
mod gate;
mod glob;
mod redact;
mod suppression;

use std::collections::BTreeMap;

use model::{ContainerKind, SourceName, Visibility};
use serde::Deserialize;

use glob::Glob;

pub use erased::{FORMER, scrub, stand_in};
pub use gate::{Gate, Passage, Refusal};
pub use redact::{Redacted, Redactor};
pub use suppression::{Erased, Erasure, Suppression, Tombstone};

/// The policy that holds where none is given.
const SHIPPED: &str = include_str!("../../../../config/policy.toml");

/// Why a policy does not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}{}: {why}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct PolicyError {
    /// The file, as it was named.
    pub place: String,
    /// The line, from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub why: String,
}

/// What rules and kinds tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Channels that everybody may join.
    Public,
    /// Channels that only their members know.
    Private,
    /// Talks of two.
    Dm,
    /// Talks of a few.
    GroupDm,
    /// Mailboxes and mailing lists.
    Mailbox,
    /// Ticket projects.
    Project,
    /// Notes in a ticket that outsiders do not see.
    InternalNotes,
}

impl From<ContainerKind> for Kind {
    fn from(kind: ContainerKind) -> Self {
        match kind {
            ContainerKind::Channel => Self::Public,
            ContainerKind::Private => Self::Private,
            ContainerKind::Direct => Self::Dm,
            ContainerKind::GroupDirect => Self::GroupDm,
            ContainerKind::Mailbox => Self::Mailbox,
            ContainerKind::Project => Self::Project,
        }
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    read: bool,
    /// `None`: all.
    sources: Option<Vec<Glob>>,
    containers: Option<Vec<Glob>>,
    kinds: Option<Vec<Kind>>,
}

/// What holds for one source.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    read: bool,
    keep_days: Option<u32>,
    visibility: Option<Visibility>,
}

/// What may be read, for how long, and what is blotted out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    keep_days: Option<u32>,
    rules: Vec<Rule>,
    /// Kinds that are read where no rule decides.
    kinds: BTreeMap<Kind, bool>,
    sources: BTreeMap<SourceName, Source>,
    /// Which patterns are blotted out.
    redact: redact::Choice,
    digest: String,
}

/// What a rule is asked about.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    source: &'a str,
    /// Name and native id.
    names: [&'a str; 2],
    kind: Kind,
}

impl Policy {
    /// Reads a policy; `place` names the file in errors.
    ///
    /// # Errors
    /// A key that is unknown, missing or senseless, with its line.
    pub fn parse(text: &str, place: &str) -> Result<Self, PolicyError> {
        file::parse(text, place)
    }

    /// The policy that ships.
    ///
    /// # Errors
    /// Never, as a test holds.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse(SHIPPED, "the shipped policy")
    }

    /// Names the policy's content: equal for equal texts.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Who may read what a source states no rights for, as far as the policy says.
    pub fn visibilities(&self) -> Vec<(SourceName, Visibility)> {
        let stated =
            |(name, source): (&SourceName, &Source)| Some((name.clone(), source.visibility.clone()?));
        self.sources.iter().filter_map(stated).collect()
    }

    /// For how many days messages of a source are kept; `None`: for ever.
    pub fn keep_days(&self, source: &str) -> Option<u32> {
        self.source(source).and_then(|source| source.keep_days).or(self.keep_days)
    }

    /// What blots out; costs the building of its automata.
    ///
    /// # Errors
    /// A pattern that does not compile; a test holds that none is like that. Nothing is stored unblotted.
    pub fn redactor(&self) -> Result<Redactor, PolicyError> {
        let broken = |error: regex::Error| PolicyError {
            place: "redaction".into(),
            line: None,
            why: error.to_string(),
        };
        Redactor::new(self.redact).map_err(broken)
    }

    fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|(known, _)| known.as_str() == name).map(|(_, source)| source)
    }

    /// Why something may not be read; `None` if it may.
    fn refusal(&self, subject: Subject<'_>) -> Option<Refusal> {
        if self.source(subject.source).is_some_and(|source| !source.read) {
            return Some(Refusal::Source);
        }
        let by_kind = self.kinds.get(&subject.kind).copied().unwrap_or(false);
        match self.rules.iter().find(|rule| rule.fits(subject)) {
            Some(Rule { read: false, .. }) => Some(Refusal::Rule),
            // What is closed is opened only by a rule that says so of its kind.
            Some(rule) if by_kind || rule.kinds.is_some() => None,
            _ => (!by_kind).then_some(Refusal::Kind(subject.kind)),
        }
    }
}

impl Rule {
    fn fits(&self, subject: Subject<'_>) -> bool {
        let any = |globs: &Option<Vec<Glob>>, texts: &[&str]| {
            globs
                .as_ref()
                .is_none_or(|globs| globs.iter().any(|glob| texts.iter().any(|text| glob.fits(text))))
        };
        any(&self.sources, &[subject.source])
            && any(&self.containers, &subject.names)
            && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&subject.kind))
    }
}

#[cfg(test)]
mod tests;
