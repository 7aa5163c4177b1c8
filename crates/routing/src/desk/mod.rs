//! Asks in a SQLite file of their own, who is asked next, and what somebody may do.
//!
//! Decision: a file beside the store and not in it: the store is made anew, rolled back and restored with the index,
//! and what people do must outlive that. A change and its event are one transaction that is on the disk before
//! anybody is told (synchronous = FULL), so that a killed process loses nothing that it said.
//! Decision: people are named by one account of theirs. Accounts outlive every import; who owns which is asked
//! anew each time ([`Directory`]).

mod act;
mod blind;
mod codec;
mod erase;
mod events;
mod figures;
mod lessons;
mod next;
mod people;
mod rows;
mod schema;
#[cfg(test)]
pub(crate) mod tests;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{AccountKey, EmploymentStatus, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use act::{Once, Placed, Recorded};
pub use events::{Delivery, EventRow};
pub use figures::{Figures, TIMES_TO_ACCEPT};
pub use lessons::{Feedback, Lesson};
pub use next::Side;

use crate::{Ask, Config, Error};

/// Somebody who can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// The account that asks are put to.
    pub home: AccountKey,
    /// All their accounts.
    pub accounts: Vec<AccountKey>,
    /// Those that are proven to be the same person's as `home`: what they say counts.
    pub proven: Vec<AccountKey>,
    /// Whether they can be asked at all.
    pub status: EmploymentStatus,
    /// IANA time zone, as an export says it.
    pub timezone: Option<String>,
}

/// Who owns an account now.
pub trait Directory {
    /// Its owner; `None` if nobody is known to own it, or somebody who cannot be asked (a machine, a shared mailbox).
    fn somebody(&self, account: &AccountKey) -> Option<Somebody>;
}

/// Keeps asks.
#[derive(Debug)]
pub struct Desk {
    writer: Mutex<Connection>,
    /// Readers do not wait for a disk that a writer waits for; none in memory.
    reader: Option<Mutex<Connection>>,
    config: Config,
}

impl Desk {
    /// Opens or makes the file of asks, for its owner only.
    ///
    /// # Errors
    /// [`Error::Migration`] for a file of a later version; what SQLite and the file system say.
    pub fn open(path: &Path, config: Config) -> Result<Self, Error> {
        private(path)?;
        let mut writer = connect(path)?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        schema::migrations().to_latest(&mut writer)?;
        let reader = Some(Mutex::new(connect(path)?));
        Ok(Self { writer: Mutex::new(writer), reader, config })
    }

    /// The file of asks where no server keeps it, to look at or to erase from: nothing is asked or moved by it. `None`
    /// without a file.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn at_rest(path: &Path) -> Result<Option<Self>, Error> {
        let idle = Config {
            offer_minutes: 0,
            answer_hours: 0,
            close_days: 0,
            limit: 0,
            rest_minutes: 0,
            less_limit: 0,
            less_rest_hours: 0,
            list: 0,
            blind_hours: 0,
            week: crate::Week::default(),
            webhook: false,
        };
        if path.exists() { Self::open(path, idle).map(Some) } else { Ok(None) }
    }

    /// A desk that lives as long as the value: for tests.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn in_memory(config: Config) -> Result<Self, Error> {
        let mut writer = Connection::open_in_memory()?;
        writer.pragma_update(None, "foreign_keys", true)?;
        schema::migrations().to_latest(&mut writer)?;
        Ok(Self { writer: Mutex::new(writer), reader: None, config })
    }

    /// How asks are handled.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    fn read(&self) -> MutexGuard<'_, Connection> {
        self.reader.as_ref().unwrap_or(&self.writer).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs something in one transaction: all of it is written, or nothing.
    fn write<T>(&self, run: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = run(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Runs one statement.
    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), Error> {
        self.write(|db| {
            db.execute(sql, params)?;
            Ok(())
        })
    }

    /// Changes one ask.
    fn change(
        &self,
        id: &str,
        now: Timestamp,
        run: impl FnOnce(&Transaction<'_>, &mut rows::Work) -> Result<(), Error>,
    ) -> Result<Ask, Error> {
        self.write(|db| {
            let mut work = rows::Work::load(db, id, now)?;
            run(db, &mut work)?;
            work.save(db, &self.config)
        })
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is erased is gone from the pages, too.
    connection.pragma_update(None, "secure_delete", true)?;
    // What is sorted is never written down outside the data directory.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn private(path: &Path) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    drop(options.open(path)?);
    Ok(())
}
