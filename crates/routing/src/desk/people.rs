//! What people said of themselves, and what lies on their desks.

use model::{AccountKey, EmploymentStatus, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Desk, Somebody, codec};
use crate::availability::Load;
use crate::{Error, Presence, Settings};

impl Desk {
    /// What somebody with these accounts said of themselves; the first account that said something.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn settings(&self, accounts: &[AccountKey]) -> Result<Settings, Error> {
        settings_in(&self.read(), accounts)
    }

    /// Somebody says when and how often they want to be asked. What they said by another of these accounts goes.
    ///
    /// # Errors
    /// [`crate::Refusal::Setting`]; what SQLite says.
    pub fn put_settings(&self, accounts: &[AccountKey], settings: &Settings) -> Result<(), Error> {
        settings.check()?;
        let text = codec::settings(settings).to_string();
        self.write(|db| {
            for key in accounts {
                db.execute("DELETE FROM availability WHERE account = ?1", [key.as_str()])?;
            }
            if let (Some(first), true) = (accounts.first(), *settings != Settings::default()) {
                let sql = "INSERT INTO availability (account, settings) VALUES (?1, ?2)";
                db.execute(sql, params![first.as_str(), text])?;
            }
            Ok(())
        })
    }

    /// Whether somebody is there, and how much they have to do: nothing of what they were asked blindly, unless they
    /// appeared. Costs a few look-ups.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn presence(&self, somebody: &Somebody, now: Timestamp) -> Result<Presence, Error> {
        self.presence_in(&self.read(), somebody, false, now)
    }

    /// The same for their own eyes: with all that they have.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn whole_presence(&self, somebody: &Somebody, now: Timestamp) -> Result<Presence, Error> {
        self.presence_in(&self.read(), somebody, true, now)
    }

    pub(super) fn presence_in(
        &self,
        db: &Connection,
        somebody: &Somebody,
        hidden: bool,
        now: Timestamp,
    ) -> Result<Presence, Error> {
        let settings = settings_in(db, &somebody.proven)?;
        let load = load_in(db, &somebody.accounts, hidden)?;
        let zone = somebody.timezone.as_deref();
        Ok(settings.presence(somebody.status, zone, load, &self.config, now))
    }

    /// How much lies on the desk of whoever owns these accounts.
    pub(super) fn own_presence(
        &self,
        db: &Connection,
        accounts: &[AccountKey],
        now: Timestamp,
    ) -> Result<Presence, Error> {
        let (settings, load) = (settings_in(db, accounts)?, load_in(db, accounts, true)?);
        Ok(settings.presence(EmploymentStatus::Active, None, load, &self.config, now))
    }
}

fn settings_in(db: &Connection, accounts: &[AccountKey]) -> Result<Settings, Error> {
    let mut statement = db.prepare_cached("SELECT settings FROM availability WHERE account = ?1")?;
    for key in accounts {
        let text: Option<String> = statement.query_row([key.as_str()], |row| row.get(0)).optional()?;
        if let Some(text) = text {
            return codec::read_settings(&text);
        }
    }
    Ok(Settings::default())
}

/// What lies on the desk of whoever owns these accounts; what their askers are not told of only if `hidden`.
fn load_in(db: &Connection, accounts: &[AccountKey], hidden: bool) -> Result<Load, Error> {
    let sql = "SELECT (SELECT count(*) FROM offer WHERE account = ?1 AND open = 1 AND hidden <= ?2),
                      (SELECT max(at) FROM offer WHERE account = ?1 AND hidden <= ?2)";
    let mut statement = db.prepare_cached(sql)?;
    let mut load = Load::default();
    for key in accounts {
        let (open, last): (u32, Option<i64>) =
            statement.query_row(params![key.as_str(), hidden], |row| Ok((row.get(0)?, row.get(1)?)))?;
        load.open += open;
        load.last_offer_at = load.last_offer_at.max(last.map(Timestamp::from_millis));
    }
    Ok(load)
}
