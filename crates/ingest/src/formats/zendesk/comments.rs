//! Comments: beside their ticket, in files of their own, or as events.

use serde_json::Value;
use text::Markup;

use super::{AGAIN, CONTAINER, Reading, time};
use crate::Entry;
use crate::formats::desk::{INTERNAL, Words, digest, named, note};
use crate::formats::mail::html::to_text;
use crate::formats::objects::Object;
use crate::formats::out::{Flow, Out};
use crate::formats::values;

/// What rules and integrations write through.
const MACHINES: [&str; 5] = ["rule", "trigger", "automation", "system", "scheduled"];

impl Reading {
    /// A comment that says which ticket it is of, or whose file is named after the ticket.
    pub(super) fn comment_apart(&self, entry: &Entry, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let Some(ticket) = values::id(object.value, "ticket_id").or_else(|| number(&entry.name)) else {
            let hint = "name the file after the ticket: comments/123.json";
            return object.bad("is a comment without its ticket", hint, out);
        };
        self.comment(&ticket, object, out)
    }

    /// The comments among the events of an audit.
    pub(super) fn event(&self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let Some(ticket) = values::id(value, "ticket_id") else {
            return object.bad("is an event without its ticket", AGAIN, out);
        };
        for child in values::list(value, "child_events") {
            let kind = values::text(child, "event_type").or_else(|| values::text(child, "type"));
            if kind != Some("Comment") {
                out.skip("event that is no comment");
                continue;
            }
            let mut comment = child.clone();
            if let Some(fields) = comment.as_object_mut() {
                for (field, from) in [("author_id", "updater_id"), ("created_at", "created_at")] {
                    let value = value.get(from).cloned().unwrap_or_default();
                    fields.entry(field).or_insert(value);
                }
            }
            self.comment(&ticket, Object { value: &comment, ..object }, out)?;
        }
        Flow::Continue(())
    }

    pub(super) fn comment(&self, ticket: &str, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        if self.deleted.contains(&digest(ticket)) {
            out.skip("comment on a deleted ticket");
            return Flow::Continue(());
        }
        let Some(id) = values::id(value, "id") else {
            return object.bad("has a comment without an id", AGAIN, out);
        };
        let Some(author) = values::id(value, "author_id") else {
            return object.bad("has a comment without an author", AGAIN, out);
        };
        let Some(at) = time(value, "created_at") else {
            return object.bad("has a comment without a time of creation", AGAIN, out);
        };
        let text = words(value);
        if self.described.get(&digest(ticket)) == Some(&digest(&text)) {
            out.skip("first comment, which is the ticket's own description");
            return Flow::Continue(());
        }
        let channel = value.pointer("/via/channel").or_else(|| value.get("via")).and_then(Value::as_str);
        let machine = channel.is_some_and(|word| MACHINES.contains(&word.to_lowercase().as_str()));
        // The system itself is user -1.
        let automatic = machine || author.starts_with('-');
        let Some(author) = self.desk.key(&author) else {
            return object.bad("has a comment without an author", AGAIN, out);
        };
        named(&author, out)?;
        let Ok(container) = model::ContainerId::from_native(&self.desk.source, CONTAINER) else {
            return Flow::Continue(());
        };
        let words = Words { author, at, text, markup: Markup::Plain, automatic };
        let Some(reply) = self.desk.reply(ticket, &id, &container, words) else {
            return object.bad("has a comment whose id is none", AGAIN, out);
        };
        // What does not say that the requester saw it was not for everyone.
        if value.get("public").and_then(Value::as_bool) == Some(true) {
            out.message(reply)
        } else {
            note(reply, INTERNAL, out)
        }
    }
}

/// What the comment says: as plain text if the export has it.
fn words(value: &Value) -> String {
    let plain = values::text(value, "plain_body").or_else(|| values::text(value, "body"));
    match plain {
        Some(text) => text.replace("&nbsp;", " "),
        None => values::text(value, "html_body").map(to_text).unwrap_or_default(),
    }
}

/// The last number in a file's name or path: `tickets/123/comments.json`.
fn number(name: &str) -> Option<String> {
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    let digits = |part: &&str| !part.is_empty();
    name.split(|c: char| !c.is_ascii_digit()).rfind(digits).map(str::to_owned)
}
