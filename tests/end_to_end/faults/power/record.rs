//! A life of a data directory under strace: a first export, batches sent to a server, a reindex, an erasure.

use std::path::Path;
use std::process::Command;

use super::trace::{CALLS, Event, parse};
use crate::live::{SECRET, options};
use crate::support::chance::Dice;
use crate::support::deliveries::{Truth, batch, message};
use crate::support::{Place, Ran, Server};

/// What happened, and what was promised at each answer.
pub(super) struct Recording {
    pub(super) events: Vec<Event>,
    /// What the store must hold after so many answers.
    pub(super) truths: Vec<Truth>,
    /// A text that was erased at last.
    pub(super) erased: String,
}

/// The binary under strace. It stays the child of this process, so that it can be told to stop.
fn traced(trace: &Path) -> Command {
    let mut command = Command::new("strace");
    command.env_remove("WHOKNOWS_LOG").args([
        "-D",
        "-f",
        "--seccomp-bpf",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        CALLS,
    ]);
    command.arg("-o").arg(trace).arg("--").arg(env!("CARGO_BIN_EXE_whoknows"));
    command
}

/// Whether processes can be traced here.
pub(super) fn can_trace() -> bool {
    let tried =
        Command::new("strace").args(["-D", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).output();
    tried.is_ok_and(|ran| ran.status.success())
}

/// Records it all. Each event stands where it happened; the end of a command counts as an answer.
pub(super) fn record(place: &Place, batches: u64, dice: &mut Dice) -> Recording {
    let mut recording = Recording { events: Vec::new(), truths: vec![Truth::new()], erased: String::new() };
    let export = place.write("first.jsonl", message(0, "Good morning, all."));
    let mut truth = Truth::from([("desk:m0".to_owned(), Some("Good morning, all.".to_owned()))]);
    recording.run(place, &["ingest", export.to_str().unwrap()], truth.clone());

    let (trace, mut next) = (place.path("serve.trace"), 0);
    let mut command = traced(&trace);
    let server = Server::start_with(
        command.arg("serve").arg("--config").arg(options(place)).arg("--data-dir").arg(place.data()),
    );
    for _ in 0..batches {
        let (lines, after) = batch(dice, &truth, &mut next, 8);
        let answer = server.post_records(SECRET, &lines).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        truth = after;
        recording.truths.push(truth.clone());
    }
    assert_eq!(server.terminate().code, Some(0));
    recording.take(&trace);

    recording.run(place, &["reindex"], truth.clone());
    let (gone, text) = truth.iter().find(|(_, text)| text.is_some()).unwrap();
    let gone = gone.clone();
    recording.erased = text.clone().unwrap();
    truth.insert(gone.clone(), None);
    recording.run(place, &["forget", "message", &gone], truth);
    recording
}

impl Recording {
    fn run(&mut self, place: &Place, arguments: &[&str], after: Truth) {
        let trace = place.path("command.trace");
        let (command, rest) = arguments.split_first().unwrap();
        let ran =
            traced(&trace).arg(command).arg("--data-dir").arg(place.data()).args(rest).output().unwrap();
        Ran::from(ran).exits(0);
        self.take(&trace);
        self.events.push(Event::Answered);
        self.truths.push(after);
    }

    fn take(&mut self, trace: &Path) {
        self.events.extend(parse(&fs_err::read_to_string(trace).unwrap()));
        fs_err::remove_file(trace).unwrap();
    }
}
