//! The keys as a running server sees them.

use std::path::{Path, PathBuf};

use model::Timestamp;

use super::{Key, KeyFile, Secret, State};
use crate::watched::Watched;

/// The keys of a running server; a change to their file holds from the next request on.
#[derive(Debug)]
pub(crate) struct Ring(Watched<Vec<Key>>);

impl Ring {
    /// The keys in a file, which need not be there yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(Watched::new(path, read))
    }

    /// The key that a caller shows, whatever its state; `None` for one that is not known.
    pub(crate) fn find(&self, shown: &Secret, now: Timestamp) -> Option<(Key, State)> {
        let keys = self.0.current();
        let known = keys.iter().find(|key| key.id == shown.id());
        // Hashing takes most of the time, and is done for an unknown id too.
        let shows = shown.is_one_of(known.map_or(&[], |key| &key.hashes), now);
        known.filter(|_| shows).map(|key| (key.clone(), key.state(now)))
    }
}

fn read(path: &Path) -> Result<Vec<Key>, String> {
    KeyFile::new(path).read().map_err(|error| error.to_string())
}
