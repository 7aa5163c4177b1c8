//! One channel's messages.

use std::collections::HashSet;

use model::{AccountKey, ContainerId, Message, MessageId, MessageKind, Reaction, SourceName, Timestamp};
use serde_json::Value;
use text::Markup;

use super::{blocks, place, users};
use crate::RawMessage;
use crate::formats::chat::{Notes, Replies};
use crate::formats::elements::Element;
use crate::formats::out::{Flow, Out};
use crate::formats::values;

/// What can be done about a bad message.
pub(super) const REMEDY: &str = "export it again, or take the record out of the file";
/// Somebody came or went.
const COMINGS: [&str; 8] = [
    "channel_join",
    "channel_leave",
    "group_join",
    "group_leave",
    "app_conversation_join",
    "app_conversation_leave",
    "joiner_notification",
    "joiner_notification_for_inviter",
];
/// Slack tells of something that happened; nobody wrote it.
const NOTICES: [&str; 37] = [
    "channel_topic",
    "channel_purpose",
    "channel_name",
    "channel_archive",
    "channel_unarchive",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_posting_permissions",
    "channel_canvas_updated",
    "group_topic",
    "group_purpose",
    "group_name",
    "group_archive",
    "group_unarchive",
    "pinned_item",
    "unpinned_item",
    "reminder_add",
    "reminder_delete",
    "bot_add",
    "bot_remove",
    "bot_enable",
    "bot_disable",
    "huddle_thread",
    "ekm_access_denied",
    "message_replied",
    "sh_room_created",
    "sh_room_shared",
    "tabbed_canvas_updated",
    "document_mention",
    "file_mention",
    "document_comment_root",
    "list_record_comment",
    "mpdm_move",
    "bookmark_added",
    "bookmark_removed",
    "reply_broadcast",
    "channel_workflow_add",
];
/// Written by a person.
const HUMAN: [&str; 5] = ["", "me_message", "thread_broadcast", "file_share", "file_comment"];
/// Written by a machine.
const AUTOMATIC: [&str; 4] = ["bot_message", "slackbot_response", "assistant_app_thread", "workflow_message"];

/// One channel while its days are read.
pub(super) struct Channel<'s> {
    source: &'s SourceName,
    native: String,
    container: ContainerId,
    seen: HashSet<String>,
    replies: Replies,
    messages: u64,
}

impl<'s> Channel<'s> {
    pub(super) fn new(source: &'s SourceName, native: &str, container: ContainerId) -> Self {
        Self {
            source,
            native: native.to_owned(),
            container,
            seen: HashSet::new(),
            replies: Replies::default(),
            messages: 0,
        }
    }

    /// How many messages were handed out.
    pub(super) fn messages(&self) -> u64 {
        self.messages
    }

    /// Holds the replies that were found against those that were expected, after the last day.
    pub(super) fn settle(&mut self, notes: &mut Notes) {
        self.replies.settle(notes);
    }

    /// Reads one element of a day.
    pub(super) fn element(
        &mut self,
        file: &str,
        element: &Element<'_>,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Flow {
        let bad = |out: &mut Out<'_>, reason: String| {
            out.bad_with_hint(place(file, element.at), reason, Some(REMEDY), element.bytes)
        };
        match serde_json::from_slice::<Value>(element.bytes) {
            Ok(value) if value.is_object() => match self.value(&value, notes, out) {
                Ok(flow) => flow,
                Err(reason) => bad(out, reason.to_owned()),
            },
            Ok(value) if value.is_null() => bad(out, "is null instead of a message".to_owned()),
            Ok(_) => bad(out, "is not an object".to_owned()),
            Err(error) => bad(out, values::syntax(&error)),
        }
    }

    fn value(&mut self, value: &Value, notes: &mut Notes, out: &mut Out<'_>) -> Result<Flow, &'static str> {
        let skipped = |out: &mut Out<'_>, reason| {
            out.skip(reason);
            Ok(Flow::Continue(()))
        };
        if values::text(value, "type").is_some_and(|kind| kind != "message") {
            return skipped(out, "event that is no message");
        }
        match values::text(value, "subtype").unwrap_or_default() {
            "message_changed" => {
                let inner = value.get("message").filter(|inner| inner.is_object());
                let inner = inner.ok_or("is an edit without the edited message")?;
                if matches!(values::text(inner, "subtype"), Some("message_changed" | "message_deleted")) {
                    return Err("is an edit of an edit");
                }
                self.seen.remove(values::text(inner, "ts").unwrap_or_default());
                self.value(inner, notes, out)
            }
            "message_deleted" => {
                let ts = values::text(value, "deleted_ts");
                let ts = ts.or_else(|| values::text(value.get("previous_message")?, "ts"));
                self.gone(ts.ok_or("is a deletion that does not say of what")?, "deleted message", out)
            }
            "tombstone" => {
                let ts = values::text(value, "ts").ok_or("has no ts")?;
                self.expect_replies(value, ts);
                self.gone(ts, "message deleted at the source", out)
            }
            subtype if COMINGS.contains(&subtype) => skipped(out, "join or leave notice"),
            subtype if NOTICES.contains(&subtype) => skipped(out, "notice of the source itself"),
            subtype => {
                if !HUMAN.contains(&subtype) && !AUTOMATIC.contains(&subtype) {
                    notes.unknown.add(subtype);
                }
                self.message(value, subtype, out)
            }
        }
    }

    /// Notes how many replies a message says it has; those of one that is gone live on.
    fn expect_replies(&mut self, value: &Value, ts: &str) {
        if let Some(count) = value.get("reply_count").and_then(Value::as_u64).filter(|count| *count > 0) {
            self.replies.expect(ts, count);
        }
    }

    /// A message that is gone: its words are dropped, also those of an earlier reading.
    fn gone(&mut self, ts: &str, reason: &'static str, out: &mut Out<'_>) -> Result<Flow, &'static str> {
        time(ts).ok_or("has a ts that is not seconds.fraction")?;
        out.skip(reason);
        Ok(out.delete(self.id(ts)?))
    }

    fn message(&mut self, value: &Value, subtype: &str, out: &mut Out<'_>) -> Result<Flow, &'static str> {
        let ts = values::text(value, "ts").ok_or("has no ts, or one that is not a text")?;
        let at = time(ts).ok_or("has a ts that is not seconds.fraction")?;
        let (author, automatic) = self.author(value, subtype, out)?;
        // The copy of a reply in its channel, and days that overlap, carry the same ts.
        if !self.seen.insert(ts.to_owned()) {
            out.skip("second copy of a message");
            return Ok(Flow::Continue(()));
        }
        let root = values::text(value, "thread_ts").filter(|root| time(root).is_some());
        let reply_to = match root {
            Some(root) if root != ts => vec![self.id(root)?],
            _ => Vec::new(),
        };
        self.expect_replies(value, ts);
        if let Some(root) = root.filter(|root| *root != ts) {
            self.replies.found(root);
        }
        let edited_at = value.get("edited").and_then(|edited| values::text(edited, "ts")).and_then(time);
        let message = Message {
            edited_at,
            kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
            native_conversation: root.map(|root| format!("{}/{root}", self.native)),
            reply_to,
            reactions: self.reactions(value),
            ..Message::new(self.id(ts)?, self.container.clone(), author, at, blocks::text(value))
        };
        self.messages += 1;
        Ok(out.message(RawMessage { message, markup: Markup::Slack }))
    }

    /// Who wrote it, and whether that is a machine. An author whom the list does not name is handed out.
    fn author(
        &self,
        value: &Value,
        subtype: &str,
        out: &mut Out<'_>,
    ) -> Result<(AccountKey, bool), &'static str> {
        let user = values::id(value, "user");
        let machine = AUTOMATIC.contains(&subtype) || user.is_none();
        let bot_id = values::id(value, "bot_id");
        let id = match (&user, bot_id) {
            (Some(user), _) => user.clone(),
            (None, Some(bot_id)) => bot_id,
            (None, None) => {
                let name = values::text(value, "username").ok_or("has neither user nor bot")?;
                format!("B-{}", name.trim())
            }
        };
        let key = values::account(self.source, &id).ok_or("has an empty author")?;
        if !out.knows(&key)
            && let Some(mut account) = users::stranger(self.source, value, &id)
        {
            account.bot |= user.is_none();
            // A sink that has had enough says so again at the message.
            let _ = out.account(account);
        }
        let automatic = machine || out.is_bot(&key);
        Ok((key, automatic))
    }

    fn reactions(&self, value: &Value) -> Vec<Reaction> {
        let one = |reaction: &Value| {
            let name = values::text(reaction, "name")?;
            let users = values::list(reaction, "users").iter().filter_map(Value::as_str);
            let by: Vec<AccountKey> = users.filter_map(|user| values::account(self.source, user)).collect();
            let count = reaction.get("count").and_then(Value::as_u64);
            let count = count.map_or(by.len() as u32, |count| u32::try_from(count).unwrap_or(u32::MAX));
            let plain = name.split_once("::").map_or(name, |(plain, _)| plain);
            Some(Reaction { name: plain.to_owned(), count: count.max(by.len() as u32), by })
        };
        let mut together: Vec<Reaction> = Vec::new();
        for reaction in values::list(value, "reactions").iter().filter_map(one) {
            // The same emoji in several skin tones is one reaction.
            match together.iter_mut().find(|known| known.name == reaction.name) {
                Some(known) => {
                    known.count = known.count.saturating_add(reaction.count);
                    known.by.extend(
                        reaction.by.into_iter().filter(|key| !known.by.contains(key)).collect::<Vec<_>>(),
                    );
                }
                None => together.push(reaction),
            }
        }
        together
    }

    fn id(&self, ts: &str) -> Result<MessageId, &'static str> {
        MessageId::from_native(self.source, &format!("{}/{ts}", self.native)).map_err(|_| "has an empty id")
    }
}

/// A Slack ts, `seconds.fraction`, as a time. It is an id first: never read it as a float.
pub(super) fn time(ts: &str) -> Option<Timestamp> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(seconds) || !digits(fraction) || seconds.len() > 12 {
        return None;
    }
    let milli: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = seconds.parse::<i64>().ok()? * 1000 + milli.parse::<i64>().ok()?;
    Some(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ts: &str, expected: Option<&str>) {
        assert_eq!(time(ts).map(|time| time.to_string()).as_deref(), expected, "{ts:?}");
    }

    #[test]
    fn a_ts_is_a_time() {
        check("1736478630.905399", Some("2025-01-10T03:10:30.905Z"));
        check("1736478630", Some("2025-01-10T03:10:30Z"));
        check("1736478630.5", Some("2025-01-10T03:10:30.5Z"));
        for bad in ["", ".", "1.", ".5", "-1.0", "1e9", "99999999999999999999.0", "１.0"] {
            check(bad, None);
        }
    }
}
