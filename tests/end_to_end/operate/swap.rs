//! Another generation takes over while requests run: none fails, none sees half of each, and whoever is killed on the
//! way leaves the old one answering (trust.md R6).
//!
//! `WHOKNOWS_FULL=1` asks for 20,000 requests at 100 a second, and holds their times against a quiet server's.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::LONGEST;
use crate::support::chance::is_full;
use crate::support::{DESKS, Place, Server, barest, p99, whoknows};

const QUESTION: &str = "How can I keep the VPN tunnel alive?";

/// What requests heard.
#[derive(Default)]
struct Heard {
    failed: Vec<String>,
    /// Answers by generation, each without its number.
    answers: BTreeMap<u64, Vec<Value>>,
    times: Vec<Duration>,
    asked: usize,
}

/// Asks the same question at a fixed rate, late or not, until it is told to stop and has asked often enough.
fn ask_on(server: &Server, least: usize, every: Duration, stop: &AtomicBool) -> Heard {
    let (mut heard, began) = (Heard::default(), Instant::now());
    // Nobody ever sends: this only waits.
    let (_silent, never) = channel::<()>();
    while heard.asked < least || !stop.load(Ordering::Relaxed) {
        let due = every * u32::try_from(heard.asked).unwrap();
        // Waits for the time of the next request, and for nothing else.
        let _ = never.recv_timeout(due.saturating_sub(began.elapsed()));
        let late = began.elapsed().saturating_sub(due);
        let asked = Instant::now();
        let answer = server.post_search(&json!({ "query": QUESTION }));
        heard.times.push(asked.elapsed() + late);
        heard.asked += 1;
        if answer.status != 200 {
            heard.failed.push(format!("{answer:?}"));
            continue;
        }
        let answer = answer.json();
        let seen = heard.answers.entry(answer["generation"].as_u64().unwrap()).or_default();
        let answer = barest(answer);
        if !seen.contains(&answer) {
            seen.push(answer);
        }
    }
    heard
}

/// Waits until the server answers from that generation.
#[track_caller]
fn until_generation(server: &Server, generation: u64) {
    let began = Instant::now();
    loop {
        let now = server.get("/readyz").json()["generation"].as_u64().unwrap();
        if now == generation {
            return;
        }
        assert!(began.elapsed() < LONGEST, "{now} and not {generation}");
    }
}

/// The generation that a command says answers now.
fn generation_of(stdout: &str) -> u64 {
    stdout.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn no_request_fails_while_generations_are_swapped_and_gone_back_to() {
    let (least, every) =
        if is_full() { (20_000, Duration::from_millis(10)) } else { (300, Duration::from_millis(4)) };
    let place = Place::with_play(DESKS);
    let options = place.write(
        "swap.toml",
        "[live]\nwatch_ms = 50\n[server.rate]\nper_second = 0\n[query.confidence]\nname_from = 0.05\n",
    );
    let server = Server::start_with_options(&place.data(), &options);
    let first = server.get("/readyz").json()["generation"].as_u64().unwrap();
    let mut quiet = ask_on(&server, if is_full() { 1_000 } else { 50 }, every, &AtomicBool::new(true));
    let stop = AtomicBool::new(false);
    let (mut heard, known) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask_on(&server, least, every, &stop));
        let mut known = vec![first];
        for _ in 0..2 {
            let made = generation_of(&place.run("reindex", &[]).exits(0).stdout);
            until_generation(&server, made);
            let back = generation_of(&place.run("rollback", &[]).exits(0).stdout);
            until_generation(&server, back);
            known.extend([made, back]);
        }
        stop.store(true, Ordering::Relaxed);
        (asking.join().unwrap(), known)
    });
    assert!(
        heard.failed.is_empty(),
        "{} of {} failed: {:?}",
        heard.failed.len(),
        heard.asked,
        heard.failed.first()
    );
    assert!(heard.asked >= least && heard.answers.len() >= 2);
    for (generation, answers) in &heard.answers {
        assert!(known.contains(generation), "{generation} is none of {known:?}");
        assert_eq!(answers.len(), 1, "one generation, one answer: {answers:?}");
    }
    let (p99, before) = (p99(&mut heard.times), p99(&mut quiet.times));
    println!("{} requests, p99 {p99:?}, {before:?} before", heard.asked);
    if is_full() {
        assert!(p99 <= before * 2 + Duration::from_millis(20), "p99 {p99:?}, {before:?} before");
    }
    assert_eq!(server.terminate().code, Some(0));
}

/// A reindex that runs by itself.
fn reindex(place: &Place) -> Child {
    let mut command = whoknows();
    command.arg("reindex").arg("--data-dir").arg(place.data());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_reindex_that_is_killed_anywhere_leaves_the_old_generation_answering() {
    let place = Place::with_play(DESKS);
    let expected = barest(place.ask(QUESTION, &[]));
    let began = Instant::now();
    assert!(reindex(&place).wait().unwrap().success());
    let whole = began.elapsed();
    let points = if is_full() { 200 } else { 20 };
    for point in 0..points {
        let mut child = reindex(&place);
        // Killed after every share of the time that a whole one takes.
        let _ = channel::<()>().1.recv_timeout(whole * point / points);
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(barest(place.ask(QUESTION, &[])), expected, "killed at {point} of {points}");
        place.run("doctor", &[]).exits(0);
    }
    assert!(reindex(&place).wait().unwrap().success());
    let told = place.run("doctor", &[]).exits(0);
    assert!(!told.stdout.contains("not finished"), "{told:?}");
    let kept = fs_err::read_dir(place.data().join("generations")).unwrap().count();
    assert!(kept <= 2, "{kept} generations");
    assert_eq!(barest(place.ask(QUESTION, &[])), expected);
}

#[test]
fn there_must_be_something_to_go_back_to() {
    let place = Place::with_play(DESKS);
    place.run("rollback", &[]).exits(1).says(&["no generation before this one is kept"]);
    place.run("reindex", &[]).exits(0);
    place.run("rollback", &["--to", "77"]).exits(1).says(&["generation 77 is not kept"]);
    place.run("rollback", &["--to", "0"]).exits(0).says(&["answers again", "number 0"]);
}
