//! What somebody's documents are made of, for those who take some of them out of answers.

use model::{DocumentId, PersonId};

use super::{Store, codec};
use crate::Error;

/// A document of somebody, by where it lies and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDocument {
    /// Its number.
    pub id: DocumentId,
    /// Where it was written.
    pub container: String,
    /// The conversation.
    pub conversation: String,
    /// The person's own messages in it, oldest first.
    pub messages: Vec<String>,
}

impl Store {
    /// Every document that credits somebody, by number; whoever may read it.
    pub fn own_documents(&self, person: &PersonId) -> Result<Vec<OwnDocument>, Error> {
        let sql = "SELECT number, container, conversation, messages FROM document
                   WHERE person = ?1 ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([person.as_str()])?;
        let mut documents = Vec::new();
        while let Some(row) = rows.next()? {
            let (number, messages): (u64, String) = (row.get(0)?, row.get(3)?);
            documents.push(OwnDocument {
                id: DocumentId::from_raw(number),
                container: row.get(1)?,
                conversation: row.get(2)?,
                messages: codec::read_list(&messages, ("document", "messages", &number.to_string()))?,
            });
        }
        Ok(documents)
    }
}
