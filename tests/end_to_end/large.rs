//! A large export in bounded memory, and with a bounded log of the store: of the full tier, for it takes minutes and a disk.
//!
//! `WHOKNOWS_FULL=1` runs it, `WHOKNOWS_FULL_MB` says how large the export is to be, in megabytes (5,000 without it).

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::Stdio;

use synth::bulk::{Bulk, write_jsonl};

use crate::support::chance::is_full;
use crate::support::{Place, of_process, whoknows};

/// What an ingest may hold in memory of its own, in bytes; files that it maps are the system's to keep or drop.
const LIMIT: u64 = 512 << 20;
/// What the write-ahead log of the store may grow to, in bytes: what is made of the largest container is committed as
/// a whole.
const LOG_LIMIT: u64 = 1 << 30;
/// Bytes of a record in the made-up export, roughly.
const RECORD: u64 = 385;

#[test]
fn a_large_export_is_read_in_half_a_gigabyte() {
    if !is_full() {
        eprintln!("SKIPPED: WHOKNOWS_FULL does not ask for the full tier");
        return;
    }
    let told = std::env::var_os("WHOKNOWS_FULL_MB");
    let megabytes = told.map_or(5_000, |text| text.to_string_lossy().parse().unwrap());
    let place = Place::new();
    let export = place.data().with_extension("jsonl");
    let mut out = BufWriter::new(fs_err::File::create(&export).unwrap());
    write_jsonl(&Bulk::of(1, megabytes * 1_000_000 / RECORD), &mut out).unwrap();
    out.flush().unwrap();
    drop(out);
    let mut command = whoknows();
    command.arg("ingest").arg("--data-dir").arg(place.data()).arg(&export);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    // An event a second at least: a look at each.
    let events = BufReader::new(child.stderr.take().unwrap()).lines();
    let log = place.data().join("whoknows.sqlite-wal");
    let (mut peak, mut longest) = (0, 0);
    for _ in events {
        peak = peak.max(of_process(pid, "RssAnon").unwrap_or(0) << 10);
        longest = longest.max(fs_err::metadata(&log).map_or(0, |file| file.len()));
    }
    let ended = child.wait().unwrap();
    eprintln!("{megabytes} MB read, at most {} MB of memory and {} MB of log", peak >> 20, longest >> 20);
    assert!(ended.success(), "the ingest ended with {ended}");
    assert!(peak > 0, "this machine does not tell how much memory a process holds");
    assert!(peak <= LIMIT, "{} MB are more than {} MB", peak >> 20, LIMIT >> 20);
    assert!(longest > 0, "the log was not seen");
    assert!(longest <= LOG_LIMIT, "{} MB of log are more than {} MB", longest >> 20, LOG_LIMIT >> 20);
}
