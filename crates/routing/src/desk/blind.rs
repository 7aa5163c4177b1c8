//! Blind asks: put to whoever may know, whether or not their asker may read what shows it.
//!
//! Decision: the ask is taken first, and whom to ask is looked for afterwards, beside the requests. So neither the
//! answer to the asker nor its timing rests on anything they may not read. Until somebody takes it or its time is up
//! it stands as offered, whether nobody was found, or many refused; loads, lessons and evidence keep silent of it.
//! Price: an asker waits until the end where nobody was found at all.

use model::{AccountKey, Timestamp};
use rusqlite::{Connection, params};

use super::{Desk, Directory, rows};
use crate::{Ask, Error, Refusal, State, What};

/// Blind asks that one person has open at once: more would be asking around what cannot be read.
const MOST_OPEN: i64 = 20;

/// Whether somebody may ask blindly once more.
pub(super) fn has_room(db: &Connection, asker: &AccountKey) -> Result<(), Error> {
    let sql = "SELECT count(*) FROM ask WHERE asker = ?1 AND blind IS NOT NULL AND state = ?2";
    let open: i64 = db.query_row(sql, params![asker.as_str(), State::Offered.as_str()], |row| row.get(0))?;
    if open < MOST_OPEN { Ok(()) } else { Err(Refusal::ManyBlind.into()) }
}

impl Desk {
    /// Blind asks for which nobody has looked yet whom to ask, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn unbrokered(&self, limit: usize) -> Result<Vec<Ask>, Error> {
        let db = self.read();
        let sql = "SELECT number FROM ask WHERE to_broker = 1 AND state = ?1 ORDER BY number LIMIT ?2";
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map(params![State::Offered.as_str(), limit as i64], |row| row.get(0))?;
        let numbers: Vec<i64> = rows.collect::<Result<_, _>>()?;
        numbers.into_iter().map(|number| rows::by_number(&db, number)).collect()
    }

    /// Puts a blind ask to the first of `list` who is there. Nothing happens to one that ended meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`]; what SQLite says.
    pub fn broker(
        &self,
        id: &str,
        list: &[AccountKey],
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            db.execute("UPDATE ask SET to_broker = 0 WHERE number = ?1", [work.number])?;
            if work.ask.state != State::Offered {
                return Ok(());
            }
            work.happen(What::Brokered { list: list.to_vec() })?;
            self.go_on(db, work, directory, now)
        })
    }
}

impl Ask {
    /// The ask as its asker is told it: of a blind one only those who chose to appear, and not when it went from one
    /// to the next.
    #[must_use]
    pub fn told_to_asker(mut self) -> Self {
        if self.draft.blind.is_some() {
            self.offers.retain(|offer| !offer.hidden);
            self.draft.list.clear();
            if self.state == State::Offered {
                self.changed_at = self.asked_at;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests;
