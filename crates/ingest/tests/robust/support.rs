//! What these tests share: the samples, reading a set of files with one format, time and memory.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ingest::{Export, Format, FormatError, Issue, Limits, ReadReport, Record, Sink};

/// Names and contents.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

pub(crate) const LIMITS: Limits = Limits {
    max_entries: 1000,
    max_entry_bytes: 64 << 20,
    max_total_bytes: 256 << 20,
    max_ratio: 200,
    max_message_chars: 200_000,
};

/// One sample and the format that reads it.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) format: &'static dyn Format,
    pub(crate) files: Files,
}

/// What was read: ids of messages, and reasons.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) ids: Vec<String>,
    pub(crate) reasons: Vec<String>,
}

impl Sink for Kept {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        if let Record::Message(raw) = record {
            // Cleaning sees everything that reading lets through.
            self.ids.push(ingest::cleaned(*raw).id.to_string());
        }
        ControlFlow::Continue(())
    }

    fn issue(&mut self, issue: Issue) -> ControlFlow<()> {
        assert!(issue.raw.len() <= ingest::issue::MAX_RAW_BYTES);
        self.reasons.push(format!("{} {}", issue.place, issue.reason));
        ControlFlow::Continue(())
    }
}

/// Every sample of every format.
pub(crate) fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/samples");
    let mut paths: Vec<PathBuf> =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let sample = |path: PathBuf| {
        let export = Export::open(&path, &LIMITS).ok()?;
        let format = ingest::detect(&export).ok()?;
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(Sample { name, format, files: files(&export) })
    };
    let samples: Vec<Sample> = paths.into_iter().filter_map(sample).collect();
    for format in ingest::formats() {
        let covered = samples.iter().any(|sample| sample.format.name() == format.name());
        assert!(covered, "no sample of {} is found", format.name());
    }
    samples
}

fn files(export: &Export) -> Files {
    let content = |entry: &ingest::Entry| {
        let mut bytes = Vec::new();
        export.read(entry, |reader| reader.read_to_end(&mut bytes)).unwrap().unwrap();
        (entry.name.clone(), bytes)
    };
    export.entries().iter().map(content).collect()
}

/// Packs files without compressing them.
pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in files {
        packed.start_file(name.as_str(), stored).unwrap();
        packed.write_all(content).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// Reads bytes that stand for an export with a format, or says why it cannot be opened.
pub(crate) fn read_bytes(
    format: &dyn Format,
    name: &str,
    bytes: &[u8],
) -> Result<(Kept, ReadReport), FormatError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs_err::write(&path, bytes).unwrap();
    let export = Export::open(&path, &LIMITS)?;
    // Detection meets the same bytes.
    let _ = ingest::detect(&export);
    let mut kept = Kept::default();
    let report = format.read(&export, &mut kept)?;
    Ok((kept, report))
}

/// Reads files with a format.
pub(crate) fn read(format: &dyn Format, files: &Files) -> Result<(Kept, ReadReport), FormatError> {
    read_bytes(format, "export.zip", &zip(files))
}

/// What this thread has computed so far; without the system's help, the time since the first call.
pub(crate) fn cpu() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let told = fs_err::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// The most memory this process has held, in bytes; 0 where the system does not tell.
pub(crate) fn peak_memory() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) << 10
}
