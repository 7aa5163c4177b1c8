//! How far work has come: what the lexical index still has to take in, and how much of an export is stored.

use model::DocumentId;
use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::Error;

/// The setting that holds the generation since which `unindexed` counts.
const INDEXED: &str = "indexed";

impl Store {
    /// The next documents, numbers ascending after `after`, that were added, changed or removed since the
    /// lexical index took in what there was.
    pub fn unindexed(&self, after: Option<DocumentId>, limit: usize) -> Result<Vec<DocumentId>, Error> {
        let sql = "SELECT document FROM unindexed WHERE document > ?1 ORDER BY document LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let values = params![after.map_or(0, DocumentId::get), limit as u64];
        let rows = statement.query_map(values, |row| row.get(0).map(DocumentId::from_raw))?;
        rows.map(|row| row.map_err(Error::from)).collect()
    }

    /// How many documents the lexical index still has to take in.
    pub fn unindexed_count(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM unindexed", [], |row| row.get(0))?)
    }

    /// The generation of the lexical index since which changes were noted; `None`: since never.
    pub fn indexed_generation(&self) -> Result<Option<u64>, Error> {
        Ok(self.setting(INDEXED)?.and_then(|text| text.parse().ok()))
    }

    /// Notes that the lexical index holds everything, as of that generation.
    pub fn mark_indexed(&self, generation: u64) -> Result<(), Error> {
        self.connection.execute("DELETE FROM unindexed", [])?;
        self.set_setting(INDEXED, &generation.to_string())
    }

    /// Forgets what the lexical index holds: it is built from nothing next time.
    pub fn forget_indexed(&self) -> Result<(), Error> {
        self.connection.execute("DELETE FROM setting WHERE name = ?1", [INDEXED])?;
        Ok(())
    }

    /// How many records of an export are stored, if its reading was interrupted and it is the same still.
    pub fn checkpoint_of(&self, export: &str, fingerprint: &str) -> Result<Option<u64>, Error> {
        let sql = "SELECT records FROM checkpoint WHERE export = ?1 AND fingerprint = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([export, fingerprint], |row| row.get(0)).optional()?)
    }

    /// Notes how many records of an export are stored.
    pub fn put_checkpoint(&self, export: &str, fingerprint: &str, records: u64) -> Result<(), Error> {
        let sql = "INSERT INTO checkpoint (export, fingerprint, records) VALUES (?1, ?2, ?3)
                   ON CONFLICT (export) DO UPDATE SET fingerprint = excluded.fingerprint, records = excluded.records";
        self.connection.prepare_cached(sql)?.execute(params![export, fingerprint, records])?;
        Ok(())
    }

    /// Forgets how far an export was read: it was read to its end.
    pub fn clear_checkpoint(&self, export: &str) -> Result<(), Error> {
        self.connection.prepare_cached("DELETE FROM checkpoint WHERE export = ?1")?.execute([export])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{document, numbers, store, sync};

    #[test]
    fn whatever_changes_a_document_is_noted_until_it_is_indexed() {
        let store = store(&[document(1, "p1", "q", "a"), document(2, "p1", "q", "b")]);
        let all = numbers(&store);
        assert_eq!(store.unindexed(None, 10).unwrap(), all);
        store.mark_indexed(3).unwrap();
        assert_eq!((store.unindexed_count().unwrap(), store.indexed_generation().unwrap()), (0, Some(3)));
        store.put_vector(all[0], "m", &[1], 1.0).unwrap();
        assert_eq!(store.unindexed_count().unwrap(), 0, "a vector is none of its business");
        sync(&store, &[document(2, "p1", "q", "changed")]);
        assert_eq!(store.unindexed(None, 10).unwrap(), all, "one is gone, one differs");
        assert_eq!(store.unindexed(Some(all[0]), 10).unwrap(), all[1..]);
    }

    #[test]
    fn a_checkpoint_holds_only_for_the_same_export() {
        let store = Store::in_memory().unwrap();
        store.put_checkpoint("a.zip", "f1", 20_000).unwrap();
        store.put_checkpoint("a.zip", "f1", 40_000).unwrap();
        assert_eq!(store.checkpoint_of("a.zip", "f1").unwrap(), Some(40_000));
        assert_eq!(store.checkpoint_of("a.zip", "f2").unwrap(), None);
        store.clear_checkpoint("a.zip").unwrap();
        assert_eq!(store.checkpoint_of("a.zip", "f1").unwrap(), None);
    }
}
