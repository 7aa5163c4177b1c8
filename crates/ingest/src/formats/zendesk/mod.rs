//! Zendesk: the incremental exports (tickets, ticket events, users), comments apart or beside their ticket,
//! and account exports of one object a line.
//!
//! Decision: an internal note is left out, though it often holds the best know-how, unless policy admits it. A
//! ticket whose comments are all internal is left out with them.

mod comments;

use std::collections::{HashMap, HashSet};

use model::{Account, EmploymentStatus, MessageId, Timestamp};
use serde_json::Value;
use text::Markup;

use super::desk::{CONFIDENTIAL, Desk, Outcome, Words, account, address, digest, named, note};
use super::objects::{Object, Peek, each, is_json};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export};

/// The keys below which pages hold their lists.
const LISTS: [&str; 4] = ["tickets", "comments", "ticket_events", "users"];
/// What a person can do about a bad record.
const AGAIN: &str = "export it again from the incremental interface";
/// The one container: a ticket's group and brand change, its desk does not.
pub(super) const CONTAINER: &str = "tickets";

/// Reads Zendesk exports.
#[derive(Debug, Clone, Copy)]
pub struct Zendesk;

impl Format for Zendesk {
    fn name(&self) -> &'static str {
        "zendesk"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with {\"tickets\":[…]} or {\"ticket_events\":[…]} of the incremental export, comments and users beside them"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(20).any(|entry| matches!(kind(export, entry), Some(Kind::Tickets | Kind::Events)))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let desk = Desk::new("zendesk")?;
        let mut reading = Reading { desk, described: HashMap::new(), deleted: HashSet::new() };
        let flow = reading.export(export, &mut out);
        out.finish(flow)
    }
}

/// What a file holds, in the order in which files are read: a comment is compared with its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Users,
    Tickets,
    Events,
    Comments,
}

/// The keys below which a file holds lists: none in one that holds a ticket a line, with comments inside.
fn lists(export: &Export, entry: &Entry) -> &'static [&'static str] {
    if Peek::at(export, entry, &[]).has(&["id"]) { &[] } else { &LISTS }
}

fn kind(export: &Export, entry: &Entry) -> Option<Kind> {
    let peek = Peek::at(export, entry, lists(export, entry));
    if peek.has(&["child_events"]) {
        return Some(Kind::Events);
    }
    let ticket = peek.has_one(&["submitter_id", "satisfaction_rating", "via", "brand_id"])
        && peek.has_one(&["requester_id", "subject", "raw_subject"]);
    // An empty page is one all the same.
    if ticket && !peek.has(&["responder_id"]) || peek.is_empty_list("tickets") {
        return Some(Kind::Tickets);
    }
    if peek.has(&["author_id", "public"]) && peek.has_one(&["body", "plain_body", "html_body"]) {
        return Some(Kind::Comments);
    }
    let user = peek.has(&["email", "name"])
        && (peek.list == Some("users") || peek.has_one(&["role", "iana_time_zone"]));
    user.then_some(Kind::Users)
}

struct Reading {
    desk: Desk,
    /// What a ticket's first comment repeats: its description.
    described: HashMap<u64, u64>,
    /// Tickets that are gone.
    deleted: HashSet<u64>,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let mut files = Vec::new();
        for entry in export.entries() {
            match is_json(export, entry).then(|| kind(export, entry)).flatten() {
                Some(kind) => files.push((kind, entry)),
                None => out.skip("file that holds no tickets, comments or users"),
            }
        }
        files.sort_by_key(|(kind, entry)| (*kind, &entry.name));
        for (kind, entry) in files {
            each(entry, lists(export, entry), out, |out, object| match (object.list, kind) {
                (Some("users"), _) | (None, Kind::Users) => self.user(object, out),
                (Some("tickets"), _) | (None, Kind::Tickets) => self.ticket(object, out),
                (Some("ticket_events"), _) | (None, Kind::Events) => self.event(object, out),
                _ => self.comment_apart(entry, object, out),
            })?;
        }
        Flow::Continue(())
    }

    fn user(&self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let Some(key) = values::id(value, "id").and_then(|id| self.desk.key(&id)) else {
            out.skip("user without an id");
            return Flow::Continue(());
        };
        let unconfirmed = value.get("verified").and_then(Value::as_bool) == Some(false);
        let email = values::text(value, "email").filter(|_| !unconfirmed).and_then(address);
        let mut user = Account {
            name: values::text(value, "name").map(|name| name.trim().to_owned()),
            verified_emails: email.into_iter().collect(),
            ..account(key)
        };
        let active = value.get("active").and_then(Value::as_bool);
        user.directory.status =
            active.map(|active| if active { EmploymentStatus::Active } else { EmploymentStatus::Departed });
        user.directory.timezone = values::text(value, "iana_time_zone").map(str::to_owned);
        user.directory.languages = values::text(value, "locale").map(str::to_owned).into_iter().collect();
        out.account(user)
    }

    fn ticket(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let Some(id) = values::id(value, "id") else {
            return object.bad("is a ticket without an id", AGAIN, out);
        };
        let scrubbed = values::text(value, "subject") == Some("SCRUBBED");
        if scrubbed || values::text(value, "status") == Some("deleted") {
            self.deleted.insert(digest(&id));
            out.skip("deleted ticket");
            return match MessageId::from_native(&self.desk.source, &id) {
                Ok(id) => out.delete(id),
                Err(_) => Flow::Continue(()),
            };
        }
        let Some(container) = self.desk.container(CONTAINER, "Zendesk tickets", None, out)? else {
            return Flow::Continue(());
        };
        let person = |name: &str| values::id(value, name).and_then(|id| self.desk.key(&id));
        let assignee = person("assignee_id");
        let author = person("requester_id").or_else(|| person("submitter_id"));
        for key in assignee.iter().chain(&author) {
            named(key, out)?;
        }
        let Some(author) = author else { return object.bad("is a ticket without a requester", AGAIN, out) };
        let Some(at) = time(value, "created_at") else {
            return object.bad("is a ticket without a time of creation", AGAIN, out);
        };
        let text = values::text(value, "description").unwrap_or_default().to_owned();
        self.described.insert(digest(&id), digest(&text));
        let words = Words { author, at, text, markup: Markup::Plain, automatic: false };
        let Some(mut opening) = self.desk.opening(&id, &container, words) else {
            return object.bad("is a ticket whose id is none", AGAIN, out);
        };
        opening.message.subject = values::text(value, "subject")
            .or_else(|| values::text(value, "raw_subject"))
            .map(|subject| subject.trim().to_owned());
        opening.message.permalink = values::text(value, "url").and_then(page);
        let closed = value.get("is_public").and_then(Value::as_bool) == Some(false);
        let at = value.pointer("/metric_set/solved_at").and_then(Value::as_str).and_then(values::time);
        let at = at.or_else(|| time(value, "solved_at"));
        Outcome { assignee, done: is_done(value), by: None, at }.close(&mut opening.message);
        if closed {
            note(opening, CONFIDENTIAL, out)?;
        } else {
            out.message(opening)?;
        }
        for comment in values::list(value, "comments") {
            self.comment(&id, Object { value: comment, ..object }, out)?;
        }
        Flow::Continue(())
    }
}

/// Solved, and neither merged into another ticket nor rated as bad by who asked.
fn is_done(value: &Value) -> bool {
    let solved = values::text(value, "status").is_some_and(|status| matches!(status, "solved" | "closed"));
    let merged = values::list(value, "tags").iter().any(|tag| tag == "closed_by_merge");
    let rating = value.pointer("/satisfaction_rating/score").and_then(Value::as_str).unwrap_or_default();
    solved && !merged && !rating.starts_with("bad")
}

/// The page people open, from the address of the interface.
fn page(url: &str) -> Option<String> {
    let (site, ticket) = url.split_once("/api/v2/tickets/")?;
    Some(format!("{site}/agent/tickets/{}", ticket.trim_end_matches(".json")))
}

fn time(value: &Value, name: &str) -> Option<Timestamp> {
    values::text(value, name).and_then(values::time)
}
