//! What stands between a format and the store: nothing that the policy refuses gets through.

use std::collections::{BTreeMap, HashMap};

use model::{Account, AccountKey, Container, ContainerId, Message, Timestamp, Visibility};

use super::erased::{Fate, Remembered};
use super::{Erasure, Kind, Policy, Subject, Suppression};
use crate::{RawMessage, Record};

/// Why something is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The policy closes the whole source.
    Source,
    /// A rule names the container.
    Rule,
    /// The policy does not read this kind.
    Kind(Kind),
    /// Older than the policy keeps.
    Old,
    /// Older than this run was told to read.
    BeforeSince,
    /// It, its author or its container was erased.
    Forgotten,
}

impl Refusal {
    /// The words in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Source => "refused by policy: source",
            Self::Rule => "refused by policy: named by a rule",
            Self::Kind(Kind::Public) => "refused by policy: public channel",
            Self::Kind(Kind::Private) => "refused by policy: private channel",
            Self::Kind(Kind::Dm) => "refused by policy: direct message",
            Self::Kind(Kind::GroupDm) => "refused by policy: group direct message",
            Self::Kind(Kind::Mailbox) => "refused by policy: mailbox",
            Self::Kind(Kind::Project) => "refused by policy: ticket project",
            Self::Kind(Kind::InternalNotes) => "refused by policy: internal note",
            Self::Old => "older than the policy keeps",
            Self::BeforeSince => "older than --since",
            Self::Forgotten => "erased before",
        }
    }

    /// Whether the policy, and not the run's own options, keeps it out.
    pub const fn is_policy(self) -> bool {
        matches!(self, Self::Source | Self::Rule | Self::Kind(_))
    }
}

/// What became of a record.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart at once; a box for each record would cost more"
)]
pub enum Passage {
    /// It may be stored.
    Through(Record),
    /// A container that is not read: what was stored of it must go.
    Shut(ContainerId),
    /// It may be stored as this account's.
    Under(Box<Account>, Box<RawMessage>),
    /// It stays out.
    Kept,
}

/// Decides for one export, record by record.
#[derive(Debug)]
pub struct Gate<'p> {
    policy: &'p Policy,
    now: Timestamp,
    since: Option<Timestamp>,
    /// By container id: why it is not read.
    decisions: HashMap<ContainerId, Option<Refusal>>,
    /// By source: the oldest time that is kept.
    horizons: HashMap<String, Option<Timestamp>>,
    refused: BTreeMap<Refusal, u64>,
    erased: Remembered<'p>,
}

impl<'p> Gate<'p> {
    /// A gate for one export, as of `now`; messages before `since` stay out, unless they were edited later, and
    /// so does what is on the list of what was erased.
    pub fn new(
        policy: &'p Policy,
        erased: &'p Suppression,
        now: Timestamp,
        since: Option<Timestamp>,
    ) -> Self {
        let (decisions, horizons) = (HashMap::new(), HashMap::new());
        let erased = Remembered::new(erased);
        Self { policy, now, since, decisions, horizons, refused: BTreeMap::new(), erased }
    }

    /// Accounts that were kept out because they carry an address that was erased, and are not on the list
    /// themselves.
    pub fn found(&self) -> impl Iterator<Item = (&AccountKey, Erasure)> {
        self.erased.found()
    }

    /// Lets a record through, or keeps it out and counts it.
    pub fn record(&mut self, record: Record) -> Passage {
        match record {
            Record::Container(container) => match self.container(&container) {
                Some(_) => Passage::Shut(container.id),
                None => Passage::Through(Record::Container(self.readers(container))),
            },
            Record::Account(account) if self.erased.account(&account) => {
                self.count(Refusal::Forgotten, 1);
                Passage::Kept
            }
            Record::Message(mut raw) => {
                if self.message(&raw.message).is_some() {
                    return Passage::Kept;
                }
                match self.erased.message(&mut raw.message) {
                    Fate::Stays => Passage::Through(Record::Message(raw)),
                    Fate::Under(account) => Passage::Under(account, raw),
                    Fate::Out => {
                        self.count(Refusal::Forgotten, 1);
                        Passage::Kept
                    }
                }
            }
            record => Passage::Through(record),
        }
    }

    /// A container without erased readers.
    fn readers(&self, mut container: Container) -> Container {
        if let Some(Visibility::Members(members)) = &mut container.stated_visibility {
            members.retain(|key| !self.erased.is_erased(key));
            if members.is_empty() {
                container.stated_visibility = Some(Visibility::Nobody);
            }
        }
        container
    }

    /// Whether a container is read; remembered for its messages. A container of no source (`jsonl:<id>`) speaks
    /// for that id in every source of the export.
    pub fn container(&mut self, container: &Container) -> Option<Refusal> {
        let erased = self.erased.is_container(&container.id).then_some(Refusal::Forgotten);
        let refusal = erased.or_else(|| self.policy.refuses(container));
        self.decisions.insert(container.id.clone(), refusal);
        refusal
    }

    /// Whether notes that a container keeps from outsiders are read.
    pub fn notes(&self, container: &ContainerId) -> Option<Refusal> {
        self.policy.refusal(Subject {
            source: container.source(),
            names: [container.native(); 2],
            kind: Kind::InternalNotes,
        })
    }

    /// Whether a message is read. One whose container nothing was said of is judged by the container's id.
    pub fn message(&mut self, message: &Message) -> Option<Refusal> {
        let refusal = self.place(&message.container).or_else(|| self.time(message));
        if let Some(refusal) = refusal {
            self.count(refusal, 1);
        }
        refusal
    }

    /// Counts what was kept out for a reason.
    pub fn count(&mut self, refusal: Refusal, messages: u64) {
        if messages > 0 {
            *self.refused.entry(refusal).or_default() += messages;
        }
    }

    /// Messages that were kept out, by reason.
    pub fn refused(&self) -> &BTreeMap<Refusal, u64> {
        &self.refused
    }

    fn place(&mut self, id: &ContainerId) -> Option<Refusal> {
        if let Some(known) = self.decisions.get(id) {
            return *known;
        }
        let any_source = ContainerId::new(format!("jsonl:{}", id.native())).ok();
        if let Some(Some(refusal)) = any_source.and_then(|id| self.decisions.get(&id)) {
            return Some(*refusal);
        }
        let subject = Subject { source: id.source(), names: [id.native(); 2], kind: Kind::Public };
        let refusal = self.policy.refusal(subject);
        self.decisions.insert(id.clone(), refusal);
        refusal
    }

    fn time(&mut self, message: &Message) -> Option<Refusal> {
        let touched = message.edited_at.map_or(message.at, |edited| edited.max(message.at));
        if self.since.is_some_and(|since| touched < since) {
            return Some(Refusal::BeforeSince);
        }
        let source = message.id.source();
        let horizon = if let Some(known) = self.horizons.get(source) {
            *known
        } else {
            let horizon = self.policy.horizon(source, self.now);
            self.horizons.insert(source.to_owned(), horizon);
            horizon
        };
        horizon.is_some_and(|horizon| message.at < horizon).then_some(Refusal::Old)
    }
}

impl Policy {
    /// Why a container is not read; `None` if it is.
    pub fn refuses(&self, container: &Container) -> Option<Refusal> {
        self.refusal(Subject {
            source: container.id.source(),
            names: [&container.name, container.id.native()],
            kind: container.kind.into(),
        })
    }

    /// The oldest time of a source that is kept, as of `now`; `None`: all of it.
    pub fn horizon(&self, source: &str, now: Timestamp) -> Option<Timestamp> {
        const DAY: i64 = 86_400_000;
        let days = i64::from(self.keep_days(source)?);
        Some(Timestamp::from_millis(now.as_millis().saturating_sub(days.saturating_mul(DAY))))
    }
}
