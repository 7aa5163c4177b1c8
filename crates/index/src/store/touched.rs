//! What of a container is to be made again: all of it, or the conversations that something happened to.

use std::collections::{BTreeSet, HashMap};

use model::{AudienceId, ContainerId, ConversationId, DocumentId};
use rusqlite::{OptionalExtension, Params, params};

use super::Store;
use super::codec::unreadable;
use super::documents::{DocumentChanges, DocumentSync, DocumentToEncode};
use crate::Error;

impl Store {
    /// Marks the conversations of some rows of messages or documents, and their containers: `rows` says which, from
    /// `FROM` to the end of its condition. Before the rows are changed or deleted.
    pub(super) fn touch(&self, rows: &str, values: impl Params + Clone) -> Result<(), Error> {
        let sql = format!(
            "INSERT OR IGNORE INTO touched_conversation
             SELECT container, conversation {rows} AND conversation IS NOT NULL"
        );
        self.connection.prepare_cached(&sql)?.execute(values.clone())?;
        let sql =
            format!("UPDATE container SET dirty = 2 WHERE dirty = 0 AND id IN (SELECT container {rows})");
        self.connection.prepare_cached(&sql)?.execute(values)?;
        Ok(())
    }

    /// Marks a container into which a message was written.
    pub(super) fn mark_grown(&self, container: &ContainerId) -> Result<(), Error> {
        let sql = "UPDATE container SET dirty = 2 WHERE id = ?1 AND dirty = 0";
        self.connection.prepare_cached(sql)?.execute([container.as_str()])?;
        Ok(())
    }

    /// Whether, of all that is to be made again, nothing but new messages is the cause.
    pub fn only_messages_were_added(&self) -> Result<bool, Error> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM container WHERE dirty = 1)
                      AND NOT EXISTS (SELECT 1 FROM touched_conversation)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// The conversations of a marked container that something happened to, beside those into which its messages
    /// come to lie; `None` if all of it is to be made again.
    pub fn touched(&self, container: &ContainerId) -> Result<Option<BTreeSet<ConversationId>>, Error> {
        let id = container.as_str();
        let mut only = self.connection.prepare_cached("SELECT dirty = 2 FROM container WHERE id = ?1")?;
        if !only.query_row([id], |row| row.get(0)).optional()?.unwrap_or(false) {
            return Ok(None);
        }
        let sql = "SELECT conversation FROM touched_conversation WHERE container = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([id])?;
        let mut touched = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let unreadable = |_| unreadable(("touched_conversation", "conversation", id.as_str()));
            touched.insert(ConversationId::new(id.clone()).map_err(unreadable)?);
        }
        Ok(Some(touched))
    }

    /// Takes the marks off, once the container's documents are written.
    pub fn mark_clean(&self, container: &ContainerId) -> Result<(), Error> {
        for sql in [
            "UPDATE container SET dirty = 0 WHERE id = ?1",
            "DELETE FROM touched_conversation WHERE container = ?1",
        ] {
            self.connection.prepare_cached(sql)?.execute([container.as_str()])?;
        }
        Ok(())
    }

    /// Starts making the documents of these conversations of a container again; all others stay as they are.
    pub fn sync_documents_of(
        &self,
        container: &ContainerId,
        conversations: &BTreeSet<ConversationId>,
    ) -> Result<DocumentSync<'_>, Error> {
        let sql =
            "SELECT person, number, content_hash FROM document WHERE container = ?1 AND conversation = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut before = HashMap::new();
        for conversation in conversations {
            let mut rows = statement.query(params![container.as_str(), conversation.as_str()])?;
            while let Some(row) = rows.next()? {
                before.insert((conversation.to_string(), row.get(0)?), (row.get(1)?, row.get(2)?));
            }
        }
        let (container, changes) = (container.clone(), DocumentChanges::default());
        Ok(DocumentSync { store: self, container, before, changes })
    }

    /// As [`Self::documents_to_encode`], of those documents only that changed since the lexical index took in what
    /// there was.
    pub fn noted_to_encode(
        &self,
        model: &str,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Result<Vec<DocumentToEncode>, Error> {
        let sql = "SELECT number, question, own FROM unindexed JOIN document ON number = document
                   WHERE document > ?1 AND model IS NOT ?2 AND audience <> ?3 ORDER BY document LIMIT ?4";
        let mut statement = self.connection.prepare_cached(sql)?;
        let after = after.map_or(0, DocumentId::get);
        let values = params![after, model, AudienceId::NOBODY.get(), limit as u64];
        let rows = statement.query_map(values, |row| {
            Ok(DocumentToEncode {
                id: DocumentId::from_raw(row.get(0)?),
                question: row.get(1)?,
                own: row.get(2)?,
            })
        })?;
        rows.map(|row| row.map_err(Error::from)).collect()
    }

    /// The number of the newest document, 0 if there never was one: at least as many as there are. Costs nothing.
    pub fn newest_document(&self) -> Result<u64, Error> {
        Ok(self
            .connection
            .query_row("SELECT coalesce(max(number), 0) FROM document", [], |row| row.get(0))?)
    }
}
