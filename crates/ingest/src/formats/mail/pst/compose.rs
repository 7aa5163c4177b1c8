//! A mail's properties in a PST as the mail that they were.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use jiff::Timestamp;
use outlook_pst::ltp::prop_context::PropertyValue;

use crate::formats::mail::{charset, rtf};

type Properties = BTreeMap<u16, PropertyValue>;

const CLASS: u16 = 0x001a;
const SUBJECT: u16 = 0x0037;
const SUBMITTED: u16 = 0x0039;
const TRANSPORT_HEADERS: u16 = 0x007d;
const DELIVERED: u16 = 0x0e06;
const FLAGS: u16 = 0x0e07;
const BODY: u16 = 0x1000;
const RTF: u16 = 0x1009;
const HTML: u16 = 0x1013;
const MESSAGE_ID: u16 = 0x1035;
const REFERENCES: u16 = 0x1039;
const IN_REPLY_TO: u16 = 0x1042;
const INTERNET_CODEPAGE: u16 = 0x3fde;
const CODEPAGE: u16 = 0x3ffd;
/// Name, kind of address, address, SMTP address: of who sent it, and of whom it was sent for.
const SENDER: [u16; 4] = [0x0c1a, 0x0c1e, 0x0c1f, 0x5d01];
const SENT_FOR: [u16; 4] = [0x0042, 0x0064, 0x0065, 0x5d02];
/// What is read of a mail: attachments and all else stay where they are.
pub(super) const PROPERTIES: [u16; 23] = [
    CLASS,
    SUBJECT,
    SUBMITTED,
    TRANSPORT_HEADERS,
    DELIVERED,
    FLAGS,
    BODY,
    RTF,
    HTML,
    MESSAGE_ID,
    REFERENCES,
    IN_REPLY_TO,
    INTERNET_CODEPAGE,
    CODEPAGE,
    0x0c1a,
    0x0c1e,
    0x0c1f,
    0x5d01,
    0x0042,
    0x0064,
    0x0065,
    0x5d02,
    0x0e1d,
];
/// Seconds from 1601 to 1970.
const EPOCH_SECONDS: i64 = 11_644_473_600;

/// What an item comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Composed {
    Mail(Vec<u8>),
    LeftOut(&'static str),
}

/// Who got a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Recipient {
    /// 1 to, 2 copy, 3 blind copy.
    kind: i32,
    party: Party,
}

impl Recipient {
    /// From a row of the table of recipients.
    pub(super) fn new(row: &Properties) -> Self {
        let kind = match row.get(&0x0c15) {
            Some(PropertyValue::Integer32(kind)) => *kind & 0xf,
            _ => 1,
        };
        Self { kind, party: Party::new(row, [0x3001, 0x3002, 0x3003, 0x39fe], "windows-1252") }
    }
}

/// Somebody in a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Party {
    name: String,
    /// Its address in Exchange: `/o=…/cn=…`.
    exchange: Option<String>,
    smtp: Option<String>,
}

impl Party {
    fn new(properties: &Properties, ids: [u16; 4], charset: &str) -> Self {
        Self::of(ids.map(|id| text(properties, id, charset).unwrap_or_default()))
    }

    /// From name, kind of address, address and SMTP address, as far as they are known.
    fn of([name, kind, address, smtp]: [String; 4]) -> Self {
        let is_smtp = |address: &String| address.contains('@') && !address.contains(char::is_whitespace);
        // A bare name is an address too, in the sender's own domain.
        let is_plain = |address: &String| {
            !address.is_empty() && !address.starts_with('/') && !address.contains(char::is_whitespace)
        };
        let is_exchange = kind.eq_ignore_ascii_case("EX") || !is_plain(&address);
        let exchange = Some(address.to_lowercase()).filter(|address| is_exchange && !address.is_empty());
        let plain = Some(address).filter(|address| !is_exchange && is_plain(address));
        Self { name, exchange, smtp: Some(smtp).filter(is_smtp).or(plain) }
    }

    fn is_nobody(&self) -> bool {
        self.exchange.is_none() && self.smtp.is_none()
    }
}

/// SMTP addresses of Exchange's own, as far as the mails so far have told.
#[derive(Debug, Default)]
pub(super) struct Directory(HashMap<String, String>);

impl Directory {
    fn learn(&mut self, party: &Party) {
        if let (Some(exchange), Some(smtp)) = (&party.exchange, &party.smtp) {
            self.0.insert(exchange.clone(), smtp.clone());
        }
    }

    /// An address for a header: SMTP if it is known, else one made of Exchange's own, which is no mail address
    /// but always the same.
    fn address(&self, party: &Party) -> Option<String> {
        let learned = || self.0.get(party.exchange.as_deref()?).cloned();
        party.smtp.clone().or_else(learned).or_else(|| party.exchange.as_deref().map(made_of))
    }
}

/// `x500-ann-1a2b3c4d` of `/o=firm/ou=…/cn=recipients/cn=ann`.
fn made_of(exchange: &str) -> String {
    let last = exchange.rsplit('=').next().unwrap_or_default();
    let plain: String = last.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let hash = blake3::hash(exchange.as_bytes()).to_hex();
    format!("x500-{plain}-{}", hash.as_str().get(..8).unwrap_or_default())
}

/// Writes an item of a PST as a mail.
pub(super) fn compose(
    properties: &Properties,
    recipients: &[Recipient],
    directory: &mut Directory,
) -> Composed {
    let charset = charset_of(properties, CODEPAGE, "windows-1252");
    let class = text(properties, CLASS, &charset).unwrap_or_default().to_ascii_lowercase();
    if class.starts_with("ipm.schedule.") || class.starts_with("ipm.appointment") {
        return Composed::LeftOut("invitation or date of Outlook's calendar");
    }
    let report = class.starts_with("report.");
    if !(report
        || class.is_empty()
        || class == "ipm"
        || class.starts_with("ipm.note")
        || class.starts_with("ipm.post"))
    {
        return Composed::LeftOut("Outlook item that is no mail");
    }
    let sender = Party::new(properties, SENDER, &charset);
    let sent_for = Party::new(properties, SENT_FOR, &charset);
    let parties = recipients.iter().map(|recipient| &recipient.party);
    parties.chain([&sender, &sent_for]).for_each(|party| directory.learn(party));

    let mut head = transport_headers(properties, &charset);
    let known = header_names(&head);
    let mut add = |name: &str, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty() && !known.contains(&name.to_ascii_lowercase()));
        if let Some(value) = value {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    };
    let from = if sent_for.is_nobody() { &sender } else { &sent_for };
    add("From", mailbox(from, directory));
    if sender != *from {
        add("Sender", mailbox(&sender, directory));
    }
    for (kind, name) in [(1, "To"), (2, "Cc"), (3, "Bcc")] {
        let of_kind = recipients.iter().filter(|recipient| recipient.kind == kind);
        let all: Vec<String> = of_kind.filter_map(|one| mailbox(&one.party, directory)).collect();
        add(name, Some(all.join(",\r\n ")));
    }
    let line = |id: u16| text(properties, id, &charset).map(|text| one_line(&text));
    let subject = text(properties, SUBJECT, &charset);
    add("Subject", subject.map(|subject| one_line(without_prefix_length(&subject))));
    add("Date", time(properties, SUBMITTED).or_else(|| time(properties, DELIVERED)));
    add("Message-ID", line(MESSAGE_ID));
    add("References", line(REFERENCES));
    add("In-Reply-To", line(IN_REPLY_TO));
    if report {
        add("Auto-Submitted", Some("auto-generated".into()));
    } else if class.starts_with("ipm.note.rules.") {
        add("Auto-Submitted", Some("auto-replied".into()));
    }
    let (kind, body) = body(properties, &charset);
    let _ = write!(head, "MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n");
    head.push_str("Content-Transfer-Encoding: 8bit\r\n\r\n");
    Composed::Mail([head.as_bytes(), body.as_bytes()].concat())
}

/// The headers that the mail came with, without those that speak of its parts, which are not here.
fn transport_headers(properties: &Properties, charset: &str) -> String {
    let raw = text(properties, TRANSPORT_HEADERS, charset).unwrap_or_default();
    let mut head = String::with_capacity(raw.len());
    let mut kept = false;
    for line in raw.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if !line.starts_with([' ', '\t']) {
            let name = line.split_once(':').map(|(name, _)| name.to_ascii_lowercase());
            kept = name.is_some_and(|name| {
                let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
                plain && !name.starts_with("content-") && name != "mime-version"
            });
        }
        if kept {
            let _ = write!(head, "{line}\r\n");
        }
    }
    head
}

fn header_names(head: &str) -> Vec<String> {
    let lines = head.lines().filter(|line| !line.starts_with([' ', '\t']));
    lines.filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase())).collect()
}

fn mailbox(party: &Party, directory: &Directory) -> Option<String> {
    let address = directory.address(party)?;
    let name: String = one_line(&party.name).chars().filter(|c| !matches!(c, '"' | '\\')).collect();
    let address: String = address.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect();
    Some(if name.is_empty() { format!("<{address}>") } else { format!("\"{name}\" <{address}>") })
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A subject may begin with a mark and the length of its prefix, `Re: ` (MS-PST 2.5.3.1.1.1).
fn without_prefix_length(subject: &str) -> &str {
    let mut chars = subject.chars();
    if chars.next() == Some('\u{1}') {
        chars.next();
        return chars.as_str();
    }
    subject
}

fn body(properties: &Properties, charset: &str) -> (&'static str, String) {
    let plain = text(properties, BODY, charset).filter(|text| !text.trim().is_empty());
    if let Some(plain) = plain {
        return ("plain", plain);
    }
    let page = match properties.get(&HTML) {
        Some(PropertyValue::Binary(bytes)) => {
            Some(charset::decoded(bytes.buffer(), &charset_of(properties, INTERNET_CODEPAGE, "utf-8")))
        }
        Some(_) => text(properties, HTML, charset),
        None => None,
    };
    if let Some(page) = page.filter(|page| !page.trim().is_empty()) {
        return ("html", page);
    }
    let packed = match properties.get(&RTF) {
        Some(PropertyValue::Binary(bytes)) => rtf::text(bytes.buffer()),
        _ => None,
    };
    ("plain", packed.unwrap_or_default())
}

fn charset_of(properties: &Properties, id: u16, otherwise: &str) -> String {
    match properties.get(&id) {
        Some(PropertyValue::Integer32(number)) if *number > 0 => charset::of_codepage(*number),
        _ => otherwise.to_owned(),
    }
}

fn text(properties: &Properties, id: u16, charset: &str) -> Option<String> {
    match properties.get(&id)? {
        PropertyValue::Unicode(text) => Some(text.to_string()),
        PropertyValue::String8(text) => Some(charset::decoded(text.buffer(), charset)),
        _ => None,
    }
    .map(|text| text.trim_end_matches('\0').to_owned())
}

/// A time as a header has it.
fn time(properties: &Properties, id: u16) -> Option<String> {
    let Some(PropertyValue::Time(ticks)) = properties.get(&id) else { return None };
    let seconds = ticks.div_euclid(10_000_000).checked_sub(EPOCH_SECONDS)?;
    let at = Timestamp::from_second(seconds).ok()?;
    Some(at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(numbers: &[(u16, i32)]) -> Properties {
        let mut properties: Properties =
            numbers.iter().map(|(id, number)| (*id, PropertyValue::Integer32(*number))).collect();
        // 2024-05-03T10:00:00Z
        properties.insert(SUBMITTED, PropertyValue::Time((1_714_730_400 + EPOCH_SECONDS) * 10_000_000));
        properties
    }

    fn mail(properties: &Properties) -> String {
        match compose(properties, &[], &mut Directory::default()) {
            Composed::Mail(bytes) => String::from_utf8(bytes).unwrap(),
            Composed::LeftOut(reason) => panic!("left out: {reason}"),
        }
    }

    #[test]
    fn an_item_without_anything_is_still_a_mail() {
        let mail = mail(&item(&[]));
        assert!(mail.starts_with("Date: Fri, 03 May 2024 10:00:00 +0000\r\nMIME-Version"), "{mail}");
    }

    #[test]
    fn exchange_addresses_are_looked_up_or_made() {
        let exchange = "/o=firm/ou=x/cn=recipients/cn=ann";
        let party = |smtp: Option<&str>| Party {
            name: "Ann \"A\"\r\nBcc: x".into(),
            exchange: Some(exchange.into()),
            smtp: smtp.map(str::to_owned),
        };
        let mut directory = Directory::default();
        let made = directory.address(&party(None)).unwrap();
        assert!(made.starts_with("x500-ann-") && !made.contains('@'), "{made}");
        directory.learn(&party(Some("ann@x.org")));
        assert_eq!(directory.address(&party(None)).as_deref(), Some("ann@x.org"));
        assert_eq!(mailbox(&party(None), &directory).as_deref(), Some("\"Ann A Bcc: x\" <ann@x.org>"));
    }

    #[test]
    fn every_kind_of_address_is_somebody() {
        let address = |kind: &str, address: &str, smtp: &str| {
            let party = Party::of([String::new(), kind.into(), address.into(), smtp.into()]);
            Directory::default().address(&party)
        };
        assert_eq!(address("SMTP", "ann@x.org", "").as_deref(), Some("ann@x.org"));
        assert_eq!(address("EX", "/o=x/cn=ann", "ann@x.org").as_deref(), Some("ann@x.org"));
        assert_eq!(address("SMTP", "ann", "").as_deref(), Some("ann"));
        for (kind, exchange) in [("EX", "/o=x/cn=ann"), ("SMTP", "/O=X/CN=ANN"), ("NOTES", "Ann Lee@Firm")] {
            assert!(address(kind, exchange, "").is_some_and(|made| made.starts_with("x500-")), "{exchange}");
        }
        assert_eq!(address("", "", ""), None);
    }

    #[test]
    fn a_subjects_prefix_mark_is_no_part_of_it() {
        assert_eq!(without_prefix_length("\u{1}\u{5}RE: hello"), "RE: hello");
        assert_eq!(without_prefix_length("hello"), "hello");
    }
}
