//! One mail into a message.

use std::collections::BTreeSet;

use mail_parser::{HeaderName, Message as Headers, MessageParser};
use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, Message, MessageId,
    MessageKind, SourceName, Timestamp,
};
use text::Markup;

use super::headers::{self, Author, Mailbox};
use super::mime::{self, Leaf, LeafKind, Parts, raw_header};
use super::{html, journal, kind, left_out, tnef, words};
use crate::RawMessage;

/// The container of mail that came over no list.
const MAILBOX: &str = "mailbox";
/// So much of a mail's words tells whether two mails of one id are copies: what a list writes below them, or
/// another line end, makes no other mail.
const TELLING_CHARS: usize = 200;

/// What a mail comes to.
#[derive(Debug)]
pub(super) enum Found {
    Mail(Box<Read>),
    /// Left out on purpose, for that reason.
    LeftOut(&'static str),
}

/// What a mail says.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) message: RawMessage,
    pub(super) container: Container,
    /// The author first; a name is what this mail calls them.
    pub(super) accounts: Vec<Account>,
    /// Tells mails with the same Message-ID apart.
    pub(super) fingerprint: u64,
    /// It came over a list.
    pub(super) on_list: bool,
    /// What is to be counted of it.
    pub(super) noted: Vec<&'static str>,
}

/// Reads a mail, or the original that a journal report brings; the fault says what is wrong without any text
/// of it.
pub(super) fn read(
    mail: &[u8],
    separator: Option<Timestamp>,
    source: &SourceName,
) -> Result<Found, &'static str> {
    let parts = mime::parts(mail).map_err(mime::TooMuch::reason)?;
    let block = words::readable(mail.get(parts.headers.clone()).unwrap_or_default());
    let parsed = MessageParser::default().parse_headers(&*block).ok_or("has no headers")?;
    let Some(report) = journal::report(mail, &parts, &parsed) else {
        let context = Context { parts: &parts, source, separator, readers: None };
        return one(mail, &parsed, &context);
    };
    let original = report.original.and_then(|range| mail.get(range));
    let original = original.ok_or("is a journal report without its original")?;
    let parts = mime::parts(original).map_err(mime::TooMuch::reason)?;
    let block = words::readable(original.get(parts.headers.clone()).unwrap_or_default());
    let parsed = MessageParser::default().parse_headers(&*block).ok_or("has an original without headers")?;
    let context = Context { parts: &parts, source, separator, readers: Some(&report.readers) };
    one(original, &parsed, &context)
}

/// What is known of a mail besides itself.
struct Context<'c> {
    parts: &'c Parts,
    source: &'c SourceName,
    separator: Option<Timestamp>,
    /// Who got it, where a journal says so.
    readers: Option<&'c [String]>,
}

fn one(mail: &[u8], parsed: &Headers<'_>, context: &Context<'_>) -> Result<Found, &'static str> {
    let Context { parts, source, .. } = *context;
    if let Some(reason) = left_out::by_headers(parsed) {
        return Ok(Found::LeftOut(reason));
    }
    let Author { mailbox: author, noted } = headers::author(parsed).ok_or("has no sender")?;
    let at = headers::written_at(parsed, context.separator).ok_or("has no date")?;
    let key = |address: &str| AccountKey::from_native(source, address).map_err(|_| "has an empty address");
    let own_id = headers::id(parsed);
    let native_id = own_id.clone().unwrap_or_else(|| format!("b3-{}", hash(mail)));
    let id = |native: &str| MessageId::from_native(source, native).map_err(|_| "has an empty id");
    let automatic = kind::automatic(parsed, &author.address, parts.report, has_invitation(parts));
    let mut accounts = accounts(parsed, &author, &key)?;
    for reader in context.readers.unwrap_or_default() {
        // Nobody but the report names blind copies.
        if accounts.iter().all(|account| account.key.native() != reader) {
            accounts.push(account(key(reader)?, None, reader, false));
        }
    }
    let participants = match context.readers {
        Some(readers) => {
            let all = readers.iter().map(String::as_str).chain([author.address.as_str()]);
            all.map(key).collect::<Result<BTreeSet<_>, _>>()?
        }
        None => accounts.iter().map(|account| account.key.clone()).collect(),
    };
    let answered = headers::answered(parsed, own_id.as_deref());
    let mut noted: Vec<&'static str> = noted.into_iter().chain(automatic).collect();
    let message = Message {
        kind: if automatic.is_some() { MessageKind::Automatic } else { MessageKind::Human },
        subject: parsed.subject().map(|subject| subject.split_whitespace().collect::<Vec<_>>().join(" ")),
        // Gmail's own conversations differ from mailbox to mailbox: only where a mail refers to nothing.
        native_conversation: headers::gmail_conversation(parsed).filter(|_| answered.is_empty()),
        reply_to: answered.iter().map(|native| id(native)).collect::<Result<_, _>>()?,
        permalink: raw_header(parsed, HeaderName::from("Archived-At"))
            .map(|link| link.trim_matches(['<', '>']).to_owned()),
        participants: participants.into_iter().collect(),
        ..Message::new(
            id(&native_id)?,
            container_id(parsed, source)?.0,
            key(&author.address)?,
            at,
            body(mail, parts, &mut noted),
        )
    };
    let (id, name) = container_id(parsed, source)?;
    let on_list = headers::list(parsed).is_some();
    let container = Container { id, name, kind: ContainerKind::Mailbox, stated_visibility: None };
    let fingerprint = fingerprint(&message);
    let message = RawMessage { message, markup: Markup::Mail };
    Ok(Found::Mail(Box::new(Read { message, container, accounts, fingerprint, on_list, noted })))
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
        let bot = kind::is_machine(&mailbox.address) || list.as_ref() == Some(&mailbox.address);
        accounts.push(account(key(&mailbox.address)?, mailbox.name, &mailbox.address, bot));
    }
    Ok(accounts)
}

fn account(key: AccountKey, name: Option<String>, address: &str, bot: bool) -> Account {
    let verified_emails = headers::addresses(address);
    Account { key, name, verified_emails, bot, directory: DirectoryEntry::default() }
}

/// The words of the mail: its text parts in order, of alternatives the plain one; without any, what Outlook
/// packed.
fn body(mail: &[u8], parts: &Parts, noted: &mut Vec<&'static str>) -> String {
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
    let found = texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n");
    let Some(packed) = parts.leaves.iter().find(|leaf| leaf.kind == LeafKind::Tnef && !leaf.attached) else {
        return found;
    };
    noted.push("mail with a winmail.dat");
    if found.is_empty() { tnef::text(&mime::decoded_bytes(mail, packed)).unwrap_or_default() } else { found }
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
    let letters = message.text.chars().filter(|c| !c.is_whitespace());
    let telling: String = letters.take(TELLING_CHARS).collect();
    let hash = blake3::hash(format!("{}\n{}\n{telling}", message.author, message.at).as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mail: &[u8]) -> Read {
        match read(mail, None, &SourceName::new("mail").unwrap()).unwrap() {
            Found::Mail(read) => *read,
            Found::LeftOut(reason) => panic!("left out: {reason}"),
        }
    }

    fn text_of(mail: &str) -> String {
        found(mail.as_bytes()).message.message.text
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
        let id = |mail: &str| found(mail.as_bytes()).message.message.id;
        assert!(id(mail).native().starts_with("b3-") && id(mail) == id(mail));
        assert_ne!(id(mail), id(&mail.replace("hello", "hallo")));
    }

    #[test]
    fn lies_about_the_encoding_are_repaired() {
        let mail = |charset: &str, body: &[u8]| {
            let head = format!(
                "From: a@x.org\nDate: Tue, 1 Mar 2022 10:00:00 +0000\nContent-Type: text/plain{charset}\n\n"
            );
            found(&[head.as_bytes(), body].concat()).message.message.text
        };
        let (utf8, latin) = ("Grüße, schön".as_bytes(), b"Gr\xfc\xdfe, sch\xf6n");
        for charset in
            ["; charset=us-ascii", "; charset=iso-8859-1", "; charset=x-unknown", "; charset=utf-8", ""]
        {
            assert_eq!(mail(charset, utf8), "Grüße, schön", "{charset}");
        }
        for charset in
            ["; charset=us-ascii", "; charset=iso-8859-1", "; charset=x-unknown", "; charset=utf-8", ""]
        {
            assert_eq!(mail(charset, latin), "Grüße, schön", "{charset}");
        }
    }

    #[test]
    fn the_original_of_a_journal_report_is_read_and_its_readers_are_the_reports() {
        let mail = "From: journal@x.org\nDate: Tue, 1 Mar 2022 10:00:00 +0000\nX-MS-Journal-Report:\n\
                    Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
                    Sender: ann@x.org\nSubject: s\nMessage-ID: <i@x>\nTo: bob@x.org, Expanded: all@x.org\n\
                    Bcc: dee@x.org\n--b\nContent-Type: message/rfc822\n\nFrom: Ann <ann@x.org>\n\
                    To: all@x.org\nDate: Tue, 1 Mar 2022 09:00:00 +0000\nMessage-ID: <i@x>\n\
                    Content-Type: multipart/alternative; boundary=c\n\n--c\n\nthe words\n--c--\n--b--\n";
        let read = found(mail.as_bytes());
        let message = &read.message.message;
        assert_eq!((message.text.as_str(), message.author.native()), ("the words", "ann@x.org"));
        assert_eq!(message.id.as_str(), "mail:i@x");
        let readers: Vec<&str> = message.participants.iter().map(AccountKey::native).collect();
        assert_eq!(readers, ["ann@x.org", "bob@x.org", "dee@x.org"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let fault = |mail: &str| read(mail.as_bytes(), None, &SourceName::new("mail").unwrap()).err();
        assert_eq!(fault("Subject: x\n\nhello"), Some("has no sender"));
        assert_eq!(fault("From: a@x.org\n\nhello"), Some("has no date"));
        assert_eq!(fault(""), Some("has no headers"));
    }
}
