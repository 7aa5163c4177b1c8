//! What people do with asks.

use model::{AccountKey, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{self, Work};
use super::{Desk, Directory};
use crate::{Ask, Draft, Error, Outcome, Reason, Refusal, State, What};

/// How long an idempotency key is remembered, in seconds.
pub(super) const REMEMBERED: i64 = 24 * 3_600;

/// A request that must not be carried out twice, however often it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once<'a> {
    /// The key that the caller chose.
    pub key: &'a str,
    /// Names what the request says.
    pub hash: [u8; 32],
}

/// An ask that was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The ask.
    pub ask: Ask,
    /// Whether it was there already, from the same request.
    pub again: bool,
}

/// An answer that is not in the index yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its row.
    pub number: i64,
    /// The answered ask.
    pub ask: Ask,
}

impl Desk {
    /// Puts a question to the best person of the draft's list who is there (a blind one waits for [`Self::broker`]);
    /// the same request again gives the same ask.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`]; what SQLite says.
    pub fn ask(
        &self,
        mut draft: Draft,
        once: Option<Once<'_>>,
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<Placed, Error> {
        self.write(|db| {
            let asker = draft.asker.clone();
            if draft.blind.is_some() {
                draft.list.clear();
            }
            if let Some(once) = once
                && let Some(number) = remembered(db, &asker, once, now)?
            {
                return Ok(Placed { ask: rows::by_number(db, number)?, again: true });
            }
            if draft.blind.is_some() {
                super::blind::has_room(db, &asker)?;
            }
            let mut work = Work::fresh(db, draft, now)?;
            self.go_on(db, &mut work, directory, now)?;
            if let Some(Once { key, hash }) = once {
                let sql =
                    "INSERT OR REPLACE INTO once (account, key, hash, ask, at) VALUES (?1, ?2, ?3, ?4, ?5)";
                db.execute(sql, params![asker.as_str(), key, hash, work.number, now.as_millis()])?;
            }
            Ok(Placed { ask: work.save(db, &self.config)?, again: false })
        })
    }

    /// The ask that a request made already, if it came before.
    ///
    /// # Errors
    /// [`Refusal::KeyReused`]; what SQLite says.
    pub fn asked_before(
        &self,
        asker: &AccountKey,
        once: Once<'_>,
        now: Timestamp,
    ) -> Result<Option<Ask>, Error> {
        let db = self.read();
        let number = remembered(&db, asker, once, now)?;
        number.map(|number| rows::by_number(&db, number)).transpose()
    }

    /// An ask, as somebody with these accounts may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or none that concerns them.
    pub fn get(&self, id: &str, accounts: &[AccountKey]) -> Result<Ask, Error> {
        let found = rows::find(&self.read(), id)?;
        found.map(|(_, ask)| ask).filter(|ask| ask.concerns(accounts)).ok_or(Error::NotFound)
    }

    /// Somebody takes what they were offered. Whoever was too late may still take what nobody else has, if they have
    /// room.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotOffered`], [`Refusal::State`], [`Refusal::Full`].
    pub fn accept(&self, id: &str, accounts: &[AccountKey], now: Timestamp) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            let by = offered_to(&work.ask, accounts)?;
            self.take(db, work, accounts, by, now)
        })
    }

    /// Somebody refuses what they were offered, or took; it goes to whom they name, then to the next.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotOffered`], [`Refusal::State`], [`Refusal::NotThere`] if nobody is known to
    /// own the account they name.
    pub fn decline(
        &self,
        id: &str,
        accounts: &[AccountKey],
        (reason, other): (Reason, Option<&AccountKey>),
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            let by = offered_to(&work.ask, accounts)?;
            let other = match other {
                None => None,
                Some(other) => Some(directory.somebody(other).ok_or(Refusal::NotThere)?.home),
            };
            work.happen(What::Declined { by, reason, other })?;
            self.go_on(db, work, directory, now)
        })
    }

    /// Somebody gives what they were offered, or took, to somebody else.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotOffered`], [`Refusal::State`], [`Refusal::NotThere`] if that somebody
    /// cannot be asked now.
    pub fn hand_off(
        &self,
        id: &str,
        accounts: &[AccountKey],
        to: &AccountKey,
        directory: &dyn Directory,
        now: Timestamp,
    ) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            let by = offered_to(&work.ask, accounts)?;
            let chance = self.chance(db, &work.ask, to, directory, now)?.ok_or(Refusal::NotThere)?;
            work.happen(What::HandedOff { by, to: chance.to.clone() })?;
            work.happen(What::Offered { to: chance.to, until: chance.until })
        })
    }

    /// Somebody answers what they took, or were offered.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotOffered`], [`Refusal::State`], [`Refusal::Full`].
    pub fn answer(
        &self,
        id: &str,
        accounts: &[AccountKey],
        text: &str,
        now: Timestamp,
    ) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            let by = offered_to(&work.ask, accounts)?;
            if work.ask.state != State::Accepted {
                self.take(db, work, accounts, by.clone(), now)?;
            }
            work.happen(What::Answered { by })?;
            if let Some(answer) = &mut work.ask.answer {
                text.clone_into(&mut answer.text);
            }
            Ok(())
        })
    }

    /// The asker ends it: an ask that somebody still has is withdrawn, any other is closed.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotAsker`], [`Refusal::State`].
    pub fn close(
        &self,
        id: &str,
        accounts: &[AccountKey],
        helped: Option<bool>,
        now: Timestamp,
    ) -> Result<Ask, Error> {
        self.change(id, now, |db, work| {
            asked_by(&work.ask, accounts)?;
            if work.ask.answer.is_some() && helped.is_some() {
                // What is in the index is to say so, too.
                db.execute("UPDATE ask SET captured_at = NULL WHERE number = ?1", [work.number])?;
            }
            let held = matches!(work.ask.state, State::Offered | State::Accepted);
            let held = held || work.ask.is_blind_in_vain();
            work.happen(if held { What::Withdrawn } else { What::Closed { helped } })
        })
    }

    /// The asker shows who they are to whom it is offered; or whoever took a blind ask, to its asker.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Refusal::NotAsker`], [`Refusal::State`].
    pub fn reveal(&self, id: &str, accounts: &[AccountKey], now: Timestamp) -> Result<Ask, Error> {
        self.change(id, now, |_, work| match work.ask.offer_to(accounts) {
            Some(offer) if work.ask.draft.blind.is_some() => {
                let by = offer.to.clone();
                work.happen(What::Appeared { by })
            }
            _ => {
                asked_by(&work.ask, accounts)?;
                work.happen(What::Revealed)
            }
        })
    }

    fn take(
        &self,
        db: &Connection,
        work: &mut Work,
        accounts: &[AccountKey],
        by: AccountKey,
        now: Timestamp,
    ) -> Result<(), Error> {
        let pending = work.ask.held().is_some_and(|offer| offer.to == by);
        if !pending {
            let late = work.ask.offers.iter().any(|one| one.to == by && one.outcome == Outcome::TimedOut);
            if !late || !matches!(work.ask.state, State::Escalated | State::Nobody) {
                return Err(Refusal::State.into());
            }
            let presence = self.own_presence(db, accounts, now)?;
            if presence.open_asks >= presence.limit {
                return Err(Refusal::Full.into());
            }
        }
        let until = now.plus_seconds(i64::from(self.config.answer_hours) * 3_600);
        work.happen(What::Accepted { by, until })
    }

    /// Answers that are not in the index yet, oldest first. What somebody answered who does not appear stays out of
    /// it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn uncaptured(&self, limit: usize) -> Result<Vec<Recorded>, Error> {
        let db = self.read();
        let sql = "SELECT number FROM ask WHERE answer IS NOT NULL AND captured_at IS NULL
                       AND NOT EXISTS (SELECT 1 FROM offer WHERE offer.ask = ask.number AND account = answer_by AND hidden = 1)
                   ORDER BY number LIMIT ?1";
        let mut statement = db.prepare_cached(sql)?;
        let numbers: Vec<i64> =
            statement.query_map([limit as i64], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let recorded = |number| Ok(Recorded { number, ask: rows::by_number(&db, number)? });
        numbers.into_iter().map(recorded).collect()
    }

    /// An answer is in the index now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn captured(&self, number: i64, now: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE ask SET captured_at = ?2 WHERE number = ?1";
        self.run(sql, params![number, now.as_millis()])
    }
}

/// The account that an ask was put to somebody by.
fn offered_to(ask: &Ask, accounts: &[AccountKey]) -> Result<AccountKey, Error> {
    match ask.offer_to(accounts) {
        Some(offer) => Ok(offer.to.clone()),
        None if ask.is_asked_by(accounts) => Err(Refusal::NotOffered.into()),
        None => Err(Error::NotFound),
    }
}

fn asked_by(ask: &Ask, accounts: &[AccountKey]) -> Result<(), Error> {
    match (ask.is_asked_by(accounts), ask.concerns(accounts)) {
        (true, _) => Ok(()),
        (false, true) => Err(Refusal::NotAsker.into()),
        (false, false) => Err(Error::NotFound),
    }
}

fn remembered(
    db: &Connection,
    asker: &AccountKey,
    once: Once<'_>,
    now: Timestamp,
) -> Result<Option<i64>, Error> {
    let sql = "SELECT hash, ask FROM once WHERE account = ?1 AND key = ?2 AND at > ?3";
    let from = now.plus_seconds(-REMEMBERED).as_millis();
    let row: Option<(Vec<u8>, i64)> = db
        .query_row(sql, params![asker.as_str(), once.key, from], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match row {
        Some((hash, _)) if hash != once.hash => Err(Refusal::KeyReused.into()),
        found => Ok(found.map(|(_, number)| number)),
    }
}
