//! One mail into a message.

use std::collections::BTreeSet;

use mail_parser::{HeaderName, Message as Headers, MessageParser};
use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, Message, MessageId,
    SourceName, Timestamp,
};
use text::Markup;

use super::headers::{self, Mailbox};
use super::mime::{self, Leaf, LeafKind, Parts, raw_header};
use super::{html, kind};
use crate::RawMessage;

/// The container of mail that came over no list.
const MAILBOX: &str = "mailbox";

/// What a mail says.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) message: RawMessage,
    pub(super) container: Container,
    /// The author first; a name is what this mail calls them.
    pub(super) accounts: Vec<Account>,
    /// Tells mails with the same Message-ID apart.
    pub(super) fingerprint: u64,
}

/// Reads a mail; the fault says what is wrong without any text of it.
pub(super) fn read(
    mail: &[u8],
    separator: Option<Timestamp>,
    source: &SourceName,
) -> Result<Read, &'static str> {
    let parts = mime::parts(mail).map_err(mime::TooMuch::reason)?;
    let block = mail.get(parts.headers.clone()).unwrap_or_default();
    let parsed = MessageParser::default().parse_headers(block).ok_or("has no headers")?;
    let author = headers::author(&parsed).ok_or("has no sender")?;
    let at = headers::written_at(&parsed, separator).ok_or("has no date")?;
    let key = |address: &str| AccountKey::from_native(source, address).map_err(|_| "has an empty address");
    let own_id = headers::id(&parsed);
    let native_id = own_id.clone().unwrap_or_else(|| format!("b3-{}", hash(mail)));
    let id = |native: &str| MessageId::from_native(source, native).map_err(|_| "has an empty id");
    let kind = kind::kind(&parsed, &author.address, parts.report, has_invitation(&parts));
    let accounts = accounts(&parsed, &author, &key)?;
    let message = Message {
        kind,
        subject: parsed.subject().map(|subject| subject.split_whitespace().collect::<Vec<_>>().join(" ")),
        reply_to: headers::answered(&parsed, own_id.as_deref())
            .iter()
            .map(|native| id(native))
            .collect::<Result<_, _>>()?,
        permalink: raw_header(&parsed, HeaderName::from("Archived-At"))
            .map(|link| link.trim_matches(['<', '>']).to_owned()),
        participants: participants(&accounts),
        ..Message::new(
            id(&native_id)?,
            container_id(&parsed, source)?.0,
            key(&author.address)?,
            at,
            body(mail, &parts),
        )
    };
    let (id, name) = container_id(&parsed, source)?;
    let container = Container { id, name, kind: ContainerKind::Mailbox, stated_visibility: None };
    let fingerprint = fingerprint(&message);
    let message = RawMessage { message, markup: Markup::Mail };
    Ok(Read { message, container, accounts, fingerprint })
}

fn container_id(headers: &Headers<'_>, source: &SourceName) -> Result<(ContainerId, String), &'static str> {
    let (id, name) = headers::list(headers).unwrap_or_else(|| (MAILBOX.to_owned(), MAILBOX.to_owned()));
    Ok((ContainerId::from_native(source, &id).map_err(|_| "has an empty list id")?, name))
}

/// Everybody in the headers, the author first.
fn accounts(
    headers: &Headers<'_>,
    author: &Mailbox,
    key: &impl Fn(&str) -> Result<AccountKey, &'static str>,
) -> Result<Vec<Account>, &'static str> {
    let list = headers::list_address(headers);
    let groups = [headers.from(), headers.sender(), headers.to(), headers.cc(), headers.bcc()];
    let others = groups.into_iter().flat_map(headers::mailboxes);
    let mut seen = BTreeSet::new();
    let mut accounts = Vec::new();
    for mailbox in std::iter::once(author.clone()).chain(others) {
        if !seen.insert(mailbox.address.clone()) {
            continue;
        }
        let bot = kind::is_machine(&mailbox.address)
            || list.as_ref() == Some(&mailbox.address)
            || headers::is_veil(&mailbox);
        accounts.push(Account {
            key: key(&mailbox.address)?,
            name: mailbox.name,
            verified_emails: Some(mailbox.address)
                .filter(|address| address.contains('@'))
                .into_iter()
                .collect(),
            bot,
            directory: DirectoryEntry::default(),
        });
    }
    Ok(accounts)
}

fn participants(accounts: &[Account]) -> Vec<AccountKey> {
    let keys: BTreeSet<AccountKey> = accounts.iter().map(|account| account.key.clone()).collect();
    keys.into_iter().collect()
}

/// The words of the mail: its text parts in order, of alternatives the plain one.
fn body(mail: &[u8], parts: &Parts) -> String {
    let texts: Vec<&Leaf> = parts.leaves.iter().filter(|leaf| is_text(leaf)).collect();
    let plain: BTreeSet<usize> = texts
        .iter()
        .filter(|leaf| leaf.kind == LeafKind::Plain)
        .filter_map(|leaf| leaf.alternative)
        .collect();
    let chosen = texts.iter().filter(|leaf| match (leaf.kind, leaf.alternative) {
        (LeafKind::Html, Some(alternative)) => !plain.contains(&alternative),
        _ => true,
    });
    let texts = chosen.map(|leaf| {
        let decoded = mime::decoded(mail, leaf);
        match (leaf.kind, leaf.flowed) {
            (LeafKind::Html, _) => html::to_text(&decoded),
            (_, Some(del_sp)) => unflowed(&decoded, del_sp),
            _ => decoded,
        }
    });
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn is_text(leaf: &Leaf) -> bool {
    !leaf.attached && !leaf.file && matches!(leaf.kind, LeafKind::Plain | LeafKind::Html)
}

/// An invitation is a mail whose alternative is a calendar's, not one with a calendar's file attached.
fn has_invitation(parts: &Parts) -> bool {
    let own = |leaf: &&Leaf| leaf.kind == LeafKind::Calendar && !leaf.attached;
    let mut calendars = parts.leaves.iter().filter(own);
    calendars.any(|leaf| leaf.alternative.is_some() || parts.leaves.len() == 1)
}

/// Joins lines that were broken softly (RFC 3676): those that end in a blank, within one depth of quoting.
fn unflowed(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let quotes = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = line.get(quotes..).unwrap_or_default();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let signature = content == "-- ";
        if open == Some(quotes) && !signature {
            out.push_str(content);
        } else {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line.get(..quotes).unwrap_or_default());
            if quotes > 0 {
                out.push(' ');
            }
            out.push_str(content);
        }
        open = (content.ends_with(' ') && !signature).then_some(quotes);
        if open.is_some() && del_sp {
            out.pop();
        }
    }
    out
}

fn hash(mail: &[u8]) -> String {
    blake3::hash(mail).to_hex().as_str().get(..32).unwrap_or_default().to_owned()
}

/// The same mail kept twice has the same fingerprint, whatever way it took.
fn fingerprint(message: &Message) -> u64 {
    let subject = message.subject.as_deref().unwrap_or_default();
    let text = format!("{}\n{}\n{subject}\n{}", message.author, message.at, message.text.trim());
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(mail: &str) -> String {
        read(mail.as_bytes(), None, &SourceName::new("mail").unwrap()).unwrap().message.message.text
    }

    fn check(headers: &str, body: &str, expected: &str) {
        let mail = format!("From: a@x.org\nDate: Tue, 1 Mar 2022 10:00:00 +0000\n{headers}\n\n{body}");
        assert_eq!(text_of(&mail), expected, "{headers}");
    }

    #[test]
    fn the_plain_alternative_is_taken() {
        let body = "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
                    caf=C3=A9\n--b\nContent-Type: text/html\n\n<p>other</p>\n--b--\nepilogue";
        check("Content-Type: multipart/alternative; boundary=b", body, "café");
    }

    #[test]
    fn html_alone_becomes_text_and_footers_follow() {
        let body = "--b\nContent-Type: text/html\n\n<p>hello</p><blockquote>old</blockquote>\n--b\n\
                    Content-Type: text/plain\n\nfooter\n--b--\n";
        check("Content-Type: multipart/mixed; boundary=\"b\"", body, "hello\n\n> old\n\nfooter");
    }

    #[test]
    fn files_and_attached_mails_are_not_the_authors_words() {
        let body = "--b\n\nown words\n--b\nContent-Type: text/plain; name=log.txt\n\nlog\n--b\n\
                    Content-Type: message/rfc822\n\nFrom: c@x.org\nSubject: old\n\nanother's words\n--b\n\
                    Content-Type: text/plain\nContent-Disposition: attachment\n\nfile\n--b--\n";
        check("Content-Type: multipart/mixed; boundary=b", body, "own words");
    }

    #[test]
    fn soft_breaks_are_joined() {
        let body = "one \ntwo\n>quoted \n> on\n \n-- \nAnn ";
        check("Content-Type: text/plain; format=flowed", body, "one two\n> quoted on\n\n-- \nAnn ");
        check("Content-Type: text/plain; format=flowed; delsp=yes", "one \ntwo", "onetwo");
    }

    #[test]
    fn a_mail_without_an_id_gets_one_from_its_content() {
        let mail = "From: a@x.org\nDate: Tue, 1 Mar 2022 10:00:00 +0000\n\nhello";
        let source = SourceName::new("mail").unwrap();
        let id = |mail: &str| read(mail.as_bytes(), None, &source).unwrap().message.message.id;
        assert!(id(mail).native().starts_with("b3-") && id(mail) == id(mail));
        assert_ne!(id(mail), id(&mail.replace("hello", "hallo")));
    }

    #[test]
    fn a_list_that_hides_who_wrote_is_nobody() {
        let read = |headers: &str| {
            let mail = format!("{headers}\nDate: Tue, 1 Mar 2022 10:00:00 +0000\n\nhello");
            let account =
                read(mail.as_bytes(), None, &SourceName::new("mail").unwrap()).unwrap().accounts.remove(0);
            (account.key.to_string(), account.bot)
        };
        assert_eq!(read("From: Ann via Talk <talk@l.org>"), ("mail:talk@l.org".to_owned(), true));
        let told = "From: Ann via Talk <talk@l.org>\nReply-To: Ann <ann@x.org>";
        assert_eq!(read(told), ("mail:ann@x.org".to_owned(), false));
    }

    #[test]
    fn what_is_missing_is_named() {
        let fault = |mail: &str| read(mail.as_bytes(), None, &SourceName::new("mail").unwrap()).err();
        assert_eq!(fault("Subject: x\n\nhello"), Some("has no sender"));
        assert_eq!(fault("From: a@x.org\n\nhello"), Some("has no date"));
        assert_eq!(fault(""), Some("has no headers"));
    }
}
