//! Whether what is stored is what was written.

use model::MessageId;

use super::messages::content_hash_of_row;
use super::{Store, codec};
use crate::Error;

impl Store {
    /// Waits, at every commit from now on, until the machine has the data on its disk: a power cut loses
    /// nothing that was committed.
    pub fn sync_fully(&self) -> Result<(), Error> {
        Ok(self.connection.pragma_update(None, "synchronous", "FULL")?)
    }

    /// What SQLite finds wrong with the file's structure; empty if nothing. Reads the whole file.
    pub fn integrity(&self) -> Result<Vec<String>, Error> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let faults: Vec<String> = rows.collect::<Result<_, _>>()?;
        Ok(faults.into_iter().filter(|fault| fault != "ok").collect())
    }

    /// Messages whose content has another hash than was stored with it, ids ascending. Reads all of them.
    pub fn damaged_messages(&self) -> Result<Vec<MessageId>, Error> {
        let sql =
            "SELECT id, container, author, at, kind, subject, text, quoted, native_conversation, details,
                       content_hash FROM message ORDER BY id";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut damaged = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, stored): (String, [u8; 16]) = (row.get(0)?, row.get(10)?);
            // Zeros stand where an erasure changed the message.
            if stored != [0; 16] && content_hash_of_row(row)? != stored {
                damaged
                    .push(MessageId::new(id.clone()).map_err(|_| codec::unreadable(("message", "id", &id)))?);
            }
        }
        Ok(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_is_found() {
        let store = Store::in_memory().unwrap();
        let message = |number: u32| {
            model::Message::new(
                format!("chat:{number}").parse().unwrap(),
                "chat:c".parse().unwrap(),
                "chat:ana".parse().unwrap(),
                model::Timestamp::EPOCH,
                "a word".to_owned(),
            )
        };
        store.put_message(&message(1)).unwrap();
        store.put_message(&message(2)).unwrap();
        assert_eq!(store.damaged_messages().unwrap(), []);
        store.connection.execute("UPDATE message SET text = 'a sword' WHERE id = 'chat:2'", []).unwrap();
        assert_eq!(store.damaged_messages().unwrap(), [message(2).id]);
        assert_eq!(store.integrity().unwrap(), [""; 0]);
    }
}
