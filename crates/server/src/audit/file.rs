//! The files of the log: appended to by one process at a time, under a lock.

use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use engine::{private_file, put_whole};
use model::Timestamp;

use super::entry::{BEGINNING, Entry, Hasher};
use super::{Event, SHORTEST_MONTHS};

/// How many random bytes the key takes.
pub const RANDOM_BYTES: usize = 32;
/// How much of the end of a file is looked at for its last entry, in bytes: more than any entry.
const TAIL: u64 = 64 << 10;

/// What can go wrong with the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A file cannot be read or written.
    #[error("the audit log: {0}")]
    Io(#[from] std::io::Error),
    /// The key is missing or none: what is written could not be checked.
    #[error("{} is no key of an audit log (hint: restore it from a backup)", .0.display())]
    Key(PathBuf),
}

/// The log of a data directory.
#[derive(Clone)]
pub struct AuditLog {
    folder: PathBuf,
    hasher: Hasher,
    keep_months: u32,
}

/// Where in the log a page of entries ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The month: `2026-03`.
    pub month: String,
    /// Bytes of its file that are still to be read.
    pub bytes: u64,
}

/// The end of the log.
pub(super) struct Head {
    pub(super) n: u64,
    pub(super) hash: String,
}

impl PartialEq for AuditLog {
    fn eq(&self, other: &Self) -> bool {
        self.folder == other.folder && self.keep_months == other.keep_months
    }
}

impl Eq for AuditLog {}

impl std::fmt::Debug for AuditLog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("AuditLog").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl AuditLog {
    /// The log in the folder `audit` of a data directory. `fresh` are random bytes for its key, if it has none yet;
    /// entries are kept for `keep_months`, at least six.
    ///
    /// # Errors
    /// [`AuditError::Key`] if there are entries and no key, or the key does not read.
    pub fn open(data: &Path, fresh: &[u8; RANDOM_BYTES], keep_months: u32) -> Result<Self, AuditError> {
        let folder = data.join("audit");
        if !folder.is_dir() {
            fs_err::create_dir_all(&folder)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs_err::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
            }
        }
        let path = folder.join("key");
        let broken = || AuditError::Key(path.clone());
        // Two that begin at once make one key.
        let lock = private_file(&folder.join("lock"), false)?;
        lock.lock()?;
        if !path.exists() {
            if !months(&folder)?.is_empty() {
                return Err(broken());
            }
            put_whole(&path, data_encoding::HEXLOWER.encode(fresh).as_bytes())?;
        }
        let text = fs_err::read_to_string(&path)?;
        let bytes = data_encoding::HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| broken())?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| broken())?;
        Ok(Self { folder, hasher: Hasher::new(key), keep_months: keep_months.max(SHORTEST_MONTHS) })
    }

    /// The keyed hash by which an id or a text stands in entries.
    pub fn hash(&self, text: &str) -> String {
        self.hasher.short(text)
    }

    /// Appends entries for events, on the disk when it returns. What a crash tore at the end is cut off, and told by
    /// an entry; so is a month that was kept long enough and is removed.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&self, events: &[Event], now: Timestamp) -> Result<(), AuditError> {
        if events.is_empty() {
            return Ok(());
        }
        let lock = private_file(&self.folder.join("lock"), false)?;
        lock.lock()?;
        let known = months(&self.folder)?;
        // A clock that goes back does not part what belongs together.
        let month = known.last().cloned().unwrap_or_default().max(month_of(now));
        let mut told = Vec::new();
        let newest = known.last().map(|month| self.path(month));
        let torn = newest.as_deref().map_or(Ok(0), cut_torn)?;
        if torn > 0 {
            told.push(notice("torn", format!("{torn} bytes")));
        }
        let mut head = self.head(newest.as_deref())?;
        let oldest = months_before(&month, self.keep_months);
        for old in known.iter().filter(|known| **known < oldest) {
            fs_err::remove_file(self.path(old))?;
            told.push(notice("retired", old.clone()));
        }
        let mut text = String::new();
        for event in told.iter().chain(events) {
            let entry = self.hasher.entry(event, (head.n + 1, &head.hash), now);
            let (line, hash) = self.hasher.line(&entry).map_err(std::io::Error::other)?;
            text.push_str(&line);
            text.push('\n');
            head = Head { n: head.n + 1, hash };
        }
        let path = self.path(&month);
        let mut file = private_file(&path, false)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(text.as_bytes())?;
        file.sync_data()?;
        Ok(put_whole(&self.folder.join("head"), format!("{} {}\n", head.n, head.hash).as_bytes())?)
    }

    /// Where the chain goes on: behind the last entry, or behind the last that was ever written if that is gone.
    fn head(&self, newest: Option<&Path>) -> Result<Head, AuditError> {
        let last = newest.map_or(Ok(None), |path| self.last_entry(path))?;
        let noted = self.noted_head()?;
        let beginning = || Head { n: 0, hash: BEGINNING.to_owned() };
        Ok(match (last, noted) {
            (Some(last), Some(noted)) if noted.n > last.n => noted,
            (Some(last), _) => last,
            (None, noted) => noted.unwrap_or_else(beginning),
        })
    }

    /// The end of the log as it was noted beside it.
    pub(super) fn noted_head(&self) -> Result<Option<Head>, AuditError> {
        let path = self.folder.join("head");
        if !path.exists() {
            return Ok(None);
        }
        let text = fs_err::read_to_string(&path)?;
        let read = text.trim().split_once(' ').and_then(|(n, hash)| Some((n.parse().ok()?, hash.to_owned())));
        Ok(read.map(|(n, hash)| Head { n, hash }))
    }

    fn last_entry(&self, path: &Path) -> Result<Option<Head>, AuditError> {
        let (bytes, _) = end_of(path, None)?;
        let text = String::from_utf8_lossy(&bytes);
        let last = text.lines().last().and_then(|line| self.hasher.read(line));
        Ok(last.map(|(entry, hash)| Head { n: entry.n, hash }))
    }

    /// The newest entries before a place (from the end without one), newest first, at most `limit` that `wanted` takes,
    /// and the place where to go on, if there are older ones. Looks at 64 KiB at most for each call.
    ///
    /// # Errors
    /// What the file system says.
    pub fn page(
        &self,
        before: Option<&Place>,
        limit: usize,
        wanted: &dyn Fn(&Entry) -> bool,
    ) -> Result<(Vec<Entry>, Option<Place>), AuditError> {
        let known = months(&self.folder)?;
        let months = known.iter().rev().filter(|month| before.is_none_or(|place| **month <= place.month));
        let Some(month) = months.clone().next() else { return Ok((Vec::new(), None)) };
        let until = before.filter(|place| place.month == *month).map(|place| place.bytes);
        let (bytes, start) = end_of(&self.path(month), until)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut left = start + bytes.len() as u64;
        let mut entries = Vec::new();
        for line in text.split_inclusive('\n').rev() {
            if entries.len() == limit {
                break;
            }
            left -= line.len() as u64;
            let entry = self.hasher.read(line.trim_end()).map(|(entry, _)| entry);
            entries.extend(entry.filter(|entry| wanted(entry)));
        }
        let older = months.skip(1).map(|month| Place { month: month.clone(), bytes: u64::MAX }).next();
        let here = Place { month: month.clone(), bytes: left };
        Ok((entries, if left > 0 { Some(here) } else { older }))
    }

    /// The file of a month.
    pub(super) fn path(&self, month: &str) -> PathBuf {
        self.folder.join(format!("{month}.ndjson"))
    }

    /// The months that there are entries of, ascending.
    pub(super) fn months(&self) -> Result<Vec<String>, AuditError> {
        Ok(months(&self.folder)?)
    }

    pub(super) const fn hasher(&self) -> &Hasher {
        &self.hasher
    }
}

fn notice(did: &str, outcome: String) -> Event {
    Event { did: did.to_owned(), outcome, ..Event::default() }
}

fn months(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut months = Vec::new();
    for file in fs_err::read_dir(folder)? {
        let name = file?.file_name().to_string_lossy().into_owned();
        months.extend(name.strip_suffix(".ndjson").filter(|month| month.len() == 7).map(str::to_owned));
    }
    months.sort();
    Ok(months)
}

fn month_of(at: Timestamp) -> String {
    at.to_string().chars().take(7).collect()
}

/// The month so many months before another.
fn months_before(month: &str, back: u32) -> String {
    let parts =
        month.split_once('-').and_then(|(y, m)| Some((y.parse::<u32>().ok()?, m.parse::<u32>().ok()?)));
    let Some((year, number)) = parts else { return String::new() };
    let all = (year * 12 + number.saturating_sub(1)).saturating_sub(back);
    format!("{:04}-{:02}", all / 12, all % 12 + 1)
}

/// The whole lines at the end of the first `until` bytes of a file, 64 KiB at most, and where they begin.
fn end_of(path: &Path, until: Option<u64>) -> std::io::Result<(Vec<u8>, u64)> {
    let mut file = fs_err::File::open(path)?;
    let length = file.metadata()?.len().min(until.unwrap_or(u64::MAX));
    let start = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length - start).read_to_end(&mut bytes)?;
    // The first line may have begun before.
    let first =
        if start == 0 { 0 } else { bytes.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1) };
    bytes.drain(..first);
    Ok((bytes, start + first as u64))
}

/// Cuts off what comes behind the last end of a line; how many bytes that were.
fn cut_torn(path: &Path) -> std::io::Result<u64> {
    let length = fs_err::metadata(path)?.len();
    let (bytes, start) = end_of(path, None)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = start + whole as u64;
    if end < length {
        let file = private_file(path, false)?;
        file.set_len(end)?;
        file.sync_data()?;
    }
    Ok(length - end)
}
