//! What a message says: its text, whom it names, what it quotes, how people reacted.

use model::{AccountKey, Reaction, SourceName};
use serde_json::Value;
use text::Markup;

use crate::formats::{chat, values};

/// The text and what it is written in.
pub(super) fn text(message: &Value) -> (String, Markup) {
    let body = message.get("body").unwrap_or(&Value::Null);
    let content = body.get("content").and_then(Value::as_str).unwrap_or_default();
    match values::text(body, "contentType") {
        Some(kind) if kind.eq_ignore_ascii_case("html") => (content.to_owned(), Markup::Html),
        _ => (content.to_owned(), Markup::Plain),
    }
}

/// Whether the text is nothing but tags and blanks.
pub(super) fn is_blank(text: &str, markup: Markup) -> bool {
    text::clean(text, markup).own.is_empty()
}

/// The people whom a message names, each once: a name of two words may be two mentions of one person.
pub(super) fn mentions(message: &Value, source: &SourceName) -> Vec<AccountKey> {
    let named = values::list(message, "mentions").iter().filter_map(|mention| {
        let id = values::id(mention.pointer("/mentioned/user")?, "id")?;
        values::account(source, &id.to_lowercase())
    });
    chat::once(named)
}

/// Native ids of the messages that a chat message quotes: attached, or as an older client wrote it.
pub(super) fn quotes(message: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    for attachment in values::list(message, "attachments") {
        if values::text(attachment, "contentType") != Some("messageReference") {
            continue;
        }
        let inner = values::text(attachment, "content");
        let inner = inner.and_then(|content| serde_json::from_str::<Value>(content).ok());
        let id = inner.as_ref().and_then(|inner| values::id(inner, "messageId"));
        ids.extend(id.or_else(|| values::id(attachment, "id")));
    }
    let content = message.pointer("/body/content").and_then(Value::as_str).unwrap_or_default();
    if let Some((_, after)) = content.split_once("http://schema.skype.com/Reply") {
        let tag = after.split_once('>').map_or("", |(tag, _)| tag);
        let id = tag.split_once("itemid=\"").and_then(|(_, id)| id.split_once('"'));
        ids.extend(id.map(|(id, _)| id.to_owned()).filter(|id| !id.trim().is_empty()));
    }
    ids
}

/// Teams has six reactions of its own; any emoji else.
pub(super) fn reactions(message: &Value, source: &SourceName) -> Vec<Reaction> {
    let mut all = Vec::new();
    for reaction in values::list(message, "reactions") {
        let name = match values::text(reaction, "reactionType") {
            Some("like") => "+1",
            Some("laugh") => "laughing",
            Some("surprised") => "open_mouth",
            Some("sad") => "cry",
            Some("custom") => values::text(reaction, "displayName").unwrap_or("custom"),
            Some(name) => name,
            None => continue,
        };
        let id = reaction.pointer("/user/user").and_then(|user| values::id(user, "id"));
        chat::react(&mut all, name, id.and_then(|id| values::account(source, &id.to_lowercase())));
    }
    all
}
