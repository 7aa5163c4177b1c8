//! Who may read what in a world, by plain sets: nothing of it is the product's.

use std::collections::BTreeSet;

use super::canary::canaries_in;
use super::mail::Mail;
use super::world::{Message, Rights, World};

impl World {
    /// The accounts whose rights an account has: its own, and those that share its address.
    pub(super) fn accounts_of(&self, key: &str) -> BTreeSet<String> {
        let email = self.accounts.iter().find(|one| one.key == key).and_then(|one| one.email.clone());
        let same = self.accounts.iter().filter(|one| email.is_some() && one.email == email);
        same.map(|one| one.key.clone()).chain([key.to_owned()]).collect()
    }

    fn may(rights: &Rights, who: &BTreeSet<String>) -> bool {
        match rights {
            Rights::Everyone => true,
            Rights::Members(members) => !members.is_disjoint(who),
            Rights::Nobody | Rights::Broken | Rights::Unstated => false,
        }
    }

    /// Whether those accounts may read a message.
    pub(super) fn may_read(&self, message: &Message, who: &BTreeSet<String>) -> bool {
        let container = &self.containers[message.container];
        let policy = self.policies.iter().find(|(source, _)| *source == container.source);
        let policy = policy.map_or(&Rights::Unstated, |(_, rights)| rights);
        if *policy == Rights::Nobody {
            return false;
        }
        let said = [&message.rights, &container.rights, policy];
        let said = said.into_iter().find(|rights| **rights != Rights::Unstated);
        said.is_some_and(|rights| Self::may(rights, who))
    }

    /// The conversation of a message: its thread, or all flat talk of its channel.
    pub(super) fn conversation(&self, number: usize) -> (usize, Option<usize>) {
        let message = &self.messages[&number];
        (message.container, message.thread)
    }

    /// The first mail of a mail's thread.
    pub(super) fn mail_thread(&self, number: usize) -> usize {
        self.mails[number].answers.map_or(number, |answered| self.mail_thread(answered))
    }

    /// Whether those accounts may read what is said in a channel without rights of its own.
    pub(super) fn is_open_to(&self, container: usize, who: &BTreeSet<String>) -> bool {
        Self::may(&self.containers[container].rights, who)
    }

    /// Whether those accounts may read a mail: whoever wrote or got it.
    pub(super) fn may_read_mail(&self, mail: &Mail, who: &BTreeSet<String>) -> bool {
        let all = [mail.from].into_iter().chain(mail.to.iter().chain(&mail.cc).chain(&mail.bcc).copied());
        all.into_iter().any(|person| who.contains(&self.mailbox(person)))
    }

    /// The canaries that somebody may be told; `None` is anyone.
    pub(super) fn allowed(&self, reader: Option<&str>) -> BTreeSet<String> {
        let who = reader.map(|key| self.accounts_of(key)).unwrap_or_default();
        let mut allowed = BTreeSet::new();
        for message in self.messages.values().filter(|message| self.may_read(message, &who)) {
            allowed.extend(canaries_in(&message.text));
            allowed.extend(canaries_in(&self.containers[message.container].name));
            allowed.extend(canaries_in(&self.accounts[message.author].name));
        }
        for mail in self.mails.iter().filter(|mail| self.may_read_mail(mail, &who)) {
            allowed.extend(canaries_in(&mail.text()));
        }
        allowed
    }

    /// The canaries of what somebody wrote themselves: they may have it as a copy of their own data.
    pub(super) fn own(&self, reader: &str) -> BTreeSet<String> {
        let who = self.accounts_of(reader);
        let theirs =
            self.messages.values().filter(|message| who.contains(&self.accounts[message.author].key));
        let told = theirs.map(|message| {
            let container = &self.containers[message.container];
            format!("{} {} {}", message.text, container.name, self.accounts[message.author].name)
        });
        let mails = self.mails.iter().filter(|mail| who.contains(&self.mailbox(mail.from))).map(Mail::text);
        told.chain(mails).flat_map(|text| canaries_in(&text)).collect()
    }
}
