//! A gigabyte of export where a process may have half a gigabyte of memory, files that it maps and all (trust.md R10).
//!
//! Of the full tier; needs root and control groups of the first version.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use synth::bulk::{Bulk, write_jsonl};

use crate::support::chance::is_full;
use crate::support::{Place, Ran};

/// What everything together may take, in bytes.
const LIMIT: u64 = 512 << 20;
/// How large the export is to be, in bytes, and a record of it, roughly.
const EXPORT: u64 = 1_000_000_000;
const RECORD: u64 = 385;

/// A group of processes with a limit, gone when the test ends.
struct Group(PathBuf);

impl Group {
    /// `None` where none can be made.
    fn new() -> Option<Self> {
        let group = Path::new("/sys/fs/cgroup/memory").join(format!("whoknows-test-{}", std::process::id()));
        fs_err::create_dir(&group).ok()?;
        let group = Self(group);
        fs_err::write(group.0.join("memory.limit_in_bytes"), LIMIT.to_string()).ok()?;
        Some(group)
    }

    fn number(&self, file: &str) -> u64 {
        fs_err::read_to_string(self.0.join(file)).unwrap().trim().parse().unwrap()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs_err::remove_dir(&self.0);
    }
}

#[test]
fn a_gigabyte_is_read_where_there_is_half_of_one() {
    if !is_full() {
        eprintln!("SKIPPED: WHOKNOWS_FULL does not ask for the full tier");
        return;
    }
    let Some(group) = Group::new() else {
        eprintln!("SKIPPED: no memory control group can be made here");
        return;
    };
    let place = Place::new();
    let export = place.path("large.jsonl");
    let mut out = BufWriter::new(fs_err::File::create(&export).unwrap());
    write_jsonl(&Bulk::of(1, EXPORT / RECORD), &mut out).unwrap();
    out.flush().unwrap();
    drop(out);
    let mut command = Command::new("sh");
    command.arg("-c").arg("echo $$ > \"$0\" && exec \"$@\"").arg(group.0.join("cgroup.procs"));
    command
        .arg(env!("CARGO_BIN_EXE_whoknows"))
        .arg("ingest")
        .arg("--data-dir")
        .arg(place.data())
        .arg(&export);
    let ran = Ran::from(command.output().unwrap());
    eprintln!(
        "small memory: {} MB read, at most {} MB in the group, at its limit {} times",
        fs_err::metadata(&export).unwrap().len() / 1_000_000,
        group.number("memory.max_usage_in_bytes") >> 20,
        group.number("memory.failcnt")
    );
    ran.exits(0);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}
