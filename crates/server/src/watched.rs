//! A small file that may change while the server runs: read again as soon as it has.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// What tells one state of a file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    changed: Option<SystemTime>,
}

/// How a file is read; what it says if it cannot be goes to the log.
type Read<T> = fn(&Path) -> Result<T, String>;

/// A file and what was last read from it.
pub(crate) struct Watched<T> {
    path: PathBuf,
    read: Read<T>,
    last: Mutex<(Option<Stamp>, Arc<T>)>,
}

impl<T: Default> Watched<T> {
    /// A file that need not be there yet; it is read when it is first asked for.
    pub(crate) fn new(path: PathBuf, read: Read<T>) -> Self {
        Self { path, read, last: Mutex::new((None, Arc::default())) }
    }

    /// What the file holds now. Costs one look at its state, and a reading where that has changed. A file that
    /// is not there or does not read holds nothing.
    pub(crate) fn current(&self) -> Arc<T> {
        let stamp = stamp(&self.path);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != stamp {
            let read = if stamp.is_some() { (self.read)(&self.path) } else { Ok(T::default()) };
            let held = read.unwrap_or_else(|error| {
                tracing::error!(error, "a file of credentials does not read: none of it is taken");
                T::default()
            });
            *last = (stamp, Arc::new(held));
        }
        Arc::clone(&last.1)
    }
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watched").field("path", &self.path).finish_non_exhaustive()
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let inode = 0;
    Some(Stamp { inode, length: about.len(), changed: about.modified().ok() })
}
