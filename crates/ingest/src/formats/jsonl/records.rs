//! One line's record: a message, a deletion, a person or a container.

use std::collections::BTreeSet;

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, Employment, EmploymentStatus,
    IdError, Message, MessageId, MessageKind, PersonKind, Reaction, SourceName, Visibility,
};
use text::Markup;

use super::fields::{Checked, Fields};
use super::{ANY_SOURCE, OWN_SOURCE};
use crate::RawMessage;

/// The words that `type` may be.
pub(super) const TYPES: [&str; 4] = ["message", "delete", "person", "container"];

/// What a line says.
#[derive(Debug)]
pub(super) enum Parsed {
    Message {
        message: Box<RawMessage>,
        channel: String,
        accounts: Vec<Account>,
    },
    Delete(MessageId),
    Person(Account),
    /// With a fault the container's rights could not be read.
    Container {
        container: Container,
        fault: Option<String>,
    },
}

/// Reads the record; the fault names the field.
pub(super) fn parse(fields: Fields<'_>) -> Checked<Parsed> {
    match fields.text("type")? {
        None | Some("message") => message(fields),
        Some("delete") => {
            let (source, id) = owned(fields)?;
            Ok(Parsed::Delete(key(&source, &id, MessageId::from_native)?))
        }
        Some("person") => person(fields),
        Some("container") => container(fields),
        Some(_) => Err(fields.fault("type", "is none of message, delete, person, container")),
    }
}

fn message(fields: Fields<'_>) -> Checked<Parsed> {
    let source = source(fields)?.map_or_else(|| SourceName::new(ANY_SOURCE).map_err(malformed), Ok)?;
    let account = |id: &str| match full_key(id) {
        Some(_) if source.as_str() == OWN_SOURCE => AccountKey::new(id).map_err(malformed),
        _ => key(&source, id, AccountKey::from_native),
    };
    let message_id = |id: &str| key(&source, id, MessageId::from_native);
    let author = fields.required("author", fields.object("author", "author.")?)?;
    let author_account = Account {
        key: account(&author.required("id", author.id("id")?)?)?,
        name: author.words("name")?,
        verified_emails: author.words("email")?.as_deref().and_then(email).into_iter().collect(),
        bot: author.flag("bot")?.unwrap_or(false),
        directory: DirectoryEntry::default(),
    };
    let channel = fields.id("channel")?.unwrap_or_else(|| "-".to_owned());
    let conversation = fields.id("conversation")?;
    let optional_account = |name: &str| fields.id(name)?.map(|id| account(&id)).transpose();
    let message = Message {
        id: message_id(&fields.required("id", fields.id("id")?)?)?,
        container: key(&source, &channel, ContainerId::from_native)?,
        author: author_account.key.clone(),
        at: fields.required("at", fields.time("at")?)?,
        edited_at: fields.time("edited_at")?,
        kind: if author_account.bot { MessageKind::Automatic } else { MessageKind::Human },
        subject: fields.words("subject")?,
        text: fields.required("text", fields.text("text")?)?.to_owned(),
        quoted: String::new(),
        // Two channels may use the same word for a conversation.
        native_conversation: conversation.map(|conversation| format!("{channel}/{conversation}")),
        reply_to: fields.id("reply_to")?.map(|id| message_id(&id)).transpose()?.into_iter().collect(),
        mentions: Vec::new(),
        reactions: reactions(fields, &account)?,
        accepted: fields.flag("accepted")?.unwrap_or(false),
        resolved_by: optional_account("resolved_by")?,
        assignee: optional_account("assignee")?,
        resolved_at: fields.time("resolved_at")?,
        permalink: fields.words("permalink")?,
        stated_visibility: visibility(fields, &source)?,
        participants: Vec::new(),
    };
    let message = Box::new(RawMessage { message, markup: Markup::Plain });
    Ok(Parsed::Message { message, channel, accounts: vec![author_account] })
}

fn reactions(fields: Fields<'_>, account: &impl Fn(&str) -> Checked<AccountKey>) -> Checked<Vec<Reaction>> {
    let one = |reaction: Fields<'_>| {
        let name = reaction.required("name", reaction.words("name")?)?;
        let by = reaction.ids("by")?.unwrap_or_default();
        let by = by.iter().map(|id| account(id)).collect::<Checked<BTreeSet<AccountKey>>>()?;
        let count = reaction.count("count")?.unwrap_or(by.len() as u32).max(by.len() as u32);
        Ok(Reaction { name, count, by: by.into_iter().collect() })
    };
    fields.objects("reactions", "reactions.")?.into_iter().map(one).collect()
}

fn person(fields: Fields<'_>) -> Checked<Parsed> {
    let (source, id) = owned(fields)?;
    let status = match fields.words("status")? {
        None => None,
        Some(word) => Some(
            EmploymentStatus::parse(&word)
                .ok_or_else(|| fields.fault("status", "is none of active, away, departed"))?,
        ),
    };
    let kind = match fields.words("kind")? {
        None => None,
        Some(word) => Some(PersonKind::parse(&word).ok_or_else(|| {
            fields.fault("kind", "is none of employee, contractor, external, shared mailbox, bot")
        })?),
    };
    let emails: BTreeSet<String> = fields.texts("emails")?.iter().filter_map(|text| email(text)).collect();
    Ok(Parsed::Person(Account {
        key: key(&source, &id, AccountKey::from_native)?,
        name: fields.words("name")?,
        verified_emails: emails.into_iter().collect(),
        bot: fields.flag("bot")?.unwrap_or(false),
        directory: DirectoryEntry {
            status,
            title: fields.words("title")?,
            team: fields.words("team")?,
            region: fields.words("region")?,
            languages: fields.texts("languages")?,
            timezone: fields.words("timezone")?,
            employment: Employment {
                manager: fields.words("manager")?,
                starts_at: fields.time("starts_at")?,
                ends_at: fields.time("ends_at")?,
            },
            user_name: fields.words("user_name")?,
            full_name: fields.words("full_name")?,
            kind,
        },
    }))
}

fn container(fields: Fields<'_>) -> Checked<Parsed> {
    let (source, id) = owned(fields)?;
    let container = Container {
        id: key(&source, &id, ContainerId::from_native)?,
        // A fault in the name must not keep the rights from being stated.
        name: fields.words("name").ok().flatten().unwrap_or_else(|| id.clone()),
        kind: ContainerKind::Channel,
        stated_visibility: None,
    };
    let stated =
        container_visibility(fields, &source).and_then(|stated| fields.words("name").map(|_| stated));
    Ok(match stated {
        Ok(stated_visibility) => {
            Parsed::Container { container: Container { stated_visibility, ..container }, fault: None }
        }
        Err(fault) => Parsed::Container { container, fault: Some(fault) },
    })
}

/// `visibility`, or `members` alone.
fn container_visibility(fields: Fields<'_>, source: &SourceName) -> Checked<Option<Visibility>> {
    let members = fields.ids("members")?;
    match (visibility(fields, source)?, members) {
        (None, Some(ids)) => members_of(&ids, source).map(Some),
        (stated, _) => Ok(stated),
    }
}

/// The field `visibility`: `"everyone"`, or an object with `members`. Anything else is a fault.
fn visibility(fields: Fields<'_>, source: &SourceName) -> Checked<Option<Visibility>> {
    let Some(value) = fields.get("visibility") else { return Ok(None) };
    if value.as_str() == Some("everyone") {
        return Ok(Some(Visibility::Everyone));
    }
    let wrong = || fields.fault("visibility", "is neither \"everyone\" nor {\"members\":[…]}");
    let inner = fields.object("visibility", "visibility.").map_err(|_| wrong())?.ok_or_else(wrong)?;
    let ids = inner.required("members", inner.ids("members")?)?;
    members_of(&ids, source).map(Some)
}

/// Members are ids of the same source, unless they say otherwise. No members is nobody.
fn members_of(ids: &[String], source: &SourceName) -> Checked<Visibility> {
    let one = |id: &String| match full_key(id) {
        Some(_) => AccountKey::new(id.as_str()).map_err(malformed),
        None => key(source, id, AccountKey::from_native),
    };
    let members = ids.iter().map(one).collect::<Checked<BTreeSet<AccountKey>>>()?;
    Ok(if members.is_empty() { Visibility::Nobody } else { Visibility::Members(members) })
}

/// Source and id of a record that may leave the source away: an id that names its source is taken at its
/// word; else the record speaks for every jsonl source.
fn owned(fields: Fields<'_>) -> Checked<(SourceName, String)> {
    let id = fields.required("id", fields.id("id")?)?;
    if let Some(source) = source(fields)? {
        return Ok((source, id));
    }
    match full_key(&id) {
        Some((source, native)) => Ok((SourceName::new(source).map_err(malformed)?, native.to_owned())),
        None => Ok((SourceName::new(ANY_SOURCE).map_err(malformed)?, id)),
    }
}

fn source(fields: Fields<'_>) -> Checked<Option<SourceName>> {
    let Some(text) = fields.words("source")? else { return Ok(None) };
    let what = "may only hold letters, digits, '-', '_' and '.'";
    SourceName::new(text.to_lowercase()).map(Some).map_err(|_| fields.fault("source", what))
}

/// `source:native`, if the id has that form and its source begins with a letter: ids such as
/// `557057:abc` are native ids with a colon.
fn full_key(id: &str) -> Option<(&str, &str)> {
    let (source, native) = id.split_once(':')?;
    let known_shape = source.starts_with(|c: char| c.is_ascii_lowercase()) && SourceName::new(source).is_ok();
    (known_shape && !native.is_empty()).then_some((source, native))
}

/// `source:id`; an id that already begins with its own source stays as it is.
fn key<T>(source: &SourceName, id: &str, make: fn(&SourceName, &str) -> Result<T, IdError>) -> Checked<T> {
    let own = id.strip_prefix(source.as_str()).and_then(|rest| rest.strip_prefix(':'));
    make(source, own.filter(|native| !native.is_empty()).unwrap_or(id)).map_err(malformed)
}

fn malformed(_: IdError) -> String {
    "has a malformed id".to_owned()
}

fn email(text: &str) -> Option<String> {
    let address = text.trim().to_lowercase();
    (address.contains('@') && !address.contains(char::is_whitespace)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, author: &str, expected: &str) {
        let record = serde_json::json!({
            "source": source, "id": "1", "at": "2026-01-02T03:04:05Z", "author": {"id": author}, "text": "x",
        });
        let Ok(Parsed::Message { message, .. }) = parse(Fields::of(&record).unwrap()) else {
            panic!("{record} does not read")
        };
        assert_eq!(message.message.author.as_str(), expected);
    }

    #[test]
    fn only_our_own_records_name_accounts_of_other_sources() {
        check("whoknows", "slack:U017", "slack:U017");
        check("whoknows", "anonymous", "whoknows:anonymous");
        check("desk", "slack:U017", "desk:slack:U017");
        check("desk", "desk:bo", "desk:bo");
    }
}
