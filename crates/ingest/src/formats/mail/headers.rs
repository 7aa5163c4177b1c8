//! What the headers of a mail say, in our words.

use mail_parser::{Address, DateTime, HeaderName, HeaderValue, Message};
use model::Timestamp;

use super::kind;
use super::mime::raw_header;
use crate::people::is_role;

/// An address in lower case, and the name beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mailbox {
    pub(super) address: String,
    pub(super) name: Option<String>,
}

/// A `Date` that lies so far outside of what the `Received` headers say is not believed.
const TOLERANCE_SECONDS: i64 = 2 * 86_400;
/// There is no mail before 1980 and none after 2100: such dates come from clocks that were never set.
const PLAUSIBLE: std::ops::Range<i64> = 315_532_800..4_102_444_800;
/// So many ids of earlier mails are kept.
const MAX_REFERENCES: usize = 50;
/// A longer id is no id.
const MAX_ID_BYTES: usize = 500;

/// The mailboxes of an address header.
pub(super) fn mailboxes(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let all = address.map(Address::iter).into_iter().flatten();
    all.filter_map(|one| mailbox(one.address(), one.name())).collect()
}

fn mailbox(address: Option<&str>, name: Option<&str>) -> Option<Mailbox> {
    let name = name.map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
    let name = name.filter(|name| !name.is_empty());
    let plain = |text: &str| {
        // Archives write `ann at example.com`.
        let text = text.trim().replace(" at ", "@").to_lowercase();
        let fits = !text.is_empty() && text.len() <= MAX_ID_BYTES;
        (fits && !text.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(text)
    };
    let found = address.and_then(plain);
    let address = found.or_else(|| {
        name.as_deref().filter(|name| name.contains('@') || name.contains(" at ")).and_then(plain)
    })?;
    // A name that is an address says nothing.
    Some(Mailbox { address, name: name.filter(|name| !name.contains('@')) })
}

/// Who wrote a mail, and what is to be counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) mailbox: Mailbox,
    pub(super) noted: Option<&'static str>,
}

/// Who wrote the mail. A list that rewrites `From` ("Ann via List") says elsewhere who it was; what is written
/// in the name of a shared mailbox is the words of whoever sent it.
pub(super) fn author(headers: &Message<'_>) -> Option<Author> {
    let from = mailboxes(headers.from()).into_iter().next();
    if let Some(mailbox) = from.as_ref().and_then(|from| before_the_list(headers, from)) {
        return Some(Author { mailbox, noted: Some("sender that a list rewrote") });
    }
    let sender = mailboxes(headers.sender()).into_iter().next();
    let Some(from) = from.or_else(|| veiled(headers)) else {
        return sender.map(|mailbox| Author { mailbox, noted: None });
    };
    let delegate = sender.filter(|sender| {
        let person = !is_role(&sender.address) && !kind::is_machine(&sender.address);
        let on_list = headers.header("List-Id").is_some() || headers.header("List-Post").is_some();
        sender.address != from.address && person && !on_list && domain(sender) == domain(&from)
    });
    match delegate {
        Some(delegate) if is_role(&from.address) => Some(Author {
            mailbox: delegate,
            noted: Some("mail of a shared mailbox, credited to its sender"),
        }),
        Some(_) => {
            Some(Author { mailbox: from, noted: Some("mail sent by a delegate, credited to its author") })
        }
        None => Some(Author { mailbox: from, noted: None }),
    }
}

fn domain(mailbox: &Mailbox) -> Option<&str> {
    mailbox.address.rsplit_once('@').map(|(_, domain)| domain)
}

/// Whom a list took the place of, as far as the mail says.
fn before_the_list(headers: &Message<'_>, from: &Mailbox) -> Option<Mailbox> {
    if let Some(address) = wrapped(&from.address) {
        return Some(Mailbox { address, name: from.name.clone() });
    }
    let (name, _) = from.name.as_deref()?.rsplit_once(" via ").or_else(|| {
        let (name, rest) = from.name.as_deref()?.rsplit_once(" (via ")?;
        rest.ends_with(')').then_some((name, rest))
    })?;
    let original = ["X-Original-From", "X-Original-Sender", "Original-From"].into_iter().find_map(|header| {
        let text = raw_header(headers, HeaderName::from(header))?;
        mailbox(Some(between_angles(&text)), None)
    });
    let list = list_address(headers);
    let mut reply_to = mailboxes(headers.reply_to());
    reply_to.retain(|one| Some(&one.address) != list.as_ref() && one.address != from.address);
    // With several addresses to reply to, nobody knows which is the author's.
    let reply_to = match reply_to.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    let name = name.trim().trim_matches(['\'', '"', '(']).trim().to_owned();
    Some(Mailbox { address: original.or(reply_to)?.address, name: Some(name) })
}

/// `ann=example.com@dmarc.lists.org`, as lists wrap an address that they may not send for.
fn wrapped(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let (name, host) = local.rsplit_once('=')?;
    let plain = !name.is_empty() && host.contains('.') && !name.contains(['=', '+']);
    (plain && domain.starts_with("dmarc.")).then(|| format!("{name}@{host}"))
}

/// The addresses that are certainly one person's: the address, and the one that its `+suffix` is cut from.
pub(super) fn addresses(address: &str) -> Vec<String> {
    let Some((local, domain)) = address.rsplit_once('@') else { return Vec::new() };
    let mut all = vec![address.to_owned()];
    if let Some((base, suffix)) = local.split_once('+') {
        // With `=` in it, the suffix names whom a bounce would be about.
        if !base.is_empty() && !suffix.contains('=') {
            all.push(format!("{base}@{domain}"));
        }
    }
    all
}

/// Gmail's id of the conversation, as Takeout writes it.
pub(super) fn gmail_conversation(headers: &Message<'_>) -> Option<String> {
    let id = raw_header(headers, HeaderName::from("X-GM-THRID"))?;
    let fits = !id.is_empty() && id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then(|| format!("gmail-{id}"))
}

/// `ann at example.com (Ann)`, as archives write addresses.
fn veiled(headers: &Message<'_>) -> Option<Mailbox> {
    let raw = raw_header(headers, HeaderName::From)?;
    let (address, name) = raw
        .split_once(" (")
        .map_or((raw.as_str(), None), |(address, name)| (address, Some(name.trim_end_matches(')'))));
    mailbox(Some(address).filter(|address| address.contains(" at ")), name)
}

/// The last text between angle brackets, else the whole text.
fn between_angles(text: &str) -> &str {
    let inner = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(text, |(inner, _)| inner).trim()
}

/// A list's id and short name: `talk.lists.example.com` and `talk`.
pub(super) fn list(headers: &Message<'_>) -> Option<(String, String)> {
    let raw = raw_header(headers, HeaderName::ListId)?;
    let id = between_angles(&raw).to_lowercase();
    let fits = !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.contains(char::is_whitespace);
    let name = id.split('.').next().filter(|name| !name.is_empty()).unwrap_or(&id).to_owned();
    fits.then_some((id, name))
}

/// The address that reaches the whole list.
pub(super) fn list_address(headers: &Message<'_>) -> Option<String> {
    let raw = raw_header(headers, HeaderName::ListPost)?;
    let (_, address) = between_angles(&raw).split_once("mailto:")?;
    Some(address.split(['?', '>']).next()?.trim().to_lowercase())
}

/// The mail's own id, without angle brackets.
pub(super) fn id(headers: &Message<'_>) -> Option<String> {
    headers.message_id().and_then(usable_id)
}

fn usable_id(id: &str) -> Option<String> {
    let id = id.trim().trim_matches(['<', '>']);
    let fits = !id.is_empty() && id.len() <= MAX_ID_BYTES;
    (fits && !id.contains(|c: char| c.is_whitespace() || c.is_control())).then(|| id.to_owned())
}

/// The ids of the mails it answers, nearest last, without its own.
pub(super) fn answered(headers: &Message<'_>, own: Option<&str>) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in ids_of(headers.references()).chain(ids_of(headers.in_reply_to())) {
        let Some(id) = usable_id(id).filter(|id| Some(id.as_str()) != own) else { continue };
        // Said again, it moves to the end; the oldest give way.
        ids.retain(|known| *known != id);
        ids.push(id);
        if ids.len() > MAX_REFERENCES {
            ids.remove(0);
        }
    }
    ids
}

fn ids_of<'v>(value: &'v HeaderValue<'_>) -> Box<dyn Iterator<Item = &'v str> + 'v> {
    match value {
        HeaderValue::Text(text) => Box::new(std::iter::once(text.as_ref())),
        HeaderValue::TextList(list) => Box::new(list.iter().map(AsRef::as_ref)),
        _ => Box::new(std::iter::empty()),
    }
}

/// When it was written: its `Date` if the servers on its way do not contradict it, else when the first of
/// them received it, else what the separator says.
pub(super) fn written_at(headers: &Message<'_>, separator: Option<Timestamp>) -> Option<Timestamp> {
    let date = headers.date().and_then(seconds);
    let received = headers.received_all().filter_map(|hop| hop.date().as_ref().and_then(seconds));
    let (first, last) = received.fold((None, None), |(first, last): (Option<i64>, Option<i64>), at| {
        (Some(first.map_or(at, |first| first.min(at))), Some(last.map_or(at, |last| last.max(at))))
    });
    let believed = date.filter(|date| match (first, last) {
        (Some(first), Some(last)) => (first - TOLERANCE_SECONDS..=last + TOLERANCE_SECONDS).contains(date),
        _ => true,
    });
    let at = believed.or(first).map(|seconds| Timestamp::EPOCH.plus_seconds(seconds));
    at.or(separator)
}

/// Seconds since 1970 of a date that exists and is plausible.
fn seconds(date: &DateTime) -> Option<i64> {
    date.is_valid().then(|| date.to_timestamp()).filter(|seconds| PLAUSIBLE.contains(seconds))
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn with<T>(headers: &str, look: impl FnOnce(&Message<'_>) -> T) -> T {
        let block = format!("{headers}\n\n");
        look(&MessageParser::default().parse_headers(&block).unwrap())
    }

    fn check_author(headers: &str, address: &str, name: Option<&str>) {
        let expected = Mailbox { address: address.into(), name: name.map(str::to_owned) };
        assert_eq!(with(headers, author).map(|author| author.mailbox), Some(expected), "{headers}");
    }

    #[test]
    fn the_author_is_found() {
        check_author("From: =?utf-8?q?J=C3=B6rg?= B <Jorg@Example.COM>", "jorg@example.com", Some("Jörg B"));
        check_author("From: \"ann@example.com\" <ann@example.com>", "ann@example.com", None);
        check_author("From: Ann via Talk <talk@l.org>\nReply-To: Ann <ann@x.org>", "ann@x.org", Some("Ann"));
        check_author(
            "From: 'Ann' via Talk <talk@l.org>\nX-Original-From: Ann <a@x.org>",
            "a@x.org",
            Some("Ann"),
        );
        check_author("From: Ann via Talk <talk@l.org>", "talk@l.org", Some("Ann via Talk"));
        check_author("Sender: bob@x.org", "bob@x.org", None);
        check_author(
            "From: Ann (via Talk) <talk@l.org>\nList-Post: <mailto:talk@l.org>\nReply-To: talk@l.org, ann@x.org",
            "ann@x.org",
            Some("Ann"),
        );
        check_author("From: Ann <ann=x.org@dmarc.l.org>", "ann@x.org", Some("Ann"));
        check_author("From: ann at example.com (Ann)", "ann@example.com", Some("Ann"));
    }

    #[test]
    fn who_wrote_for_another_is_told_from_who_only_sent() {
        check_author("From: Help <support@x.org>\nSender: Ann <ann@x.org>", "ann@x.org", Some("Ann"));
        check_author("From: Boss <boss@x.org>\nSender: Ann <ann@x.org>", "boss@x.org", Some("Boss"));
        check_author("From: Help <support@x.org>\nSender: noreply@x.org", "support@x.org", Some("Help"));
        check_author("From: Help <support@x.org>\nSender: ann@other.org", "support@x.org", Some("Help"));
        let noted = with("From: boss@x.org\nSender: ann@x.org", author).unwrap().noted;
        assert_eq!(noted, Some("mail sent by a delegate, credited to its author"));
    }

    #[test]
    fn a_suffix_after_a_plus_is_the_same_persons() {
        assert_eq!(addresses("ann+lists@x.org"), ["ann+lists@x.org", "ann@x.org"]);
        assert_eq!(addresses("bounce+ann=x.org@y.org"), ["bounce+ann=x.org@y.org"]);
        assert_eq!(addresses("x500-ann"), [""; 0]);
    }

    #[test]
    fn earlier_mails_are_listed_nearest_last() {
        let headers = "Message-ID: <c@x>\nReferences: <a@x> <b@x>\n <c@x>\nIn-Reply-To: <a@x>";
        assert_eq!(with(headers, |headers| answered(headers, Some("c@x"))), ["b@x", "a@x"]);
    }

    #[test]
    fn a_false_date_is_not_believed() {
        let received = "Received: from a by b; Fri, 29 Mar 2019 14:00:00 +0000\n\
                        Received: from c by a; Fri, 29 Mar 2019 13:00:00 +0000";
        let check = |date: &str, expected: &str| {
            let at = with(&format!("{received}\nDate: {date}"), |headers| written_at(headers, None));
            assert_eq!(at.unwrap().to_string(), expected, "{date}");
        };
        check("Fri, 29 Mar 2019 12:00:00 +0000", "2019-03-29T12:00:00Z");
        check("Thu, 28 Mar 2019 12:00:00 +0000", "2019-03-28T12:00:00Z");
        check("Fri, 29 Mar 2030 12:00:00 +0000", "2019-03-29T13:00:00Z");
        check("Thu, 1 Jan 1970 00:00:00 +0000", "2019-03-29T13:00:00Z");
        check("yesterday", "2019-03-29T13:00:00Z");
    }

    #[test]
    fn a_list_is_named() {
        let found = with("List-Id: Talk about it <talk.lists.Example.com>", list);
        assert_eq!(found, Some(("talk.lists.example.com".into(), "talk".into())));
        let post = with("List-Post: <mailto:Talk@lists.example.com>", list_address);
        assert_eq!(post.as_deref(), Some("talk@lists.example.com"));
        assert_eq!(with("List-Id: <>", list), None);
    }
}
