//! Messages: each in a channel under a topic, or to a few people.

use std::ops::ControlFlow;

use model::{Account, AccountKey, Message, MessageId, MessageKind, Reaction, Timestamp};
use serde_json::Value;
use text::Markup;

use super::realm::{Realm, Room};
use crate::formats::chat::{self, Notes, Rooms, skipped};
use crate::formats::out::{Flow, Out};
use crate::formats::tables::{self, Cell};
use crate::formats::values;
use crate::{Entry, Export, RawMessage};

/// What Zulip puts before the topic of a matter that is settled.
const RESOLVED: &str = "✔";
/// Topics that are none: what was sent without one.
const NO_TOPIC: [&str; 3] = ["", "(no topic)", "general chat"];
/// The bot that tells of what happened.
const NOTIFIER: &str = "Notification Bot";

/// Reads messages one after another.
#[derive(Debug)]
pub(super) struct Messages<'r> {
    realm: &'r mut Realm,
    rooms: Rooms,
}

impl<'r> Messages<'r> {
    pub(super) fn new(realm: &'r mut Realm) -> Self {
        Self { realm, rooms: Rooms::default() }
    }

    /// Reads the reactions that stand beside the messages, as some versions have them.
    pub(super) fn reactions_of(&mut self, export: &Export, entry: &Entry) {
        tables::look_ahead(export, entry, |cell| {
            if cell.key == "zerver_reaction" && cell.listed {
                // One that says nothing is no loss.
                let _ = self.realm.reaction(&cell.value());
            }
        });
    }

    pub(super) fn cell(
        &mut self,
        entry: &Entry,
        cell: &Cell<'_>,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Flow {
        let Some(value) = cell.object(entry, out)? else { return Flow::Continue(()) };
        match self.message(&value, notes, out) {
            Ok(flow) => flow,
            Err(reason) => {
                let hint = Some("export the organization again");
                out.bad_with_hint(cell.place(entry), reason, hint, cell.bytes)
            }
        }
    }

    fn message(&mut self, value: &Value, notes: &mut Notes, out: &mut Out<'_>) -> Result<Flow, &'static str> {
        let number = |key: &str| value.get(key).and_then(Value::as_i64);
        let native = number("id").ok_or("has no id")?;
        let sender = number("sender").ok_or("has no sender")?;
        let recipient = number("recipient").ok_or("has no recipient")?;
        let at = time(value.get("date_sent")).ok_or("has a date_sent that is no number of seconds")?;
        let room = self.realm.room(recipient, sender).ok_or("goes to a recipient that realm.json lacks")?;
        let container = self.realm.container_id(&room).ok_or("goes to a recipient that realm.json lacks")?;
        let (realm, id) = (&*self.realm, container.clone());
        match self.rooms.enter(&container, || realm.container(&room, recipient, id), out) {
            ControlFlow::Continue(true) => {}
            ControlFlow::Continue(false) => return Ok(Flow::Continue(())),
            ControlFlow::Break(()) => return Ok(Flow::Break(())),
        }
        let author = self.realm.account(sender).ok_or("has no sender")?;
        let notice = number("type") == Some(2) || is_notifier(&author);
        if notice {
            return Ok(skipped("notice of the source itself", out));
        }
        if let Some(kind) = number("type").filter(|kind| *kind != 1) {
            notes.unknown.add(&kind.to_string());
        }
        let key = author.key.clone();
        let automatic = author.bot;
        if !out.knows(&key) && out.account(author).is_break() {
            return Ok(Flow::Break(()));
        }
        let content = value.get("content").and_then(Value::as_str).unwrap_or_default();
        let subject = values::text(value, "subject").map_or("", |topic| topic.trim());
        // A topic keeps its messages when it is marked as settled.
        let topic = subject.strip_prefix(RESOLVED).map_or(subject, str::trim_start);
        let topic = (!NO_TOPIC.contains(&topic)).then_some(topic);
        let (subject, conversation) = match (&room, topic) {
            (Room::Stream(stream), Some(topic)) => {
                (Some(topic.to_owned()), Some(format!("{stream}/{}", topic.to_lowercase())))
            }
            _ => (None, None),
        };
        let to = |id: i64| MessageId::from_native(&self.realm.source, &id.to_string());
        let message = Message {
            edited_at: edited(value),
            kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
            subject,
            native_conversation: conversation,
            reply_to: quoted(content)
                .filter(|id| *id != native)
                .and_then(|id| to(id).ok())
                .into_iter()
                .collect(),
            mentions: self.mentions(content),
            reactions: self.reactions(native),
            ..Message::new(to(native).map_err(|_| "has no id")?, container, key, at, content.to_owned())
        };
        Ok(out.message(RawMessage { message, markup: Markup::Markdown }))
    }

    /// `@**Name**` without a number; with one, cleaning reads it.
    fn mentions(&self, content: &str) -> Vec<AccountKey> {
        let names = content.split("@**").skip(1).filter_map(|part| part.split_once("**"));
        chat::once(names.filter_map(|(name, _)| self.realm.named(name)))
    }

    fn reactions(&self, message: i64) -> Vec<Reaction> {
        let mut all = Vec::new();
        for (name, user) in self.realm.reactions_to(message) {
            chat::react(&mut all, name, self.realm.key(user));
        }
        all
    }
}

fn is_notifier(author: &Account) -> bool {
    author.bot && author.name.as_deref() == Some(NOTIFIER)
}

/// Seconds since 1970, whole or with a fraction.
fn time(value: Option<&Value>) -> Option<Timestamp> {
    let seconds = value?.as_f64().filter(|seconds| seconds.is_finite() && *seconds > 0.0)?;
    Some(Timestamp::from_millis((seconds * 1000.0).round() as i64))
}

/// When the text was last changed; a message that was only moved to another topic was not edited.
fn edited(value: &Value) -> Option<Timestamp> {
    let history = match value.get("edit_history") {
        // The history is JSON within a text.
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let changes = history.as_array().map(Vec::as_slice).unwrap_or_default();
    let of_text = changes.iter().filter(|change| {
        change.get("prev_content").is_some() || change.get("prev_rendered_content").is_some()
    });
    let last = of_text.filter_map(|change| time(change.get("timestamp"))).max();
    last.or_else(|| time(value.get("last_edit_time")).filter(|_| changes.is_empty()))
}

/// The message that is quoted: `[said](https://…/near/102):` before a quote.
fn quoted(content: &str) -> Option<i64> {
    let (before, after) = content.split_once("/near/")?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let is_quote = before.rsplit_once("](").is_some_and(|(label, _)| label.ends_with("[said"))
        && content.contains("```");
    after.get(..digits).filter(|_| is_quote)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_move_is_no_edit() {
        let moved =
            json!({"edit_history": "[{\"timestamp\": 20, \"prev_topic\": \"a\"}]", "last_edit_time": 20});
        assert_eq!(edited(&moved), None);
        let both = json!({"edit_history": "[{\"timestamp\":20,\"prev_subject\":\"a\"},{\"timestamp\":10,\"prev_content\":\"b\"}]"});
        assert_eq!(edited(&both), Some(Timestamp::from_millis(10_000)));
        assert_eq!(
            edited(&json!({"edit_history": null, "last_edit_time": 1.5})),
            Some(Timestamp::from_millis(1500))
        );
        assert_eq!(edited(&json!({"edit_history": "{broken"})), None);
    }

    #[test]
    fn only_a_quote_answers() {
        let quote =
            "@_**Bo|5** [said](https://z/#narrow/stream/1-a/topic/b/near/102):\n```quote\nx\n```\nyes";
        assert_eq!(quoted(quote), Some(102));
        assert_eq!(quoted("see [this](https://z/#narrow/near/102) ```x```"), None);
        assert_eq!(quoted("[said](https://z/near/x) ```"), None);
    }
}
