//! The truth: messages, accounts, people, documents, vectors and quarantine in one SQLite file.
//!
//! Not a trait: [`Store::in_memory`] serves the tests.

mod accounts;
mod codec;
mod containers;
mod conversations;
mod documents;
mod encoder;
mod erase;
mod follow;
mod health;
mod identity;
mod lists;
mod messages;
mod migrations;
mod own;
mod progress;
mod quarantine;
mod redelivery;
mod schema;
mod sending;
mod settings;
mod stored;
mod touched;

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

pub use accounts::AccountChange;
pub use containers::SourceRow;
pub use documents::{DocumentChanges, DocumentSync, DocumentText, DocumentToEncode, DocumentToIndex};
pub use erase::{ContainerGone, SubjectDocument};
pub use follow::{Followed, copy_database};
pub use identity::{Decision, DecisionKind, JoinRow};
pub use messages::Upsert;
pub use own::OwnDocument;
pub use quarantine::{QuarantineRecord, Quarantined};
pub use sending::Sending;
pub use stored::StoredDocument;

use crate::Error;

/// Kilobytes of the file that a writer keeps in memory while it works through exports …
const CACHE: i64 = 65_536;
/// … and while it waits beside a server for one message after the other: the system's own cache is behind it.
const SMALL_CACHE: i64 = 4_096;

/// One SQLite file, opened for writing by one process at a time, or for reading by many.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens or makes the store at `path` for reading and writing (WAL, normal sync at commit points).
    ///
    /// # Errors
    /// [`Error::Newer`] if a newer version wrote it; then nothing is changed.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut connection = Connection::open(path)?;
        refuse_newer(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // NORMAL keeps every committed transaction through a crash of the process; a power cut may lose the
        // last ones, never the consistency, and an export can be read again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        // 256 MB of log between two folds: the same pages change again and again while an export is read and put
        // together, and whoever writes waits for a fold.
        connection.pragma_update(None, "wal_autocheckpoint", 65_536)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        schema::migrations().to_latest(&mut connection)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection })
    }

    /// Opens the store at `path` for reading only; it must exist.
    ///
    /// # Errors
    /// [`Error::Outdated`] if no writer has brought it to this version yet, [`Error::Newer`] if a newer version
    /// wrote it.
    pub fn open_read_only(path: &Path) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        if refuse_newer(&connection)? < schema::LATEST {
            return Err(Error::Outdated);
        }
        // What is sorted is never written down outside the data directory.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(Self { connection })
    }

    /// Keeps much of the file in memory, as after [`Self::open`], or little; what is too much is given back at once.
    pub fn keep_cached(&self, much: bool) -> Result<(), Error> {
        let kilobytes = if much { CACHE } else { SMALL_CACHE };
        Ok(self.connection.pragma_update(None, "cache_size", -kilobytes)?)
    }

    /// A store that lives as long as the value: for tests.
    pub fn in_memory() -> Result<Self, Error> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrations().to_latest(&mut connection)?;
        Ok(Self { connection })
    }

    /// Starts a transaction; everything until [`Self::commit`] is written together or not at all.
    pub fn begin(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Runs something in a transaction: everything it writes is kept, or nothing is. Whatever goes wrong, the
    /// full disk at the commit too, no transaction stays open, so that the next one can begin.
    ///
    /// # Errors
    /// What `run` says, or SQLite.
    pub fn in_transaction<T, E: From<Error>>(&self, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.begin()?;
        let done = run().and_then(|done| self.commit().map(|()| done).map_err(E::from));
        if done.is_err() {
            // What went wrong first is what is told.
            let _ = self.roll_back();
        }
        done
    }

    /// Starts a transaction that only reads: everything until [`Self::commit`] is seen as of one moment.
    pub fn begin_reading(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("BEGIN DEFERRED")?)
    }

    /// Ends the transaction and keeps what was written.
    pub fn commit(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Ends the transaction and forgets what was written in it. After some errors SQLite has done so by itself.
    pub fn roll_back(&self) -> Result<(), Error> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        Ok(self.connection.execute_batch("ROLLBACK")?)
    }

    /// Folds what it can of the write-ahead log into the file without waiting for anybody: less is left for
    /// [`Self::checkpoint`].
    pub fn fold(&self) -> Result<(), Error> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }

    /// Folds the write-ahead log into the file, so that a copy of the folder is whole.
    pub fn checkpoint(&self) -> Result<(), Error> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

/// The version of the tables in a file.
///
/// # Errors
/// [`Error::Newer`] if it is one that this code does not know.
fn refuse_newer(connection: &Connection) -> Result<i64, Error> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > schema::LATEST {
        return Err(Error::Newer { found, known: schema::LATEST });
    }
    Ok(found)
}

#[cfg(test)]
mod migration_tests;
#[cfg(test)]
mod tests;
