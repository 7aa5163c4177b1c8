//! In which list each vector is, for the index that does not look at all of them (`dense/lists`).
//!
//! Beside the vectors, in the same transactions: an arrangement is there as a whole or not at all, and whatever
//! changes a vector takes it out of its list (triggers).

use embed::QuantizedVector;
use model::{AudienceId, DocumentId};
use rusqlite::params;

use super::Store;
use crate::Error;
use crate::dense::lists::Centres;

/// The setting that names the model whose vectors the centres are made of.
const MODEL: &str = "lists.model";
/// The setting with how many documents that everyone may read there were when the centres were made.
const TAUGHT_BY: &str = "lists.taught_by";

impl Store {
    /// The centres of the lists of a model's vectors; `None` if there are none, or they are not what was written.
    pub fn centres(&self, model: &str, dimensions: usize) -> Result<Option<Centres>, Error> {
        if self.setting(MODEL)?.as_deref() != Some(model) {
            return Ok(None);
        }
        let sql = "SELECT list, vector, scale FROM vector_centre ORDER BY list";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut centres = Centres::new(dimensions);
        while let Some(row) = rows.next()? {
            let (list, codes, scale): (usize, Vec<u8>, f32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let next = list == centres.len();
            if !quantized(codes, scale).is_some_and(|centre| next && centres.push(&centre)) {
                tracing::warn!(list, "the lists of vectors are damaged: all vectors are searched");
                return Ok(None);
            }
        }
        Ok((!centres.is_empty()).then_some(centres))
    }

    /// How many documents that everyone may read there were when the centres were made.
    pub fn centres_taught_by(&self) -> Result<Option<u64>, Error> {
        Ok(self.setting(TAUGHT_BY)?.and_then(|text| text.parse().ok()))
    }

    /// Puts these centres in the place of any others; all lists are empty then. Inside a transaction.
    pub fn put_centres(&self, model: &str, centres: &Centres, taught_by: u64) -> Result<(), Error> {
        self.drop_lists()?;
        let sql = "INSERT INTO vector_centre (list, vector, scale) VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        for (list, (codes, scale)) in (0_u32..).zip(centres.each()) {
            let bytes: Vec<u8> = codes.iter().map(|code| code.cast_unsigned()).collect();
            statement.execute(params![list, bytes, scale])?;
        }
        self.set_setting(MODEL, model)?;
        self.set_setting(TAUGHT_BY, &taught_by.to_string())
    }

    /// Forgets centres and lists: all vectors are searched.
    pub fn drop_lists(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch(
            "DELETE FROM vector_centre; DELETE FROM vector_list;
             DELETE FROM setting WHERE name IN ('lists.model', 'lists.taught_by');",
        )?)
    }

    /// Puts a document's vector, as it is now, into a list; `taught` says whether the centres were made of it.
    pub fn put_in_list(&self, id: DocumentId, list: u32, taught: bool) -> Result<(), Error> {
        let sql = "INSERT INTO vector_list (document, list, taught) VALUES (?1, ?2, ?3)
                   ON CONFLICT (document) DO UPDATE SET list = excluded.list, taught = excluded.taught";
        self.connection.prepare_cached(sql)?.execute(params![id.get(), list, taught])?;
        Ok(())
    }

    /// The list of every document that is in one, by number.
    pub fn lists(&self) -> Result<Vec<(DocumentId, u32)>, Error> {
        let sql = "SELECT document, list FROM vector_list ORDER BY document";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((DocumentId::from_raw(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a document that the centres were made of is not everyone's any more. One that is gone, or has
    /// another vector, is forgotten.
    pub fn centres_were_closed(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM vector_list JOIN document ON number = document
                                  WHERE taught AND audience <> ?1)";
        Ok(self.connection.query_row(sql, [AudienceId::EVERYONE.get()], |row| row.get(0))?)
    }

    /// How many documents with a vector of the model everyone may read. Passes over all documents.
    pub fn public_vectors(&self, model: &str) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM document WHERE audience = ?1 AND model = ?2 AND vector IS NOT NULL";
        Ok(self.connection.query_row(sql, params![AudienceId::EVERYONE.get(), model], |row| row.get(0))?)
    }

    /// Hands the vectors of the model to `visit`, numbers ascending, with whether everyone may read the document;
    /// damaged ones are left out. `visit` says whether to go on.
    pub fn each_vector(
        &self,
        model: &str,
        visit: &mut dyn FnMut(DocumentId, bool, QuantizedVector) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let sql = "SELECT number, audience, vector, scale FROM document
                   WHERE model = ?1 AND vector IS NOT NULL AND audience <> ?2 ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params![model, AudienceId::NOBODY.get()])?;
        while let Some(row) = rows.next()? {
            let public = AudienceId::from_raw(row.get(1)?) == AudienceId::EVERYONE;
            let Some(vector) = quantized(row.get(2)?, row.get(3)?) else { continue };
            if !visit(DocumentId::from_raw(row.get(0)?), public, vector)? {
                break;
            }
        }
        Ok(())
    }
}

fn quantized(codes: Vec<u8>, scale: f32) -> Option<QuantizedVector> {
    QuantizedVector::new(codes.into_iter().map(u8::cast_signed).collect(), scale).ok()
}

#[cfg(test)]
impl Store {
    /// Damages the store, for tests.
    pub(crate) fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }
}
