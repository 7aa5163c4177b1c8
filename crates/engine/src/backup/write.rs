//! Writing a backup.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use index::Store;
use index::lexical::{builds, damaged_files};
use model::Timestamp;

use super::{Listed, MANIFEST, Manifest, VERSION, copy, listed};
use crate::generations::Generation;
use crate::private::{private_file, put_whole};
use crate::{DataFolder, Error};

/// How often the lexical index is copied again if it was written to meanwhile.
const ATTEMPTS: usize = 5;

/// What lies in a data directory and is no part of a backup: the generations, which are copied in a way of their
/// own, what is fetched, what is derived, and what says who holds or serves what.
const LEFT_OUT: [&str; 10] = [
    "generations",
    "lexical",
    "models",
    "current",
    "lock",
    "used",
    "seal",
    "made.json",
    "jobs.json",
    "quarantine.jsonl",
];

/// How every file of an SQLite database begins.
const SQLITE: &[u8; 16] = b"SQLite format 3\0";

/// Writes a backup of a data directory to the folder `to`, which must not be there, while others read and write.
/// Every file of it is on the disk and hashed when the folder gets its name. Takes as much space as the index.
///
/// # Errors
/// [`Error::NoIndex`] if there is nothing to back up, [`Error::Backup`] if `to` is there, [`Error::Stopped`].
pub fn backup(folder: &DataFolder, to: &Path, now: Timestamp, stop: &AtomicBool) -> Result<Manifest, Error> {
    let refused = |why: &str| Err(Error::Backup { path: to.to_owned(), why: why.to_owned() });
    if to.exists() {
        return refused("is there already");
    }
    if lies_in(to, folder)? {
        return refused("lies in the data directory itself: the next backup would hold this one");
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    if partial.exists() {
        fs_err::remove_dir_all(&partial)?;
    }
    fs_err::create_dir_all(&partial)?;
    crate::folder::owner_only_folder(&partial)?;
    let written = write(folder, &partial, now, stop);
    let manifest = match written {
        Ok(manifest) => manifest,
        Err(error) => {
            fs_err::remove_dir_all(&partial)?;
            return Err(error);
        }
    };
    fs_err::rename(&partial, to)?;
    if let Some(parent) = to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs_err::File::open(parent)?.sync_all()?;
    }
    tracing::info!(generation = manifest.generation, files = manifest.files.len(), "wrote a backup");
    Ok(manifest)
}

fn write(folder: &DataFolder, to: &Path, now: Timestamp, stop: &AtomicBool) -> Result<Manifest, Error> {
    let go_on = || if stop.load(Ordering::Relaxed) { Err(Error::Stopped) } else { Ok(()) };
    let (place, _used) = folder.hold()?;
    let mut files = BTreeMap::new();
    // What was erased by then is on the list: it is copied before the store. Whatever is erased later is in the
    // store that is copied after it, and on the list of the directory itself.
    others(folder, to, &mut files)?;
    go_on()?;
    let store = to.join("whoknows.sqlite");
    let lexical = to.join("lexical");
    let mut has_lexical = false;
    for _ in 0..ATTEMPTS {
        remove_file(&store)?;
        Store::open_read_only(&place.store())?.copy_to(&store)?;
        go_on()?;
        if copy_lexical(&place, &lexical)? {
            let generation = Store::open_read_only(&store)?.generation()?;
            has_lexical = builds(&lexical) == Some((generation, generation))
                && damaged_files(&lexical).is_ok_and(|damaged| damaged.is_empty());
        }
        go_on()?;
        if has_lexical {
            break;
        }
    }
    crate::folder::owner_only(&store)?;
    files.insert("whoknows.sqlite".to_owned(), listed(&store)?);
    if has_lexical {
        for (name, path) in below(&lexical, "lexical/")? {
            files.insert(name, listed(&path)?);
        }
    } else if lexical.exists() {
        fs_err::remove_dir_all(&lexical)?;
    }
    let (tables, _) = Store::versions(&store)?;
    let generation = Store::open_read_only(&store)?.generation()?;
    // Opening it may have left files beside it.
    for end in ["-wal", "-shm"] {
        remove_file(&to.join(format!("whoknows.sqlite{end}")))?;
    }
    let created_at = now.to_string();
    let manifest = Manifest { version: VERSION, created_at, generation, tables, lexical: has_lexical, files };
    let text = serde_json::to_vec_pretty(&manifest).map_err(std::io::Error::from)?;
    put_whole(&to.join(MANIFEST), &text)?;
    Ok(manifest)
}

/// Copies the lexical index; whether all of its files stayed there meanwhile.
fn copy_lexical(place: &Generation, to: &Path) -> Result<bool, Error> {
    if to.exists() {
        fs_err::remove_dir_all(to)?;
    }
    // What a commit names is there before the commit is: first what is named now, then all files.
    let all = below(&place.lexical(), "")?;
    let (metas, segments): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(name, _)| name.ends_with("meta.json"));
    for (name, path) in metas.into_iter().chain(segments) {
        match copy(&path, &to.join(&name)) {
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            copied => drop(copied?),
        }
    }
    Ok(true)
}

/// Copies everything else.
fn others(folder: &DataFolder, to: &Path, files: &mut BTreeMap<String, Listed>) -> Result<(), Error> {
    for (name, path) in below(folder.path(), "")? {
        let top = name.split('/').next().unwrap_or(&name);
        let beside = ["-wal", "-shm", ".new", ".lock"].iter().any(|end| name.ends_with(end));
        if LEFT_OUT.contains(&top) || beside || name == "whoknows.sqlite" {
            continue;
        }
        let target = to.join(&name);
        let copied = if is_database(&path) {
            if let Some(parent) = target.parent() {
                fs_err::create_dir_all(parent)?;
            }
            index::copy_database(&path, &target)?;
            crate::folder::owner_only(&target)?;
            listed(&target)?
        } else if path.extension().is_some_and(|extension| extension == "jsonl") {
            copy_lines(&path, &target)?
        } else {
            copy(&path, &target)?
        };
        files.insert(name, copied);
    }
    Ok(())
}

/// Copies a file of lines that may grow meanwhile: up to its last whole line.
fn copy_lines(from: &Path, to: &Path) -> Result<Listed, Error> {
    let mut bytes = fs_err::read(from)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    bytes.truncate(whole);
    if let Some(parent) = to.parent() {
        fs_err::create_dir_all(parent)?;
    }
    let mut file = private_file(to, true)?;
    std::io::Write::write_all(&mut file, &bytes)?;
    file.sync_all()?;
    listed(to)
}

/// Whether a path that need not be there would lie in the data directory.
fn lies_in(path: &Path, folder: &DataFolder) -> Result<bool, Error> {
    let folder = fs_err::canonicalize(folder.path()).map_err(|_| Error::NoIndex(folder.path().to_owned()))?;
    let path = std::path::absolute(path)?;
    let there = path.ancestors().find_map(|part| fs_err::canonicalize(part).ok());
    Ok(there.is_some_and(|there| there.starts_with(&folder)))
}

fn is_database(path: &Path) -> bool {
    let mut head = [0; 16];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *SQLITE
}

/// Regular files below a folder with their names from there, sorted; links are not followed. The folders of the
/// generations and of fetched models are not entered.
fn below(folder: &Path, prefix: &str) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let Some(name) = name.to_str() else { continue };
        if kind.is_file() && entry.path().extension().is_none_or(|end| end != "lock") {
            found.push((format!("{prefix}{name}"), entry.path()));
        } else if kind.is_dir() && !(prefix.is_empty() && LEFT_OUT.contains(&name)) {
            found.extend(below(&entry.path(), &format!("{prefix}{name}/"))?);
        }
    }
    found.sort();
    Ok(found)
}

fn remove_file(path: &Path) -> Result<(), Error> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
