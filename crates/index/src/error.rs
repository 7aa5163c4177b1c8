//! What can go wrong where evidence rests.

use std::path::PathBuf;

/// What can go wrong where evidence rests.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// SQLite refused or failed.
    #[error("the store failed")]
    Store(#[from] rusqlite::Error),
    /// The store could not be brought to this version's schema.
    #[error("the store could not be brought to this version (hint: it may be of a newer whoknows)")]
    Schema(#[from] rusqlite_migration::Error),
    /// The store is of an older version, and was opened for reading only.
    #[error("the index was made by an older whoknows (hint: run `whoknows reindex`)")]
    Outdated,
    /// A newer version wrote the store.
    #[error(
        "the index was made by a newer whoknows: its tables are of version {found}, this one knows {known} \
         (hint: use the newer one, or restore a backup from before the upgrade)"
    )]
    Newer {
        /// The version of its tables.
        found: i64,
        /// The newest that this code knows.
        known: i64,
    },
    /// tantivy refused or failed.
    #[error("the lexical index failed")]
    Lexical(#[from] tantivy::TantivyError),
    /// The lexical index is not what was written: reading it broke off.
    #[error(
        "the lexical index is damaged (hint: `whoknows doctor` tells where, `whoknows reindex` makes it again)"
    )]
    Damaged,
    /// A stored value does not read back: the row and column are named, not the value.
    #[error("the store holds an unreadable {column} in {table} {key}")]
    Unreadable {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row number or id.
        key: String,
    },
    /// Another process is writing.
    #[error("another whoknows is writing to {} (hint: wait for it, or stop it)", .0.display())]
    Locked(PathBuf),
    /// A vector has another length than its index.
    #[error("a vector has {given} dimensions, the index has {expected}")]
    Dimensions {
        /// What the index has.
        expected: usize,
        /// What was given.
        given: usize,
    },
    /// The vector cluster refused something, or its options cannot work.
    #[error("the vector cluster: {0}")]
    Cluster(String),
    /// The vector cluster does not answer, or failed so often that it is left alone for a while.
    #[error("the vector cluster does not answer")]
    ClusterDown,
    /// The vector cluster does not hold a collection that it should.
    #[error("the vector cluster holds nothing of this index (hint: the next ingest uploads it)")]
    NoCollection,
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Whether the disk is full, or the share of it that whoever runs this may use.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Store(rusqlite::Error::SqliteFailure(failure, _)) => {
                failure.code == rusqlite::ErrorCode::DiskFull
            }
            Self::Io(error) => is_full(error),
            Self::Lexical(tantivy::TantivyError::IoError(error)) => is_full(error),
            _ => false,
        }
    }
}

/// Whether an error of the file system says that the disk is full.
pub fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}
