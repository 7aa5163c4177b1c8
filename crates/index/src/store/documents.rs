//! Documents and their vectors: written where they differ, handed out for encoding, indexing and showing.

use std::collections::HashMap;

use model::{AudienceId, ContainerId, ConversationId, Document, DocumentId, Fingerprint, PersonId};
use rusqlite::{OptionalExtension, Row, params};

use super::{Store, codec};
use crate::Error;

/// What making a container's documents again changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentChanges {
    /// Documents that are new or differ: must be indexed (again).
    pub written: Vec<DocumentId>,
    /// Documents that are gone.
    pub removed: Vec<DocumentId>,
    /// Documents that were there and stay as they are.
    pub same: usize,
}

/// The documents of one container while they are being made again.
#[derive(Debug)]
pub struct DocumentSync<'store> {
    pub(super) store: &'store Store,
    pub(super) container: ContainerId,
    /// Number and content hash of what is there, by conversation and person.
    pub(super) before: HashMap<(String, String), (u64, [u8; 16])>,
    pub(super) changes: DocumentChanges,
}

/// A document's text, for the encoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentToEncode {
    /// Its number.
    pub id: DocumentId,
    /// The question it answers.
    pub question: String,
    /// The person's own words.
    pub own: String,
}

/// A document's text, for the lexical index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentToIndex {
    /// Its number.
    pub id: DocumentId,
    /// The question it answers.
    pub question: String,
    /// The person's own words.
    pub own: String,
    /// Code of the language that was detected, if any.
    pub language: Option<String>,
    /// Who may read it.
    pub audience: AudienceId,
}

/// A document's texts, for showing it; still to be checked against the reader's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// Its number.
    pub id: DocumentId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The question it answers.
    pub question: String,
    /// The person's own words.
    pub own: String,
    /// Code of the detected language.
    pub language: Option<String>,
    /// Who may read it *now*: may differ from what a snapshot remembers.
    pub audience: AudienceId,
    /// A link that opens it.
    pub permalink: Option<String>,
}

fn content_hash(document: &Document, audience: AudienceId) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for text in [document.own.as_str(), &document.question, document.permalink.as_deref().unwrap_or("\u{0}")]
    {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    for message in &document.messages {
        hasher.update(message.as_str().as_bytes());
        hasher.update(&[0]);
    }
    hasher.update(&document.roles.bits().to_le_bytes());
    hasher.update(&document.marks.bits().to_le_bytes());
    hasher.update(document.asker.as_ref().map_or("", PersonId::as_str).as_bytes());
    hasher.update(&[0]);
    // The fingerprint follows from the own words, but the way it is made may change.
    hasher.update(document.fingerprint.map(Fingerprint::to_bytes).as_ref().map_or(&[], <[u8; 32]>::as_slice));
    hasher.update(&document.own_answers.to_le_bytes());
    hasher.update(&document.reactions.to_le_bytes());
    hasher.update(&document.first_at.as_millis().to_le_bytes());
    hasher.update(&document.last_at.as_millis().to_le_bytes());
    hasher.update(&audience.get().to_le_bytes());
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    hash
}

impl DocumentSync<'_> {
    /// Whose documents they are.
    pub const fn container(&self) -> &ContainerId {
        &self.container
    }

    /// Writes a document if it differs from what is there; its vector is dropped then.
    pub fn put(
        &mut self,
        document: &Document,
        audience: AudienceId,
        language: Option<&str>,
    ) -> Result<(), Error> {
        let hash = content_hash(document, audience);
        let key = (document.conversation.to_string(), document.person.to_string());
        let before = self.before.remove(&key);
        if let Some((_, old_hash)) = before
            && old_hash == hash
        {
            self.changes.same += 1;
            return Ok(());
        }
        let sql = "INSERT INTO document (conversation, container, person, own, question, roles, reactions,
                       first_at, last_at, audience, messages, permalink, language, content_hash,
                       marks, asker, fingerprint, own_answers, own_characters)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
                       ?15, ?16, ?17, ?18, ?19)
                   ON CONFLICT (container, conversation, person) DO UPDATE SET own = excluded.own,
                       question = excluded.question, roles = excluded.roles, reactions = excluded.reactions,
                       first_at = excluded.first_at, last_at = excluded.last_at, audience = excluded.audience,
                       messages = excluded.messages, permalink = excluded.permalink,
                       language = excluded.language, content_hash = excluded.content_hash,
                       marks = excluded.marks, asker = excluded.asker, fingerprint = excluded.fingerprint,
                       own_answers = excluded.own_answers, own_characters = excluded.own_characters,
                       model = NULL, vector = NULL, scale = NULL
                   RETURNING number";
        let values = params![
            document.conversation.as_str(),
            self.container.as_str(),
            document.person.as_str(),
            document.own,
            document.question,
            document.roles.bits(),
            document.reactions,
            document.first_at.as_millis(),
            document.last_at.as_millis(),
            audience.get(),
            codec::list(&document.messages),
            document.permalink,
            language,
            hash,
            document.marks.bits(),
            document.asker.as_ref().map(PersonId::as_str),
            document.fingerprint.map(Fingerprint::to_bytes),
            document.own_answers,
            u32::try_from(document.own.chars().count()).unwrap_or(u32::MAX),
        ];
        let number =
            self.store.connection.prepare_cached(sql)?.query_row(values, |row| row.get::<_, u64>(0))?;
        self.changes.written.push(DocumentId::from_raw(number));
        Ok(())
    }

    /// Removes what was not put again and returns what changed, numbers ascending.
    pub fn finish(mut self) -> Result<DocumentChanges, Error> {
        let mut statement = self.store.connection.prepare_cached("DELETE FROM document WHERE number = ?1")?;
        let mut gone: Vec<u64> = self.before.into_values().map(|(number, _)| number).collect();
        gone.sort_unstable();
        for number in gone {
            statement.execute([number])?;
            self.changes.removed.push(DocumentId::from_raw(number));
        }
        self.changes.written.sort_unstable();
        Ok(self.changes)
    }
}

impl Store {
    /// Starts making a container's documents again.
    pub fn sync_documents(&self, container: &ContainerId) -> Result<DocumentSync<'_>, Error> {
        let sql = "SELECT conversation, person, number, content_hash FROM document WHERE container = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([container.as_str()])?;
        let mut before = HashMap::new();
        while let Some(row) = rows.next()? {
            before.insert((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?));
        }
        Ok(DocumentSync {
            store: self,
            container: container.clone(),
            before,
            changes: DocumentChanges::default(),
        })
    }

    /// The next documents, numbers ascending after `after`, that somebody may read and that this model has
    /// not encoded.
    pub fn documents_to_encode(
        &self,
        model: &str,
        after: Option<DocumentId>,
        limit: usize,
    ) -> Result<Vec<DocumentToEncode>, Error> {
        let sql = "SELECT number, question, own FROM document
                   WHERE number > ?1 AND model IS NOT ?2 AND audience <> ?3 ORDER BY number LIMIT ?4";
        let mut statement = self.connection.prepare_cached(sql)?;
        let after = after.map_or(0, DocumentId::get);
        let mut rows = statement.query(params![after, model, AudienceId::NOBODY.get(), limit as u64])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            let id = DocumentId::from_raw(row.get(0)?);
            documents.push(DocumentToEncode { id, question: row.get(1)?, own: row.get(2)? });
        }
        Ok(documents)
    }

    /// Keeps a document's vector.
    pub fn put_vector(&self, id: DocumentId, model: &str, codes: &[i8], scale: f32) -> Result<(), Error> {
        let bytes: Vec<u8> = codes.iter().map(|code| code.cast_unsigned()).collect();
        let sql = "UPDATE document SET model = ?2, vector = ?3, scale = ?4 WHERE number = ?1";
        self.connection.prepare_cached(sql)?.execute(params![id.get(), model, bytes, scale])?;
        Ok(())
    }

    /// Hands every document that somebody may read to `visit`, numbers ascending, texts included.
    pub fn each_document_to_index(
        &self,
        visit: &mut dyn FnMut(DocumentToIndex) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = "SELECT number, question, own, language, audience FROM document WHERE audience <> ?1 ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([AudienceId::NOBODY.get()])?;
        while let Some(row) = rows.next()? {
            visit(read_to_index(row)?)?;
        }
        Ok(())
    }

    /// One document for the lexical index; `None` if it is gone or nobody's.
    pub fn document_to_index(&self, id: DocumentId) -> Result<Option<DocumentToIndex>, Error> {
        let sql = "SELECT number, question, own, language, audience FROM document
                   WHERE number = ?1 AND audience <> ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![id.get(), AudienceId::NOBODY.get()], read_to_index).optional()?)
    }

    /// A document's texts, if it is still there. The caller checks `audience` before showing anything.
    pub fn document_text(&self, id: DocumentId) -> Result<Option<DocumentText>, Error> {
        let sql = "SELECT conversation, question, own, language, audience, permalink FROM document WHERE number = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([id.get()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let conversation: String = row.get(0)?;
        let place = ("document", "conversation", conversation.as_str());
        Ok(Some(DocumentText {
            id,
            conversation: ConversationId::new(conversation.clone()).map_err(|_| codec::unreadable(place))?,
            question: row.get(1)?,
            own: row.get(2)?,
            language: row.get(3)?,
            audience: AudienceId::from_raw(row.get(4)?),
            permalink: row.get(5)?,
        }))
    }

    /// How many documents there are, readable or not. Cheap: an index is counted.
    pub fn documents(&self) -> Result<usize, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM document", [], |row| row.get(0))?)
    }

    /// How many documents there are: `(all, readable by everyone)`.
    pub fn document_counts(&self) -> Result<(u64, u64), Error> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE audience = 0) FROM document";
        Ok(self.connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// How many documents nobody may read, by source, names ascending.
    pub fn unreadable_documents(&self) -> Result<std::collections::BTreeMap<String, u64>, Error> {
        let sql = "SELECT substr(container, 1, instr(container, ':') - 1) AS source, count(*) FROM document
                   WHERE audience = ?1 GROUP BY source";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([AudienceId::NOBODY.get()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many documents that everyone may read were detected in each language, code ascending.
    pub fn public_languages(&self) -> Result<Vec<(String, u64)>, Error> {
        let sql = "SELECT language, count(*) FROM document
                   WHERE audience = 0 AND language IS NOT NULL GROUP BY language ORDER BY language";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn read_to_index(row: &Row<'_>) -> rusqlite::Result<DocumentToIndex> {
    Ok(DocumentToIndex {
        id: DocumentId::from_raw(row.get(0)?),
        question: row.get(1)?,
        own: row.get(2)?,
        language: row.get(3)?,
        audience: AudienceId::from_raw(row.get(4)?),
    })
}
