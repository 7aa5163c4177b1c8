//! What is known of somebody, for them to see.

use std::collections::BTreeSet;

use index::Store;
use model::{AccountKey, Message};
use serde_json::{Value, json};

use crate::{DataFolder, Error};

/// Everything that a data directory knows of a person (by account, mail address or person id): accounts, what
/// they wrote, where others name them, the evidence that is made of it, and their asks. For the person's own eyes: rights
/// are not asked.
///
/// # Errors
/// [`Error::NoSubject`] if nobody is known under that name, [`Error::NoIndex`] if there is no store.
pub fn export_subject(folder: &DataFolder, text: &str) -> Result<Value, Error> {
    if !folder.store().exists() {
        return Err(Error::NoIndex(folder.path().to_owned()));
    }
    let store = Store::open_read_only(&folder.store())?;
    let person = store.people()?.into_iter().find(|person| person.is_meant_by(text));
    let person = person.ok_or_else(|| Error::NoSubject(text.to_owned()))?;
    let mut written = Vec::new();
    let mut naming = BTreeSet::new();
    for key in &person.accounts {
        written.extend(store.messages_by(key)?.iter().map(message));
        let names = |message: &Message| &message.author != key && is_named(message, key);
        naming.extend(store.messages_naming(key)?.iter().filter(|m| names(m)).map(|m| m.id.to_string()));
    }
    let evidence = store.documents_of(&person.id)?.into_iter().map(|document| {
        json!({
            "id": document.id.to_string(), "container": document.container, "question": document.question,
            "own_words": document.own, "roles": document.roles.iter().map(model::Named::as_str).collect::<Vec<_>>(),
            "from": document.first_at.to_string(), "to": document.last_at.to_string(),
            "has_vector": document.has_vector,
        })
    });
    let asks = match routing::Desk::at_rest(&folder.asks())? {
        Some(desk) => desk.export(&person.accounts)?,
        None => Value::Null,
    };
    let directory = &person.directory;
    Ok(json!({
        "person": {
            "id": person.id.as_str(), "name": person.name, "bot": person.bot,
            "accounts": person.accounts.iter().map(AccountKey::as_str).collect::<Vec<_>>(),
            "emails": person.emails, "title": directory.title, "team": directory.team,
            "region": directory.region, "languages": directory.languages, "timezone": directory.timezone,
            "status": directory.status.map(model::EmploymentStatus::as_str),
        },
        "messages": written,
        "named_in": naming,
        "evidence": evidence.collect::<Vec<_>>(),
        "asks": asks,
    }))
}

fn message(message: &Message) -> Value {
    json!({
        "id": message.id.as_str(), "container": message.container.as_str(), "author": message.author.as_str(),
        "at": message.at.to_string(), "subject": message.subject, "text": message.text, "quoted": message.quoted,
        "permalink": message.permalink,
    })
}

fn is_named(message: &Message, key: &AccountKey) -> bool {
    let mut copy = message.clone();
    ingest::policy::scrub(&mut copy, &|named| named == key)
}
