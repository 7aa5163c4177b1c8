//! Records that could not be read, kept until somebody has looked at them.

use rusqlite::params;

use super::Store;
use crate::Error;

/// A bad record to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRecord<'a> {
    /// The export it came from.
    pub export: &'a str,
    /// The file in the export.
    pub file: &'a str,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Byte offset or index.
    pub offset: Option<u64>,
    /// What is wrong.
    pub reason: &'a str,
    /// What to do.
    pub hint: Option<&'a str>,
    /// The record itself.
    pub raw: &'a [u8],
}

/// A kept bad record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The export it came from.
    pub export: String,
    /// The file in the export.
    pub file: String,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Byte offset or index.
    pub offset: Option<u64>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub hint: Option<String>,
    /// The record itself.
    pub raw: Vec<u8>,
}

impl Store {
    /// Keeps a bad record; the same one from the same place is kept once. Returns whether it is new.
    pub fn put_quarantine(&self, record: &QuarantineRecord<'_>) -> Result<bool, Error> {
        let sql = "INSERT INTO quarantine (export, file, line, byte_offset, reason, hint, raw)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
        let line = record.line.map_or(0, |line| i64::try_from(line).unwrap_or(i64::MAX));
        let offset = record.offset.map_or(-1, |offset| i64::try_from(offset).unwrap_or(i64::MAX));
        let values =
            params![record.export, record.file, line, offset, record.reason, record.hint, record.raw];
        Ok(self.connection.prepare_cached(sql)?.execute(values)? > 0)
    }

    /// Forgets the bad records of one export, before it is read again: those that are still bad come back.
    pub fn clear_quarantine(&self, export: &str) -> Result<(), Error> {
        self.connection.prepare_cached("DELETE FROM quarantine WHERE export = ?1")?.execute([export])?;
        Ok(())
    }

    /// Hands every kept bad record to `visit`, by export, file and place.
    pub fn each_quarantined(
        &self,
        visit: &mut dyn FnMut(Quarantined) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = "SELECT export, file, line, byte_offset, reason, hint, raw FROM quarantine
                   ORDER BY export, file, line, byte_offset, reason";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (line, offset): (i64, i64) = (row.get(2)?, row.get(3)?);
            visit(Quarantined {
                export: row.get(0)?,
                file: row.get(1)?,
                line: u64::try_from(line).ok().filter(|line| *line > 0),
                offset: u64::try_from(offset).ok(),
                reason: row.get(4)?,
                hint: row.get(5)?,
                raw: row.get(6)?,
            })?;
        }
        Ok(())
    }
}
