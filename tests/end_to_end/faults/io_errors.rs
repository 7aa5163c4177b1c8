//! Reads and writes that fail by chance (trust.md R4): an error or a right answer, and nothing broken afterwards.
//!
//! Made by `fiu-run` (libfiu), which makes calls of the C library fail. It has no seed: each trial is another one.
//! `WHOKNOWS_TRIALS` says how many (1; 100 in the full tier).

use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{count, seed};
use crate::live::{SECRET, options};
use crate::support::chance::from_environment;
use crate::support::deliveries::{message, stored};
use crate::support::{Answer, DESKS, Place, Ran, Server, barest, names};

/// How likely a call fails.
const LIKELY: [&str; 3] = ["0.001", "0.01", "0.1"];

const QUESTIONS: [&str; 2] =
    ["How can I keep the VPN tunnel alive?", "Why does the label printer print blank labels?"];

/// What of a command fails: every reading and writing of files.
const COMMANDS: [&str; 1] = ["posix/io/rw/*"];
/// What of a server fails: what the store reads and writes, and waiting for the disk. Plain writing stays, for it is
/// also how threads wake each other, which no disk can make fail.
const SERVERS: [&str; 2] = ["posix/io/rw/p*", "posix/io/sync/*"];

/// What is told to libfiu.
fn faults(what: &[&str], likely: &str) -> Vec<String> {
    let fault = |name: &&str| ["-c".to_owned(), format!("enable_random name={name},probability={likely}")];
    what.iter().flat_map(fault).collect()
}

/// The binary, with these faults.
fn failing(place: &Place, faults: &[String]) -> Command {
    let mut command = Command::new("fiu-run");
    command.env_remove("WHOKNOWS_LOG").arg("-x").arg("-f").arg(place.path("fiu")).args(faults);
    command.arg(env!("CARGO_BIN_EXE_whoknows"));
    command
}

fn has_fiu() -> bool {
    let tried = Command::new("fiu-run")
        .args(["-x", "-f"])
        .arg(std::env::temp_dir().join("fiu-tried"))
        .arg("true")
        .output();
    tried.is_ok_and(|ran| ran.status.success())
}

/// Asserts that it ended by itself and did not panic. What was to be printed may be missing.
#[track_caller]
fn ended(ran: &Output) -> i32 {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    ran.status.code().unwrap_or_else(|| panic!("a signal ended it: {:?}, {stderr}", ran.status))
}

fn answers(place: &Place) -> Vec<Value> {
    QUESTIONS.iter().map(|question| barest(place.ask(question, &[]))).collect()
}

/// Ingests while calls fail, and once more without: the same as if nothing had been.
fn ingest(likely: &str, expected: &[Value]) -> i32 {
    let place = Place::in_memory();
    let export = place.play("play.jsonl", DESKS);
    let mut command = failing(&place, &faults(&COMMANDS, likely));
    let code =
        ended(&command.arg("ingest").arg("--data-dir").arg(place.data()).arg(&export).output().unwrap());
    if code == 0 {
        assert_eq!(answers(&place), expected, "it said that all went well");
    }
    place.ingest(&[&export]).exits(0);
    assert_eq!(answers(&place), expected);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
    code
}

/// Asks while calls fail: what is answered is right.
fn ask(place: &Place, likely: &str, expected: &[Value]) -> i32 {
    let options = place.write("ask.toml", "[query.confidence]\nname_from = 0.05\n");
    let mut command = failing(place, &faults(&COMMANDS, likely));
    command.arg("ask").arg("--data-dir").arg(place.data()).arg("--config").arg(options);
    let ran = command.args(["--json", QUESTIONS[0]]).output().unwrap();
    let code = ended(&ran);
    if code == 0 {
        let answer = Ran::from(ran).json();
        assert!(barest(answer.clone()) == expected[0] || is_degraded(&answer), "a wrong answer: {answer:#}");
    }
    code
}

/// Whether an answer says that a part of the search was not there.
fn is_degraded(answer: &Value) -> bool {
    answer["degraded"].as_array().is_some_and(|parts| !parts.is_empty())
}

/// Starts a server while calls fail: it listens, or says why not.
fn start(place: &Place, likely: &str) -> bool {
    let mut command = failing(place, &faults(&SERVERS, likely));
    command.arg("serve").arg("--config").arg(options(place)).arg("--data-dir").arg(place.data());
    match Server::try_start_with(&mut command) {
        Ok(server) => {
            let ran = server.terminate();
            assert!(ran.code.is_some() && !ran.stderr.contains("panicked"), "{ran:?}");
            true
        }
        Err(ran) => {
            assert!(ran.code.is_some() && !ran.stderr.contains("panicked"), "{ran:?}");
            assert!(!ran.stderr.is_empty(), "it did not start and does not say why");
            false
        }
    }
}

/// Serves while calls fail that did not at its start; how many of what was asked and sent it could not do.
fn serve(place: &Place, likely: &str, expected: &[Value], trial: u64) -> u64 {
    let mut command = failing(place, &[]);
    command.arg("serve").arg("--config").arg(options(place)).arg("--data-dir").arg(place.data());
    let server = Server::start_with(&mut command);
    let mut control = Command::new("fiu-ctrl");
    control.arg("-f").arg(place.path("fiu")).args(faults(&SERVERS, likely)).arg(server.pid().to_string());
    let told = control.output().unwrap();
    assert!(told.status.success() && told.stdout.is_empty(), "fiu-ctrl: {told:?}");
    let (mut refused, mut taken) = (0, Vec::new());
    for round in 0..6 {
        match server.try_search(&json!({ "query": QUESTIONS[0] })) {
            Ok(answer) if answer.status == 200 => {
                let answer = answer.json();
                let right = names(&answer) == names(&expected[0]);
                assert!(right || is_degraded(&answer), "a wrong answer: {answer:#}");
            }
            other => refused += is_refused(&other),
        }
        let id = 1_000_000 + trial * 100 + round;
        match server.post_records(SECRET, &message(id, "Good evening.")) {
            Ok(answer) if answer.status == 200 => taken.push(format!("desk:m{id}")),
            other => refused += is_refused(&other),
        }
    }
    let ran = server.terminate();
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(ran.code.is_some(), "a signal ended it: {}", ran.stderr);
    let found = stored(&place.data());
    let lost: Vec<&String> = taken.iter().filter(|id| !found.contains_key(*id)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    refused
}

/// An index of the desks.
fn desks() -> Place {
    let place = Place::in_memory();
    place.ingest(&[&place.play("play.jsonl", DESKS)]).exits(0);
    place
}

/// One for an answer that says that it failed, or a connection that broke.
#[track_caller]
fn is_refused(answer: &std::io::Result<Answer>) -> u64 {
    assert!(answer.as_ref().map_or(true, |answer| answer.status >= 500), "{answer:?}");
    1
}

#[test]
fn calls_that_fail_lead_to_errors_or_to_right_answers() {
    if !has_fiu() {
        eprintln!("SKIPPED: no fiu-run");
        return;
    }
    seed("failing calls (libfiu has no seed)");
    let trials = from_environment("WHOKNOWS_TRIALS", count(1, 100));
    let (place, served) = (desks(), desks());
    let expected = answers(&place);
    for likely in LIKELY {
        let (mut ingests, mut asks, mut starts, mut refused) = (0, 0, 0, 0);
        for trial in 0..trials {
            ingests += u64::from(ingest(likely, &expected) == 0);
            asks += u64::from(ask(&place, likely, &expected) == 0);
            starts += u64::from(start(&served, likely));
            refused += serve(&served, likely, &expected, trial);
        }
        // Without faults they are whole again, at the latest after their export was read once more.
        for place in [&place, &served] {
            place.ingest(&[&place.path("play.jsonl")]).exits(0);
            place.run("doctor", &[]).exits(0).says(&["whole"]);
        }
        assert_eq!(answers(&place), expected);
        let found = answers(&served);
        assert!(found.iter().zip(&expected).all(|(found, expected)| names(found) == names(expected)));
        eprintln!(
            "failing calls, {likely}: of {trials}, {ingests} ingests, {asks} questions and {starts} starts of a server \
             came through, and {refused} of {} requests were refused",
            trials * 12
        );
    }
}
