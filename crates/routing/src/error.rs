//! What can go wrong with an ask.

/// What can go wrong with an ask.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such ask, or it is none of the caller's.
    #[error("there is no such ask")]
    NotFound,
    /// It cannot be done as things stand.
    #[error("{0}")]
    Refused(Refusal),
    /// The file says something else than this code reads.
    #[error("the asks cannot be read: {0}")]
    Damaged(&'static str),
    /// SQLite says no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file was written by a later version.
    #[error("the file of asks was written by a newer whoknows (hint: use that version; nothing was changed)")]
    Newer,
    /// The file could not be brought to this version.
    #[error(transparent)]
    Migration(rusqlite_migration::Error),
    /// The file system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Why something cannot be done as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The ask is in another state.
    #[error("the ask is not in a state in which that can be done")]
    State,
    /// Whoever is named cannot be asked now: not there, no room, asked before, or the asker.
    #[error("whoever is named cannot be asked now")]
    NotThere,
    /// Only the asker may.
    #[error("only who asked may do that")]
    NotAsker,
    /// Only whom it was offered to may.
    #[error("only those whom it was offered to may do that")]
    NotOffered,
    /// The caller has as many open asks as they take.
    #[error("you have as many open asks as you take")]
    Full,
    /// The caller has as many blind asks open as one may have.
    #[error("you have as many blind asks open as one may have")]
    ManyBlind,
    /// The same idempotency key came with another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A time zone, a span or a limit that cannot be meant.
    #[error("{0}")]
    Setting(&'static str),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite_migration::Error> for Error {
    fn from(error: rusqlite_migration::Error) -> Self {
        use rusqlite_migration::MigrationDefinitionError::DatabaseTooFarAhead;
        match error {
            rusqlite_migration::Error::MigrationDefinition(DatabaseTooFarAhead) => Self::Newer,
            other => Self::Migration(other),
        }
    }
}
