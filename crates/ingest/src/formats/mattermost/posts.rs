//! Posts with their replies and reactions.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::ops::ControlFlow;

use model::{
    Account, AccountKey, ContainerId, Message, MessageId, MessageKind, Reaction, SourceName, Timestamp,
};
use serde_json::Value;
use text::Markup;

use super::channels::{Channels, native, participants};
use crate::RawMessage;
use crate::formats::chat::{self, Notes, Rooms, skipped};
use crate::formats::out::Out;
use crate::formats::values;

/// So many ids are remembered to tell posts of the same millisecond apart.
const WINDOW: usize = 4096;
/// Kinds of post that a person writes.
const HUMAN: [&str; 2] = ["", "me"];

/// What became of a line.
pub(super) type Outcome = ControlFlow<(), Result<(), &'static str>>;

/// Reads posts one after another.
#[derive(Debug)]
pub(super) struct Posts {
    source: SourceName,
    rooms: Rooms,
    /// Hashes of the latest ids, each with one of its text, and their order.
    recent: HashMap<u64, u32>,
    order: VecDeque<u64>,
}

impl Posts {
    pub(super) fn new(source: SourceName) -> Self {
        Self { source, rooms: Rooms::default(), recent: HashMap::new(), order: VecDeque::new() }
    }

    pub(super) fn source(&self) -> &SourceName {
        &self.source
    }

    /// A post in a channel.
    pub(super) fn post(
        &mut self,
        post: &Value,
        channels: &Channels,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Outcome {
        let (Some(team), Some(channel)) = (values::text(post, "team"), values::text(post, "channel")) else {
            return ControlFlow::Continue(Err("is a post without team or channel"));
        };
        let room = native(team, channel);
        let Ok(id) = ContainerId::from_native(&self.source, &room) else {
            return ControlFlow::Continue(Err("is a post without team or channel"));
        };
        if !self.rooms.enter(&id, || channels.container(team, channel, id.clone()), out)? {
            return ControlFlow::Continue(Ok(()));
        }
        self.with_replies(post, &room, &id, notes, out)
    }

    /// A post to one or a few people.
    pub(super) fn direct(
        &mut self,
        post: &Value,
        channels: &Channels,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Outcome {
        let members = participants(post);
        let room = format!("direct/{}", members.join(","));
        let Ok(id) = ContainerId::from_native(&self.source, &room) else {
            return ControlFlow::Continue(Err("is a direct post without members"));
        };
        let source = &self.source;
        let container = || channels.direct_container(&members, id.clone(), source);
        if members.is_empty() {
            return ControlFlow::Continue(Err("is a direct post without members"));
        }
        if !self.rooms.enter(&id, container, out)? {
            return ControlFlow::Continue(Ok(()));
        }
        self.with_replies(post, &room, &id, notes, out)
    }

    fn with_replies(
        &mut self,
        post: &Value,
        room: &str,
        container: &ContainerId,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Outcome {
        let replies = values::list(post, "replies");
        let root = self.id_of(post, room);
        let conversation =
            root.as_ref().ok().filter(|_| !replies.is_empty()).map(|id| id.native().to_owned());
        let mut outcome = Ok(());
        for (place, said) in std::iter::once(post).chain(replies).enumerate() {
            let id = if place == 0 { root.clone() } else { self.id_of(said, room) };
            let read = match id {
                Ok(id) => self.read(said, id, container, notes, out)?,
                Err(reason) => Err(reason),
            };
            match read {
                Ok(Some(mut raw)) => {
                    raw.message.native_conversation.clone_from(&conversation);
                    if place > 0 {
                        raw.message.reply_to = root.iter().cloned().collect();
                    }
                    out.message(raw)?;
                }
                Ok(None) => {}
                Err(reason) => outcome = Err(reason),
            }
        }
        ControlFlow::Continue(outcome)
    }

    /// A post or reply as a message; `None` if nobody wrote it.
    fn read(
        &self,
        post: &Value,
        id: MessageId,
        container: &ContainerId,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> ControlFlow<(), Result<Option<RawMessage>, &'static str>> {
        let kind = values::text(post, "type").unwrap_or_default();
        if kind.starts_with("system_") {
            skipped("notice of the source itself", out)?;
            return ControlFlow::Continue(Ok(None));
        }
        if kind == "burn_on_read" || post.get("delete_at").and_then(Value::as_i64).is_some_and(|at| at > 0) {
            skipped("message deleted at the source", out)?;
            return ControlFlow::Continue(Ok(None));
        }
        let props = post.get("props").unwrap_or(&Value::Null);
        let machine = ["from_bot", "from_webhook", "from_plugin"]
            .iter()
            .any(|key| values::flag(props, key) || values::text(props, key) == Some("true"));
        let attached = kind == "slack_attachment";
        if !HUMAN.contains(&kind) && !attached {
            notes.unknown.add(kind);
        }
        let Some(key) = self.key(post) else { return ControlFlow::Continue(Err("has no user")) };
        let Some(at) = time(post, "create_at") else {
            return ControlFlow::Continue(Err("has no create_at in milliseconds"));
        };
        if !out.knows(&key) {
            let shown = values::text(props, "override_username").filter(|_| machine);
            let name = shown.or(values::text(post, "user"));
            out.account(Account { bot: machine, ..chat::named(key.clone(), name) })?;
        }
        let automatic = machine || attached || out.is_bot(&key);
        let text = said(post, props);
        let edited_at = time(post, "edit_at").filter(|edited| *edited > at);
        let message = Message {
            edited_at,
            kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
            mentions: self.mentions(&text, out),
            reactions: self.reactions(post),
            ..Message::new(id, container.clone(), key, at, text)
        };
        ControlFlow::Continue(Ok(Some(RawMessage { message, markup: Markup::Markdown })))
    }

    fn key(&self, post: &Value) -> Option<AccountKey> {
        values::account(&self.source, &values::text(post, "user")?.to_lowercase())
    }

    /// Room, time and user; a hash of the text behind it for the second of one millisecond.
    fn id_of(&mut self, post: &Value, room: &str) -> Result<MessageId, &'static str> {
        let user = values::text(post, "user").ok_or("has no user")?.trim().to_lowercase();
        let at = time(post, "create_at").ok_or("has no create_at in milliseconds")?;
        let text = values::text(post, "message").unwrap_or_default();
        let hash = chat::hash(&[text]) as u32;
        let mut native = format!("{room}/{}/{user}", at.as_millis());
        let made = |native: &str| MessageId::from_native(&self.source, native).map_err(|_| "has no user");
        let id = made(&native)?;
        let short = chat::hash(&[&native]);
        match self.recent.get(&short) {
            Some(other) if *other != hash => {
                let _ = write!(native, "/{hash:08x}");
                return made(&native);
            }
            Some(_) => return Ok(id),
            None => self.recent.insert(short, hash),
        };
        self.order.push_back(short);
        if self.order.len() > WINDOW {
            let oldest = self.order.pop_front();
            oldest.and_then(|oldest| self.recent.remove(&oldest));
        }
        Ok(id)
    }

    /// `@names` of users that the export lists; any other word behind an `@` is none.
    fn mentions(&self, text: &str, out: &Out<'_>) -> Vec<AccountKey> {
        let named = text.split('@').skip(1).filter_map(|part| {
            let name: String = part
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "._-".contains(*c))
                .take(64)
                .collect();
            let name = name.to_lowercase();
            // A full stop may end the sentence.
            let choices = [name.as_str(), name.trim_end_matches(['.', '-', '_'])];
            let mut keys = choices.into_iter().filter_map(|name| values::account(&self.source, name));
            keys.find(|key| out.knows(key))
        });
        chat::once(named)
    }

    fn reactions(&self, post: &Value) -> Vec<Reaction> {
        let mut all = Vec::new();
        for reaction in values::list(post, "reactions") {
            if let Some(name) = values::text(reaction, "emoji_name") {
                chat::react(&mut all, name, self.key(reaction));
            }
        }
        all
    }
}

/// The message, else what its attachments say.
fn said(post: &Value, props: &Value) -> String {
    if let Some(text) = values::text(post, "message") {
        return text.to_owned();
    }
    let attachments = values::list(props, "attachments").iter();
    let each = attachments.map(|attachment| {
        let parts = ["pretext", "title", "text"].map(|key| values::text(attachment, key));
        let said = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
        if said.is_empty() {
            values::text(attachment, "fallback").unwrap_or_default().to_owned()
        } else {
            said
        }
    });
    each.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Milliseconds since 1970; 0 is never.
fn time(post: &Value, key: &str) -> Option<Timestamp> {
    post.get(key).and_then(Value::as_i64).filter(|millis| *millis > 0).map(Timestamp::from_millis)
}
