//! Zip archives: checked whole before anything is read, and counted while they are read.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use zip::ZipArchive;
use zip::result::ZipError;

use super::counted::Counted;
use super::shared::SharedFile;
use super::{Entry, ExportError, Limits, Location, name};

/// A zip whose list of contents has been read and found harmless.
#[derive(Debug)]
pub(super) struct Archive {
    path: PathBuf,
    zip: ZipArchive<SharedFile>,
    limits: Limits,
    most: Vec<AtomicU64>,
    total: AtomicU64,
}

impl Archive {
    /// Reads the list of contents, and refuses the archive if any entry of it is unsafe.
    pub(super) fn open(path: &Path, limits: &Limits) -> Result<(Self, Vec<Entry>), ExportError> {
        let read = |source| ExportError::Read { path: path.to_owned(), source };
        let damaged = |error: &ZipError| ExportError::Damaged {
            path: path.to_owned(),
            entry: "the list of contents".to_owned(),
            reason: error.to_string(),
        };
        let file = SharedFile::new(fs_err::File::open(path).map_err(read)?);
        let mut zip = match ZipArchive::new(file) {
            Ok(zip) => zip,
            Err(ZipError::Io(source)) if source.kind() != io::ErrorKind::UnexpectedEof => {
                return Err(read(source));
            }
            // Cut or damaged: the end record is missing, or points to where nothing is.
            Err(_) => return Err(ExportError::CutArchive { path: path.to_owned() }),
        };
        if zip.len() as u64 > limits.max_entries {
            return Err(ExportError::TooMany { path: path.to_owned(), limit: limits.max_entries });
        }
        let refused = |entry: &str, reason| {
            Err(ExportError::Unsafe { path: path.to_owned(), entry: entry.to_owned(), reason })
        };
        if zip.has_duplicate_names() {
            return refused("(two entries)", "has the same name as another");
        }
        if zip.has_overlapping_entries().map_err(|error| damaged(&error))? {
            return refused("(two entries)", "shares its bytes with another");
        }
        let mut entries = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let data = zip.by_index_data(index).map_err(|error| damaged(&error))?;
            let raw = String::from_utf8_lossy(data.name_raw()).into_owned();
            if data.is_symlink() {
                return refused(&raw, "is a link");
            }
            if data.encrypted() {
                let reason = "is encrypted".to_owned();
                return Err(ExportError::Damaged { path: path.to_owned(), entry: raw, reason });
            }
            if data.is_dir() && raw.trim_matches(['.', '/']).is_empty() && !raw.contains("..") {
                continue;
            }
            match name::checked(&raw) {
                Ok(_) if data.is_dir() => {}
                Ok(name) => {
                    let location = Location::Packed { index, packed_bytes: data.compressed_size() };
                    entries.push(Entry { name, bytes: data.size(), location });
                }
                Err(reason) => return refused(&raw, reason),
            }
        }
        let most = (0..zip.len()).map(|_| AtomicU64::new(0)).collect();
        let archive = Self { path: path.to_owned(), zip, limits: *limits, most, total: AtomicU64::new(0) };
        Ok((archive, entries))
    }

    /// Unpacks one entry into `with`.
    pub(super) fn read<T>(
        &self,
        index: usize,
        packed_bytes: u64,
        entry: &str,
        with: impl FnOnce(&mut dyn BufRead) -> T,
    ) -> Result<T, ExportError> {
        let damaged = |reason: String| ExportError::Damaged {
            path: self.path.clone(),
            entry: entry.to_owned(),
            reason,
        };
        // The list of contents is shared; only the place in the file is this reading's own.
        let mut zip = self.zip.clone();
        let inner = zip.by_index(index).map_err(|error| damaged(error.to_string()))?;
        let Some(most) = self.most.get(index) else { return Err(damaged("is not in the archive".into())) };
        let counted = Counted {
            inner,
            path: &self.path,
            entry,
            packed_bytes,
            limits: &self.limits,
            produced: 0,
            most,
            total: &self.total,
        };
        Ok(with(&mut BufReader::with_capacity(1 << 16, counted)))
    }
}
