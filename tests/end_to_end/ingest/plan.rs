//! Looking before reading: `plan`, `--dry-run`, and what an export does not hold any more.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::exports::{company, slack_channels, slack_day, slack_files, write_files};
use crate::support::{Place, json_lines, names};

/// Every file below a folder with its content.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs_err::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(content(&path));
        } else {
            found.insert(path.display().to_string(), fs_err::read(&path).unwrap());
        }
    }
    found
}

fn record(id: u32, text: &str) -> Value {
    json!({"source": "desk", "id": id, "at": format!("2026-03-02T09:{id:02}:00Z"), "channel": "pumps",
        "conversation": "1", "author": {"id": format!("p{id}"), "name": format!("Person {id}")}, "text": text,
        "visibility": "everyone"})
}

#[test]
fn a_plan_tells_what_is_there_and_writes_nothing() {
    let place = Place::new();
    let mut files = slack_files("Where is the coffee machine?", "Second floor, beside the stairs.");
    files.push(("groups.json", slack_channels(&[("G0SECRET", "secret", &["U0ANA"])])));
    files.push(("secret/2026-03-02.json", slack_day("a", "b")));
    let export = write_files(&place, "slack", &files);
    let before = content(&place.path(""));
    let plan = place.run("plan", &["--json", export.to_str().unwrap()]).exits(0).json();
    let planned = &plan["exports"][0];
    assert_eq!(
        (&planned["format"], &planned["messages"], &planned["authors"]),
        (&json!("slack"), &json!(2), &json!(2))
    );
    assert_eq!(planned["refused_by_policy"], 2, "{plan:#}");
    assert_eq!(planned["readable_by"], json!({"everyone": 2, "named": 0, "nobody": 0}), "{plan:#}");
    assert_eq!((&plan["people"], &plan["unresolved_authors"]), (&json!(2), &json!(0)), "{plan:#}");
    assert!(planned["first_at"].as_str().unwrap().starts_with("2026-03-02T"), "{plan:#}");
    place
        .run("plan", &[export.to_str().unwrap()])
        .exits(0)
        .says(&["nothing was written", "private channel left out"]);
    assert_eq!(content(&place.path("")), before);
    assert!(!place.data().exists());
    place.run("plan", &[place.write("x.bin", "x").to_str().unwrap()]).exits(4);
}

#[test]
fn a_dry_run_tells_what_the_run_then_does_and_writes_nothing() {
    let place = Place::new();
    let sample = company(&place.folder("exports"));
    let dry =
        |exports: &[&str]| place.run("ingest", &[&["--json", "--dry-run"], exports].concat()).exits(0).json();
    let exports: Vec<&str> = sample.exports.iter().map(|path| path.to_str().unwrap()).collect();
    let told = dry(&exports);
    assert!(!place.data().exists());
    let paths: Vec<&Path> = exports.iter().map(Path::new).collect();
    let done = place.report(&paths, 0);
    for (told, done) in told["exports"].as_array().unwrap().iter().zip(done["exports"].as_array().unwrap()) {
        for count in ["added", "changed", "unchanged", "deleted", "skipped", "refused"] {
            assert_eq!(told[count], done[count], "{count}");
        }
    }
    let before = content(&place.data());
    let again = dry(&exports);
    assert!(again["exports"].as_array().unwrap().iter().all(|export| export["added"] == 0), "{again:#}");
    // Whoever reads a write-ahead log keeps a note beside it of who reads it.
    let settled = |mut files: BTreeMap<String, Vec<u8>>| {
        files.retain(|name, bytes| !(name.ends_with("-shm") || name.ends_with("-wal") && bytes.is_empty()));
        files
    };
    assert_eq!(settled(content(&place.data())), settled(before));
}

#[test]
fn what_a_complete_export_does_not_hold_any_more_is_deleted() {
    let place = Place::new();
    let question = "Which gasket fits the old coolant pump?";
    let answer = "The green gasket fits the old coolant pump.";
    let all =
        place.write("all.jsonl", json_lines(&[record(1, question), record(2, answer), record(3, "Thanks!")]));
    place.ingest(&[&all]).exits(0);
    let less = place.write("less.jsonl", json_lines(&[record(1, question), record(3, "Thanks!")]));
    let report = place.report(&[&less], 0);
    assert_eq!(report["exports"][0]["deleted"], 0, "an export may be a part: {report:#}");
    assert_eq!(names(&place.ask(question, &[])), ["Person 2"]);
    let less = less.to_str().unwrap();
    let told = place.run("ingest", &["--json", "--dry-run", "--complete", less]).exits(0).json();
    assert_eq!(told["exports"][0]["deleted"], 1, "{told:#}");
    let done = place.run("ingest", &["--json", "--complete", less]).exits(0).json();
    assert_eq!(done["exports"][0]["deleted"], 1, "{done:#}");
    place.check_names(question, &[], &[]);
}
