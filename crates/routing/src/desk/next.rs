//! Who is asked next, what moves by itself, and lists.

use model::{AccountKey, Timestamp};
use rusqlite::{Connection, params, params_from_iter};

use super::act::REMEMBERED;
use super::rows::{self, Work};
use super::{Desk, Directory};
use crate::{Ask, Error, Standing, State, What};

/// Asks that move in one go.
const AT_ONCE: usize = 100;

/// Which asks of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Those they asked and those they were offered.
    Both,
    /// Those they asked.
    Asked,
    /// Those they were offered.
    Offered,
}

/// Somebody to whom an ask can be put.
pub(super) struct Chance {
    pub(super) to: AccountKey,
    pub(super) until: Timestamp,
    /// It is outside their hours: the time to take it begins with their next working hour.
    later: bool,
}

impl Desk {
    /// Puts an ask that nobody has to the next on its list who is there: first to those in their working hours, then
    /// to those who will be; else to the channel, or to nobody. A blind ask waits for its end whoever was found, so
    /// that nothing tells how many refused, or that there was nobody.
    pub(super) fn go_on(
        &self,
        db: &Connection,
        work: &mut Work,
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<(), Error> {
        let blind = work.ask.draft.blind;
        let ended = blind.is_some_and(|end| now >= end);
        let mut later = None;
        if !ended && work.ask.offers.len() < self.config.list {
            for account in work.ask.draft.list.clone() {
                let Some(chance) = self.chance(db, &work.ask, &account, directory, now)? else { continue };
                if !chance.later {
                    return work.happen(What::Offered { to: chance.to, until: chance.until });
                }
                later = later.or(Some(chance));
            }
        }
        match later {
            Some(chance) => work.happen(What::Offered { to: chance.to, until: chance.until }),
            None if blind.is_some() && !ended => Ok(()),
            None if work.ask.draft.channel.is_some() => work.happen(What::Escalated),
            None => work.happen(What::Nobody),
        }
    }

    /// Whether and until when an ask can be put to somebody: known, there, with room, not asked before, not the asker.
    pub(super) fn chance(
        &self,
        db: &Connection,
        ask: &Ask,
        account: &AccountKey,
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<Option<Chance>, Error> {
        let Some(somebody) = directory.somebody(account) else { return Ok(None) };
        let own = |key: &AccountKey| *key == somebody.home || somebody.accounts.contains(key);
        if own(&ask.draft.asker) || ask.offers.iter().any(|offer| own(&offer.to)) {
            return Ok(None);
        }
        // What is asked blindly bears on blind asks alone: else a load that grows would tell who was asked.
        let blind = ask.draft.blind;
        let presence = self.presence_in(db, &somebody, blind.is_some(), now)?;
        if presence.standing != Standing::Available {
            return Ok(None);
        }
        let later = presence.within_hours == Some(false);
        // Whoever has no working hour ahead is not there.
        let Some(from) = (if later { presence.back_at } else { Some(now) }) else { return Ok(None) };
        let until = from.plus_seconds(i64::from(self.config.offer_minutes) * 60);
        // Beyond its end a blind ask goes on only where somebody took it before, and hands it on.
        let until = blind.filter(|end| now < *end).map_or(until, |end| end.min(until));
        Ok(Some(Chance { to: somebody.home, until, later }))
    }

    /// Moves what is due: offers that were not taken and asks that were not answered in time go to the next,
    /// answered asks that were left open are closed. Returns how many moved.
    ///
    /// # Errors
    /// What SQLite says; what moved before stays so.
    pub fn tick(&self, directory: &dyn Directory, now: Timestamp) -> Result<usize, Error> {
        let due = self.due_asks(now)?;
        for id in &due {
            self.change(id, now, |db, work| self.move_on(db, work, directory, now))?;
        }
        let from = now.plus_seconds(-REMEMBERED).as_millis();
        let old: bool =
            self.read()
                .query_row("SELECT EXISTS (SELECT 1 FROM once WHERE at <= ?1)", [from], |row| row.get(0))?;
        if old {
            self.run("DELETE FROM once WHERE at <= ?1", [from])?;
        }
        Ok(due.len())
    }

    fn due_asks(&self, now: Timestamp) -> Result<Vec<String>, Error> {
        let db = self.read();
        let sql = "SELECT id FROM ask WHERE due_at <= ?1 ORDER BY due_at, number LIMIT ?2";
        let mut statement = db.prepare_cached(sql)?;
        let ids = statement.query_map(params![now.as_millis(), AT_ONCE as i64], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn move_on(
        &self,
        db: &Connection,
        work: &mut Work,
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<(), Error> {
        if work.ask.state == State::Answered {
            return work.happen(What::Closed { helped: None });
        }
        match work.ask.held() {
            // Somebody acted between the look and now, or has taken what else would end.
            Some(held) if held.until > now => return Ok(()),
            Some(held) => {
                let by = held.to.clone();
                work.happen(What::TimedOut { by })?;
            }
            // Whoever had it was erased.
            None if work.ask.state == State::Offered => {}
            None => return Ok(()),
        }
        self.go_on(db, work, directory, now)
    }

    /// Somebody's asks, newest first, from behind the one with the id `after`; an id that is none of theirs: from
    /// the first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn list(
        &self,
        accounts: &[AccountKey],
        side: Side,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Ask>, Error> {
        let db = self.read();
        let before = match after.map(|id| rows::find(&db, id)).transpose()?.flatten() {
            Some((number, ask)) if ask.concerns(accounts) => number,
            _ => i64::MAX,
        };
        let marks = vec!["?"; accounts.len()].join(", ");
        let asked = format!("SELECT number FROM ask WHERE asker IN ({marks})");
        let offered = format!("SELECT ask FROM offer WHERE account IN ({marks})");
        let (from, times) = match side {
            Side::Both => (format!("{asked} UNION {offered}"), 2),
            Side::Asked => (asked, 1),
            Side::Offered => (offered, 1),
        };
        let sql = format!(
            "SELECT number FROM ask WHERE number IN ({from}) AND number < {before}
             ORDER BY number DESC LIMIT {limit}"
        );
        let mut statement = db.prepare(&sql)?;
        let keys = (0..times).flat_map(|_| accounts.iter().map(AccountKey::as_str));
        let numbers: Vec<i64> =
            statement.query_map(params_from_iter(keys), |row| row.get(0))?.collect::<Result<_, _>>()?;
        numbers.into_iter().map(|number| rows::by_number(&db, number)).collect()
    }
}
