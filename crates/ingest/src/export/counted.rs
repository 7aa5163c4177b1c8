//! Counts what an archive's entry really produces.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{ExportError, Limits};

/// So much of an entry may be produced before the ratio is looked at: a small file packs well.
const FREE_BYTES: u64 = 1 << 20;

/// A reader that fails once its entry, or all entries together, have produced too much.
pub(super) struct Counted<'a, R> {
    pub(super) inner: R,
    pub(super) path: &'a Path,
    pub(super) entry: &'a str,
    pub(super) packed_bytes: u64,
    pub(super) limits: &'a Limits,
    /// What this reading has produced so far.
    pub(super) produced: u64,
    /// The most that any reading of this entry has produced, so that a second reading counts once.
    pub(super) most: &'a AtomicU64,
    /// What all entries have produced.
    pub(super) total: &'a AtomicU64,
}

impl<R> Counted<'_, R> {
    fn check(&self) -> Result<(), ExportError> {
        let reason = if self.produced > self.limits.max_entry_bytes {
            format!("unpacks to more than {} bytes", self.limits.max_entry_bytes)
        } else if self.produced > FREE_BYTES
            && self.produced / self.packed_bytes.max(1) > self.limits.max_ratio
        {
            format!("unpacks to more than {} times its packed size", self.limits.max_ratio)
        } else {
            let before = self.most.fetch_max(self.produced, Ordering::Relaxed);
            let new = self.produced.saturating_sub(before);
            let total = self.total.fetch_add(new, Ordering::Relaxed).saturating_add(new);
            let limit = self.limits.max_total_bytes;
            let path = self.path.to_owned();
            return if total > limit { Err(ExportError::TotalTooLarge { path, limit }) } else { Ok(()) };
        };
        Err(ExportError::TooLarge { path: self.path.to_owned(), entry: self.entry.to_owned(), reason })
    }
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.produced = self.produced.saturating_add(read as u64);
        self.check().map_err(io::Error::other)?;
        Ok(read)
    }
}
