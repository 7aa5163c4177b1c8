//! The first ranking on real exports with known answers: it must reach the best of the simple methods.
//!
//! Runs where `WHOKNOWS_COLLECTIONS` names the folder of bundles, and says aloud that it skips elsewhere.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests fail by panicking, and skip aloud"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// One bundle: how it is read and what "BM25 over conversations, credit to those who replied" reaches on it.
struct Collection {
    bundle: &'static str,
    visibility: Option<&'static str>,
    grade: &'static str,
    persons: bool,
    /// MRR on all questions, MRR on the tail.
    to_reach: [f64; 2],
    /// What this ranking gave when it was last changed: a drift to either side is looked at.
    expected: [f64; 2],
}

/// How far a figure may drift without somebody saying why in `benches/quality/LOG.md`.
const TOLERANCE: f64 = 0.005;

const COLLECTIONS: [Collection; 3] = [
    Collection {
        bundle: "julia_slack",
        visibility: None,
        grade: "2",
        persons: false,
        to_reach: [0.300, 0.171],
        expected: [0.401, 0.277],
    },
    Collection {
        bundle: "titanium_jira",
        visibility: Some("jira=everyone"),
        grade: "3",
        persons: false,
        to_reach: [0.396, 0.137],
        expected: [0.468, 0.197],
    },
    Collection {
        bundle: "openbmc_mail",
        visibility: Some("mail=everyone"),
        grade: "2",
        persons: true,
        to_reach: [0.471, 0.203],
        expected: [0.492, 0.223],
    },
];

fn collections() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the collections lie is the tests' own business")]
    let folder = std::env::var("WHOKNOWS_COLLECTIONS").ok().map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: WHOKNOWS_COLLECTIONS does not name the folder of the collections");
    }
    folder
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    // 2: some records are in quarantine, as some of a real export may be.
    assert!(matches!(output.status.code(), Some(0 | 2)), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn unpack(folder: &Path, bundle: &str, into: &Path) {
    let archive = folder.join(format!("{bundle}.tar.zst"));
    run(Command::new("tar").args(["-I", "zstd", "-xf"]).arg(archive).arg("-C").arg(into));
}

fn whoknows() -> Command {
    Command::new(env!("CARGO_BIN_EXE_whoknows"))
}

/// MRR of a subset, from the printed table.
fn reciprocal_rank(table: &str, subset: &str) -> f64 {
    let row = table.lines().find(|line| line.split_whitespace().next() == Some(subset)).unwrap();
    row.split_whitespace().nth(2).unwrap().parse().unwrap()
}

fn check(collection: &Collection) {
    let Some(folder) = collections() else { return };
    let work = tempfile::tempdir().unwrap();
    unpack(&folder, collection.bundle, work.path());
    let index = work.path().join("index");
    let mut ingest = whoknows();
    ingest.arg("ingest").arg("--data-dir").arg(&index).arg(work.path().join("native_asof"));
    if let Some(visibility) = collection.visibility {
        ingest.args(["--visibility", visibility]);
    }
    run(&mut ingest);
    let mut eval = whoknows();
    eval.arg("eval").arg("--data-dir").arg(&index).args(["--rel", collection.grade]);
    eval.arg("--queries").arg(work.path().join("queries_dev.jsonl"));
    if collection.persons {
        eval.arg("--persons").arg(work.path().join("persons.jsonl"));
    }
    let table = run(&mut eval);
    for (place, subset) in ["all", "tail"].into_iter().enumerate() {
        let reached = reciprocal_rank(&table, subset);
        let (least, expected) = (collection.to_reach[place], collection.expected[place]);
        assert!(reached >= least, "{} {subset}: {reached} is less than {least}", collection.bundle);
        let drift = (reached - expected).abs();
        assert!(drift <= TOLERANCE, "{} {subset}: {reached}, expected {expected}", collection.bundle);
    }
}

#[test]
fn chat_reaches_the_best_simple_method() {
    check(&COLLECTIONS[0]);
}

#[test]
fn tickets_reach_the_best_simple_method() {
    check(&COLLECTIONS[1]);
}

#[test]
fn mail_reaches_the_best_simple_method() {
    check(&COLLECTIONS[2]);
}
