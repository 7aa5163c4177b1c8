//! Messages of a group.

use std::collections::HashMap;

use model::{Account, AccountKey, ContainerId, Message, MessageId, MessageKind, Reaction, SourceName};
use serde_json::Value;
use text::Markup;

use super::{date, first_text};
use crate::formats::chat::{self, Notes, Rooms, skipped};
use crate::formats::out::{Flow, Out};
use crate::formats::tables::{self, Cell};
use crate::formats::values;
use crate::{Entry, Export, RawMessage};

/// Stands for whoever the export does not name: credits nobody.
const UNKNOWN: &str = "unknown";
/// Kinds of account.
const HUMAN: [&str; 2] = ["human", ""];
const MACHINES: [&str; 2] = ["bot", "app"];

/// A space or a direct message.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) native: String,
    pub(super) name: Option<String>,
    pub(super) members: u64,
    pub(super) direct: bool,
}

/// Reads groups one after another.
#[derive(Debug)]
pub(super) struct Messages<'s> {
    source: &'s SourceName,
    reader: Option<AccountKey>,
    rooms: Rooms,
}

/// What is known of a file while it is read.
struct Here<'g> {
    group: &'g Group,
    container: ContainerId,
    /// How many messages a topic has, by a hash of it.
    topics: HashMap<u64, u32>,
    /// Hashes of ids that were met, with hashes of author and time, and of these with the text.
    seen: HashMap<u64, (u32, u32)>,
}

/// The account of a creator or member, if it has an address.
pub(super) fn account(source: &SourceName, user: &Value) -> Option<Account> {
    let verified_emails = chat::email(values::text(user, "email"));
    let key = values::account(source, verified_emails.first()?)?;
    let kind = values::text(user, "user_type").unwrap_or_default().to_lowercase();
    let bot = MACHINES.contains(&kind.as_str());
    Some(Account { verified_emails, bot, ..chat::named(key, values::text(user, "name")) })
}

impl<'s> Messages<'s> {
    pub(super) fn new(source: &'s SourceName, reader: Option<AccountKey>) -> Self {
        Self { source, reader, rooms: Rooms::default() }
    }

    pub(super) fn file(
        &mut self,
        export: &Export,
        entry: &Entry,
        group: &Group,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Flow {
        let Ok(container) = ContainerId::from_native(self.source, &group.native) else {
            return Flow::Continue(());
        };
        // In a flat talk every message has a topic of its own.
        let mut topics: HashMap<u64, u32> = HashMap::new();
        tables::look_ahead(export, entry, |cell| {
            if cell.key == "messages"
                && let Some(topic) = values::id(&cell.value(), "topic_id")
            {
                *topics.entry(chat::hash(&[&topic])).or_default() += 1;
            }
        });
        let mut here = Here { group, container, topics, seen: HashMap::new() };
        tables::each(entry, out, |out, cell| {
            if cell.key != "messages" || !cell.listed {
                return Flow::Continue(());
            }
            let room = || group.container(here.container.clone(), self.reader.as_ref());
            if !self.rooms.enter(&here.container, room, out)? {
                return Flow::Continue(());
            }
            self.cell(entry, cell, &mut here, notes, out)
        })
    }

    fn cell(
        &self,
        entry: &Entry,
        cell: &Cell<'_>,
        here: &mut Here<'_>,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Flow {
        let Some(value) = cell.object(entry, out)? else { return Flow::Continue(()) };
        match self.message(&value, here, notes, out) {
            Ok(flow) => flow,
            Err((reason, hint)) => out.bad_with_hint(cell.place(entry), reason, Some(hint), cell.bytes),
        }
    }

    fn message(
        &self,
        value: &Value,
        here: &mut Here<'_>,
        notes: &mut Notes,
        out: &mut Out<'_>,
    ) -> Result<Flow, (&'static str, &'static str)> {
        let text = first_text(value, &["text"]).unwrap_or_default();
        let again = "take it out again";
        let state = values::text(value, "message_state").unwrap_or_default();
        if state == "DELETED" || value.get("deletion_metadata").is_some_and(Value::is_object) {
            let Some(native) = values::id(value, "message_id") else {
                return Ok(skipped("message deleted at the source", out));
            };
            out.skip("message deleted at the source");
            return Ok(out.delete(self.id(&native).ok_or(("has an empty message_id", again))?));
        }
        if text.is_empty() && values::list(value, "attached_files").is_empty() {
            return Ok(skipped("message without text or files", out));
        }
        let written = first_text(value, &["created_date"]).ok_or(("has no created_date", again))?;
        let hint = "set the account's language to English and take it out again";
        let at = date::parse(written).ok_or(("has a created_date that is no English date in UTC", hint))?;
        let creator = value.get("creator").unwrap_or(&Value::Null);
        let author = self.author(creator, notes, out).ok_or(("has no creator", again))?;
        let Some(native) = told_apart(value, (author.key.as_str(), written, text), here, out) else {
            return Ok(Flow::Continue(()));
        };
        let key = author.key.clone();
        if out.account(author).is_break() {
            return Ok(Flow::Break(()));
        }
        let topic = values::id(value, "topic_id");
        let topic = topic
            .filter(|topic| here.topics.get(&chat::hash(&[topic])).is_some_and(|messages| *messages > 1));
        let quoted = value.get("quoted_message_metadata").and_then(|quoted| values::id(quoted, "message_id"));
        let message = Message {
            edited_at: first_text(value, &["updated_date", "last_edited_date"]).and_then(date::parse),
            kind: if out.is_bot(&key) { MessageKind::Automatic } else { MessageKind::Human },
            native_conversation: topic.map(|topic| format!("{}/{topic}", here.group.native)),
            reply_to: quoted.and_then(|id| self.id(&id)).into_iter().collect(),
            mentions: self.mentions(value),
            reactions: self.reactions(value),
            ..Message::new(
                self.id(&native).ok_or(("has an empty message_id", again))?,
                here.container.clone(),
                key,
                at,
                text.to_owned(),
            )
        };
        Ok(out.message(RawMessage { message, markup: Markup::Markdown }))
    }

    /// Who wrote it. Without an address a name has to do, and without a name nobody is credited.
    fn author(&self, creator: &Value, notes: &mut Notes, out: &mut Out<'_>) -> Option<Account> {
        let kind = values::text(creator, "user_type").unwrap_or_default().to_lowercase();
        if !HUMAN.contains(&kind.as_str()) && !MACHINES.contains(&kind.as_str()) {
            notes.unknown.add(&kind);
        }
        if let Some(account) = account(self.source, creator) {
            return Some(account);
        }
        let bot = MACHINES.contains(&kind.as_str());
        if let Some(name) = values::text(creator, "name") {
            let key = values::account(self.source, &format!("name/{}", name.trim().to_lowercase()))?;
            return Some(Account { bot, ..chat::named(key, Some(name)) });
        }
        out.skip("message without a creator: credits nobody");
        let key = values::account(self.source, UNKNOWN)?;
        Some(Account { bot: true, ..chat::named(key, Some("(unknown)")) })
    }

    fn mentions(&self, value: &Value) -> Vec<AccountKey> {
        let named = values::list(value, "annotations").iter().filter_map(|annotation| {
            Some(account(self.source, annotation.pointer("/user_mention_metadata/user")?)?.key)
        });
        chat::once(named)
    }

    fn reactions(&self, value: &Value) -> Vec<Reaction> {
        let mut all = Vec::new();
        for reaction in values::list(value, "reactions") {
            let emoji = reaction.get("emoji").unwrap_or(&Value::Null);
            let Some(name) = values::text(emoji, "unicode").or(emoji.as_str()) else { continue };
            for by in values::list(reaction, "reactor_emails").iter().filter_map(Value::as_str) {
                chat::react(&mut all, name, values::account(self.source, &by.trim().to_lowercase()));
            }
        }
        all
    }

    fn id(&self, native: &str) -> Option<MessageId> {
        MessageId::from_native(self.source, native.trim()).ok()
    }
}

/// The message's id, made up if it has none and lengthened if another message bears it; `None` for a
/// second copy.
fn told_apart(
    value: &Value,
    (author, written, text): (&str, &str, &str),
    here: &mut Here<'_>,
    out: &mut Out<'_>,
) -> Option<String> {
    let (who, all) = (chat::hash(&[author, written]), chat::hash(&[author, written, text]));
    let native =
        values::id(value, "message_id").unwrap_or_else(|| format!("{}/made/{all:016x}", here.group.native));
    let (short_who, short_all) = (who as u32, all as u32);
    match here.seen.get(&chat::hash(&[&native])) {
        Some((_, known)) if *known == short_all => {
            out.skip("second copy of a message");
            None
        }
        // Another version of the same message: the last one counts.
        Some((known, _)) if *known == short_who => Some(native),
        Some(_) => Some(format!("{native}/{who:016x}")),
        None => {
            here.seen.insert(chat::hash(&[&native]), (short_who, short_all));
            Some(native)
        }
    }
}
