//! What of the store a vector cluster still has to take in.
//!
//! Triggers note every document that changes, from the first upload on; what was taken in is struck out. So an
//! upload that was interrupted goes on where it was, and what a cluster missed while it was down reaches it later.

use model::{AudienceId, DocumentId, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::Error;
use crate::dense::qdrant::{Build, VectorToSend};

/// The setting with the store's own id in a cluster: one cluster may serve several stores.
const ID: &str = "cluster.id";
/// The setting that names the build that is filled, with the model before it. While it is there, changes are noted.
const BUILD: &str = "cluster.build";
/// The setting with the generation up to which the build was published.
const SENT: &str = "cluster.sent";

/// The setting that says how the words of the build are weighed; not there if it has none.
const WORDS: &str = "cluster.words";

/// The setting that says that a cluster holds what must leave it.
const LEFT: &str = "cluster.left";

/// What is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The model whose vectors go there.
    pub model: String,
    /// Which build.
    pub build: Build,
    /// Up to which generation it was published; `None`: not yet.
    pub sent: Option<u64>,
    /// How its words are weighed; `None`: it has none.
    pub words: Option<String>,
}

impl Store {
    /// The store's own id in a cluster, if it ever sent anything.
    pub fn cluster_id(&self) -> Result<Option<String>, Error> {
        self.setting(ID)
    }

    /// The same, made up by chance if there is none: copies of a store share it, two stores do not.
    pub fn make_cluster_id(&self) -> Result<String, Error> {
        if let Some(id) = self.cluster_id()? {
            return Ok(id);
        }
        let id: String =
            self.connection.query_row("SELECT lower(hex(randomblob(6)))", [], |row| row.get(0))?;
        self.set_setting(ID, &id)?;
        Ok(id)
    }

    /// What is being filled; `None`: nothing.
    pub fn sending(&self) -> Result<Option<Sending>, Error> {
        let Some(text) = self.setting(BUILD)? else { return Ok(None) };
        let parts = text.split_once(' ').and_then(|(build, model)| Some((build.parse().ok()?, model)));
        let Some((build, model)) = parts else { return Ok(None) };
        let sent = self.setting(SENT)?.and_then(|text| text.parse().ok());
        let words = self.setting(WORDS)?;
        Ok(Some(Sending { model: model.to_owned(), build: Build(build), sent, words }))
    }

    /// Starts filling a new build: every document is to be sent.
    pub fn start_sending(&self, model: &str, build: Build, words: Option<&str>) -> Result<(), Error> {
        self.in_transaction(|| {
            self.connection.execute_batch(
                "DELETE FROM unsent; INSERT INTO unsent SELECT number FROM document;
                 DELETE FROM setting WHERE name IN ('cluster.sent', 'cluster.words');",
            )?;
            if let Some(words) = words {
                self.set_setting(WORDS, words)?;
            }
            self.set_setting(BUILD, &format!("{} {model}", build.0))
        })
    }

    /// Forgets what a cluster holds: it is filled from nothing next time, and what lies there leaves it.
    pub fn forget_sent(&self) -> Result<(), Error> {
        if self.cluster_id()?.is_some() {
            self.set_setting(LEFT, "yes")?;
        }
        self.connection.execute("DELETE FROM setting WHERE name IN (?1, ?2)", [BUILD, SENT])?;
        Ok(())
    }

    /// Whether a cluster still holds what must leave it.
    pub fn left_there(&self) -> Result<bool, Error> {
        Ok(self.setting(LEFT)?.is_some())
    }

    /// Notes that nothing old is left in the cluster.
    pub fn note_cleared(&self) -> Result<(), Error> {
        self.connection.execute("DELETE FROM setting WHERE name = ?1", [LEFT])?;
        Ok(())
    }

    /// The next documents to send, numbers ascending.
    pub fn unsent(&self, limit: usize) -> Result<Vec<DocumentId>, Error> {
        let sql = "SELECT document FROM unsent ORDER BY document LIMIT ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([limit as u64], |row| row.get(0).map(DocumentId::from_raw))?;
        rows.map(|row| row.map_err(Error::from)).collect()
    }

    /// How many documents there are to send.
    pub fn unsent_count(&self) -> Result<u64, Error> {
        Ok(self.connection.query_row("SELECT count(*) FROM unsent", [], |row| row.get(0))?)
    }

    /// Whether a cluster that is being filled does not hold everything yet.
    pub fn is_sending(&self) -> Result<bool, Error> {
        let Some(sending) = self.sending()? else { return Ok(false) };
        Ok(sending.sent != Some(self.generation()?) || self.unsent_count()? > 0)
    }

    /// A document's vector of a model; `None` if it is gone, nobody's, or has none.
    pub fn vector_to_send(&self, id: DocumentId, model: &str) -> Result<Option<VectorToSend>, Error> {
        let sql = "SELECT audience, last_at, vector, scale, container FROM document
                   WHERE number = ?1 AND audience <> ?2 AND model = ?3 AND vector IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            let codes: Vec<u8> = row.get(2)?;
            Ok(VectorToSend {
                id,
                audience: AudienceId::from_raw(row.get(0)?),
                at: Timestamp::from_millis(row.get(1)?),
                codes: codes.into_iter().map(u8::cast_signed).collect(),
                scale: row.get(3)?,
                container: row.get(4)?,
                words: None,
            })
        };
        Ok(statement.query_row(params![id.get(), AudienceId::NOBODY.get(), model], read).optional()?)
    }

    /// The first documents of an audience, numbers ascending.
    pub(crate) fn documents_for(&self, audience: AudienceId, limit: usize) -> Result<Vec<DocumentId>, Error> {
        let sql = "SELECT number FROM document WHERE audience = ?1 ORDER BY number LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement
            .query_map(params![audience.get(), limit as u64], |row| row.get(0).map(DocumentId::from_raw))?;
        rows.map(|row| row.map_err(Error::from)).collect()
    }

    /// How many vectors of a model somebody may read, and how long they are (0 if there is none).
    pub fn vectors_of(&self, model: &str) -> Result<(usize, usize), Error> {
        let sql = "SELECT count(*), coalesce(max(length(vector)), 0) FROM document
                   WHERE audience <> ?1 AND model = ?2 AND vector IS NOT NULL";
        let values = params![AudienceId::NOBODY.get(), model];
        Ok(self.connection.query_row(sql, values, |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Strikes out what was sent.
    pub fn mark_sent(&self, ids: &[DocumentId]) -> Result<(), Error> {
        self.in_transaction(|| {
            let mut statement = self.connection.prepare_cached("DELETE FROM unsent WHERE document = ?1")?;
            for id in ids {
                statement.execute([id.get()])?;
            }
            Ok(())
        })
    }

    /// Notes that the build holds everything, as of that generation.
    pub fn finish_sending(&self, generation: u64) -> Result<(), Error> {
        self.note_cleared()?;
        self.set_setting(SENT, &generation.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{document, numbers, store, sync};

    #[test]
    fn what_changes_is_noted_once_something_was_sent() {
        let store = store(&[document(1, "p1", "q", "a"), document(2, "p1", "q", "b")]);
        assert_eq!(
            (store.unsent_count().unwrap(), store.sending().unwrap()),
            (0, None),
            "no cluster, no notes"
        );
        store.start_sending("m x", Build(4), None).unwrap();
        let all = numbers(&store);
        assert_eq!(store.unsent(10).unwrap(), all);
        store.mark_sent(&all).unwrap();
        assert!(store.is_sending().unwrap(), "not published yet");
        store.finish_sending(0).unwrap();
        assert!(!store.is_sending().unwrap());
        let expected = Sending { model: "m x".to_owned(), build: Build(4), sent: Some(0), words: None };
        assert_eq!(store.sending().unwrap(), Some(expected));
        store.put_vector(all[1], "m x", &[1, 2], 0.5).unwrap();
        assert_eq!(store.unsent(10).unwrap(), all[1..], "it has another vector");
        assert_eq!(store.vectors_of("m x").unwrap(), (1, 2));
        sync(&store, &[document(2, "p1", "q", "b")]);
        assert_eq!(store.unsent(10).unwrap(), all, "one is gone");
        store.forget_sent().unwrap();
        assert_eq!(store.sending().unwrap(), None);
    }

    #[test]
    fn an_id_stays() {
        let store = Store::in_memory().unwrap();
        assert_eq!(store.cluster_id().unwrap(), None);
        let id = store.make_cluster_id().unwrap();
        assert_eq!((id.len(), store.make_cluster_id().unwrap()), (12, id));
        assert_ne!(store.make_cluster_id().unwrap(), Store::in_memory().unwrap().make_cluster_id().unwrap());
    }
}
