//! What is counted of one export.

use std::collections::{BTreeMap, HashSet};

use ingest::Record;
use model::{Account, AccountKey, Container, ContainerId, Message, Timestamp, Visibility};

use crate::Error;
use crate::indexer::SHOWN_ISSUES;
use crate::indexer::read::{Cleaned, Taker, short_hash};
use crate::survey::PlannedExport;

/// Who may read the messages of one container, as far as these say so themselves.
#[derive(Debug, Default)]
struct Stated {
    everyone: u64,
    members: u64,
    nobody: u64,
    /// Leaves it to the container.
    silent: u64,
    /// Silent, but with named recipients.
    addressed: u64,
}

/// What is counted of one export while it is read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) planned: PlannedExport,
    pub(super) accounts: BTreeMap<AccountKey, Account>,
    pub(super) authors: BTreeMap<AccountKey, u64>,
    containers: BTreeMap<ContainerId, Container>,
    stated: BTreeMap<ContainerId, Stated>,
    /// Hashes of ids: whether an answer's question is there is told at the end.
    ids: HashSet<u64>,
    answered: Vec<u64>,
}

impl Tally {
    fn message(&mut self, message: &Message) {
        let planned = &mut self.planned;
        planned.messages += 1;
        planned.text_bytes += (message.text.len() + message.quoted.len()) as u64;
        let earlier = |known: Option<Timestamp>| known.map_or(message.at, |known| known.min(message.at));
        let later = |known: Option<Timestamp>| known.map_or(message.at, |known| known.max(message.at));
        planned.first_at = Some(earlier(planned.first_at));
        planned.last_at = Some(later(planned.last_at));
        *self.authors.entry(message.author.clone()).or_default() += 1;
        let stated = self.stated.entry(message.container.clone()).or_default();
        match &message.stated_visibility {
            Some(Visibility::Everyone) => stated.everyone += 1,
            Some(Visibility::Members(_)) => stated.members += 1,
            Some(Visibility::Nobody) => stated.nobody += 1,
            None if message.participants.is_empty() => stated.silent += 1,
            None => stated.addressed += 1,
        }
        self.ids.insert(short_hash(&message.id));
        // The last one is the nearest: what it directly answers.
        self.answered.extend(message.reply_to.last().map(short_hash));
    }

    /// What the export came to. `opened` says who reads what a source states no rights for; `participants` that
    /// those who are named in a message do.
    pub(super) fn finish(
        mut self,
        opened: &BTreeMap<String, Visibility>,
        participants: bool,
    ) -> (PlannedExport, BTreeMap<AccountKey, Account>, BTreeMap<AccountKey, u64>) {
        let planned = &mut self.planned;
        planned.containers = self.stated.len() as u64;
        planned.authors = self.authors.len() as u64;
        planned.replies = self.answered.len() as u64;
        planned.replies_without_question =
            self.answered.iter().filter(|hash| !self.ids.contains(hash)).count() as u64;
        for (id, stated) in &self.stated {
            let container =
                self.containers.get(id).and_then(|container| container.stated_visibility.as_ref());
            let silent = match container.or_else(|| opened.get(id.source())) {
                Some(Visibility::Everyone) => &mut planned.readers.everyone,
                Some(Visibility::Members(_)) => &mut planned.readers.named,
                Some(Visibility::Nobody) | None => &mut planned.readers.nobody,
            };
            *silent += stated.silent;
            let addressed = match container.or_else(|| opened.get(id.source())) {
                Some(Visibility::Everyone) => &mut planned.readers.everyone,
                Some(Visibility::Members(_)) => &mut planned.readers.named,
                None if participants => &mut planned.readers.named,
                Some(Visibility::Nobody) | None => &mut planned.readers.nobody,
            };
            *addressed += stated.addressed;
            planned.readers.everyone += stated.everyone;
            planned.readers.named += stated.members;
            planned.readers.nobody += stated.nobody;
        }
        (self.planned, self.accounts, self.authors)
    }
}

impl Taker for Tally {
    fn take(&mut self, cleaned: Cleaned) -> Result<(), Error> {
        match cleaned {
            Cleaned::Message(message) => self.message(&message),
            Cleaned::Other(Record::Account(account)) => {
                self.accounts.insert(account.key.clone(), account);
            }
            Cleaned::Other(Record::Container(container)) => {
                self.containers.insert(container.id.clone(), container);
            }
            Cleaned::Other(Record::Delete(_)) => self.planned.deletions += 1,
            Cleaned::Other(Record::Message(_)) | Cleaned::Shut(_) => {}
            Cleaned::Issue(issue) => {
                self.planned.quarantined += 1;
                if self.planned.issues.len() < SHOWN_ISSUES {
                    self.planned.issues.push(issue);
                }
            }
        }
        Ok(())
    }
}
