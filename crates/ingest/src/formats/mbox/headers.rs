//! What the headers of a mail say, in our words.

use mail_parser::{Address, DateTime, HeaderName, HeaderValue, Message};
use model::Timestamp;

use super::mime::raw_header;

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

/// Who wrote the mail. A list that rewrites `From` ("Ann via List") says elsewhere who it was; where it does not,
/// the list's own mailbox is given, which is nobody's ([`is_veil`]). Where somebody of the same organisation
/// wrote on behalf of another (`Sender` beside `From`), they are the author: they knew what to say.
pub(super) fn author(headers: &Message<'_>) -> Option<Mailbox> {
    let from = mailboxes(headers.from()).into_iter().next();
    let sender = mailboxes(headers.sender()).into_iter().next();
    if let Some(delegate) =
        from.as_ref().and_then(|from| sender.filter(|sender| is_delegate(headers, from, sender)))
    {
        return Some(delegate);
    }
    let rewritten = from.as_ref().and_then(|from| from.name.as_deref()?.rsplit_once(" via "));
    if let Some((name, _)) = rewritten {
        let original = raw_header(headers, HeaderName::from("X-Original-From"));
        let original = original.and_then(|text| mailbox(Some(between_angles(&text)), None));
        let reply_to = mailboxes(headers.reply_to());
        // With several addresses to reply to, nobody knows which is the author's.
        let reply_to = match reply_to.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        if let Some(original) = original.or(reply_to) {
            let name = name.trim().trim_matches(['\'', '"']).to_owned();
            return Some(Mailbox { address: original.address, name: Some(name) });
        }
    }
    from.or_else(|| veiled(headers)).or_else(|| mailboxes(headers.sender()).into_iter().next())
}

/// Whether a mailbox is a list's or a service's under somebody's name.
pub(super) fn is_veil(mailbox: &Mailbox) -> bool {
    mailbox.name.as_deref().is_some_and(|name| name.contains(" via "))
}

/// Whether a sender wrote in another's name: a colleague's mailbox with a name of its own, not a list's or a
/// machine's, and not the same human's other address.
fn is_delegate(headers: &Message<'_>, from: &Mailbox, sender: &Mailbox) -> bool {
    const LISTS: [&str; 5] = ["admin", "bounces", "list", "owner", "request"];
    let (Some((_, home)), Some((local, domain))) =
        (from.address.rsplit_once('@'), sender.address.rsplit_once('@'))
    else {
        return false;
    };
    let of_list = local.split(['-', '+', '.', '_']).any(|word| LISTS.contains(&word))
        || list_address(headers).as_ref() == Some(&sender.address);
    home == domain
        && local != from.address.split('@').next().unwrap_or_default()
        && sender.name.is_some()
        && sender.name != from.name
        && !of_list
        && !super::kind::is_machine(&sender.address)
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
        assert_eq!(with(headers, author), Some(expected), "{headers}");
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
        check_author("From: Boss <boss@x.org>\nSender: Ann <ann@x.org>", "ann@x.org", Some("Ann"));
        for sender in [
            "Ann <ann@other.org>",
            "ann@x.org",
            "Boss <chief@x.org>",
            "Talk <talk-bounces@x.org>",
            "Talk <owner-talk@x.org>",
            "Build <jenkins@x.org>",
        ] {
            check_author(&format!("From: Boss <boss@x.org>\nSender: {sender}"), "boss@x.org", Some("Boss"));
        }
        let list = "From: Boss <boss@x.org>\nSender: Talk <talk@x.org>\nList-Post: <mailto:talk@x.org>";
        check_author(list, "boss@x.org", Some("Boss"));
        check_author("Sender: bob@x.org", "bob@x.org", None);
        check_author("From: ann at example.com (Ann)", "ann@example.com", Some("Ann"));
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
