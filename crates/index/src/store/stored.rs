//! Documents as the columns that ranking reads, and their vectors.

use model::{AudienceId, DocumentId, Fingerprint, MarkSet, PersonId, RoleSet, Timestamp};
use rusqlite::{Row, params};

use super::{Store, codec};
use crate::Error;

/// A document's columns without its texts.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDocument {
    /// Its number.
    pub id: DocumentId,
    /// The conversation.
    pub conversation: String,
    /// The container.
    pub container: String,
    /// Who is credited.
    pub person: PersonId,
    /// How the person took part.
    pub roles: RoleSet,
    /// What the person's part shows, as far as it is stored.
    pub marks: MarkSet,
    /// Who asked, if that is somebody known and somebody else.
    pub asker: Option<PersonId>,
    /// Fingerprint of the own words, if these are enough.
    pub fingerprint: Option<Fingerprint>,
    /// How many of the own messages say enough for an answer.
    pub own_answers: u32,
    /// Length of the own words, in characters.
    pub own_characters: u32,
    /// How many people reacted.
    pub reactions: u32,
    /// First own words.
    pub first_at: Timestamp,
    /// Newest thing it is made of.
    pub last_at: Timestamp,
    /// Who may read it.
    pub audience: AudienceId,
    /// Its vector: one signed byte a dimension, and the scale that undoes the quantization.
    pub vector: Option<(Vec<i8>, f32)>,
}

impl Store {
    /// Hands the columns of every document that somebody may read to `visit`, by time, then number.
    /// Vectors are those of `model` only.
    pub fn each_document(
        &self,
        model: &str,
        visit: &mut dyn FnMut(StoredDocument) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.documents_in_order("ORDER BY last_at, number", model, visit)
    }

    /// The same as they lie in the file: nothing is sorted, which for all columns and vectors takes as long as reading
    /// them, and as much memory.
    pub(crate) fn each_document_as_it_lies(
        &self,
        model: &str,
        visit: &mut dyn FnMut(StoredDocument) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.documents_in_order("", model, visit)
    }

    fn documents_in_order(
        &self,
        order: &str,
        model: &str,
        visit: &mut dyn FnMut(StoredDocument) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!(
            "SELECT number, conversation, container, person, roles, reactions, first_at, last_at, audience,
                    CASE WHEN model = ?2 THEN vector END, CASE WHEN model = ?2 THEN scale END,
                    marks, asker, fingerprint, own_answers, own_characters
             FROM document WHERE audience <> ?1 {order}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![AudienceId::NOBODY.get(), model])?;
        while let Some(row) = rows.next()? {
            visit(read_stored(row)?)?;
        }
        Ok(())
    }
}

fn read_stored(row: &Row<'_>) -> Result<StoredDocument, Error> {
    let number: u64 = row.get(0)?;
    let person: String = row.get(3)?;
    let asker: Option<String> = row.get(12)?;
    let fingerprint: Option<[u8; 32]> = row.get(13)?;
    let unreadable = |column| codec::unreadable(("document", column, &number.to_string()));
    let codes: Option<Vec<u8>> = row.get(9)?;
    let scale: Option<f32> = row.get(10)?;
    Ok(StoredDocument {
        id: DocumentId::from_raw(number),
        conversation: row.get(1)?,
        container: row.get(2)?,
        person: PersonId::new(person).map_err(|_| unreadable("person"))?,
        roles: RoleSet::from_bits(row.get(4)?),
        marks: MarkSet::from_bits(row.get(11)?),
        asker: asker.map(PersonId::new).transpose().map_err(|_| unreadable("asker"))?,
        fingerprint: fingerprint.and_then(|bytes| Fingerprint::from_bytes(&bytes)),
        own_answers: row.get(14)?,
        own_characters: row.get(15)?,
        reactions: row.get(5)?,
        first_at: Timestamp::from_millis(row.get(6)?),
        last_at: Timestamp::from_millis(row.get(7)?),
        audience: AudienceId::from_raw(row.get(8)?),
        vector: codes.map(|codes| codes.into_iter().map(u8::cast_signed).collect()).zip(scale),
    })
}
