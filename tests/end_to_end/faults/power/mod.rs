//! Power cuts (trust.md R2): the real binary's own writes, replayed up to each of them on a disk that forgets what was
//! not synced, and opened with the real code.
//!
//! `WHOKNOWS_CUTS` says how many states are looked at (24; 1,200 in the full tier).
//!
//! Decision: operations are recorded from outside, with strace, because storage is two libraries of which neither
//! lets all of its files be watched from inside. The price is that it runs on Linux only, and where a process may
//! be traced.

mod after;
mod disk;
mod record;
mod trace;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use after::Checker;
use disk::{Bytes, Disk, State};
use record::{Recording, can_trace, record};
use trace::Event;

use super::{count, seed};
use crate::support::Place;
use crate::support::chance::{Dice, from_environment};

/// One state in so many is opened by the binary, too.
const REALLY: usize = 12;

/// What may be left of the moment, from the least to the most.
const WAYS: [&str; 5] =
    ["only what is sure", "all names", "all but a torn page", "some of it", "some of it, again"];

fn left(disk: &Disk, way: usize, dice: &mut Dice) -> State {
    match way {
        0 => disk.after(false, &mut Bytes::Sure),
        1 => disk.after(true, &mut Bytes::Sure),
        2 => disk.after(true, &mut Bytes::Torn),
        _ => disk.after_some(dice),
    }
}

#[test]
fn a_power_cut_at_any_moment_loses_nothing_acknowledged() {
    if !can_trace() {
        eprintln!("SKIPPED: no strace, or processes may not be traced here");
        return;
    }
    let seed = seed("power cuts");
    let wanted = from_environment("WHOKNOWS_CUTS", count(24, 1_200)) as usize;
    let mut dice = Dice::new(seed);
    let place = Place::new();
    let recording = record(&place, count(12, 50), &mut dice);
    let root = place.data().parent().unwrap().to_owned();

    let mut disk = Disk::new(&root);
    let boundaries = recording.events.iter().filter(|event| disk.apply(event)).count();
    assert_eq!(differences(&disk.after(true, &mut Bytes::All), &place), [""; 0], "the model is not the disk");

    let mut every = (boundaries * WAYS.len()).div_ceil(wanted).max(1);
    // Not always the same way.
    every += usize::from(every.is_multiple_of(WAYS.len()));
    let (failed, looked) = look_at(&recording, Disk::new(&root), every, &mut dice);
    eprintln!("power cuts: {boundaries} boundaries, {looked} different states, {} failed", failed.len());
    assert!(failed.is_empty(), "seed {seed}: {} of {looked}:\n{}", failed.len(), failed.join("\n"));
}

/// A state to be looked at.
struct Case {
    state: State,
    /// After so many answers.
    answers: usize,
    really: bool,
    /// When and how, in words.
    name: String,
}

/// Looks at every so many-th state, on all cores; what was wrong, and how many there were.
fn look_at(recording: &Recording, mut disk: Disk, every: usize, dice: &mut Dice) -> (Vec<String>, usize) {
    let (checker, failed) = (Checker::new(), Mutex::new(Vec::new()));
    let (sender, cases) = sync_channel::<Case>(1);
    let cases = Mutex::new(cases);
    let mut looked = 0;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Ok(case) = cases.lock().unwrap().recv() else { return };
                    failed.lock().unwrap().extend(wrong(&checker, recording, &case));
                }
            });
        }
        let (mut answers, mut turn, mut seen) = (0, 0, BTreeSet::new());
        for (number, event) in recording.events.iter().enumerate() {
            answers += usize::from(matches!(event, Event::Answered));
            if !disk.apply(event) {
                continue;
            }
            for (way, name) in WAYS.iter().enumerate() {
                turn += 1;
                if turn % every != 0 {
                    continue;
                }
                let state = left(&disk, way, dice);
                if seen.insert((answers, digest(&state))) {
                    looked += 1;
                    let name = format!("event {number} ({event:.80?}), {name}, {answers} answers");
                    sender.send(Case { state, answers, really: looked % REALLY == 0, name }).unwrap();
                }
            }
        }
        drop(sender);
    });
    (failed.into_inner().unwrap(), looked)
}

/// What is wrong with a state.
fn wrong(checker: &Checker, recording: &Recording, case: &Case) -> Vec<String> {
    let Case { state, answers, really, name } = case;
    let mut found = Vec::new();
    let erased = answers + 1 == recording.truths.len();
    if let Some((path, _)) = state.iter().find(|(_, bytes)| erased && holds(bytes, &recording.erased)) {
        found.push(format!("{name}: {} holds what was erased", path.display()));
    }
    let truths = &recording.truths[*answers..(answers + 2).min(recording.truths.len())];
    if let Err(error) = checker.check(state, truths, *really) {
        found.push(format!("{name}: {error:#}"));
    }
    found
}

/// Files of the data directory that are not what the model says.
fn differences(state: &State, place: &Place) -> Vec<String> {
    let mut differ = Vec::new();
    for (path, bytes) in state {
        let found = fs_err::read(place.path(path.to_str().unwrap())).ok();
        if path.starts_with("data") && found.as_ref() != Some(bytes) {
            differ.push(format!(
                "{}: {:?} bytes, not {}",
                path.display(),
                found.map(|f| f.len()),
                bytes.len()
            ));
        }
    }
    differ
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn digest(state: &State) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}
