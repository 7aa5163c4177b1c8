//! Messages of a file.

use model::{
    Account, AccountKey, ContainerKind, Message, MessageId, MessageKind, Reaction, SourceName, Visibility,
};
use serde_json::Value;
use text::Markup;

use super::heading::Heading;
use crate::formats::chat::{self, Notes, Rooms, skipped};
use crate::formats::out::{Flow, Out};
use crate::formats::values;
use crate::{Place, RawMessage};

/// Kinds of message that somebody wrote; numbers are kinds that the exporter does not know by name.
const WRITTEN: [&str; 5] = ["Default", "Reply", "0", "19", ""];
/// What a command of an application answered.
const COMMANDS: [&str; 4] = ["20", "23", "ChatInputCommand", "ContextMenuCommand"];
/// What happened, in words that the exporter made up.
#[rustfmt::skip]
const NOTICES: &[&str] = &[
    "RecipientAdd", "RecipientRemove", "Call", "ChannelNameChange", "ChannelIconChange", "ChannelPinnedMessage",
    "GuildMemberJoin", "ThreadCreated", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13",
    "14", "15", "16", "17", "18", "22", "24", "25", "26", "27", "28", "29", "31", "32", "36", "37", "38", "39",
    "44", "46", "UserJoin", "GuildBoost",
];
/// The first message of a talk below a message: a copy of that message.
const COPIES: [&str; 2] = ["21", "ThreadStarterMessage"];
/// Discord's stand-in for users who are no longer there.
const GONE: &str = "456226577798135808";

/// Reads messages one after another.
#[derive(Debug)]
pub(super) struct Messages {
    source: SourceName,
    rooms: Rooms,
    notes: Notes,
    unfinished: u64,
    short: Vec<String>,
}

impl Messages {
    pub(super) fn new(source: SourceName) -> Self {
        Self { source, rooms: Rooms::default(), notes: Notes::default(), unfinished: 0, short: Vec::new() }
    }

    /// Notes whether a file held as many messages as it says.
    pub(super) fn file_ended(&mut self, file: &str, found: u64, stated: Option<u64>) {
        match stated {
            None => self.unfinished += 1,
            Some(stated) if stated > found => {
                self.short.push(format!("{file}: expected {stated} messages, found {found}"));
            }
            Some(_) => {}
        }
    }

    pub(super) fn report(&self, out: &mut Out<'_>) {
        self.notes.report(out);
        if self.unfinished > 0 {
            let files = self.unfinished;
            out.warn(format!("{files} files do not say how many messages they hold: the export was stopped"));
        }
        for short in &self.short {
            out.warn(short.clone());
        }
    }

    pub(super) fn message(
        &mut self,
        value: &Value,
        heading: &Heading,
        (place, raw): (&Place, &[u8]),
        out: &mut Out<'_>,
    ) -> Flow {
        let bad = |reason: &'static str, out: &mut Out<'_>| {
            out.bad_with_hint(place.clone(), reason, Some("export the channel again"), raw)
        };
        let Some(container) = heading.container_id(&self.source) else {
            return bad("stands in a file whose channel has no id", out);
        };
        if heading.is_private() {
            let hidden = heading.container(container.clone());
            let hidden = model::Container { kind: ContainerKind::Private, ..hidden };
            if !out.admits(&hidden) {
                out.refuse(chat::left_out(ContainerKind::Private), 1);
                return Flow::Continue(());
            }
        }
        if !self.rooms.enter(&container, || heading.container(container.clone()), out)? {
            return Flow::Continue(());
        }
        let kind = values::id(value, "type").unwrap_or_default();
        if NOTICES.contains(&kind.as_str()) {
            return skipped("notice of the source itself", out);
        }
        if COPIES.contains(&kind.as_str()) {
            return skipped("second copy of a message", out);
        }
        let native = values::id(value, "id");
        let id = native.as_deref().and_then(|id| MessageId::from_native(&self.source, id.trim()).ok());
        let Some(id) = id else { return bad("has no id", out) };
        // The exporter writes the time of the machine it ran on, with its offset.
        let Some(at) = values::text(value, "timestamp").and_then(values::time) else {
            return bad("has a timestamp that is no time with an offset", out);
        };
        let author = value.get("author").unwrap_or(&Value::Null);
        let Some(account) = self.account(author) else { return bad("has no author", out) };
        let key = account.key.clone();
        let command = COMMANDS.contains(&kind.as_str());
        if !command && !WRITTEN.contains(&kind.as_str()) {
            self.notes.unknown.add(&kind);
        }
        out.account(account)?;
        let text = said(value, out.is_bot(&key));
        if text.trim().is_empty() && value.get("forwardedMessage").is_some_and(Value::is_object) {
            return skipped("forwarded words of somebody else", out);
        }
        let automatic = command || out.is_bot(&key);
        let answered = value.get("reference").and_then(|reference| values::id(reference, "messageId"));
        let answered = answered.filter(|_| !matches!(kind.as_str(), "Default" | "0"));
        let reply_to = answered.and_then(|id| MessageId::from_native(&self.source, &id).ok());
        let message = Message {
            edited_at: values::text(value, "timestampEdited").and_then(values::time),
            kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
            native_conversation: heading.conversation().map(str::to_owned),
            reply_to: reply_to.into_iter().collect(),
            mentions: self.mentions(value),
            reactions: self.reactions(value),
            permalink: native.and_then(|id| heading.link(id.trim())),
            // Nothing says who was asked into a private talk.
            stated_visibility: heading.is_private().then_some(Visibility::Nobody),
            ..Message::new(id, container, key, at, text)
        };
        out.message(RawMessage { message, markup: Markup::Markdown })
    }

    fn account(&self, author: &Value) -> Option<Account> {
        let id = values::id(author, "id")?;
        let name = values::text(author, "nickname").or(values::text(author, "name"));
        let bot = values::flag(author, "isBot") || id == GONE;
        Some(Account { bot, ..chat::named(values::account(&self.source, &id)?, name) })
    }

    fn mentions(&self, value: &Value) -> Vec<AccountKey> {
        let named = values::list(value, "mentions").iter();
        chat::once(named.filter_map(|user| values::account(&self.source, &values::id(user, "id")?)))
    }

    fn reactions(&self, value: &Value) -> Vec<Reaction> {
        let mut all: Vec<Reaction> = Vec::new();
        for reaction in values::list(value, "reactions") {
            let emoji = reaction.get("emoji").unwrap_or(&Value::Null);
            let Some(name) = values::text(emoji, "code").or(values::text(emoji, "name")) else { continue };
            let users = values::list(reaction, "users").iter();
            let by = users.filter_map(|user| values::account(&self.source, &values::id(user, "id")?));
            let mut by: Vec<Option<AccountKey>> = by.map(Some).collect();
            // Those who reacted may be more than are named, or not named at all.
            let count = reaction.get("count").and_then(Value::as_u64).unwrap_or(0).min(10_000) as usize;
            by.resize(by.len().max(count), None);
            for account in by {
                chat::react(&mut all, name, account);
            }
        }
        all
    }
}

/// The text; of a machine that only shows boxes, what stands in them.
fn said(value: &Value, machine: bool) -> String {
    let text = values::text(value, "content").unwrap_or_default();
    if !text.is_empty() || !machine {
        return text.to_owned();
    }
    let each = values::list(value, "embeds").iter().map(|embed| {
        let parts = ["title", "description"].map(|key| values::text(embed, key));
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    each.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
