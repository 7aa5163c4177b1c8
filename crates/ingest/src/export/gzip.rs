//! Gzip, readable from many places: while a file is read through for the first time, the state of the unpacking
//! is kept at intervals.
//!
//! Decision: kept states instead of an unpacked copy on disk. A copy of ten years of talk must not lie about in
//! a temporary folder. The price is up to 25 MB of memory, and on average half an interval unpacked anew for
//! each entry that is not read in the order in which it stands.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::shared::SharedFile;

/// So many states are kept at most, of about 44 KiB each.
const MAX_POINTS: usize = 512;
/// The first interval between two of them, in unpacked bytes; doubled when there are too many.
const FIRST_SPACING: u64 = 1 << 20;
/// No name or comment in a header is longer.
const MAX_HEADER_BYTES: usize = 1 << 16;
const CHUNK: usize = 1 << 16;

/// A gzip file that has been read through once.
#[derive(Debug)]
pub(super) struct Gzip {
    file: SharedFile,
    points: Vec<Point>,
    /// The last reading, where it stopped: entries read in their order go on from there.
    parked: Mutex<Option<Inflater>>,
}

/// The unpacking as it stood at one place.
struct Point {
    produced: u64,
    consumed: u64,
    state: Box<InflateState>,
}

impl std::fmt::Debug for Point {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Point").field("produced", &self.produced).finish_non_exhaustive()
    }
}

impl Gzip {
    /// The points that a first reading has kept.
    pub(super) fn new(file: SharedFile, points: Points) -> Self {
        Self { file, points: points.kept, parked: Mutex::new(None) }
    }

    /// A reader at a place in the unpacked bytes.
    pub(super) fn reader_at(&self, place: u64) -> io::Result<Inflater> {
        let parked = self.parked.lock().unwrap_or_else(PoisonError::into_inner).take();
        let behind = self.points.partition_point(|point| point.produced <= place);
        let point = behind.checked_sub(1).and_then(|row| self.points.get(row));
        let from = point.map_or(0, |point| point.produced);
        let mut reader = match parked.filter(|reader| (from..=place).contains(&reader.produced)) {
            Some(reader) => reader,
            None => match point {
                Some(point) => Inflater::resumed(&self.file, point)?,
                None => Inflater::new(&self.file)?,
            },
        };
        let ahead = place - reader.produced;
        if io::copy(&mut reader.by_ref().take(ahead), &mut io::sink())? < ahead {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(reader)
    }

    /// Keeps a reader for the next reading.
    pub(super) fn park(&self, reader: Inflater) {
        *self.parked.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader);
    }
}

/// Collects the points of a first reading.
#[derive(Debug)]
pub(super) struct Points {
    kept: Vec<Point>,
    spacing: u64,
}

impl Points {
    pub(super) fn new() -> Self {
        Self { kept: Vec::new(), spacing: FIRST_SPACING }
    }

    /// Keeps where the reader stands, if that is far enough from the last point.
    pub(super) fn offer(&mut self, reader: &Inflater) {
        let last = self.kept.last().map_or(0, |point| point.produced);
        if reader.phase != Phase::Body || reader.produced.saturating_sub(last) < self.spacing {
            return;
        }
        let (produced, consumed) = (reader.produced, reader.consumed);
        self.kept.push(Point { produced, consumed, state: reader.state.clone() });
        if self.kept.len() >= MAX_POINTS {
            let mut row = 0_usize;
            self.kept.retain(|_| {
                row += 1;
                row.is_multiple_of(2)
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before a member's header; the first one must be there.
    Header,
    Body,
    Trailer,
    End,
}

/// Unpacks a gzip file of one or more members.
pub(super) struct Inflater {
    file: SharedFile,
    input: Vec<u8>,
    used: usize,
    /// Bytes of the file that were used.
    pub(super) consumed: u64,
    /// Bytes that were handed out.
    pub(super) produced: u64,
    phase: Phase,
    state: Box<InflateState>,
    /// Check sum and length of the member, if it was read from its start.
    sum: Option<crc32fast::Hasher>,
    first: bool,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Inflater").field("produced", &self.produced).finish_non_exhaustive()
    }
}

impl Inflater {
    /// From the file's start.
    pub(super) fn new(file: &SharedFile) -> io::Result<Self> {
        let mut file = file.clone();
        file.seek(SeekFrom::Start(0))?;
        Ok(Self {
            file,
            input: Vec::new(),
            used: 0,
            consumed: 0,
            produced: 0,
            phase: Phase::Header,
            state: InflateState::new_boxed(DataFormat::Raw),
            sum: None,
            first: true,
        })
    }

    fn resumed(file: &SharedFile, point: &Point) -> io::Result<Self> {
        let mut reader = Self::new(file)?;
        reader.file.seek(SeekFrom::Start(point.consumed))?;
        (reader.consumed, reader.produced) = (point.consumed, point.produced);
        reader.state.clone_from(&point.state);
        (reader.phase, reader.first) = (Phase::Body, false);
        Ok(reader)
    }

    /// What of the file is at hand; empty at its end.
    fn available(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.input.len() {
            self.input.clear();
            self.used = 0;
            self.file.by_ref().take(CHUNK as u64).read_to_end(&mut self.input)?;
        }
        Ok(self.input.get(self.used..).unwrap_or_default())
    }

    fn use_up(&mut self, bytes: usize) {
        self.used += bytes;
        self.consumed += bytes as u64;
    }

    fn byte(&mut self) -> io::Result<u8> {
        let byte = self.available()?.first().copied().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.use_up(1);
        Ok(byte)
    }

    /// Reads a member's header; after the last member there is nothing, or padding.
    fn header(&mut self) -> io::Result<()> {
        if !self.first && self.available()?.first() != Some(&0x1f) {
            self.phase = Phase::End;
            return Ok(());
        }
        let mut fixed = [0; 10];
        for byte in &mut fixed {
            *byte = self.byte()?;
        }
        let [0x1f, 0x8b, 8, flags, ..] = fixed else { return Err(invalid("is no gzip")) };
        if flags & 4 != 0 {
            let length = u16::from_le_bytes([self.byte()?, self.byte()?]);
            for _ in 0..length {
                self.byte()?;
            }
        }
        for _ in 0..(flags & 8) / 8 + (flags & 16) / 16 {
            let mut length = 0;
            while self.byte()? != 0 {
                length += 1;
                if length > MAX_HEADER_BYTES {
                    return Err(invalid("has a name without an end"));
                }
            }
        }
        if flags & 2 != 0 {
            self.byte()?;
            self.byte()?;
        }
        self.state = InflateState::new_boxed(DataFormat::Raw);
        self.sum = Some(crc32fast::Hasher::new());
        (self.phase, self.first) = (Phase::Body, false);
        Ok(())
    }

    fn trailer(&mut self) -> io::Result<()> {
        let mut sum = [0; 4];
        for byte in &mut sum {
            *byte = self.byte()?;
        }
        for _ in 0..4 {
            self.byte()?;
        }
        self.phase = Phase::Header;
        match self.sum.take().map(crc32fast::Hasher::finalize) {
            Some(expected) if expected != u32::from_le_bytes(sum) => Err(invalid("has a wrong check sum")),
            _ => Ok(()),
        }
    }

    /// Unpacks into `out`; 0 means that the member ended or that more input is wanted.
    fn body(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.available()?;
        let input = self.input.get(self.used..).unwrap_or_default();
        let cut = input.is_empty();
        let done = inflate(&mut self.state, input, out, MZFlush::None);
        self.use_up(done.bytes_consumed);
        let written = done.bytes_written;
        self.produced += written as u64;
        if let Some(sum) = &mut self.sum {
            sum.update(out.get(..written).unwrap_or_default());
        }
        match done.status {
            Ok(MZStatus::StreamEnd) => self.phase = Phase::Trailer,
            Ok(_) | Err(MZError::Buf) if cut && written == 0 => {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(_) => {}
            Err(_) => return Err(invalid("is damaged")),
        }
        Ok(written)
    }
}

impl Read for Inflater {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while !out.is_empty() {
            match self.phase {
                Phase::Header => self.header()?,
                Phase::Trailer => self.trailer()?,
                Phase::End => return Ok(0),
                Phase::Body => match self.body(out)? {
                    0 => {}
                    written => return Ok(written),
                },
            }
        }
        Ok(0)
    }
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
