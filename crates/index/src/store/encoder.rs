//! Which model's vectors the store holds.

use super::Store;
use crate::Error;

/// The setting that names the model.
const ENCODER: &str = "encoder";

impl Store {
    /// The model whose vectors the store holds or is being given; `None` if it holds none.
    pub fn encoder(&self) -> Result<Option<String>, Error> {
        if let Some(model) = self.setting(ENCODER)? {
            return Ok(Some(model));
        }
        // A store from before this was noted.
        let sql = "SELECT model FROM document WHERE model IS NOT NULL LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query([])?.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// Notes whose vectors the store is about to hold. Another model's than before is a new generation, so that
    /// nobody opens the index while it holds some of each.
    pub fn note_encoder(&self, model: &str) -> Result<(), Error> {
        let before = self.encoder()?;
        self.in_transaction(|| {
            if before.is_some_and(|before| before != model) {
                self.next_generation()?;
            }
            self.set_setting(ENCODER, model)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_model_is_a_new_generation_and_the_first_is_none() {
        let store = Store::in_memory().unwrap();
        assert_eq!(store.encoder().unwrap(), None);
        for (model, generation) in [("one", 0), ("one", 0), ("two", 1), ("two", 1), ("one", 2)] {
            store.note_encoder(model).unwrap();
            assert_eq!(store.encoder().unwrap().as_deref(), Some(model));
            assert_eq!(store.generation().unwrap(), generation);
        }
    }
}
