//! Messages: written once per content.

use model::{AccountKey, ContainerId, Message, MessageId, MessageKind, SourceName, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use super::codec::{Details, unreadable};
use super::conversations::PLACED;
use crate::Error;

/// What writing a message did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// It was not there.
    Added,
    /// It was there with other content.
    Changed,
    /// It was there with the same content.
    Same,
}

pub(super) const COLUMNS: &str =
    "id, container, author, at, kind, subject, text, quoted, native_conversation, details";

/// The hash over what a message says, text by text with its length, and its time.
fn hash_of(texts: [&str; 8], at: i64) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&at.to_le_bytes());
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    hash
}

/// What stands for a text that is not there.
const NONE: &str = "\u{0}";

fn content_hash(message: &Message, details: &str) -> [u8; 16] {
    let texts = [
        message.container.as_str(),
        message.author.as_str(),
        message.kind.as_str(),
        message.subject.as_deref().unwrap_or(NONE),
        &message.text,
        &message.quoted,
        message.native_conversation.as_deref().unwrap_or(NONE),
        details,
    ];
    hash_of(texts, message.at.as_millis())
}

/// The same over a row of [`COLUMNS`].
pub(super) fn content_hash_of_row(row: &Row<'_>) -> Result<[u8; 16], Error> {
    let (subject, conversation): (Option<String>, Option<String>) = (row.get(5)?, row.get(8)?);
    let text = |column: usize| row.get::<_, String>(column);
    let (container, author, kind) = (text(1)?, text(2)?, text(4)?);
    let (own, quoted, details) = (text(6)?, text(7)?, text(9)?);
    let (subject, conversation) =
        (subject.as_deref().unwrap_or(NONE), conversation.as_deref().unwrap_or(NONE));
    let texts = [container.as_str(), &author, &kind, subject, &own, &quoted, conversation, &details];
    Ok(hash_of(texts, row.get(3)?))
}

/// A row that begins with [`COLUMNS`].
pub(super) fn read_message(row: &Row<'_>) -> Result<Message, Error> {
    let id: String = row.get(0)?;
    let bad = |column: &'static str| unreadable(("message", column, id.as_str()));
    let (container, author, kind): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(4)?);
    let details: String = row.get(9)?;
    let details = match details.as_str() {
        "{}" => Details::default(),
        details => serde_json::from_str(details).map_err(|_| bad("details"))?,
    };
    let mut message = Message {
        kind: MessageKind::parse(&kind).ok_or_else(|| bad("kind"))?,
        subject: row.get(5)?,
        quoted: row.get(7)?,
        native_conversation: row.get(8)?,
        ..Message::new(
            MessageId::new(id.clone()).map_err(|_| bad("id"))?,
            ContainerId::new(container).map_err(|_| bad("container"))?,
            AccountKey::new(author).map_err(|_| bad("author"))?,
            Timestamp::from_millis(row.get(3)?),
            row.get(6)?,
        )
    };
    details.fill(&mut message);
    Ok(message)
}

impl Store {
    /// Writes a message if its content differs from what is there, and marks what must be made again then: the
    /// conversation it was in, and its container, in which it will come to lie in one.
    pub fn put_message(&self, message: &Message) -> Result<Upsert, Error> {
        let details = Details::of(message).text();
        let hash = content_hash(message, &details);
        let values = params![
            message.id.as_str(),
            message.container.as_str(),
            message.author.as_str(),
            message.at.as_millis(),
            message.kind.as_str(),
            message.subject,
            message.text,
            message.quoted,
            message.native_conversation,
            details,
            hash,
        ];
        // Most messages are new: nothing is looked up for them.
        let sql = "INSERT INTO message (id, container, author, at, kind, subject, text, quoted,
                       native_conversation, details, content_hash)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING";
        let added = self.connection.prepare_cached(sql)?.execute(values)? > 0;
        if !added {
            if self.stored_hash(&message.id)? == Some(hash) {
                return Ok(Upsert::Same);
            }
            self.touch(&format!("{PLACED} WHERE id = ?1"), [message.id.as_str()])?;
            // Naming its container takes it out of its conversation.
            let sql =
                "UPDATE message SET container = ?2, author = ?3, at = ?4, kind = ?5, subject = ?6, text = ?7,
                           quoted = ?8, native_conversation = ?9, details = ?10, content_hash = ?11
                       WHERE id = ?1";
            self.connection.prepare_cached(sql)?.execute(values)?;
        }
        self.mark_grown(&message.container)?;
        Ok(if added { Upsert::Added } else { Upsert::Changed })
    }

    /// What writing a message would do; writes nothing.
    pub fn would_put(&self, message: &Message) -> Result<Upsert, Error> {
        let hash = content_hash(message, &Details::of(message).text());
        Ok(match self.stored_hash(&message.id)? {
            None => Upsert::Added,
            Some(old) if old == hash => Upsert::Same,
            Some(_) => Upsert::Changed,
        })
    }

    fn stored_hash(&self, id: &MessageId) -> Result<Option<[u8; 16]>, Error> {
        let mut find = self.connection.prepare_cached("SELECT content_hash FROM message WHERE id = ?1")?;
        Ok(find.query_row([id.as_str()], |row| row.get(0)).optional()?)
    }

    /// How many messages a container has.
    pub fn count_messages_in(&self, container: &ContainerId) -> Result<usize, Error> {
        let sql = "SELECT count(*) FROM message WHERE container = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([container.as_str()], |row| row.get(0))?)
    }

    /// The ids of a container's messages, ascending.
    pub fn message_ids_in(&self, container: &ContainerId) -> Result<Vec<MessageId>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT id FROM message WHERE container = ?1 ORDER BY id")?;
        let mut rows = statement.query([container.as_str()])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            ids.push(MessageId::new(id.clone()).map_err(|_| unreadable(("message", "id", &id)))?);
        }
        Ok(ids)
    }

    /// The stored messages that deleting an id would delete: `jsonl:<id>` means every source that came as
    /// jsonl.
    pub fn would_delete(&self, id: &MessageId) -> Result<Vec<MessageId>, Error> {
        let mut ids = vec![id.clone()];
        if id.source() == "jsonl" {
            let sources = self.sources()?.into_iter().filter(|source| source.format == "jsonl");
            ids.extend(sources.filter_map(|source| MessageId::from_native(&source.name, id.native()).ok()));
        }
        ids.sort();
        ids.dedup();
        let mut stored = Vec::new();
        for id in ids {
            if self.stored_hash(&id)?.is_some() {
                stored.push(id);
            }
        }
        Ok(stored)
    }

    /// Deletes a message; `jsonl:<id>` deletes it in every source that came as jsonl.
    /// Returns how many messages went.
    pub fn delete_message(&self, id: &MessageId) -> Result<usize, Error> {
        let ids = self.would_delete(id)?;
        for id in &ids {
            self.touch(&format!("{PLACED} WHERE id = ?1"), [id.as_str()])?;
            self.connection.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id.as_str()])?;
        }
        Ok(ids.len())
    }

    /// Deletes every message of a container; returns how many went.
    pub fn delete_messages_in(&self, container: &ContainerId) -> Result<u64, Error> {
        let sql = "DELETE FROM message WHERE container = ?1";
        let gone = self.connection.prepare_cached(sql)?.execute([container.as_str()])?;
        if gone > 0 {
            self.mark_dirty(container)?;
        }
        Ok(gone as u64)
    }

    /// Deletes every message of a source that was written before a time; returns how many went. Reads every
    /// message's row of the source's containers.
    pub fn delete_messages_before(&self, source: &SourceName, time: Timestamp) -> Result<u64, Error> {
        let old = "WHERE container > ?1 || ':' AND container < ?1 || ';' AND at < ?2";
        let values = params![source.as_str(), time.as_millis()];
        self.touch(&format!("{PLACED} {old}"), values)?;
        let sql = format!("DELETE FROM message {old}");
        Ok(self.connection.prepare_cached(&sql)?.execute(values)? as u64)
    }
}
