//! Hashes of all files that a run wrote, kept beside them: what changes afterwards, changed by itself.
//!
//! What others write besides (keys, asks, the audit log) is sealed with the time of its last change: rot does not set
//! the clock of a file, whoever writes does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{Finding, REINDEX, RESTORE, damage, note};
use crate::generations::Generation;
use crate::private::{put_whole, sync_names_beside};
use crate::{DataFolder, Error};

/// Begins the name of a file that others write besides; its time and its name follow.
const LOOSE: &str = "loose/";

/// Those in the data directory itself.
const OTHERS: [&str; 9] = [
    "asks.sqlite",
    "current",
    "erasures.jsonl",
    "jobs.json",
    "keys.json",
    "model.json",
    "opt-outs.json",
    "policy.toml",
    "quarantine.jsonl",
];

const RERUN: &str = "the next `whoknows ingest` or `reindex` that ends well seals it";

/// Takes the seal off before anything is written. A run that is killed leaves none; nor does a power cut, after which
/// the seal would call damaged what was only written.
pub(crate) fn take_off(place: &Generation) -> Result<(), Error> {
    match fs_err::remove_file(place.seal()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(sync_names_beside(&place.seal())?),
    }
}

/// Seals a generation of a data directory. Reads every file of it once; the store must be closed or checkpointed.
pub(crate) fn put_on(folder: &DataFolder, place: &Generation) -> Result<(), Error> {
    let mut lines = String::new();
    for (name, path) in files(folder, place)? {
        lines.push_str(&hash(&path)?);
        lines.push(' ');
        lines.push_str(&name);
        lines.push('\n');
    }
    for name in loose_names(folder)? {
        let path = folder.path().join(&name);
        let before = changed_at(&path);
        // Whoever writes it now may be half-way.
        if let (Some(before), Ok(hash)) = (before, hash(&path))
            && changed_at(&path) == Some(before)
        {
            lines.extend([hash.as_str(), " ", LOOSE, &before.to_string(), "/", &name, "\n"]);
        }
    }
    let own = blake3::hash(lines.as_bytes()).to_hex();
    Ok(put_whole(&place.seal(), format!("{lines}{own} seal\n").as_bytes())?)
}

/// Compares every sealed file with its hash.
pub(super) fn examine(folder: &DataFolder, place: &Generation) -> Vec<Finding> {
    let Ok(text) = fs_err::read(place.seal()) else {
        let what = "a run is at work, was killed, or the server writes: checked by content only";
        return vec![note("seal", what, RERUN)];
    };
    let Some(sealed) = read(&text) else {
        return vec![damage("seal", "is not what was written", RERUN)];
    };
    let fault = |(name, expected): (&String, &String)| {
        if let Some(loose) = name.strip_prefix(LOOSE) {
            return examine_loose(folder, loose, expected);
        }
        let of_folder = name.starts_with("suppression.");
        let path = if of_folder { folder.path() } else { place.path() }.join(name);
        let hint = if name.starts_with("lexical/") { REINDEX } else { RESTORE };
        let what = match hash(&path) {
            Ok(found) if found == *expected => return None,
            Ok(_) => "is not what was written",
            Err(_) if !path.exists() => "is missing",
            Err(_) => "cannot be read",
        };
        let shown = if of_folder { name.clone() } else { place.file_name(name) };
        Some(damage(shown, what, hint))
    };
    sealed.iter().filter_map(fault).collect()
}

/// Compares a file that others write besides, unless somebody has written it since.
fn examine_loose(folder: &DataFolder, sealed: &str, expected: &str) -> Option<Finding> {
    let (at, name) = sealed.split_once('/')?;
    let path = folder.path().join(name);
    if !path.exists() {
        // Old months of the audit log go by themselves; its chain tells whether too much did.
        return (path.extension().is_none_or(|end| end != "ndjson"))
            .then(|| damage(name, "is missing", RESTORE));
    }
    let untouched = changed_at(&path).is_none_or(|found| found.to_string() == at);
    let what = match hash(&path) {
        Ok(found) if found == expected || !untouched => return None,
        Ok(_) => "is not what was written",
        Err(_) => "cannot be read",
    };
    Some(damage(name, what, RESTORE))
}

/// When a file was changed last, in nanoseconds since 1970.
fn changed_at(path: &Path) -> Option<u128> {
    let changed = fs_err::metadata(path).ok()?.modified().ok()?;
    Some(changed.duration_since(UNIX_EPOCH).ok()?.as_nanos())
}

/// Files of the data directory and its audit log that are not made by ingests alone, ascending. Others may lie there
/// that are none of ours.
fn loose_names(folder: &DataFolder) -> Result<Vec<String>, Error> {
    let mut names: Vec<String> = OTHERS.iter().map(|name| (*name).to_owned()).collect();
    names.retain(|name| folder.path().join(name).is_file());
    let audit = folder.path().join("audit");
    if audit.is_dir() {
        for entry in fs_err::read_dir(audit)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let passing = Path::new(&name).extension().is_some_and(|end| end == "new");
            if name != "lock" && !passing {
                names.push(format!("audit/{name}"));
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Hashes by file name, if the seal is whole.
fn read(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let text = std::str::from_utf8(text).ok()?;
    let (lines, own) = match text.strip_suffix(" seal\n")?.rsplit_once('\n') {
        Some((lines, own)) => (format!("{lines}\n"), own),
        None => return None,
    };
    if blake3::hash(lines.as_bytes()).to_hex().as_str() != own {
        return None;
    }
    let entry = |line: &str| line.split_once(' ').map(|(hash, name)| (name.to_owned(), hash.to_owned()));
    lines.lines().map(entry).collect()
}

/// What only ingests and erasures write: the store, the lexical index, and the list of what was erased.
fn files(folder: &DataFolder, place: &Generation) -> Result<BTreeMap<String, PathBuf>, Error> {
    let mut files = BTreeMap::new();
    for path in [place.store(), folder.suppression_key(), folder.suppression_list()] {
        if path.exists() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            files.insert(name, path);
        }
    }
    for partition in fs_err::read_dir(place.lexical())? {
        let partition = partition?;
        for entry in fs_err::read_dir(partition.path())? {
            let (path, name) = (entry?.path(), partition.file_name());
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.extension().is_none_or(|extension| extension != "lock") {
                files.insert(format!("lexical/{}/{file}", name.to_string_lossy()), path);
            }
        }
    }
    Ok(files)
}

fn hash(path: &Path) -> Result<String, std::io::Error> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(fs_err::File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests;
