//! Small facts about the store itself: its generation, the languages of its index.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::Error;

impl Store {
    /// A setting's value, if it was ever set.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Sets a setting.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<(), Error> {
        let sql = "INSERT INTO setting (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.connection.prepare_cached(sql)?.execute(params![name, value])?;
        Ok(())
    }

    /// How often what is indexed has changed: 0 for an empty store. The lexical index carries the number it
    /// was built for, so that a crash between the two is seen.
    pub fn generation(&self) -> Result<u64, Error> {
        Ok(self.setting("generation")?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Counts one change of what is indexed and returns the new number, which no other build has used.
    pub fn next_generation(&self) -> Result<u64, Error> {
        let next = self.generation()?.max(self.generation_floor()?) + 1;
        self.set_setting("generation", &next.to_string())?;
        Ok(next)
    }
}
