//! Backups: one folder that holds everything a data directory cannot make again, as of one moment, with the hash of
//! each file; written while others read and write, put in place as a whole.
//!
//! Decision: whatever lies in the data directory is taken along unless it is known to be derived or fetched, so that
//! a file that is added later is not forgotten. Encoders that were fetched (`models/`) are left out: they are large
//! and can be fetched again.
//! Decision: a plain folder, not an archive: it can be looked at, linked and sent on by whatever the operator uses.

mod restore;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

pub use restore::{Restored, restore};
pub use write::backup;

/// The form of the manifest.
const VERSION: u32 = 1;
/// The file that names all others.
const MANIFEST: &str = "manifest.json";

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// When it was made.
    pub created_at: String,
    /// The generation of the index in it.
    pub generation: u64,
    /// The version of the store's tables.
    pub tables: i64,
    /// Whether the lexical index is in it; without it, restoring makes it again.
    pub lexical: bool,
    /// Every other file, by its name from the backup's folder.
    pub files: BTreeMap<String, Listed>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest of a backup.
    ///
    /// # Errors
    /// [`Error::Backup`] if there is none, or it is none of this version's, or it names files elsewhere.
    pub fn read(backup: &Path) -> Result<Self, Error> {
        let path = backup.join(MANIFEST);
        let bad = |why: String| Error::Backup { path: path.clone(), why };
        let text = fs_err::read(&path).map_err(|error| bad(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| bad(error.to_string()))?;
        if manifest.version != VERSION {
            return Err(bad(format!("is of version {}, this whoknows reads {VERSION}", manifest.version)));
        }
        let plain = |name: &String| {
            let mut parts = Path::new(name).components();
            !name.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
        };
        match manifest.files.keys().find(|name| !plain(name)) {
            Some(name) => Err(bad(format!("names {name:?}, which is no place in a backup"))),
            None => Ok(manifest),
        }
    }
}

/// Copies a file for its owner only, and tells its length and hash; the copy is on the disk then.
fn copy(from: &Path, to: &Path) -> Result<Listed, Error> {
    if let Some(folder) = to.parent() {
        fs_err::create_dir_all(folder)?;
    }
    let mut source = fs_err::File::open(from)?;
    let mut target = crate::private::private_file(to, true)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = source.read(&mut buffer)?;
        let part = buffer.get(..read).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        hasher.update(part);
        target.write_all(part)?;
        bytes += read as u64;
    }
    target.sync_all()?;
    Ok(Listed { bytes, sha256: digits(hasher) })
}

/// The length and hash of a file that is there.
fn listed(path: &Path) -> Result<Listed, Error> {
    let mut source = fs_err::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let read = source.read(&mut buffer)?;
        if read == 0 {
            return Ok(Listed { bytes, sha256: digits(hasher) });
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        bytes += read as u64;
    }
}

fn digits(hasher: Sha256) -> String {
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}
