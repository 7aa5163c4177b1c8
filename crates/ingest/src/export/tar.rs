//! Tar archives, bare or in gzip: read through once, checked whole, and then read where their entries lie.
//!
//! Only the fields of a header are taken from the `tar` crate: its own walk reads names of any length into
//! memory. The price of a tar is that opening it reads all of it.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tar::{EntryType, Header, PaxExtensions};

use super::gzip::{Gzip, Inflater, Points};
use super::shared::SharedFile;
use super::{Entry, ExportError, Limits, Location, name};

const BLOCK: u64 = 512;
/// No name is longer, nor all that an extended header says together.
const MAX_EXTENSION_BYTES: u64 = 1 << 20;
/// So much may be produced before the ratio is looked at.
const FREE_BYTES: u64 = 1 << 20;
const LISTING: &str = "the list of contents";

/// How a tar is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
}

/// Whether a file is a tar, by its first block.
pub(super) fn packing(path: &Path) -> io::Result<Option<Packing>> {
    let mut file = SharedFile::new(fs_err::File::open(path)?);
    let mut block = Vec::new();
    file.by_ref().take(BLOCK).read_to_end(&mut block)?;
    if block.starts_with(b"\x1f\x8b") {
        block.clear();
        // What does not unpack is no tar; it is read as the file that it is.
        let read = Inflater::new(&file)?.take(BLOCK).read_to_end(&mut block);
        return Ok((read.is_ok() && is_header(&block)).then_some(Packing::Gzip));
    }
    Ok((is_header(&block)).then_some(Packing::Plain))
}

fn is_header(block: &[u8]) -> bool {
    block.len() as u64 == BLOCK
        && block.get(257..262) == Some(b"ustar")
        && sum_is_right(Header::from_byte_slice(block))
}

fn sum_is_right(header: &Header) -> bool {
    let blank = 148..156;
    let byte = |(place, byte): (usize, &u8)| u32::from(if blank.contains(&place) { b' ' } else { *byte });
    header.cksum().is_ok_and(|sum| sum == header.as_bytes().iter().enumerate().map(byte).sum::<u32>())
}

/// A tar that has been read through and found harmless.
#[derive(Debug)]
pub(super) struct Tar {
    path: PathBuf,
    content: Content,
    /// Where each entry's bytes begin, and how many they are.
    places: Vec<(u64, u64)>,
    limits: Limits,
}

#[derive(Debug)]
enum Content {
    Plain(SharedFile),
    Gzip(Gzip),
}

impl Tar {
    /// Reads the archive through, and refuses it if any entry of it is unsafe.
    pub(super) fn open(
        path: &Path,
        packing: Packing,
        limits: &Limits,
    ) -> Result<(Self, Vec<Entry>), ExportError> {
        let cannot_read = |source| ExportError::Read { path: path.to_owned(), source };
        let file = fs_err::File::open(path).map_err(cannot_read)?;
        let length = file.metadata().map_err(cannot_read)?.len();
        let file = SharedFile::new(file);
        let source = match packing {
            Packing::Plain => Source::Plain { file: file.clone(), place: 0, length },
            Packing::Gzip => Source::Gzip {
                reader: Box::new(Inflater::new(&file).map_err(cannot_read)?),
                points: Points::new(),
            },
        };
        let mut walk =
            Walk { path, limits, source, entries: Vec::new(), places: Vec::new(), names: BTreeSet::new() };
        walk.all()?;
        let content = match walk.source {
            Source::Plain { .. } => Content::Plain(file),
            Source::Gzip { points, .. } => Content::Gzip(Gzip::new(file, points)),
        };
        Ok((Self { path: path.to_owned(), content, places: walk.places, limits: *limits }, walk.entries))
    }

    /// Hands one entry's bytes to `with`.
    pub(super) fn read<T>(
        &self,
        index: usize,
        entry: &str,
        with: impl FnOnce(&mut dyn BufRead) -> T,
    ) -> Result<T, ExportError> {
        let cannot_read = |source| ExportError::Read { path: self.path.clone(), source };
        let (place, size) = self.places.get(index).copied().unwrap_or_default();
        if size > self.limits.max_entry_bytes {
            let reason = format!("unpacks to more than {} bytes", self.limits.max_entry_bytes);
            return Err(ExportError::TooLarge { path: self.path.clone(), entry: entry.to_owned(), reason });
        }
        match &self.content {
            Content::Plain(file) => {
                let mut file = file.clone();
                file.seek(SeekFrom::Start(place)).map_err(cannot_read)?;
                Ok(with(&mut BufReader::with_capacity(1 << 16, file.take(size))))
            }
            Content::Gzip(gzip) => {
                let mut reader = gzip.reader_at(place).map_err(cannot_read)?;
                let out = with(&mut BufReader::with_capacity(1 << 16, reader.by_ref().take(size)));
                gzip.park(reader);
                Ok(out)
            }
        }
    }
}

/// What a first reading goes through.
enum Source {
    Plain { file: SharedFile, place: u64, length: u64 },
    Gzip { reader: Box<Inflater>, points: Points },
}

impl Source {
    fn place(&self) -> u64 {
        match self {
            Self::Plain { place, .. } => *place,
            Self::Gzip { reader, .. } => reader.produced,
        }
    }

    /// Unpacked and packed bytes so far, where anything is packed.
    fn ratio(&self) -> Option<(u64, u64)> {
        match self {
            Self::Plain { .. } => None,
            Self::Gzip { reader, .. } => Some((reader.produced, reader.consumed)),
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain { file, place, .. } => {
                let read = file.read(buffer)?;
                *place += read as u64;
                Ok(read)
            }
            Self::Gzip { reader, points } => {
                let read = reader.read(buffer)?;
                points.offer(reader);
                Ok(read)
            }
        }
    }
}

/// The first reading.
struct Walk<'a> {
    path: &'a Path,
    limits: &'a Limits,
    source: Source,
    entries: Vec<Entry>,
    places: Vec<(u64, u64)>,
    names: BTreeSet<String>,
}

/// What extended headers say of the entry after them.
#[derive(Default)]
struct Extended {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Walk<'_> {
    fn all(&mut self) -> Result<(), ExportError> {
        let mut extended = Extended::default();
        while let Some(block) = self.block()? {
            let header = Header::from_byte_slice(&block);
            if !sum_is_right(header) {
                return Err(self.damaged("has a header whose check sum is wrong"));
            }
            let size = header.entry_size().map_err(|_| self.damaged("has a header without a size"))?;
            match header.entry_type() {
                EntryType::GNULongName => {
                    let mut name = self.extension(size)?;
                    name.retain(|byte| *byte != 0);
                    extended.name = Some(name);
                }
                EntryType::XHeader => extended = self.pax(size)?,
                EntryType::XGlobalHeader | EntryType::GNULongLink => self.skip(size)?,
                kind => {
                    let Extended { name, size: stated } = std::mem::take(&mut extended);
                    let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
                    self.entry(kind, &String::from_utf8_lossy(&name), stated.unwrap_or(size))?;
                }
            }
        }
        // A wrong check sum shows only at the end.
        self.forward(u64::MAX).map(|_| ())
    }

    fn entry(&mut self, kind: EntryType, raw: &str, size: u64) -> Result<(), ExportError> {
        let refused =
            |reason| Err(ExportError::Unsafe { path: self.path.to_owned(), entry: raw.to_owned(), reason });
        match kind {
            EntryType::Regular | EntryType::Continuous if !raw.ends_with('/') => {}
            EntryType::Regular | EntryType::Directory => {
                let top = raw.trim_matches(['.', '/']).is_empty() && !raw.contains("..");
                return match name::checked(raw) {
                    Err(reason) if !top => refused(reason),
                    _ => self.skip(size),
                };
            }
            EntryType::Link | EntryType::Symlink => return refused("is a link"),
            EntryType::Char | EntryType::Block | EntryType::Fifo => return refused("is a device"),
            EntryType::GNUSparse => return refused("is a sparse file"),
            // A volume's label and the like.
            _ => return self.skip(size),
        }
        let name = match name::checked(raw) {
            Ok(name) => name,
            Err(reason) => return refused(reason),
        };
        if !self.names.insert(name.clone()) {
            return refused("has the same name as another");
        }
        if self.entries.len() as u64 >= self.limits.max_entries {
            let limit = self.limits.max_entries;
            return Err(ExportError::TooMany { path: self.path.to_owned(), limit });
        }
        let location = Location::Packed { index: self.places.len(), packed_bytes: size };
        self.entries.push(Entry { name, bytes: size, location });
        self.places.push((self.source.place(), size));
        self.skip(size)
    }

    /// What a pax header says that matters here.
    fn pax(&mut self, size: u64) -> Result<Extended, ExportError> {
        let bytes = self.extension(size)?;
        let mut extended = Extended::default();
        for field in PaxExtensions::new(&bytes) {
            let field = field.map_err(|_| self.damaged("has a broken extended header"))?;
            match field.key_bytes() {
                b"path" => extended.name = Some(field.value_bytes().to_vec()),
                b"size" => {
                    let size = field.value().ok().and_then(|text| text.parse().ok());
                    extended.size = Some(size.ok_or_else(|| self.damaged("has an entry without a size"))?);
                }
                key if key.starts_with(b"GNU.sparse") => {
                    let (path, entry) = (self.path.to_owned(), LISTING.to_owned());
                    return Err(ExportError::Unsafe { path, entry, reason: "has a sparse file" });
                }
                _ => {}
            }
        }
        Ok(extended)
    }

    fn extension(&mut self, size: u64) -> Result<Vec<u8>, ExportError> {
        if size > MAX_EXTENSION_BYTES {
            return Err(self.damaged("has a name of more than a MiB"));
        }
        let mut bytes = Vec::new();
        let read = self.source.by_ref().take(size).read_to_end(&mut bytes);
        read.map_err(|error| self.failed(error))?;
        self.skip_padding(size)?;
        Ok(bytes)
    }

    /// The next header; `None` at the archive's end.
    fn block(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let mut block = Vec::with_capacity(BLOCK as usize);
        let read = self.source.by_ref().take(BLOCK).read_to_end(&mut block);
        read.map_err(|error| self.failed(error))?;
        if block.is_empty() || block.len() as u64 == BLOCK && block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if block.len() as u64 == BLOCK { Ok(Some(block)) } else { Err(self.cut()) }
    }

    /// Goes over an entry's bytes and what fills its last block.
    fn skip(&mut self, size: u64) -> Result<(), ExportError> {
        if let Source::Plain { file, place, length } = &mut self.source {
            let end = place.saturating_add(size);
            if end > *length {
                return Err(self.cut());
            }
            *place = end;
            let moved = file.seek(SeekFrom::Start(end));
            moved.map_err(|error| self.failed(error))?;
        } else if self.forward(size)? < size {
            return Err(self.cut());
        }
        self.skip_padding(size)
    }

    fn skip_padding(&mut self, size: u64) -> Result<(), ExportError> {
        let padding = (BLOCK - size % BLOCK) % BLOCK;
        // Some writers leave the last block short.
        self.forward(padding).map(|_| ())
    }

    /// Reads on for so many bytes, within the limits; how many there were.
    fn forward(&mut self, bytes: u64) -> Result<u64, ExportError> {
        let mut left = bytes;
        while left > 0 {
            let step = self.source.by_ref().take(left.min(FREE_BYTES));
            let read = io::copy(&mut { step }, &mut io::sink()).map_err(|error| self.failed(error))?;
            if read == 0 {
                break;
            }
            left -= read;
            self.check()?;
        }
        Ok(bytes - left)
    }

    fn check(&self) -> Result<(), ExportError> {
        let Some((produced, consumed)) = self.source.ratio() else { return Ok(()) };
        if produced > FREE_BYTES && produced / consumed.max(1) > self.limits.max_ratio {
            let reason = format!("unpacks to more than {} times its packed size", self.limits.max_ratio);
            let entry = "the whole archive".to_owned();
            return Err(ExportError::TooLarge { path: self.path.to_owned(), entry, reason });
        }
        let limit = self.limits.max_total_bytes;
        if produced > limit {
            return Err(ExportError::TotalTooLarge { path: self.path.to_owned(), limit });
        }
        Ok(())
    }

    fn cut(&self) -> ExportError {
        ExportError::CutArchive { path: self.path.to_owned() }
    }

    fn damaged(&self, reason: &str) -> ExportError {
        let (entry, reason) = (LISTING.to_owned(), reason.to_owned());
        ExportError::Damaged { path: self.path.to_owned(), entry, reason }
    }

    fn failed(&self, error: io::Error) -> ExportError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.cut(),
            io::ErrorKind::InvalidData => self.damaged(&error.to_string()),
            _ => ExportError::Read { path: self.path.to_owned(), source: error },
        }
    }
}
