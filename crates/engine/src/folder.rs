//! The data directory: what lies where in it.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::private::sync_names_beside;

/// The data directory: store, lexical index, lock and quarantine file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// Names a data directory; nothing is made yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the directory if it is not there, for its owner only. One that is there keeps its mode: it may be
    /// somebody's home; what is written into it is for its owner only all the same.
    pub fn create(&self) -> Result<(), Error> {
        if self.0.is_dir() {
            return Ok(());
        }
        fs_err::create_dir_all(&self.0)?;
        set_mode(&self.0, 0o700)?;
        Ok(sync_names_beside(&self.0)?)
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The store of the generation that answers now: for a look. Whoever needs more than one of its files takes
    /// them from one [`DataFolder::current`].
    pub fn store(&self) -> PathBuf {
        self.current().unwrap_or_else(|_| self.generation(0)).store()
    }

    /// Asks, and what people said of when to be asked.
    pub fn asks(&self) -> PathBuf {
        self.0.join("asks.sqlite")
    }

    /// The lexical index of the generation that answers now, as [`Self::store`].
    pub fn lexical(&self) -> PathBuf {
        self.current().unwrap_or_else(|_| self.generation(0)).lexical()
    }

    /// Names the generation that answers; not there as long as the first one does.
    pub fn pointer(&self) -> PathBuf {
        self.0.join("current")
    }

    /// Where all generations but the first lie, a folder each.
    pub fn generations(&self) -> PathBuf {
        self.0.join("generations")
    }

    /// Weights learned from the organisation's own past; the shipped ones rank without it.
    pub fn model(&self) -> PathBuf {
        self.0.join("model.json")
    }

    /// Where encoders lie that had to be fetched, a folder each.
    pub fn models(&self) -> PathBuf {
        self.0.join("models")
    }

    /// The policy that holds for this directory; the shipped one holds without it.
    pub fn policy(&self) -> PathBuf {
        self.0.join("policy.toml")
    }

    /// The key of the list of what was erased. Whoever loses it can read nothing any more.
    pub fn suppression_key(&self) -> PathBuf {
        self.0.join("suppression.key")
    }

    /// What was erased and must not come back: keyed hashes, one a line.
    pub fn suppression_list(&self) -> PathBuf {
        self.0.join("suppression.list")
    }

    /// What people take out of answers about themselves.
    pub fn opt_outs(&self) -> PathBuf {
        self.0.join("opt-outs.json")
    }

    /// Receipts of erasures, one JSON object a line.
    pub fn erasures(&self) -> PathBuf {
        self.0.join("erasures.jsonl")
    }

    /// What a server was ordered to do, and what became of it.
    pub fn jobs(&self) -> PathBuf {
        self.0.join("jobs.json")
    }

    /// Held by the one process that writes.
    pub fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Bad records, one JSON object a line, for people to look at.
    pub fn quarantine(&self) -> PathBuf {
        self.0.join("quarantine.jsonl")
    }
}

/// Makes a folder, and all that lies in it, reachable for its owner only.
pub(crate) fn owner_only_folder(path: &Path) -> Result<(), Error> {
    set_mode(path, 0o700)
}

/// Makes a file readable for its owner only.
pub(crate) fn owner_only(path: &Path) -> Result<(), Error> {
    set_mode(path, 0o600)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> Result<(), Error> {
    Ok(())
}
