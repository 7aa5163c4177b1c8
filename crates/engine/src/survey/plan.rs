//! What is in some exports, and what reading them would cost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ingest::formats::DefaultRights;
use ingest::people::{Knowledge, resolve};
use ingest::policy::Redacted;
use ingest::{Gate, Issue, Redactor};
use model::{Account, AccountKey, SourceName, Timestamp, Visibility};

use super::SurveyOptions;
use super::tally::Tally;
use crate::Error;
use crate::indexer::Progress;
use crate::indexer::read::{Passing, open};

/// Messages a second, end to end with vectors, on two cores (`benches/ingest`, rounded down).
const MESSAGES_A_SECOND: f64 = 6_000.0;
/// What the data directory takes for a message besides its text, and for a byte of text (a million messages with
/// 224 MB of text took 1.1 GB: `benches/README.md`).
const BYTES_A_MESSAGE: f64 = 600.0;
const BYTES_A_TEXT_BYTE: f64 = 2.5;

/// Who may read an export's messages, as far as it and the policy say; counts messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readers {
    /// Everyone.
    pub everyone: u64,
    /// Those who are named.
    pub named: u64,
    /// Nobody, until policy opens the source.
    pub nobody: u64,
}

/// What is in one export, after the policy.
#[derive(Debug, Default)]
pub struct PlannedExport {
    /// The export.
    pub path: PathBuf,
    /// Its format, if it was recognized.
    pub format: Option<&'static str>,
    /// Why it could not be read at all, if so.
    pub broken: Option<String>,
    /// Its files, as large as they say they are.
    pub bytes: u64,
    /// Messages that would be read.
    pub messages: u64,
    /// Their texts, in bytes.
    pub text_bytes: u64,
    /// Messages that it deletes.
    pub deletions: u64,
    /// Channels, mailboxes and projects that messages lie in.
    pub containers: u64,
    /// Accounts that wrote something.
    pub authors: u64,
    /// The oldest message.
    pub first_at: Option<Timestamp>,
    /// The newest message.
    pub last_at: Option<Timestamp>,
    /// Who may read the messages.
    pub readers: Readers,
    /// What would be kept out, and why.
    pub refused: BTreeMap<&'static str, u64>,
    /// How many messages the policy keeps out.
    pub refused_by_policy: u64,
    /// What the format leaves out on purpose.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What would be blotted out.
    pub redacted: Redacted,
    /// Messages that answer another one.
    pub replies: u64,
    /// Those of them whose question is not in the export.
    pub replies_without_question: u64,
    /// Records that do not read.
    pub quarantined: u64,
    /// The first of them.
    pub issues: Vec<Issue>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

impl PlannedExport {
    /// Whether it held messages, and the policy keeps out all of them.
    pub const fn all_refused(&self) -> bool {
        self.refused_by_policy > 0 && self.messages == 0
    }
}

/// What an ingest would cost: an estimate from rates that were measured on two cores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Seconds.
    pub seconds: f64,
    /// Bytes in the data directory.
    pub bytes: f64,
}

/// What is in some exports.
#[derive(Debug)]
pub struct Plan {
    /// Export by export.
    pub exports: Vec<PlannedExport>,
    /// Accounts, those that only a message names included.
    pub accounts: usize,
    /// People they would be.
    pub people: usize,
    /// Accounts of humans that wrote something and have no verified address: nothing joins them with others.
    pub unresolved: usize,
    /// Messages of these.
    pub unresolved_messages: u64,
    /// What an ingest would cost.
    pub estimate: Estimate,
}

/// Looks at exports; writes nothing and needs no data directory. Reads them whole.
///
/// # Errors
/// A policy whose patterns do not compile. A broken export is part of the plan.
pub fn plan(
    exports: &[PathBuf],
    options: &SurveyOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Plan, Error> {
    let redactor = options.policy.redactor()?;
    let mut all = Everything::default();
    let mut planned = Vec::new();
    for path in exports {
        planned.push(all.one(path, options, &redactor, progress)?);
    }
    Ok(all.plan(planned))
}

/// What is known of all exports together.
#[derive(Default)]
struct Everything {
    accounts: BTreeMap<AccountKey, Account>,
    authors: BTreeMap<AccountKey, u64>,
    directories: BTreeSet<SourceName>,
}

impl Everything {
    fn one(
        &mut self,
        path: &Path,
        options: &SurveyOptions,
        redactor: &Redactor,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<PlannedExport, Error> {
        let (export, format) = match open(path, &options.limits) {
            Ok(opened) => opened,
            Err(error) => {
                let broken = Some(error.to_string());
                return Ok(PlannedExport { path: path.to_owned(), broken, ..PlannedExport::default() });
            }
        };
        let gate = Gate::new(&options.policy, &options.erased, options.now, options.since);
        let mut tally = Tally::default();
        let passing = Passing { export: &export, format, gate, redactor, erased: &options.erased, stored: 0 };
        let passed = passing.pass(&mut tally, progress)?;
        let opened: BTreeMap<String, Visibility> =
            options.policy.visibilities().into_iter().map(|(name, who)| (name.to_string(), who)).collect();
        let participants = format.default_rights() == DefaultRights::Participants;
        let (mut planned, accounts, authors) = tally.finish(&opened, participants);
        self.accounts.extend(accounts);
        if format.name() == "jsonl" {
            self.directories.extend(authors.keys().filter_map(|key| SourceName::new(key.source()).ok()));
        }
        for (author, messages) in authors {
            *self.authors.entry(author).or_default() += messages;
        }
        let refused = passed.gate.refused();
        planned.refused_by_policy = refused.iter().filter(|(why, _)| why.is_policy()).map(|(_, n)| n).sum();
        planned.refused = refused.iter().map(|(why, count)| (why.as_str(), *count)).collect();
        planned.redacted = passed.redacted;
        match passed.read {
            Ok(read) => {
                planned.refused_by_policy += read.refused;
                (planned.skipped, planned.warnings) = (read.skipped, read.warnings);
            }
            Err(error) => planned.broken = Some(error.to_string()),
        }
        Ok(PlannedExport {
            path: path.to_owned(),
            format: Some(format.name()),
            bytes: export.total_bytes(),
            ..planned
        })
    }

    fn plan(mut self, exports: Vec<PlannedExport>) -> Plan {
        for author in self.authors.keys() {
            self.accounts.entry(author.clone()).or_insert_with(|| bare(author));
        }
        let accounts: Vec<Account> = self.accounts.into_values().collect();
        let lone = |account: &&Account| {
            !account.bot && account.verified_emails.is_empty() && self.authors.contains_key(&account.key)
        };
        let unresolved: Vec<&Account> = accounts.iter().filter(lone).collect();
        let messages: u64 = exports.iter().map(|export| export.messages).sum();
        let text: u64 = exports.iter().map(|export| export.text_bytes).sum();
        let knowledge =
            Knowledge { directory_sources: self.directories, join_alike: true, ..Knowledge::default() };
        Plan {
            people: resolve(&accounts, &knowledge).people.len(),
            accounts: accounts.len(),
            unresolved: unresolved.len(),
            unresolved_messages: unresolved.iter().filter_map(|account| self.authors.get(&account.key)).sum(),
            estimate: Estimate {
                seconds: messages as f64 / MESSAGES_A_SECOND,
                bytes: messages as f64 * BYTES_A_MESSAGE + text as f64 * BYTES_A_TEXT_BYTE,
            },
            exports,
        }
    }
}

/// An account that only a message names.
fn bare(key: &AccountKey) -> Account {
    Account {
        key: key.clone(),
        name: None,
        verified_emails: Vec::new(),
        bot: false,
        directory: model::DirectoryEntry::default(),
    }
}
