//! The key and the list on disk: two small files for their owner only.

use std::collections::BTreeMap;

use ingest::policy::{Erasure, Suppression, Tombstone};

use crate::private::put_whole;
use crate::{DataFolder, Error};

/// The digits of a tombstone or a key, two a byte.
pub(super) fn hex(bytes: Tombstone) -> String {
    blake3::Hash::from_bytes(bytes).to_hex().to_string()
}

fn unhex(text: &str) -> Option<Tombstone> {
    blake3::Hash::from_hex(text.trim()).ok().map(Into::into)
}

/// What was erased from a data directory; empty if nothing ever was.
///
/// # Errors
/// [`Error::Suppression`] if there is a list and no key, or either does not read: then nothing may be read, or
/// what was erased could come back.
pub fn suppression_of(folder: &DataFolder) -> Result<Suppression, Error> {
    let (key, list) = (folder.suppression_key(), folder.suppression_list());
    let broken =
        |path: &std::path::Path, why: &'static str| Error::Suppression { path: path.to_owned(), why };
    if !key.exists() {
        return if list.exists() { Err(broken(&key, "is missing")) } else { Ok(Suppression::default()) };
    }
    let secret = unhex(&fs_err::read_to_string(&key)?).ok_or_else(|| broken(&key, "is no key"))?;
    let mut entries = Vec::new();
    if list.exists() {
        for line in fs_err::read_to_string(&list)?.lines() {
            let entry =
                line.split_once(' ').and_then(|(hash, mode)| Some((unhex(hash)?, Erasure::parse(mode)?)));
            let (hash, mode) = entry.ok_or_else(|| broken(&list, "has a line that is no entry"))?;
            entries.push((hash, mode));
        }
    }
    Ok(Suppression::new(secret, entries))
}

/// Puts what was erased from one data directory on the list of another.
///
/// # Errors
/// [`Error::Suppression`] if a list does not read, or the two have different keys: then nobody can tell whether they
/// speak of the same.
pub(crate) fn join_lists(folder: &DataFolder, from: &DataFolder) -> Result<(), Error> {
    let more = suppression_of(from)?;
    if !from.suppression_key().exists() {
        return Ok(());
    }
    let key = fs_err::read(from.suppression_key())?;
    if !folder.suppression_key().exists() {
        put_whole(&folder.suppression_key(), &key)?;
    } else if fs_err::read(folder.suppression_key())?.trim_ascii() != key.trim_ascii() {
        let why = "is another than that of the list that was given: they cannot be joined";
        return Err(Error::Suppression { path: folder.suppression_key(), why });
    }
    let known = suppression_of(folder)?;
    let known: BTreeMap<Tombstone, Erasure> = known.entries().collect();
    let new: Vec<(Tombstone, Erasure)> =
        more.entries().filter(|(hash, mode)| known.get(hash) != Some(mode)).collect();
    append(folder, &new)
}

/// Makes the key if there is none; the list under it.
pub(super) fn with_key(folder: &DataFolder, fresh: [u8; 32]) -> Result<Suppression, Error> {
    let path = folder.suppression_key();
    if !path.exists() && !folder.suppression_list().exists() {
        put_whole(&path, hex(fresh).as_bytes())?;
    }
    suppression_of(folder)
}

/// Puts entries on the list, on the disk before anything else happens. The list is written anew as a whole: one that
/// ends in half an entry, after a power cut, would stop everything.
pub(super) fn append(folder: &DataFolder, entries: &[(Tombstone, Erasure)]) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let path = folder.suppression_list();
    let mut lines = if path.exists() { fs_err::read_to_string(&path)? } else { String::new() };
    for (hash, mode) in entries {
        lines.extend([hex(*hash).as_str(), " ", mode.as_str(), "\n"]);
    }
    Ok(put_whole(&path, lines.as_bytes())?)
}
