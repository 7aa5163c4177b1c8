//! What is known of somebody, for them to see.

use std::collections::BTreeSet;

use index::Store;
use index::store::SubjectDocument;
use model::{AccountKey, Message, PersonId, Timestamp};
use serde_json::{Value, json};

use crate::finder::evidence_id;
use crate::optout::{OptOut, OptOutFile};
use crate::{DataFolder, Error, Finder};

/// Everything that a data directory knows of a person (by account, mail address or person id): accounts, what
/// they wrote, where others name them, the evidence that is made of it, and their asks. For the person's own eyes: rights
/// are not asked.
///
/// # Errors
/// [`Error::NoSubject`] if nobody is known under that name, [`Error::NoIndex`] if there is no store.
pub fn export_subject(folder: &DataFolder, text: &str) -> Result<Value, Error> {
    let (place, _used) = folder.hold()?;
    let store = Store::open_read_only(&place.store())?;
    let person = store.people()?.into_iter().find(|person| person.is_meant_by(text));
    let person = person.ok_or_else(|| Error::NoSubject(text.to_owned()))?;
    let mut written = Vec::new();
    let mut naming = BTreeSet::new();
    for key in &person.accounts {
        written.extend(store.messages_by(key)?.iter().map(message));
        let names = |message: &Message| &message.author != key && is_named(message, key);
        naming.extend(store.messages_naming(key)?.iter().filter(|m| names(m)).map(|m| m.id.to_string()));
    }
    let evidence = store.documents_of(&person.id)?;
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
        "evidence": evidence.iter().map(|one| self::evidence(one, &person.id)).collect::<Vec<_>>(),
        "hidden": hidden(folder, &person.accounts.iter().cloned().collect())?,
        "asks": asks,
    }))
}

/// What a data directory knows of whoever owns an account, for themselves over the network: what they wrote with the
/// accounts that are proven to be theirs, the evidence of theirs that they may read, and what they hide. Where others
/// name them is left out: that would tell of messages that they may not read.
///
/// # Errors
/// [`Error::NoSubject`] if nobody known owns the account.
pub fn export_own(finder: &Finder, account: &AccountKey, now: Timestamp) -> Result<Value, Error> {
    let nobody = || Error::NoSubject(account.to_string());
    let me = finder.me(account, now)?.ok_or_else(nobody)?;
    let (table, reader) = (&finder.snapshot().table, finder.reader_for(account));
    // Rights alone: what they hide from others is still theirs to see.
    let admission = table.admission(reader.mask(&finder.snapshot().audiences), now);
    finder.with_store(|store| {
        let mut written = Vec::new();
        for key in &me.accounts {
            written.extend(store.messages_by(key)?.iter().map(message));
        }
        let mut documents = store.documents_of(&me.person)?;
        documents.retain(|document| table.row(document.id).is_some_and(|row| table.admits(row, &admission)));
        Ok(json!({
            "person": {
                "id": me.person.as_str(), "name": me.name,
                "accounts": me.accounts.iter().map(AccountKey::as_str).collect::<Vec<_>>(),
            },
            "messages": written,
            "evidence": documents.iter().map(|one| evidence(one, &me.person)).collect::<Vec<_>>(),
            "hidden": hidden(finder.folder(), reader.accounts())?,
        }))
    })
}

/// Under the id that answers carry: who sees something here that they would rather hide can name it.
fn evidence(document: &SubjectDocument, person: &PersonId) -> Value {
    json!({
        "id": evidence_id(&[&document.container, &document.conversation, person.as_str()]),
        "container": document.container, "question": document.question,
        "own_words": document.own, "roles": document.roles.iter().map(model::Named::as_str).collect::<Vec<_>>(),
        "from": document.first_at.to_string(), "to": document.last_at.to_string(),
        "has_vector": document.has_vector,
    })
}

fn hidden(folder: &DataFolder, accounts: &BTreeSet<AccountKey>) -> Result<Vec<Value>, Error> {
    let own = OptOutFile::new(folder).of(accounts)?;
    let one = |one: &OptOut| {
        json!({
            "id": one.id, "kind": one.hides.kind(), "what": one.hides.said(), "wrong": one.is_wrong,
            "by_operator": one.by_operator, "at": one.at.to_string(),
        })
    };
    Ok(own.iter().map(one).collect())
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
