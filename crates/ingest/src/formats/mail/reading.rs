//! Mails out of every door into records: copies folded, containers and accounts said once.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::{AccountKey, ContainerId, IdError, MessageId, SourceName, Timestamp};

use super::door::{self, Door};
use super::mbox::split::{self, MAX_MAIL_BYTES};
use super::message::{self, Found, Read};
use super::{left_out, maildir, pst};
use crate::formats::out::{Flow, Out};
use crate::{Entry, Export, Place};

/// What is known while an export is read.
pub(super) struct Reading {
    source: SourceName,
    containers: Numbered<ContainerId>,
    people: Numbered<AccountKey>,
    seen: HashMap<MessageId, Seen>,
    ambiguous: u64,
}

/// A mail that was handed out.
struct Seen {
    fingerprint: u64,
    readers: Box<[u32]>,
    container: u32,
    on_list: bool,
}

/// Keys by number: a mailbox of a million mails names the same few thousand people.
struct Numbered<K> {
    numbers: HashMap<K, u32>,
    keys: Vec<K>,
}

impl<K: Clone + Eq + Hash> Numbered<K> {
    fn new() -> Self {
        Self { numbers: HashMap::new(), keys: Vec::new() }
    }

    fn knows(&self, key: &K) -> bool {
        self.numbers.contains_key(key)
    }

    fn number(&mut self, key: &K) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.numbers.insert(key.clone(), number);
        self.keys.push(key.clone());
        number
    }

    fn key(&self, number: u32) -> Option<K> {
        self.keys.get(number as usize).cloned()
    }
}

impl Reading {
    pub(super) fn new() -> Result<Self, IdError> {
        Ok(Self {
            source: SourceName::new("mail")?,
            containers: Numbered::new(),
            people: Numbered::new(),
            seen: HashMap::new(),
            ambiguous: 0,
        })
    }

    /// What a person should know of the reading as a whole.
    pub(super) fn say(&self, out: &mut Out<'_>) {
        if self.ambiguous > 0 {
            let count = self.ambiguous;
            out.warn(format!("{count} lines begin like a mail and may not be one, or the other way round"));
        }
    }

    pub(super) fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        for entry in export.entries() {
            let door = door::door(export, entry);
            let reason = left_out::by_path(&entry.name).or_else(|| maildir::left_out(&entry.name));
            match (door, reason) {
                (Door::None, _) => out.skip("file that holds no mail"),
                (Door::Undelivered, _) => out.skip("mail that is still being delivered"),
                (Door::Mbox, Some(_)) => out.skip("mailbox of deleted mail, junk or drafts"),
                (Door::Single, Some(reason)) => out.skip(reason),
                (Door::Mbox, None) => self.mbox(entry, out)?,
                (Door::Single, None) => self.single(entry, out)?,
                (Door::Pst, _) => self.pst(entry, out)?,
                (Door::Broken(fault), _) => {
                    let hint = "check that it is what its name says, and whole";
                    out.bad_with_hint(place(entry, None, None), fault, Some(hint), &[])?;
                }
            }
        }
        Flow::Continue(())
    }

    fn mbox(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        out.read(entry, |out, reader| {
            let (flow, noticed, failed) = split::mails(reader, |mail| {
                let place = place(entry, Some(mail.line), Some(mail.offset));
                self.mail(place, mail.bytes, mail.separator.at, mail.too_long, out)
            });
            self.ambiguous += noticed.ambiguous;
            flow?;
            if noticed.before_first > 0 {
                out.skip("text before the first mail of a file");
            }
            match failed {
                Some(error) => out.io_error(entry, error),
                None => Flow::Continue(()),
            }
        })
    }

    fn single(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        out.read(entry, |out, reader| {
            let mut bytes = Vec::new();
            let limit = MAX_MAIL_BYTES as u64 + 1;
            // A file that breaks off is half a mail, which would look like a whole one.
            if let Err(error) = reader.take(limit).read_to_end(&mut bytes) {
                return out.io_error(entry, error);
            }
            let too_long = bytes.len() > MAX_MAIL_BYTES;
            self.mail(place(entry, None, None), door::without_mark(&bytes), None, too_long, out)
        })
    }

    fn pst(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        pst::read(entry, out, |out, found| match found {
            pst::Found::Mail { offset, bytes } => {
                let too_long = bytes.len() > MAX_MAIL_BYTES;
                self.mail(place(entry, None, Some(offset)), &bytes, None, too_long, out)
            }
            pst::Found::Bad { offset, reason } => {
                let hint = "repair it with Outlook's scanpst, or turn it into mails with readpst -e";
                out.bad_with_hint(place(entry, None, offset), reason, Some(hint), &[])
            }
            pst::Found::LeftOut { reason, count } => {
                out.skip_many(reason, count);
                Flow::Continue(())
            }
        })
    }

    fn mail(
        &mut self,
        place: Place,
        bytes: &[u8],
        separator: Option<Timestamp>,
        too_long: bool,
        out: &mut Out<'_>,
    ) -> Flow {
        if too_long {
            return out.bad(place, format!("is a mail of more than {} MiB", MAX_MAIL_BYTES >> 20), bytes);
        }
        // The parser is another's: a panic in it costs the mail, not the run.
        let read = catch_unwind(AssertUnwindSafe(|| message::read(bytes, separator, &self.source)));
        match read.unwrap_or(Err("makes the mail parser fail")) {
            Ok(Found::Mail(read)) => self.hand_out(*read, out),
            Ok(Found::LeftOut(reason)) => {
                out.skip(reason);
                Flow::Continue(())
            }
            Err(reason) => out.bad(place, reason, bytes),
        }
    }

    fn hand_out(&mut self, read: Read, out: &mut Out<'_>) -> Flow {
        let Read { mut message, container, accounts, fingerprint, on_list, noted } = read;
        for noted in noted {
            out.skip(noted);
        }
        let id = &message.message.id;
        if self.seen.get(id).is_some_and(|known| known.fingerprint != fingerprint) {
            // Some programs give every mail the same id.
            let native = format!("{}#{fingerprint:016x}", id.native());
            if let Ok(id) = MessageId::from_native(&self.source, &native) {
                message.message.id = id;
            }
            out.skip("mail with the id of another one");
        }
        let participants = &message.message.participants;
        let mut readers: BTreeSet<u32> = participants.iter().map(|key| self.people.number(key)).collect();
        let known_container = self.containers.knows(&container.id);
        let mut lies_in = self.containers.number(&container.id);
        if let Some(known) = self.seen.get(&message.message.id) {
            out.skip("second copy of a mail");
            readers.extend(known.readers.iter().copied());
            // A list's copy tells where the mail belongs; a blind copy, or another report of a journal, tells
            // of more readers.
            let of_list = on_list && !known.on_list;
            if readers.len() == known.readers.len() && !of_list {
                return Flow::Continue(());
            }
            if !of_list {
                lies_in = known.container;
            }
        }
        let on_list = on_list || self.seen.get(&message.message.id).is_some_and(|known| known.on_list);
        if let Some(container) = self.containers.key(lies_in) {
            message.message.container = container;
        }
        let mut keys: Vec<AccountKey> =
            readers.iter().filter_map(|number| self.people.key(*number)).collect();
        keys.sort();
        message.message.participants = keys;
        let readers = readers.into_iter().collect();
        let seen = Seen { fingerprint, readers, container: lies_in, on_list };
        self.seen.insert(message.message.id.clone(), seen);
        if !known_container {
            out.container(container)?;
        }
        for (place, account) in accounts.into_iter().enumerate() {
            // What people call themselves counts; what others call them only until then.
            if place == 0 || !out.knows(&account.key) {
                out.account(account)?;
            }
        }
        out.message(message)
    }
}

fn place(entry: &Entry, line: Option<u64>, offset: Option<u64>) -> Place {
    Place { file: entry.name.clone(), line, offset }
}
