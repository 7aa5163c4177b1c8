//! Taking people and things out of the store for good.

use std::path::Path;

use model::{
    AccountKey, Container, ContainerId, DocumentId, Message, PersonId, RoleSet, Timestamp, Visibility,
};
use rusqlite::params;

use super::conversations::PLACED;
use super::messages::{COLUMNS, read_message};
use super::{Store, codec};
use crate::Error;

/// The setting that says that bytes of something erased may still lie in the files.
const PURGE: &str = "purge";

/// A document, as the person it credits may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectDocument {
    /// Its number.
    pub id: DocumentId,
    /// Where it was written.
    pub container: String,
    /// The conversation that it is made of.
    pub conversation: String,
    /// The question it answers.
    pub question: String,
    /// The person's own words.
    pub own: String,
    /// How the person took part.
    pub roles: RoleSet,
    /// First own words.
    pub first_at: Timestamp,
    /// Newest thing it is made of.
    pub last_at: Timestamp,
    /// Whether it has a vector.
    pub has_vector: bool,
}

/// What deleting a container took with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContainerGone {
    /// Messages.
    pub messages: u64,
    /// Documents, and how many of them had a vector.
    pub documents: u64,
    /// Vectors.
    pub vectors: u64,
}

impl Store {
    /// The messages that an account wrote, by id.
    pub fn messages_by(&self, author: &AccountKey) -> Result<Vec<Message>, Error> {
        self.messages_where("author = ?1", author.as_str())
    }

    /// The messages that may name an account besides its author, by id: some of them may only hold its
    /// letters. Reads every message's details.
    pub fn messages_naming(&self, key: &AccountKey) -> Result<Vec<Message>, Error> {
        self.messages_where("instr(details, ?1) > 0", key.as_str())
    }

    fn messages_where(&self, condition: &str, value: &str) -> Result<Vec<Message>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM message WHERE {condition} ORDER BY id");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([value])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read_message(row)?);
        }
        Ok(found)
    }

    /// Empties what others quoted in the conversations that an account wrote in; returns in how many messages.
    /// They read as changed when they come again.
    pub fn clear_quotes_around(&self, author: &AccountKey) -> Result<u64, Error> {
        let around = format!(
            "quoted <> '' AND author <> ?1 AND number IN
                 (SELECT number FROM message_place WHERE (container, conversation) IN
                     (SELECT container, conversation {PLACED} WHERE author = ?1 AND conversation IS NOT NULL))"
        );
        self.touch(&format!("{PLACED} WHERE {around}"), [author.as_str()])?;
        let sql = format!("UPDATE message SET quoted = '', content_hash = zeroblob(16) WHERE {around}");
        Ok(self.connection.execute(&sql, [author.as_str()])? as u64)
    }

    /// Marks every conversation in which somebody is credited or asked.
    pub fn mark_documents_of(&self, person: &PersonId) -> Result<(), Error> {
        self.touch("FROM document WHERE (person = ?1 OR asker = ?1)", [person.as_str()])
    }

    /// Everything that somebody is credited for, by number.
    pub fn documents_of(&self, person: &PersonId) -> Result<Vec<SubjectDocument>, Error> {
        let sql = "SELECT number, container, question, own, roles, first_at, last_at, vector IS NOT NULL,
                          conversation
                   FROM document WHERE person = ?1 ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([person.as_str()], |row| {
            Ok(SubjectDocument {
                id: DocumentId::from_raw(row.get(0)?),
                container: row.get(1)?,
                question: row.get(2)?,
                own: row.get(3)?,
                roles: RoleSet::from_bits(row.get(4)?),
                first_at: Timestamp::from_millis(row.get(5)?),
                last_at: Timestamp::from_millis(row.get(6)?),
                has_vector: row.get(7)?,
                conversation: row.get(8)?,
            })
        })?;
        rows.map(|row| row.map_err(Error::from)).collect()
    }

    /// Deletes an account; returns whether it was there.
    pub fn delete_account(&self, key: &AccountKey) -> Result<bool, Error> {
        // What joined it to others, and what an operator decided about it, would name it still.
        for sql in [
            "DELETE FROM account_join WHERE left_account = ?1 OR right_account = ?1",
            "DELETE FROM people_decision
              WHERE EXISTS (SELECT 1 FROM json_each(left_accounts) WHERE value = ?1)
                 OR EXISTS (SELECT 1 FROM json_each(right_accounts) WHERE value = ?1)",
            "UPDATE account SET proven = NULL WHERE proven = ?1",
        ] {
            self.connection.execute(sql, [key.as_str()])?;
        }
        Ok(self.connection.execute("DELETE FROM account WHERE key = ?1", [key.as_str()])? > 0)
    }

    /// Takes an account out of the rights of containers, and puts `stand_in` for it into reader sets: their
    /// numbers must stay as they are. Returns how many containers and reader sets held it.
    pub fn erase_reader(&self, key: &AccountKey, stand_in: &AccountKey) -> Result<u64, Error> {
        let mut touched = 0;
        for container in self.containers(false)? {
            let Some(Visibility::Members(mut members)) = container.stated_visibility.clone() else {
                continue;
            };
            if !members.remove(key) {
                continue;
            }
            let left = if members.is_empty() { Visibility::Nobody } else { Visibility::Members(members) };
            self.put_container(&Container { stated_visibility: Some(left), ..container })?;
            touched += 1;
        }
        for audience in self.audiences()?.rows() {
            let Visibility::Members(mut members) = audience.visibility.clone() else { continue };
            if !members.remove(key) {
                continue;
            }
            members.insert(stand_in.clone());
            let text = codec::visibility(&Visibility::Members(members));
            let sql = "UPDATE audience SET members = ?2 WHERE number = ?1";
            self.connection.execute(sql, params![audience.id.get(), text])?;
            touched += 1;
        }
        Ok(touched)
    }

    /// Deletes a container with all that is in it.
    pub fn delete_container(&self, id: &ContainerId) -> Result<ContainerGone, Error> {
        let id = id.as_str();
        let sql = "SELECT count(*) FROM document WHERE container = ?1 AND vector IS NOT NULL";
        let vectors = self.connection.query_row(sql, [id], |row| row.get(0))?;
        let gone = |table: &str, column: &str| {
            self.connection.execute(&format!("DELETE FROM {table} WHERE {column} = ?1"), [id])
        };
        let (messages, documents) = (gone("message", "container")?, gone("document", "container")?);
        gone("touched_conversation", "container")?;
        gone("container", "id")?;
        Ok(ContainerGone { messages: messages as u64, documents: documents as u64, vectors })
    }

    /// Deletes the bad records that hold one of the texts, whatever their case; returns how many.
    pub fn delete_quarantined(&self, texts: &[String]) -> Result<u64, Error> {
        let wanted: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let mut places = Vec::new();
        self.each_quarantined(&mut |bad| {
            let raw = String::from_utf8_lossy(&bad.raw).to_lowercase();
            if wanted.iter().any(|text| raw.contains(text.as_str())) {
                places.push((bad.export, bad.file, bad.line, bad.offset));
            }
            Ok(())
        })?;
        let sql = "DELETE FROM quarantine WHERE export = ?1 AND file = ?2 AND line = ?3 AND byte_offset = ?4";
        let mut statement = self.connection.prepare_cached(sql)?;
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let mut gone = 0;
        for (export, file, line, offset) in places {
            let values = params![export, file, line.map_or(0, number), offset.map_or(-1, number)];
            gone += statement.execute(values)? as u64;
        }
        Ok(gone)
    }

    /// How many documents there are, and how many of them have a vector.
    pub fn vector_counts(&self) -> Result<(u64, u64), Error> {
        let sql = "SELECT count(*), count(vector) FROM document";
        Ok(self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Notes that bytes of something erased may still lie in the files.
    pub fn ask_for_purge(&self) -> Result<(), Error> {
        self.set_setting(PURGE, "1")
    }

    /// Whether they may.
    pub fn wants_purge(&self) -> Result<bool, Error> {
        Ok(self.setting(PURGE)?.is_some())
    }

    /// Writes the file anew without anything that was deleted, and empties the write-ahead log. Takes
    /// twice the file's space beside it while it runs: a copy under no name, so that nothing of it outlives the
    /// process, and the log. Not inside a transaction.
    pub fn purge(&self) -> Result<(), Error> {
        self.connection.pragma_update(None, "secure_delete", "ON")?;
        let beside = self.connection.path().map(Path::new).and_then(Path::parent).and_then(Path::to_str);
        match beside.filter(|folder| !folder.is_empty()) {
            Some(folder) => self.vacuum_in(folder)?,
            None => self.connection.execute_batch("VACUUM")?,
        }
        // Not before: a purge that failed, for want of room perhaps, is still to be made.
        self.connection.execute("DELETE FROM setting WHERE name = ?1", [PURGE])?;
        self.checkpoint()
    }

    /// Writes the file anew by way of a file in `folder`: in memory it would have to hold all of it at once. The
    /// folder is the process's, and no other connection uses it, since all keep in memory what is sorted.
    fn vacuum_in(&self, folder: &str) -> Result<(), Error> {
        let set = |folder: &str, store: &str| -> Result<(), Error> {
            self.connection.pragma_update(None, "temp_store_directory", folder)?;
            Ok(self.connection.pragma_update(None, "temp_store", store)?)
        };
        set(folder, "FILE")?;
        let done = self.connection.execute_batch("VACUUM");
        set("", "MEMORY")?;
        Ok(done?)
    }
}
