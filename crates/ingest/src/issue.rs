//! Bad records: where they stand, what is wrong, what to do. Reading goes on.

use std::fmt;

/// How much of a bad record is kept.
pub const MAX_RAW_BYTES: usize = 64 * 1024;

/// Where a bad record stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the export (inside a zip: the entry's name).
    pub file: String,
    /// Line, from 1, where the format has lines.
    pub line: Option<u64>,
    /// Byte offset in the file, or the element's index in the file's array, from 0.
    pub offset: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        if let Some(offset) = self.offset {
            write!(formatter, "@{offset}")?;
        }
        Ok(())
    }
}

/// A record that could not be read: it goes to quarantine, and the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, without any text of the record: this line may be logged.
    pub reason: String,
    /// What a person can do about it.
    pub hint: Option<&'static str>,
    /// The record itself (its first [`MAX_RAW_BYTES`]), so that nothing is lost; never logged.
    pub raw: Vec<u8>,
}
