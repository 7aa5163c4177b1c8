//! Mail in mbox files (mboxo, mboxrd, mboxcl, mboxcl2), one file or a folder of them.
//!
//! Decision: a mail is taken apart here, without recursion, and the mail parser sees only header blocks and
//! single text parts; so no mail can overflow the stack. The price is a small MIME walker of our own.

mod headers;
pub(super) mod html;
mod kind;
mod mail;
mod mime;
mod separator;
mod split;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use model::{ContainerId, MessageId, SourceName};

use super::out::{Flow, Out};
use super::{DefaultRights, Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export, Place};
use split::RawMail;

/// Reads mbox files.
#[derive(Debug, Clone, Copy)]
pub struct Mbox;

impl Format for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn looks_for(&self) -> &'static str {
        "files that begin with a line such as \"From ann@example.com Fri Mar 29 14:07:21 2019\""
    }

    fn detect(&self, export: &Export) -> bool {
        let by_name = |entry: &&Entry| matches!(entry.extension().as_str(), "mbox" | "mbx");
        let named = export.entries().iter().filter(by_name);
        let others = export.entries().iter().filter(|entry| !by_name(entry)).take(20);
        named.take(20).chain(others).any(|entry| is_mbox(export, entry))
    }

    fn default_rights(&self) -> DefaultRights {
        DefaultRights::Participants
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut reading = Reading {
            source: SourceName::new("mail")?,
            containers: BTreeSet::new(),
            seen: HashMap::new(),
            ambiguous: 0,
        };
        let mut out = Out::new(export, sink);
        let flow = reading.export(export, &mut out);
        if reading.ambiguous > 0 {
            let count = reading.ambiguous;
            out.warn(format!("{count} lines begin like a mail and may not be one, or the other way round"));
        }
        out.finish(flow)
    }
}

struct Reading {
    source: SourceName,
    containers: BTreeSet<ContainerId>,
    /// Fingerprints of the mails that were handed out.
    seen: HashMap<MessageId, u64>,
    ambiguous: u64,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        for entry in export.entries() {
            if is_mbox(export, entry) {
                self.file(entry, out)?;
            } else if matches!(entry.extension().as_str(), "mbox" | "mbx") && entry.bytes > 0 {
                let place = Place { file: entry.name.clone(), line: None, offset: None };
                let hint = "check that it is an mbox and not another kind of mailbox";
                out.bad_with_hint(place, "does not begin with a separator of mails", Some(hint), &[])?;
            } else {
                out.skip("file that is no mbox");
            }
        }
        Flow::Continue(())
    }

    fn file(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        out.read(entry, |out, reader| {
            let (flow, noticed, failed) = split::mails(reader, |mail| self.mail(entry, &mail, out));
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

    fn mail(&mut self, entry: &Entry, mail: &RawMail<'_>, out: &mut Out<'_>) -> Flow {
        let place = Place { file: entry.name.clone(), line: Some(mail.line), offset: Some(mail.offset) };
        if mail.too_long {
            let reason = format!("is a mail of more than {} MiB", split::MAX_MAIL_BYTES >> 20);
            return out.bad(place, reason, mail.bytes);
        }
        // The parser is another's: a panic in it costs the mail, not the run.
        let read = catch_unwind(AssertUnwindSafe(|| mail::read(mail.bytes, mail.separator.at, &self.source)));
        match read.unwrap_or(Err("makes the mail parser fail")) {
            Ok(read) => self.hand_out(read, out),
            Err(reason) => out.bad(place, reason, mail.bytes),
        }
    }

    fn hand_out(&mut self, read: mail::Read, out: &mut Out<'_>) -> Flow {
        let mail::Read { mut message, container, accounts, fingerprint } = read;
        if let Some(known) = self.seen.get(&message.message.id) {
            if *known == fingerprint {
                out.skip("second copy of a mail");
                return Flow::Continue(());
            }
            // Some programs give every mail the same id.
            let native = format!("{}#{fingerprint:016x}", message.message.id.native());
            if let Ok(id) = MessageId::from_native(&self.source, &native) {
                message.message.id = id;
            }
            out.skip("mail with the id of another one");
        }
        self.seen.insert(message.message.id.clone(), fingerprint);
        if self.containers.insert(container.id.clone()) {
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

/// Whether the file begins with a well-formed separator, after blank lines and a byte order mark.
fn is_mbox(export: &Export, entry: &Entry) -> bool {
    let head = export.head(entry, 4096);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    separator::parse(line.trim_ascii_end()).is_some()
}
