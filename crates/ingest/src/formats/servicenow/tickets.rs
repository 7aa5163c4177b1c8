//! Incidents, problems, requests: the ticket's own text, its packed journal, how it was closed.

use model::ContainerId;
use text::Markup;

use super::fields::{reference, stored, text, time};
use super::journal::{is_machine, unpacked};
use super::{AGAIN, Reading, called_by_name};
use crate::formats::desk::{INTERNAL, Outcome, Stamps, Words, digest, note, plain};
use crate::formats::objects::Object;
use crate::formats::out::{Flow, Out};

/// Tables by how their numbers begin, where the export does not name the table.
const NUMBERS: [(&str, &str); 7] = [
    ("INC", "incident"),
    ("PRB", "problem"),
    ("CHG", "change_request"),
    ("RITM", "sc_req_item"),
    ("SCTASK", "sc_task"),
    ("HRC", "sn_hr_core_case"),
    ("SIR", "sn_si_incident"),
];
/// States that mean resolved or closed, as they are shown.
const CLOSED: [&str; 3] = ["resolved", "closed", "closed complete"];
/// The same as they are stored, by the start of the table's name; tasks of all kinds come last.
const CLOSED_NUMBERS: [(&str, &[&str]); 3] =
    [("incident", &["6", "7"]), ("problem", &["106", "107"]), ("", &["3"])];
/// Words of close codes and states that say that nothing was solved.
const REFUSED: [&str; 8] = [
    "not solved",
    "duplicate",
    "cancel",
    "not reproducible",
    "rejected",
    "no resolution",
    "incomplete",
    "skipped",
];
/// The fields that hold packed journals, and whether everything in them is open.
const JOURNALS: [(&str, Packing); 3] = [
    ("comments", Packing::Open),
    ("work_notes", Packing::Internal),
    ("comments_and_work_notes", Packing::Mixed),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Open,
    Internal,
    Mixed,
}

/// Which ticket replies are of.
struct Ticket<'v> {
    id: &'v str,
    container: ContainerId,
}

impl Reading {
    pub(super) fn ticket(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let Some(id) = stored(value, "sys_id") else {
            return object.bad("is a ticket without a sys_id", AGAIN, out);
        };
        let number = text(value, "number").unwrap_or(id);
        let by_number = NUMBERS.iter().find(|(start, _)| number.starts_with(start)).map(|(_, table)| *table);
        let table = stored(value, "sys_class_name").or(by_number).unwrap_or("task").to_owned();
        self.tables.insert(digest(id), table.clone());
        let Some(container) = self.container(&table, out)? else {
            return object.bad("is a ticket of no table", AGAIN, out);
        };
        let assignee = self.person(value, "assigned_to", out)?;
        let resolver = self.person(value, "resolved_by", out)?;
        let resolver = match resolver {
            None => self.person(value, "closed_by", out)?,
            resolver => resolver,
        };
        let mut author = None;
        for field in ["caller_id", "opened_by", "sys_created_by"] {
            if author.is_none() {
                author = self.person(value, field, out)?;
            }
        }
        let Some(author) = author else { return object.bad("is a ticket without a caller", AGAIN, out) };
        let Some(at) = time(value, "opened_at").or_else(|| time(value, "sys_created_on")) else {
            return object.bad("is a ticket without a time of opening", AGAIN, out);
        };
        let own = plain(text(value, "description").unwrap_or_default());
        let words = Words { author, at, text: own, markup: Markup::Plain, automatic: false };
        let Some(mut opening) = self.desk.opening(id, &container, words) else {
            return object.bad("is a ticket whose sys_id is no id", AGAIN, out);
        };
        opening.message.subject = text(value, "short_description").map(str::to_owned);
        let fields = ["caller_id", "assigned_to", "opened_by", "resolved_by"];
        let site = fields.iter().find_map(|field| reference(value, field).link?.split_once("/api/now/"));
        opening.message.permalink = site.map(|(site, _)| format!("{site}/{table}.do?sys_id={id}"));
        let done = is_done(&table, object);
        let closed_at = time(value, "resolved_at").or_else(|| time(value, "closed_at"));
        let by = resolver.clone();
        Outcome { assignee: assignee.clone(), done, by, at: closed_at }.close(&mut opening.message);
        out.message(opening)?;
        let ticket = Ticket { id, container };
        self.journals(&ticket, object, out)?;
        // What the resolver wrote at the end is the answer.
        let notes = text(value, "close_notes").filter(|_| done);
        if let (Some(notes), Some(author), Some(at)) = (notes, resolver.or(assignee), closed_at) {
            let words = Words { author, at, text: plain(notes), markup: Markup::Plain, automatic: false };
            if let Some(reply) = self.desk.reply(id, "close", &ticket.container, words) {
                out.message(reply)?;
            }
        }
        Flow::Continue(())
    }

    fn journals(&mut self, ticket: &Ticket<'_>, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let apart = ["comments", "work_notes"].iter().any(|field| text(object.value, field).is_some());
        for (field, packing) in JOURNALS {
            let Some(journal) = text(object.value, field) else { continue };
            if self.has_journal {
                out.skip("packed journal left out: the export holds the journal's own table");
                continue;
            }
            if packing == Packing::Mixed && apart {
                continue;
            }
            let entries = unpacked(journal);
            if entries.is_empty() {
                out.skip("packed journal without a heading");
            }
            let (mut comments, mut notes) = (Stamps::default(), Stamps::default());
            for entry in entries {
                let Some(author) = self.called(entry.author) else { continue };
                called_by_name(&author, out)?;
                let automatic = is_machine(author.native());
                let words = Words {
                    author,
                    at: entry.at,
                    text: plain(&entry.text),
                    markup: Markup::Plain,
                    automatic,
                };
                let internal = packing == Packing::Internal || packing == Packing::Mixed && !entry.open;
                // The same entry has the same id in whichever field it is packed.
                let id = if internal {
                    format!("work_notes-{}", notes.next(entry.at))
                } else {
                    format!("comments-{}", comments.next(entry.at))
                };
                let Some(reply) = self.desk.reply(ticket.id, &id, &ticket.container, words) else {
                    continue;
                };
                if internal {
                    note(reply, INTERNAL, out)?;
                } else {
                    out.message(reply)?;
                }
            }
        }
        Flow::Continue(())
    }
}

/// Resolved or closed, and neither the code nor the state says that nothing was solved.
fn is_done(table: &str, object: Object<'_>) -> bool {
    let value = object.value;
    let number = stored(value, "state").unwrap_or_default();
    let shown = text(value, "state").unwrap_or_default().to_lowercase();
    let numbers = CLOSED_NUMBERS.iter().find(|(start, _)| table.starts_with(start));
    let closed = CLOSED.contains(&shown.as_str()) || numbers.is_some_and(|(_, all)| all.contains(&number));
    let code = text(value, "close_code").unwrap_or_default().to_lowercase();
    closed && !REFUSED.iter().any(|word| code.contains(word) || shown.contains(word))
}
