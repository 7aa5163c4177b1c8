//! Files for their owner only, and files that are there as a whole.

use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Opens a file for writing that only its owner can read, making it if it is not there; `empty` takes out what it
/// held.
///
/// # Errors
/// What the file system says.
pub fn private_file(path: &Path, empty: bool) -> Result<std::fs::File, Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(empty);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(0o600).open(path)?;
        // A file that was there already keeps its own mode otherwise.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// Puts a file for its owner only in place, as a whole and on the disk: a reader sees the old one or the new one,
/// and so does whoever comes after a crash. Of several who write it at once, the last one's stays.
///
/// # Errors
/// What the file system says.
pub fn put_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    let mut file = locked(&fresh)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs_err::rename(&fresh, path)?;
    sync_names_beside(path)
}

/// Opens the file that is about to be renamed, for one writer at a time: two servers may share a data directory. One
/// name for all of them, so that nothing that a crash leaves lies under a name that nobody knows.
fn locked(fresh: &Path) -> Result<std::fs::File, Error> {
    loop {
        let file = private_file(fresh, false)?;
        file.lock()?;
        // Whoever had it before has renamed it.
        if is_still_at(&file, fresh)? {
            return Ok(file);
        }
    }
}

/// Whether the name still means this file.
#[cfg(unix)]
fn is_still_at(file: &std::fs::File, path: &Path) -> Result<bool, Error> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the name still means this file: an open file keeps its name there.
#[cfg(not(unix))]
fn is_still_at(_: &std::fs::File, path: &Path) -> Result<bool, Error> {
    path.try_exists()
}

/// Puts on the disk which names there are in the folder that holds `path`: a file that was made, renamed or removed
/// there stays so after a power cut. What is in the file is its own affair.
///
/// # Errors
/// What the file system says.
pub(crate) fn sync_names_beside(path: &Path) -> Result<(), Error> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => fs_err::File::open(".")?.sync_all(),
        Some(folder) => fs_err::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_writers_at_once_one_has_the_last_word_and_none_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book");
        let contents: Vec<String> =
            (0..8).map(|writer| format!("{writer}").repeat(10_000 + writer)).collect();
        std::thread::scope(|scope| {
            for content in &contents {
                let path = &path;
                scope.spawn(move || (0..20).for_each(|_| put_whole(path, content.as_bytes()).unwrap()));
            }
        });
        assert!(contents.contains(&fs_err::read_to_string(&path).unwrap()));
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn the_last_content_stands_alone_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for content in ["the first, which is longer", "second"] {
            put_whole(&path, content.as_bytes()).unwrap();
            assert_eq!(fs_err::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
