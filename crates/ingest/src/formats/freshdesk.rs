//! Freshdesk: tickets with their conversations as the interface (v2) writes them, or apart, with contacts and
//! agents; and account exports, which wrap each ticket and each note.

use model::{Account, AccountKey, EmploymentStatus, Timestamp};
use serde_json::Value;
use text::Markup;

use super::dates::Dates;
use super::desk::{Desk, INTERNAL, Outcome, Words, account, address, named, note};
use super::mail::html::to_text;
use super::objects::{Object, Peek, each, is_json};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export};

/// Objects at the top hold no lists of their own.
const LISTS: [&str; 0] = [];
/// What a person can do about a bad record.
const AGAIN: &str = "export it again, tickets with include=conversations,requester,stats";
/// The one container: a ticket's group changes, its desk does not.
const CONTAINER: &str = "tickets";
/// Pages of conversations end with so many, and lists inside a ticket with the first.
const FULL_PAGES: [usize; 2] = [10, 30];

/// Reads Freshdesk exports.
#[derive(Debug, Clone, Copy)]
pub struct Freshdesk;

impl Format for Freshdesk {
    fn name(&self) -> &'static str {
        "freshdesk"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with lists of tickets ({\"subject\":…,\"requester_id\":…,\"responder_id\":…}) or {\"helpdesk_ticket\":…}"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(20).any(|entry| kind(export, entry) == Some(Kind::Tickets))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut reading = Reading { desk: Desk::new("freshdesk")?, full: 0 };
        let flow = reading.export(export, &mut out);
        if reading.full > 0 {
            let full = reading.full;
            out.warn(format!(
                "{full} tickets hold exactly a page of conversations: fetch /tickets/ID/conversations for the rest"
            ));
        }
        out.finish(flow)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    People,
    Tickets,
    Conversations,
}

fn kind(export: &Export, entry: &Entry) -> Option<Kind> {
    let peek = Peek::at(export, entry, &LISTS);
    let wrapped = peek.has_one(&["helpdesk_ticket"]);
    if wrapped || peek.has(&["requester_id", "responder_id"]) && peek.has_one(&["subject", "display_id"]) {
        return Some(Kind::Tickets);
    }
    if peek.has(&["ticket_id", "user_id"]) && peek.has_one(&["body_text", "body"]) {
        return Some(Kind::Conversations);
    }
    let contact = peek.has(&["id", "email", "name"]) || peek.has(&["id", "contact"]);
    let person =
        contact && peek.has_one(&["view_all_tickets", "ticket_scope", "contact", "job_title", "mobile"]);
    person.then_some(Kind::People)
}

struct Reading {
    desk: Desk,
    full: u64,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let mut files = Vec::new();
        for entry in export.entries() {
            match is_json(export, entry).then(|| kind(export, entry)).flatten() {
                Some(kind) => files.push((kind, entry)),
                None => out.skip("file that holds no tickets, conversations or people"),
            }
        }
        files.sort_by_key(|(kind, entry)| (*kind, &entry.name));
        for (kind, entry) in files {
            each(entry, &LISTS, out, |out, object| match kind {
                Kind::People => self.person(object, out),
                Kind::Tickets => self.ticket(object, out),
                Kind::Conversations => {
                    let Some(ticket) = values::id(object.value, "ticket_id") else {
                        return object.bad("is a conversation without its ticket", AGAIN, out);
                    };
                    self.conversation(&ticket, object, out)
                }
            })?;
        }
        Flow::Continue(())
    }

    /// An agent or a contact.
    fn person(&self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let Some(key) = values::id(object.value, "id").and_then(|id| self.desk.key(&id)) else {
            out.skip("person without an id");
            return Flow::Continue(());
        };
        out.account(described(key, object.value))
    }

    fn ticket(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value.get("helpdesk_ticket").unwrap_or(object.value);
        let object = Object { value, ..object };
        let id = values::id(value, "display_id").or_else(|| values::id(value, "id"));
        let Some(id) = id else { return object.bad("is a ticket without an id", AGAIN, out) };
        if values::flag(value, "deleted") || values::flag(value, "spam") {
            out.skip("ticket that is deleted or spam");
            return Flow::Continue(());
        }
        let Some(container) = self.desk.container(CONTAINER, "Freshdesk tickets", None, out)? else {
            return Flow::Continue(());
        };
        let assignee = self.someone(value, "responder_id", out)?;
        let author = self.someone(value, "requester_id", out)?;
        let Some(author) = author else { return object.bad("is a ticket without a requester", AGAIN, out) };
        if let Some(requester) = value.get("requester").filter(|requester| requester.is_object()) {
            out.account(described(author.clone(), requester))?;
        }
        let Some(at) = time(value, "created_at") else {
            return object.bad("is a ticket without a time of creation", AGAIN, out);
        };
        let text = words(value, "description_text", "description");
        let Some(mut opening) = self.desk.opening(
            &id,
            &container,
            Words { author, at, text, markup: Markup::Plain, automatic: false },
        ) else {
            return object.bad("is a ticket whose id is none", AGAIN, out);
        };
        opening.message.subject = values::text(value, "subject").map(|subject| subject.trim().to_owned());
        // 4 is resolved, 5 is closed.
        let done = values::id(value, "status").is_some_and(|status| matches!(status.as_str(), "4" | "5"));
        let stats = value.get("stats").or_else(|| value.get("ticket_states")).unwrap_or(&Value::Null);
        let at = time(stats, "resolved_at").or_else(|| time(stats, "closed_at"));
        Outcome { assignee, done, by: None, at }.close(&mut opening.message);
        out.message(opening)?;
        for list in ["conversations", "helpdesk_notes", "notes"] {
            let notes = values::list(value, list);
            self.full += u64::from(list == "conversations" && FULL_PAGES.contains(&notes.len()));
            for note in notes {
                let inner = note.get("helpdesk_note").or_else(|| note.get("note")).unwrap_or(note);
                self.conversation(&id, Object { value: inner, ..object }, out)?;
            }
        }
        Flow::Continue(())
    }

    fn conversation(&mut self, ticket: &str, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        if values::flag(value, "deleted") {
            out.skip("conversation that is deleted");
            return Flow::Continue(());
        }
        let Some(id) = values::id(value, "id") else {
            return object.bad("has a conversation without an id", AGAIN, out);
        };
        let author = self.someone(value, "user_id", out)?;
        let Some(author) = author else {
            return object.bad("has a conversation without an author", AGAIN, out);
        };
        let Some(at) = time(value, "created_at") else {
            return object.bad("has a conversation without a time of creation", AGAIN, out);
        };
        let Some(container) = self.desk.container(CONTAINER, "Freshdesk tickets", None, out)? else {
            return Flow::Continue(());
        };
        let text = words(value, "body_text", "body");
        let words = Words { author, at, text, markup: Markup::Mail, automatic: false };
        let Some(mut reply) = self.desk.reply(ticket, &id, &container, words) else {
            return object.bad("has a conversation whose id is none", AGAIN, out);
        };
        reply.message.edited_at = time(value, "last_edited_at").filter(|edited| *edited > at);
        if value.get("private").and_then(Value::as_bool) == Some(false) {
            out.message(reply)
        } else {
            note(reply, INTERNAL, out)
        }
    }

    /// The account whose number stands in a field, handed out if nothing better came before.
    fn someone(
        &self,
        value: &Value,
        field: &str,
        out: &mut Out<'_>,
    ) -> std::ops::ControlFlow<(), Option<AccountKey>> {
        let key = values::id(value, field).and_then(|id| self.desk.key(&id));
        if let Some(key) = &key {
            named(key, out)?;
        }
        std::ops::ControlFlow::Continue(key)
    }
}

/// What an agent, a contact or a requester says of somebody.
fn described(key: AccountKey, value: &Value) -> Account {
    // Agents keep their name and address one level deeper.
    let about = value.get("contact").filter(|contact| contact.is_object()).unwrap_or(value);
    let mut person = account(key);
    person.name = values::text(about, "name").map(|name| name.trim().to_owned());
    person.verified_emails = values::text(about, "email").and_then(address).into_iter().collect();
    let gone = about.get("active").and_then(Value::as_bool) == Some(false) || values::flag(about, "deleted");
    // A contact who never signed in is not active, and has not left.
    person.directory.status = (gone && value.get("contact").is_some()).then_some(EmploymentStatus::Departed);
    person.directory.title = values::text(about, "job_title").map(|title| title.trim().to_owned());
    person.directory.timezone =
        values::text(about, "time_zone").filter(|zone| zone.contains('/')).map(str::to_owned);
    person
}

fn words(value: &Value, plain: &str, html: &str) -> String {
    match values::text(value, plain) {
        Some(text) => text.to_owned(),
        None => values::text(value, html).map(to_text).unwrap_or_default(),
    }
}

fn time(value: &Value, name: &str) -> Option<Timestamp> {
    values::text(value, name).and_then(|text| Dates::default().time(text))
}
