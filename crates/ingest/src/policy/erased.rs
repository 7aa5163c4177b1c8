//! The gate's look at the list of what was erased: what stays out, and what comes in without its author.

use std::collections::{HashMap, HashSet};

use model::{
    Account, AccountKey, ContainerId, DirectoryEntry, EmploymentStatus, Message, MessageId, Visibility,
};

use super::suppression::{Erased, Erasure, Suppression};

/// What stands where a name stood.
pub const FORMER: &str = "a former colleague";

/// What is known of erased people and things while one export is read.
#[derive(Debug)]
pub(super) struct Remembered<'p> {
    list: &'p Suppression,
    /// Accounts that carry an erased address under a key that is not on the list: they are erased, too.
    found: HashMap<AccountKey, Erasure>,
    /// Messages that stayed out: who answers them may quote them.
    out: HashSet<MessageId>,
}

/// What becomes of a message.
pub(super) enum Fate {
    /// It comes in as it is.
    Stays,
    /// It comes in, with this account in its author's place.
    Under(Box<Account>),
    /// It stays out.
    Out,
}

impl<'p> Remembered<'p> {
    pub(super) fn new(list: &'p Suppression) -> Self {
        Self { list, found: HashMap::new(), out: HashSet::new() }
    }

    pub(super) fn found(&self) -> impl Iterator<Item = (&AccountKey, Erasure)> {
        self.found.iter().map(|(key, mode)| (key, *mode))
    }

    fn mode(&self, key: &AccountKey) -> Option<Erasure> {
        self.list.account(key).or_else(|| self.found.get(key).copied())
    }

    pub(super) fn is_erased(&self, key: &AccountKey) -> bool {
        self.mode(key).is_some()
    }

    pub(super) fn is_container(&self, id: &ContainerId) -> bool {
        self.list.mode(Erased::Container(id)).is_some()
    }

    /// Whether an account stays out.
    pub(super) fn account(&mut self, account: &Account) -> bool {
        if self.list.is_empty() {
            return false;
        }
        if self.mode(&account.key).is_some() {
            return true;
        }
        let by_address =
            account.verified_emails.iter().find_map(|address| self.list.mode(Erased::Address(address)));
        if let Some(mode) = by_address {
            self.found.insert(account.key.clone(), mode);
        }
        by_address.is_some()
    }

    /// What becomes of a message; erased accounts are taken out of whatever else it names.
    pub(super) fn message(&mut self, message: &mut Message) -> Fate {
        if self.list.is_empty() {
            return Fate::Stays;
        }
        let gone = self.list.mode(Erased::Message(&message.id)).is_some()
            || self.list.mode(Erased::Container(&message.container)).is_some();
        let author = self.mode(&message.author);
        if gone || author == Some(Erasure::Both) {
            self.out.insert(message.id.clone());
            return Fate::Out;
        }
        if message.reply_to.iter().any(|id| self.out.contains(id)) {
            message.quoted.clear();
        }
        scrub(message, &|key| self.mode(key).is_some());
        match author.and_then(|mode| self.list.stand_in(&message.author, mode)) {
            Some(key) => {
                message.author = key.clone();
                Fate::Under(Box::new(stand_in(key)))
            }
            None => Fate::Stays,
        }
    }
}

/// The account that stands in for somebody: nobody who can be asked.
#[must_use]
pub fn stand_in(key: AccountKey) -> Account {
    let directory = DirectoryEntry { status: Some(EmploymentStatus::Departed), ..DirectoryEntry::default() };
    Account { key, name: Some(FORMER.to_owned()), verified_emails: Vec::new(), bot: false, directory }
}

/// Shortest native id that is looked for in texts: a shorter one is a word.
const SHORTEST_ID: usize = 4;

/// Takes accounts out of everything that a message names, but its author: lists, rights, and mentions in its
/// texts. Rights that lose their last reader are nobody's. Returns whether anything was there.
pub fn scrub(message: &mut Message, erased: &dyn Fn(&AccountKey) -> bool) -> bool {
    let before = message.clone();
    for key in before.mentions.iter().filter(|key| erased(key) && key.native().len() >= SHORTEST_ID) {
        for text in [&mut message.text, &mut message.quoted].into_iter().chain(&mut message.subject) {
            if text.contains(key.native()) {
                *text = text.replace(key.native(), FORMER);
            }
        }
    }
    message.mentions.retain(|key| !erased(key));
    message.participants.retain(|key| !erased(key));
    for reaction in &mut message.reactions {
        reaction.by.retain(|key| !erased(key));
    }
    message.resolved_by = message.resolved_by.take().filter(|key| !erased(key));
    message.assignee = message.assignee.take().filter(|key| !erased(key));
    if let Some(Visibility::Members(members)) = &mut message.stated_visibility {
        members.retain(|key| !erased(key));
        if members.is_empty() {
            message.stated_visibility = Some(Visibility::Nobody);
        }
    }
    *message != before
}
