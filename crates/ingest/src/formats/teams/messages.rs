//! Messages of channels and chats.

use model::{Account, AccountKey, ContainerId, Message, MessageId, MessageKind, SourceName};
use serde_json::Value;

use super::places::{Places, Room, within};
use super::{Object, body};
use crate::RawMessage;
use crate::formats::chat::{self, Notes, Replies, Rooms, skipped};
use crate::formats::out::{Flow, Out};
use crate::formats::values;

/// Kinds of message that nobody wrote.
const NOTICES: [&str; 4] = ["systemEventMessage", "chatEvent", "typing", "chatRenamed"];
/// Stands for users who are no longer there: credits nobody.
const GONE: &str = "deleted-user";

/// Reads messages one after another.
#[derive(Debug)]
pub(super) struct Messages {
    source: SourceName,
    rooms: Rooms,
    replies: Replies,
}

/// A message within its room.
struct At<'v> {
    value: &'v Value,
    native: &'v str,
    container: ContainerId,
    in_channel: bool,
    /// The message that it answers by where it stands.
    parent: Option<String>,
}

impl Messages {
    pub(super) fn new(source: SourceName) -> Self {
        Self { source, rooms: Rooms::default(), replies: Replies::default() }
    }

    /// Holds the replies that were found against those that were expected.
    pub(super) fn settle(&mut self, notes: &mut Notes) {
        self.replies.settle(notes);
    }

    pub(super) fn source(&self) -> &SourceName {
        &self.source
    }

    /// Hands out a message and the replies that stand in it.
    pub(super) fn message(
        &mut self,
        object: &Object<'_>,
        places: &Places,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Flow {
        let value = object.value;
        let (team, channel) = (within(object.context, "teams"), within(object.context, "channels"));
        let chat = within(object.context, "chats");
        let identity = value.get("channelIdentity").unwrap_or(&Value::Null);
        let stated = values::text(identity, "channelId").or(channel.as_deref());
        let room = match (stated, values::text(value, "chatId").or(chat.as_deref())) {
            (Some(channel), _) => {
                let team = values::text(identity, "teamId").or(team.as_deref());
                Room::Channel { team, channel }
            }
            (None, Some(chat)) => Room::Chat(chat),
            (None, None) => {
                let hint = "export messages with channelIdentity or chatId";
                let reason = "is a message that names neither a channel nor a chat";
                return out.bad_with_hint(object.place.clone(), reason, Some(hint), object.raw);
            }
        };
        let Ok(container) = ContainerId::from_native(&self.source, room.native()) else {
            return out.bad(object.place.clone(), "has an empty channel", object.raw);
        };
        let replies = values::list(value, "replies");
        let source = &self.source;
        if !self.rooms.enter(&container, || places.container(room, &container, source), out)? {
            return Flow::Continue(());
        }
        let in_channel = matches!(room, Room::Channel { .. });
        let expected = value.get("replies@odata.count").and_then(Value::as_u64);
        let root = values::id(value, "id");
        if let (Some(expected), Some(root)) = (expected, &root) {
            self.replies.expect(&format!("{}/{root}", room.native()), expected);
        }
        let parent = values::id(value, "replyToId");
        for (reply, parent) in
            std::iter::once((value, parent)).chain(replies.iter().map(|reply| (reply, root.clone())))
        {
            let (native, container) = (room.native(), container.clone());
            let at = At { value: reply, native, container, in_channel, parent };
            if let Err(reason) = self.one(&at, notes, out)? {
                let raw = reply.to_string();
                let hint = "fetch the message again; every field of chatMessage is wanted";
                out.bad_with_hint(object.place.clone(), reason, Some(hint), raw.as_bytes())?;
            }
        }
        Flow::Continue(())
    }

    fn one(
        &mut self,
        at: &At<'_>,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> std::ops::ControlFlow<(), Result<(), &'static str>> {
        let done = |flow: Flow| flow.map_continue(|()| Ok(()));
        let fault = |reason| std::ops::ControlFlow::Continue(Err(reason));
        let value = at.value;
        let Some(native_id) = values::id(value, "id") else { return fault("is a message without an id") };
        let Some(id) = self.id(at.native, &native_id) else { return fault("is a message without an id") };
        if let Some(parent) = at.parent.as_ref().filter(|_| at.in_channel) {
            self.replies.found(&format!("{}/{parent}", at.native));
        }
        if values::text(value, "deletedDateTime").is_some() {
            out.skip("message deleted at the source");
            return done(out.delete(id));
        }
        let kind = values::text(value, "messageType").unwrap_or("message");
        let (text, markup) = body::text(value);
        let event = value.get("eventDetail").is_some_and(|detail| !detail.is_null());
        if NOTICES.contains(&kind) || event || text.contains("<systemEventMessage") {
            return done(skipped("notice of the source itself", out));
        }
        let blocked = value.pointer("/policyViolation/dlpAction").and_then(Value::as_str);
        if blocked.is_some_and(|action| action.starts_with("blockAccess")) {
            return done(skipped("message that a policy of the source hides", out));
        }
        if kind != "message" {
            if body::is_blank(&text, markup) {
                return done(skipped("notice of the source itself", out));
            }
            notes.unknown.add(kind);
        }
        let Some(time) = values::text(value, "createdDateTime").and_then(values::time) else {
            return fault("is a message whose createdDateTime is no time");
        };
        let Some(author) = self.author(value, out) else { return fault("is a message of an unknown sender") };
        let (author, automatic) = author;
        let key = author.key.clone();
        if !out.knows(&key) {
            out.account(author)?;
        }
        let to = |native: &String| self.id(at.native, native);
        // What a channel shows below a message belongs to it; a chat only has quotes.
        let root = at.in_channel.then(|| at.parent.as_ref().unwrap_or(&native_id));
        let reply_to = if at.in_channel {
            at.parent.iter().filter_map(to).collect()
        } else {
            at.parent.iter().chain(&body::quotes(value)).filter_map(to).collect()
        };
        let message = Message {
            edited_at: values::text(value, "lastEditedDateTime").and_then(values::time),
            kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
            subject: values::text(value, "subject").map(str::to_owned),
            native_conversation: root.map(|root| format!("{}/{root}", at.native)),
            reply_to,
            mentions: body::mentions(value, &self.source),
            reactions: body::reactions(value, &self.source),
            permalink: values::text(value, "webUrl").map(str::to_owned),
            ..Message::new(id, at.container.clone(), key, time, text)
        };
        done(out.message(RawMessage { message, markup }))
    }

    /// Who sent it, and whether that is a machine.
    fn author(&self, value: &Value, out: &mut Out<'_>) -> Option<(Account, bool)> {
        let from = value.get("from").unwrap_or(&Value::Null);
        let account = |of: &Value| {
            let key = self.key(&values::id(of, "id")?)?;
            Some(chat::named(key, values::text(of, "displayName")))
        };
        if let Some(account) = from.get("user").and_then(account) {
            return Some((account, false));
        }
        let machine = ["application", "device"].iter().find_map(|kind| from.get(kind).and_then(account));
        if let Some(account) = machine {
            return Some((Account { bot: true, ..account }, true));
        }
        out.skip("message of a deleted user: credits nobody");
        Some((Account { bot: true, ..chat::named(self.key(GONE)?, Some("(deleted user)")) }, true))
    }

    fn key(&self, native: &str) -> Option<AccountKey> {
        values::account(&self.source, &native.to_lowercase())
    }

    fn id(&self, room: &str, native: &str) -> Option<MessageId> {
        MessageId::from_native(&self.source, &format!("{room}/{}", native.trim())).ok()
    }
}
