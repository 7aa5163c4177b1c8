//! What a run did, for people and for exit codes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ingest::Issue;
use ingest::policy::{Erasure, Redacted};
use model::AccountKey;

use super::Indexer;
use super::read::Passed;
use crate::Error;

/// How many issues a report carries in full; the rest is in the quarantine file.
pub(crate) const SHOWN_ISSUES: usize = 5;

/// What reading one export did.
#[derive(Debug, Default)]
pub struct ExportReport {
    /// The export.
    pub path: PathBuf,
    /// Its format, if it was recognized.
    pub format: Option<&'static str>,
    /// Why it could not be read at all, if so: message and remedy.
    pub broken: Option<String>,
    /// Messages that were not there before.
    pub added: u64,
    /// Messages that were there with other content.
    pub changed: u64,
    /// Messages that were there already.
    pub same: u64,
    /// Messages that the export deletes, or does not hold any more although it holds their container whole.
    pub deleted: u64,
    /// Records that an interrupted run had stored before; they are not counted again.
    pub resumed: u64,
    /// Accounts that an erased address led to, to be put on the list.
    pub found: Vec<(AccountKey, Erasure)>,
    /// Messages that went because the policy does not read their container.
    pub expired: u64,
    /// Messages that were kept out, and why.
    pub refused: BTreeMap<&'static str, u64>,
    /// How many of the messages that were kept out or left out the policy keeps out.
    pub refused_by_policy: u64,
    /// What was blotted out.
    pub redacted: Redacted,
    /// Records in quarantine.
    pub quarantined: u64,
    /// The first of them.
    pub issues: Vec<Issue>,
    /// What was left out on purpose, and how often.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct IngestReport {
    /// Export by export.
    pub exports: Vec<ExportReport>,
    /// Accounts known now.
    pub accounts: usize,
    /// People they belong to.
    pub people: usize,
    /// Documents now.
    pub documents: u64,
    /// Documents that everyone may read.
    pub public_documents: u64,
    /// Accounts, containers and messages that were erased before and had come back with an old store.
    pub erased_again: u64,
    /// Messages that went from the store because of the policy, and why.
    pub expired: BTreeMap<&'static str, u64>,
    /// Sources that policy opens or closes, with the visibility in words.
    pub policies: Vec<(String, String)>,
    /// Sources that a policy of this run names and that nothing was ever read from: perhaps a slip.
    pub unknown_sources: Vec<String>,
    /// Documents that nobody may read, by source: policy may open them.
    pub unreadable: BTreeMap<String, u64>,
    /// The build of the index that answers now.
    pub generation: u64,
    /// Documents whose vectors wait for a cluster that does not answer; they go there when it does.
    pub unsent: u64,
}

/// What making everything again did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReindexReport {
    /// The build of the index that answers now.
    pub generation: u64,
    /// Documents in the store.
    pub documents: u64,
    /// Its number in the data directory.
    pub number: u64,
}

impl ExportReport {
    /// Takes over what reading came to.
    pub(crate) fn note(&mut self, passed: Passed<'_>) {
        let refused = passed.gate.refused();
        self.refused = refused.iter().map(|(refusal, count)| (refusal.as_str(), *count)).collect();
        self.refused_by_policy =
            refused.iter().filter(|(refusal, _)| refusal.is_policy()).map(|(_, count)| count).sum();
        self.redacted = passed.redacted;
        match passed.read {
            Ok(read) => {
                self.refused_by_policy += read.refused;
                self.skipped = read.skipped;
                self.warnings = read.warnings;
            }
            Err(error) => self.broken = Some(error.to_string()),
        }
    }

    /// Why the export cannot tell what is gone; `None` if it can.
    pub(crate) fn not_whole(&self) -> Option<String> {
        let why = match (self.broken.is_some(), self.quarantined) {
            (true, _) => "it could not be read to its end".to_owned(),
            (false, 0) => return None,
            (false, bad) => format!("{bad} of its records do not read"),
        };
        Some(format!("nothing was deleted for being absent: {why}"))
    }

    /// Whether it held messages, and the policy kept out all of them.
    pub fn all_refused(&self) -> bool {
        self.refused_by_policy > 0 && self.added + self.changed + self.same + self.resumed == 0
    }
}

impl IngestReport {
    /// Counts messages that went because of the policy.
    pub(super) fn expire(&mut self, reason: &'static str, messages: u64) {
        if messages > 0 {
            *self.expired.entry(reason).or_default() += messages;
        }
    }

    /// Whether the policy kept out everything that some export held.
    pub fn any_refused(&self) -> bool {
        self.exports.iter().any(ExportReport::all_refused)
    }

    /// Whether any export could not be read at all.
    pub fn any_broken(&self) -> bool {
        self.exports.iter().any(|export| export.broken.is_some())
    }

    /// Records in quarantine, over all exports of the run.
    pub fn quarantined(&self) -> u64 {
        self.exports.iter().map(|export| export.quarantined).sum()
    }
}

impl Indexer {
    /// Fills in what the store holds now.
    pub(super) fn describe(&self, report: &mut IngestReport) -> Result<(), Error> {
        (report.documents, report.public_documents) = self.store.document_counts()?;
        report.unreadable = self.store.unreadable_documents()?;
        report.generation = self.store.generation()?;
        let words = |visibility: model::Visibility| match visibility {
            model::Visibility::Everyone => "everyone".to_owned(),
            model::Visibility::Nobody => "nobody".to_owned(),
            model::Visibility::Members(members) => format!("{} accounts", members.len()),
        };
        report.policies = self.store.policies()?.into_iter().map(|(source, v)| (source, words(v))).collect();
        Ok(())
    }
}
