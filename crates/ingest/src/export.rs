//! An export as it lies on disk: a folder, an archive (zip, tar, tar.gz) or a single file, seen as a list of
//! entries.
//!
//! Decision: nothing is unpacked. Entries are read where they lie, and what an archive *produces* is counted
//! against the limits while it is read, whatever its headers declare. The price is that an archive's entry
//! cannot be read backwards, so formats must be able to read from front to back.

mod archive;
mod counted;
mod folder;
mod gzip;
mod name;
mod shared;
mod tar;

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::Archive;
use tar::Tar;

/// How much an export may hold before it is taken for an accident or an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files in a folder or an archive.
    pub max_entries: u64,
    /// Bytes that one entry of an archive may produce.
    pub max_entry_bytes: u64,
    /// Bytes that all entries of an archive may produce together.
    pub max_total_bytes: u64,
    /// Bytes produced for each byte of a packed entry (the first MiB of an entry is free).
    pub max_ratio: u64,
    /// Characters of one message's text; the rest is cut off and counted.
    pub max_message_chars: usize,
}

/// Why an export cannot be opened, or an entry of it cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The path or something below it cannot be read.
    #[error("cannot read {path}: check the path and its permissions")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A folder or an archive without a single file.
    #[error("{path} holds no files: pass the unpacked export's folder, or its archive as it was downloaded")]
    Empty {
        /// The folder or archive.
        path: PathBuf,
    },
    /// The end of the archive is missing.
    #[error(
        "{path} is an archive without its end: the download was cut; download it again and compare the sizes"
    )]
    CutArchive {
        /// The archive.
        path: PathBuf,
    },
    /// The archive or one of its entries is damaged or of an unknown kind.
    #[error("{path}: {entry:?} {reason}: download the export again, or unpack it and pass the folder")]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// The entry, or "the list of contents".
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An entry that would land outside the folder it is unpacked to; no export does that.
    #[error("{path} is refused: its entry {entry:?} {reason}; no real export has such an entry")]
    Unsafe {
        /// The archive.
        path: PathBuf,
        /// The entry's name.
        entry: String,
        /// What is wrong with the name.
        reason: &'static str,
    },
    /// More files than [`Limits::max_entries`].
    #[error("{path} holds more than {limit} files: pass one export at a time, or raise the limit")]
    TooMany {
        /// The folder or archive.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// One entry produces more than an export's file would.
    #[error(
        "{path}: {entry:?} {reason}: if the file is really that large, unpack the archive and pass the folder"
    )]
    TooLarge {
        /// The archive.
        path: PathBuf,
        /// The entry.
        entry: String,
        /// Which limit it broke.
        reason: String,
    },
    /// All entries together produce more than [`Limits::max_total_bytes`]: reading stops.
    #[error(
        "{path} unpacks to more than {limit} bytes: unpack the archive and pass the folder, or raise the limit"
    )]
    TotalTooLarge {
        /// The archive.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
}

impl ExportError {
    /// Whether nothing more can be read from the export after this.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::TotalTooLarge { .. })
    }
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name relative to the export, parts joined by `/`.
    pub name: String,
    /// Its size in bytes as the folder or the archive declares it: good for a progress bar, not for trust.
    pub bytes: u64,
    location: Location,
}

impl Entry {
    /// The name's last part.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The folder the entry lies in, empty at the top.
    pub fn folder(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// What stands after the name's last dot, in lower case; empty without a dot.
    pub fn extension(&self) -> String {
        self.file_name().rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
    }

    /// Where it lies, if it is a file of its own: what must be read out of order can be read there.
    pub(crate) fn disk_path(&self) -> Option<&Path> {
        if let Location::Disk(path) = &self.location { Some(path) } else { None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Location {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
    Packed { index: usize, packed_bytes: u64 },
}

/// An archive of either kind.
#[derive(Debug, Clone)]
enum Packed {
    Zip(Arc<Archive>),
    Tar(Arc<Tar>),
}

/// An opened export: its entries in the order of their names.
#[derive(Debug, Clone)]
pub struct Export {
    path: PathBuf,
    entries: Vec<Entry>,
    archive: Option<Packed>,
    limits: Limits,
    passed_over: u64,
}

impl Export {
    /// Opens a folder (walked without following links), a zip, tar or tar.gz (known by its first bytes) or a single file.
    ///
    /// # Errors
    /// When the path cannot be read, holds nothing, is a cut, damaged or malicious archive, or has too many
    /// files. An archive with one bad name is refused whole.
    pub fn open(path: &Path, limits: &Limits) -> Result<Self, ExportError> {
        let cannot_read = |source| ExportError::Read { path: path.to_owned(), source };
        let about = fs_err::metadata(path).map_err(cannot_read)?;
        let mut export = Self {
            path: path.to_owned(),
            entries: Vec::new(),
            archive: None,
            limits: *limits,
            passed_over: 0,
        };
        if about.is_dir() {
            (export.entries, export.passed_over) = folder::walk(path, limits)?;
        } else if is_zip(path).map_err(cannot_read)? {
            let (archive, entries) = Archive::open(path, limits)?;
            export.entries = entries;
            export.archive = Some(Packed::Zip(Arc::new(archive)));
        } else if let Some(packing) = tar::packing(path).map_err(cannot_read)? {
            let (archive, entries) = Tar::open(path, packing, limits)?;
            export.entries = entries;
            export.archive = Some(Packed::Tar(Arc::new(archive)));
        } else {
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            export.entries =
                vec![Entry { name, bytes: about.len(), location: Location::Disk(path.to_owned()) }];
        }
        let all = export.entries.len();
        export.entries.retain(|entry| !name::is_clutter(&entry.name));
        export.passed_over += (all - export.entries.len()) as u64;
        if export.entries.is_empty() {
            return Err(ExportError::Empty { path: path.to_owned() });
        }
        if about.is_dir() || export.archive.is_some() {
            name::strip_common_top(&mut export.entries);
        }
        export.entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(export)
    }

    /// One file that is in memory already.
    pub fn of_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Self {
        let location = Location::Memory(Arc::from(bytes));
        let entry = Entry { name: name.to_owned(), bytes: bytes.len() as u64, location };
        let (path, limits) = (PathBuf::from(name), *limits);
        Self { path, entries: vec![entry], archive: None, limits, passed_over: 0 }
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files, names ascending. A single top folder that holds everything is not part of the names.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with exactly that name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        let found = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(found)
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// All entries' declared sizes together, for a progress bar.
    pub fn total_bytes(&self) -> u64 {
        self.entries.iter().fold(0, |sum, entry| sum.saturating_add(entry.bytes))
    }

    /// Names what the export holds without reading it: names, sizes and, where files lie on a disk, times of
    /// change. Equal for an export that nobody touched. Costs one look at each file of a folder.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut changed = |path: &Path| {
            let time = fs_err::metadata(path).and_then(|about| about.modified()).ok();
            let since = time.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            hasher.update(&since.map_or(0, |since| since.as_nanos()).to_le_bytes());
        };
        changed(&self.path);
        for entry in &self.entries {
            if let Location::Disk(path) = &entry.location {
                changed(path);
            }
        }
        for entry in &self.entries {
            hasher.update(&(entry.name.len() as u64).to_le_bytes());
            hasher.update(entry.name.as_bytes());
            hasher.update(&entry.bytes.to_le_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// How many links, devices and files of the operating system (`.DS_Store`, `__MACOSX`) were passed over.
    pub fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// Whether the export is one file, not a folder or an archive.
    pub fn is_single_file(&self) -> bool {
        match self.entries.as_slice() {
            [Entry { location: Location::Disk(path), .. }] => *path == self.path,
            [Entry { location: Location::Memory(_), .. }] => true,
            _ => false,
        }
    }

    /// The part of the export below one of its folders, as an export of its own.
    #[must_use]
    pub fn within(&self, folder: &str) -> Self {
        let below = |entry: &Entry| {
            let name = entry.name.strip_prefix(folder)?.strip_prefix('/')?.to_owned();
            Some(Entry { name, ..entry.clone() })
        };
        Self { entries: self.entries.iter().filter_map(below).collect(), ..self.clone() }
    }

    /// Hands the content of an entry to `with`. A reader of an archive's entry fails with an
    /// [`io::Error`] that wraps [`ExportError`] as soon as more is produced than the limits allow.
    ///
    /// # Errors
    /// When the entry cannot be opened; what goes wrong later, `with` sees.
    pub fn read<T>(&self, entry: &Entry, with: impl FnOnce(&mut dyn BufRead) -> T) -> Result<T, ExportError> {
        match &entry.location {
            Location::Disk(path) => {
                let opened = fs_err::File::open(path);
                let file = opened.map_err(|source| ExportError::Read { path: path.clone(), source })?;
                Ok(with(&mut BufReader::with_capacity(1 << 16, file)))
            }
            Location::Memory(bytes) => Ok(with(&mut &bytes[..])),
            Location::Packed { index, packed_bytes } => match &self.archive {
                Some(Packed::Zip(zip)) => zip.read(*index, *packed_bytes, &entry.name, with),
                Some(Packed::Tar(tar)) => tar.read(*index, &entry.name, with),
                None => Err(ExportError::Empty { path: self.path.clone() }),
            },
        }
    }

    /// The first bytes of an entry, at most `bytes`; empty if it cannot be read.
    pub fn head(&self, entry: &Entry, bytes: u64) -> Vec<u8> {
        let mut head = Vec::new();
        // What cannot be read is not recognised; reading it later says why.
        let read = self.read(entry, |reader| reader.take(bytes).read_to_end(&mut head).is_ok());
        if read.is_err() {
            head.clear();
        }
        head
    }
}

impl fmt::Display for Export {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())
    }
}

/// A zip begins with an entry or, if it is empty, with its end record.
fn is_zip(path: &Path) -> io::Result<bool> {
    let mut magic = Vec::new();
    fs_err::File::open(path)?.take(4).read_to_end(&mut magic)?;
    Ok(matches!(magic.as_slice(), b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08"))
}
