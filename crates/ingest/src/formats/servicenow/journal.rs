//! Comments and work notes: packed into one field of a ticket, newest first, or a table of their own.

use model::Timestamp;
use text::Markup;

use super::fields::{stored, text, time};
use super::{AGAIN, Reading, called_by_name};
use crate::formats::dates::Dates;
use crate::formats::desk::{INTERNAL, Words, note, plain};
use crate::formats::objects::Object;
use crate::formats::out::{Flow, Out};

/// What open comments are called in a field that mixes them with work notes.
const OPEN: [&str; 2] = ["additional comments", "comments"];

/// One entry of a packed journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed<'t> {
    pub(super) at: Timestamp,
    /// What its author is called.
    pub(super) author: &'t str,
    /// Whether its heading says that the requester sees it.
    pub(super) open: bool,
    pub(super) text: String,
}

/// Takes a packed journal apart, oldest entry first. An entry begins with a heading
/// `date time - name (kind)`; a line in an entry that looks like one is text if its time is later than the
/// entry's, since the newest stands first.
pub(super) fn unpacked(journal: &str) -> Vec<Packed<'_>> {
    let mut entries: Vec<Packed<'_>> = Vec::new();
    for line in journal.split('\n').flat_map(breaks) {
        let line = line.trim_end_matches('\r');
        let last = entries.last().map(|entry| entry.at);
        match heading(line).filter(|(at, ..)| last.is_none_or(|last| *at <= last)) {
            Some((at, author, kind)) => {
                let open = OPEN.contains(&kind.to_lowercase().as_str());
                entries.push(Packed { at, author, open, text: String::new() });
            }
            None => {
                if let Some(entry) = entries.last_mut() {
                    entry.text.push_str(line);
                    entry.text.push('\n');
                }
            }
        }
    }
    for entry in &mut entries {
        entry.text = entry.text.trim().to_owned();
    }
    entries.reverse();
    entries
}

/// The lines between `<br>`, `<br/>` and `<br />`.
fn breaks(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|part| part.find("<br")) {
            let start = from + found;
            let after = text.get(start + 3..).unwrap_or_default().trim_start_matches([' ', '/']);
            if let Some(after) = after.strip_prefix('>') {
                rest = Some(after);
                return text.get(..start);
            }
            from = start + 3;
        }
        Some(text)
    })
}

/// Time, author and kind of a heading.
fn heading(line: &str) -> Option<(Timestamp, &str, &str)> {
    let (time, rest) = line.trim().split_once(" - ")?;
    let (author, kind) = rest.strip_suffix(')')?.rsplit_once(" (")?;
    let at = Dates::default().time(time).filter(|_| time.contains(':'))?;
    (!author.trim().is_empty()).then_some((at, author.trim(), kind.trim()))
}

impl Reading {
    /// One entry of the journal's own table.
    pub(super) fn entry(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let field = stored(value, "element").unwrap_or_default();
        if !matches!(field, "comments" | "work_notes") {
            out.skip("journal entry that is neither comment nor work note");
            return Flow::Continue(());
        }
        let (Some(id), Some(ticket)) = (stored(value, "sys_id"), stored(value, "element_id")) else {
            return object.bad("is a journal entry without its ids", AGAIN, out);
        };
        let Some(author) = stored(value, "sys_created_by").and_then(|name| self.called(name)) else {
            return object.bad("is a journal entry without an author", AGAIN, out);
        };
        let Some(at) = time(value, "sys_created_on") else {
            return object.bad("is a journal entry without a time", AGAIN, out);
        };
        let table = self.table_of(ticket).or_else(|| stored(value, "name")).unwrap_or("task").to_owned();
        let Some(container) = self.container(&table, out)? else {
            return object.bad("is a journal entry of no table", AGAIN, out);
        };
        called_by_name(&author, out)?;
        let automatic = is_machine(author.native());
        let text = plain(text(value, "value").unwrap_or_default());
        let words = Words { author, at, text, markup: Markup::Plain, automatic };
        let Some(reply) = self.desk.reply(ticket, id, &container, words) else {
            return object.bad("is a journal entry whose id is none", AGAIN, out);
        };
        if field == "comments" { out.message(reply) } else { note(reply, INTERNAL, out) }
    }
}

/// The accounts that the system itself writes through.
pub(super) fn is_machine(user: &str) -> bool {
    matches!(user.to_lowercase().as_str(), "system" | "guest" | "soap.guest")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(journal: &str, expected: &[(&str, &str, bool, &str)]) {
        let read = unpacked(journal);
        let read: Vec<_> =
            read.iter().map(|e| (e.at.to_string(), e.author, e.open, e.text.as_str())).collect();
        let expected: Vec<_> =
            expected.iter().map(|(at, by, open, text)| ((*at).to_owned(), *by, *open, *text)).collect();
        assert_eq!(read, expected, "{journal}");
    }

    #[test]
    fn both_shapes_of_a_journal_are_taken_apart() {
        check(
            "2019-10-15 03:31:23 - Ann Example (Additional comments)<br>second<br>line<br><br>2019-10-14 01:00:00 - Bob (Work notes)<br />first<br/><br>",
            &[
                ("2019-10-14T01:00:00Z", "Bob", false, "first"),
                ("2019-10-15T03:31:23Z", "Ann Example", true, "second\nline"),
            ],
        );
        check(
            "19-Aug-2026 14:22:35 - Desk BOT (Additional comments)\r\nhello\r\n\r\n",
            &[("2026-08-19T14:22:35Z", "Desk BOT", true, "hello")],
        );
    }

    #[test]
    fn what_only_looks_like_a_heading_is_text() {
        check(
            "2019-10-15 03:31:23 - Ann (Additional comments)\nas said:\n2020-01-01 00:00:00 - Bob (Additional comments)\nx\n2019 - a (b)",
            &[(
                "2019-10-15T03:31:23Z",
                "Ann",
                true,
                "as said:\n2020-01-01 00:00:00 - Bob (Additional comments)\nx\n2019 - a (b)",
            )],
        );
        check("no heading at all", &[]);
        check("<br<br><", &[]);
    }
}
