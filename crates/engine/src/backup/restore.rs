//! Restoring a backup into a data directory that holds nothing yet.

use std::path::{Path, PathBuf};

use index::Store;

use super::{Manifest, copy};
use crate::erase::{join_lists, suppression_of};
use crate::{DataFolder, Error};

/// What a data directory may hold before something is restored into it: what was erased since the backup.
const LIST: [&str; 2] = ["suppression.key", "suppression.list"];

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Entries on the list of what was erased that the backup did not know.
    pub erased_since: usize,
}

/// Restores a backup: every file is checked against the manifest while it is copied, and the directory gets its name
/// when all are there. The list of what was erased that lies in `erased`, or in the directory itself, goes before
/// the backup's own: whoever opens the directory for writing then erases once more what is on it
/// (`Indexer::recover`), before anything is answered.
///
/// # Errors
/// [`Error::Backup`] if a file is not what was written, something else lies in the directory, or the lists have
/// different keys; [`index::Error::Newer`] if a newer version made the backup. Then nothing is restored.
pub fn restore(backup: &Path, folder: &DataFolder, erased: Option<&Path>) -> Result<Restored, Error> {
    let manifest = Manifest::read(backup)?;
    refuse_what_is_there(folder)?;
    let store = backup.join("whoknows.sqlite");
    if !manifest.files.contains_key("whoknows.sqlite") {
        return Err(bad(&store, "is not in the manifest"));
    }
    let (found, known) = Store::versions(&store)?;
    if found > known {
        return Err(index::Error::Newer { found, known }.into());
    }
    let mut aside = folder.path().as_os_str().to_owned();
    aside.push(".restoring");
    let aside = DataFolder::new(PathBuf::from(aside));
    if aside.path().exists() {
        fs_err::remove_dir_all(aside.path())?;
    }
    aside.create()?;
    let filled = fill(backup, &manifest, &aside).and_then(|()| {
        let before = suppression_of(&aside)?.len();
        for list in [Some(folder.path()), erased].into_iter().flatten() {
            join_lists(&aside, &DataFolder::new(list))?;
        }
        Ok(suppression_of(&aside)?.len() - before)
    });
    let erased_since = match filled {
        Ok(count) => count,
        Err(error) => {
            fs_err::remove_dir_all(aside.path())?;
            return Err(error);
        }
    };
    // They are in the other directory already; a directory takes the place of an empty one only.
    for name in LIST {
        let path = folder.path().join(name);
        if path.exists() {
            fs_err::remove_file(path)?;
        }
    }
    fs_err::rename(aside.path(), folder.path())?;
    if let Some(parent) = folder.path().parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs_err::File::open(parent)?.sync_all()?;
    }
    tracing::info!(generation = manifest.generation, erased_since, "restored a backup");
    Ok(Restored { manifest, erased_since })
}

fn fill(backup: &Path, manifest: &Manifest, aside: &DataFolder) -> Result<(), Error> {
    for (name, expected) in &manifest.files {
        let from = backup.join(name);
        if !from.is_file() {
            return Err(bad(&from, "is missing"));
        }
        if copy(&from, &aside.path().join(name))? != *expected {
            return Err(bad(&from, "is not what was written"));
        }
    }
    if manifest.lexical {
        crate::folder::owner_only_folder(&aside.generation(0).lexical())?;
    }
    Ok(())
}

fn refuse_what_is_there(folder: &DataFolder) -> Result<(), Error> {
    if !folder.path().exists() {
        return Ok(());
    }
    for entry in fs_err::read_dir(folder.path())? {
        let entry = entry?;
        let name = entry.file_name();
        if !LIST.iter().any(|known| name.to_str() == Some(known)) {
            let why = "is not empty: a backup is restored into a new directory, or one with nothing but the list of \
                       what was erased";
            return Err(bad(folder.path(), why));
        }
    }
    Ok(())
}

fn bad(path: &Path, why: &str) -> Error {
    Error::Backup { path: path.to_owned(), why: why.to_owned() }
}
