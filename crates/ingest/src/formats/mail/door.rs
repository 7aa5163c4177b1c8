//! Which file of an export is read in which way, by its content.

use mail_parser::MessageParser;

use super::maildir;
use super::mbox::separator;
use crate::{Entry, Export};

/// So much of a file tells what it is.
const HEAD_BYTES: u64 = 8192;
/// So many files are looked into to recognise an export.
const LOOKED_INTO: usize = 40;
/// What every PST file begins with.
const PST_MAGIC: &[u8] = b"!BDN";
/// Headers of which a mail has at least one besides `From`.
const TELLING: [&str; 6] = ["date", "message-id", "received", "mime-version", "return-path", "delivered-to"];

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// Many mails, one after the other.
    Mbox,
    /// One mail.
    Single,
    /// A mailbox of Outlook.
    Pst,
    /// In a maildir, but still being delivered.
    Undelivered,
    /// It says by its name that it is mail, but is not: what to say about it.
    Broken(&'static str),
    /// No mail.
    None,
}

/// The way into a file.
pub(super) fn door(export: &Export, entry: &Entry) -> Door {
    if maildir::is_undelivered(&entry.name) {
        return Door::Undelivered;
    }
    let head = export.head(entry, HEAD_BYTES);
    if head.starts_with(PST_MAGIC) {
        return Door::Pst;
    }
    if is_mbox(&head) {
        return Door::Mbox;
    }
    if looks_like_mail(&head) {
        return Door::Single;
    }
    match entry.extension().as_str() {
        _ if entry.bytes == 0 => Door::None,
        "mbox" | "mbx" => Door::Broken("does not begin with a separator of mails"),
        "eml" => Door::Broken("does not begin with the headers of a mail"),
        "pst" | "ost" => Door::Broken("does not begin like a PST file"),
        _ if maildir::is_delivered(&entry.name) => Door::Broken("does not begin with the headers of a mail"),
        _ => Door::None,
    }
}

/// Whether the export is one of mail: one mailbox is enough; of loose files, at least half must be mails, as a
/// mail that was attached somewhere makes no mail export.
pub(super) fn is_mail(export: &Export) -> bool {
    let named = |entry: &&Entry| matches!(entry.extension().as_str(), "mbox" | "mbx" | "pst" | "ost");
    let is_mailbox = |entry: &Entry| {
        let head = export.head(entry, HEAD_BYTES);
        head.starts_with(PST_MAGIC) || is_mbox(&head)
    };
    if export.entries().iter().filter(named).take(LOOKED_INTO).any(is_mailbox) {
        return true;
    }
    let others: Vec<&Entry> = export.entries().iter().filter(|entry| !named(entry)).collect();
    let step = others.len().div_ceil(LOOKED_INTO).max(1);
    let (mut looked, mut mails) = (0, 0);
    for entry in others.into_iter().step_by(step) {
        let head = export.head(entry, HEAD_BYTES);
        if is_mbox(&head) {
            return true;
        }
        looked += 1;
        mails += usize::from(looks_like_mail(&head));
    }
    mails > 0 && mails * 2 >= looked
}

/// Whether it begins with a well-formed separator, after blank lines and a byte order mark.
fn is_mbox(head: &[u8]) -> bool {
    let head = without_mark(head).trim_ascii_start();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    separator::parse(line.trim_ascii_end()).is_some()
}

/// Whether it begins with headers, `From` and a telling one among them.
fn looks_like_mail(head: &[u8]) -> bool {
    let head = without_mark(head);
    let (mut first, mut from, mut telling) = (true, false, false);
    for line in head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end) {
        if line.is_empty() {
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            if first {
                return false;
            }
            continue;
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            // The last line of the head may be cut.
            return from && telling;
        };
        let name = line.get(..colon).unwrap_or_default();
        if name.is_empty() || name.len() > 76 || !name.iter().all(u8::is_ascii_graphic) {
            return from && telling;
        }
        first = false;
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        from |= name == "from";
        telling |= TELLING.contains(&name.as_str());
        if from && telling {
            return MessageParser::default().parse_headers(head).is_some();
        }
    }
    from && telling
}

/// Without the byte order mark that editors put before a text.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_known_by_its_headers() {
        for (head, mail) in [
            ("From: a@x.org\nDate: today\n\nhello", true),
            ("\u{feff}Received: from a by b;\r\n\tFri\r\nFrom: a@x.org\r\n\r\n", true),
            ("Subject: x\nFrom: a@x.org\n\nDate: in the body", false),
            ("From: a@x.org", false),
            ("Dear Ann,\nFrom: a\nDate: b\n", false),
            ("{\"From\":\"a\",\n\"Date\":1}", false),
            ("From a@x.org Fri Mar 29 14:07:21 2019\nFrom: a\nDate: b\n", false),
            ("", false),
        ] {
            assert_eq!(looks_like_mail(head.as_bytes()), mail, "{head}");
        }
    }
}
