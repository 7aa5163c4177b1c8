//! Exchange journal reports: an outer mail that says who really got the attached original.
//!
//! What is indexed is the original, as it was sent; who may read it are its author and the recipients that the
//! report names, blind copies among them. A mail that reaches many people has several reports: their readers
//! are joined by the original's id.

use std::ops::Range;

use mail_parser::HeaderName;
use mail_parser::Message;

use super::mime::{self, LeafKind, Parts, raw_header};

/// More recipients than any real report names.
const MAX_RECIPIENTS: usize = 20_000;
/// Lines of a report that name a recipient.
const RECIPIENTS: [&str; 5] = ["to", "cc", "bcc", "recipient", "on-behalf-of"];

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    /// Where the original lies in the outer mail.
    pub(super) original: Option<Range<usize>>,
    /// Addresses in small letters, each once.
    pub(super) readers: Vec<String>,
}

/// The report that a mail is, if it is one: it says so in a header, or by the form of its text beside an attached
/// original.
pub(super) fn report(mail: &[u8], parts: &Parts, headers: &Message<'_>) -> Option<Report> {
    let header = raw_header(headers, HeaderName::from("X-MS-Journal-Report")).is_some();
    let original = parts.originals.first().cloned();
    if !header && original.is_none() {
        return None;
    }
    let own = parts.leaves.iter().find(|leaf| leaf.kind == LeafKind::Plain && !leaf.attached && !leaf.file);
    let text = own.map(|leaf| mime::decoded(mail, leaf)).unwrap_or_default();
    (header || has_form(&text)).then(|| Report { original, readers: readers(&text) })
}

/// `Sender:` first, then at least one recipient, and an id.
fn has_form(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    let first = lines.next().and_then(field).is_some_and(|(name, _)| name == "sender");
    let names = lines.filter_map(field).map(|(name, _)| name);
    let (mut id, mut recipient) = (false, false);
    for name in names {
        id |= name == "message-id";
        recipient |= RECIPIENTS.contains(&name.as_str());
    }
    first && id && recipient
}

fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    (name.len() <= 20).then_some((name, value.trim()))
}

fn readers(text: &str) -> Vec<String> {
    let mut readers = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let fields = text.lines().filter_map(field);
    for (name, value) in fields.filter(|(name, _)| name == "sender" || RECIPIENTS.contains(&name.as_str())) {
        for reader in addresses(&name, value) {
            if readers.len() < MAX_RECIPIENTS && seen.insert(reader.clone()) {
                readers.push(reader);
            }
        }
    }
    readers
}

/// `member@x.org, Expanded: list@x.org`: who got it, and the list that brought it, who is nobody.
fn addresses(name: &str, value: &str) -> Vec<String> {
    let parts = value.split(',').map(str::trim);
    let people = parts.filter(|part| {
        let label = part.split_once(':').map(|(label, _)| label.trim().to_ascii_lowercase());
        // A mail that was forwarded on its way had this recipient too.
        !matches!(label.as_deref(), Some("expanded")) || name == "sender"
    });
    let bare = people.map(|part| part.split_once(':').map_or(part, |(_, address)| address.trim()));
    bare.map(|part| part.trim_matches(['<', '>', ' ']).to_lowercase())
        .filter(|address| address.contains('@') && !address.contains(char::is_whitespace))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Sender: Ann@Example.com\nSubject: hello\nMessage-ID: <a@x>\n\
                        To: bob@example.com, Expanded: team@example.com\n\
                        Cc: cem@example.com, Forwarded: old@example.com\nBcc: dee@example.com\n";

    #[test]
    fn readers_are_the_people_and_not_the_lists() {
        let expected =
            ["ann@example.com", "bob@example.com", "cem@example.com", "old@example.com", "dee@example.com"];
        assert_eq!(readers(TEXT), expected);
        assert!(has_form(TEXT));
    }

    #[test]
    fn a_mail_that_talks_about_senders_is_no_report() {
        assert!(!has_form("Hello,\nSender: a\nMessage-ID: b\nTo: c"));
        assert!(!has_form("Sender: a\nhello"));
    }
}
