//! Ingests that are killed, two at once, and an index that is behind its store.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use synth::Sample;

use crate::support::exports::company;
use crate::support::{Place, barest, names, whoknows};

/// A company's exports, not yet ingested.
fn company_in(place: &Place) -> Sample {
    company(&place.folder("exports"))
}

fn exports(sample: &Sample) -> Vec<&std::path::Path> {
    sample.exports.iter().map(PathBuf::as_path).collect()
}

/// What the index answers to some questions.
fn answers(place: &Place, sample: &Sample) -> Vec<Value> {
    let questions = sample.questions.iter().take(4).map(|question| question.text.as_str());
    let unknown = sample.unknowable.iter().take(1).map(String::as_str);
    questions.chain(unknown).map(|question| barest(place.ask(question, &[]))).collect()
}

/// Starts an ingest, waits until it says that a stage has begun, and kills it.
fn kill_at(place: &Place, sample: &Sample, stage: &str) {
    let mut command = whoknows();
    command.arg("ingest").arg("--data-dir").arg(place.data()).args(exports(sample));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let wanted = format!("\"stage\":\"{stage}\"");
    let begun = lines.any(|line| line.unwrap().contains(&wanted));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(begun, "the stage {stage} never came");
}

#[test]
fn an_ingest_that_was_killed_is_finished_by_the_next_one() {
    let whole = Place::new();
    let sample = company_in(&whole);
    whole.ingest(&exports(&sample)).exits(0);
    let expected = answers(&whole, &sample);
    assert!(!names(&expected[0]).is_empty(), "{expected:#?}");
    for stage in ["read", "people", "evidence", "encode", "index"] {
        let killed = Place::new();
        kill_at(&killed, &sample, stage);
        killed.ingest(&exports(&sample)).exits(0);
        assert_eq!(answers(&killed, &sample), expected, "killed at the stage {stage}");
    }
}

/// Starts an ingest that waits for a file whose content does not come, and returns when it does so: then it
/// holds the data directory. It waits as long as what is returned lives.
fn start_waiting(place: &Place) -> (Child, fs_err::File) {
    let pipe = place.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut command = whoknows();
    command.arg("ingest").arg("--data-dir").arg(place.data()).arg(&pipe);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (sender, opened) = std::sync::mpsc::channel();
    // Opening a pipe for writing returns when somebody reads from it.
    std::thread::spawn(move || sender.send(fs_err::OpenOptions::new().write(true).open(pipe).unwrap()));
    (child, opened.recv_timeout(Duration::from_mins(1)).unwrap())
}

#[test]
fn only_one_process_writes_a_data_directory() {
    let place = Place::new();
    let sample = company_in(&place);
    let (mut first, held) = start_waiting(&place);
    for ran in [place.ingest(&exports(&sample)), place.run("reindex", &[])] {
        ran.exits(1).says(&["another whoknows is writing", "hint: wait for it, or stop it"]);
    }
    first.kill().unwrap();
    first.wait().unwrap();
    drop(held);
    // Whoever is killed holds nothing any more.
    place.ingest(&exports(&sample)).exits(0);
}

#[test]
fn an_index_that_is_gone_is_mended_by_reindex_or_ingest() {
    let place = Place::new();
    let sample = company_in(&place);
    place.ingest(&exports(&sample)).exits(0);
    let expected = answers(&place, &sample);
    let lose = || {
        fs_err::remove_dir_all(engine::DataFolder::new(place.data()).lexical()).unwrap();
        place.run("ask", &["who knows?"]).exits(1).says(&["hint: ", "run `whoknows reindex`"]);
    };
    lose();
    place.run("reindex", &[]).exits(0);
    assert_eq!(answers(&place, &sample), expected);
    lose();
    place.ingest(&exports(&sample)).exits(0);
    assert_eq!(answers(&place, &sample), expected);
}

#[test]
fn progress_is_one_event_a_line_where_there_is_no_terminal() {
    let place = Place::new();
    let sample = company_in(&place);
    let ran = place.ingest(&exports(&sample)).exits(0);
    let events: Vec<Value> = ran.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut stages: Vec<&str> = events.iter().map(|event| event["stage"].as_str().unwrap()).collect();
    stages.dedup();
    assert_eq!(stages, ["read", "people", "evidence", "encode", "index"]);
    let (progress, over): (Vec<&Value>, Vec<&Value>) =
        events.iter().partition(|event| event["event"] == "progress");
    assert!(progress.iter().all(|event| event["done"].is_u64()), "{events:#?}");
    assert!(progress.iter().any(|event| event["eta_seconds"].is_number()), "{events:#?}");
    assert!(
        over.iter().all(|event| event["event"] == "stage" && event["seconds"].is_number()),
        "{events:#?}"
    );
    assert_eq!(over.len(), stages.len());
}
