//! A server under half its load for a long time, with messages coming and going: it does not grow (trust.md R11). Of each
//! minute it tells p99, memory, threads and open files.
//!
//! Runs where `WHOKNOWS_SOAK` says for how many minutes, or `WHOKNOWS_FULL=1` asks for the full tier (ten), and
//! elsewhere says aloud that it is skipped.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;

use super::options;
use crate::support::chance::is_full;
use crate::support::{DESKS, Place, Server, json_lines, of_process, p99};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Between two searches: half of a hundred a second.
const EVERY: Duration = Duration::from_millis(20);
/// Between two looks at the process, and between two batches of messages.
const LOOK: Duration = Duration::from_secs(5);

/// Minutes since the start, megabytes in memory, threads, open files.
type Look = (f64, f64, u64, usize);

/// For how long; `None`: not asked for.
fn minutes() -> Option<f64> {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs is said from outside")]
    let said = |name: &str| std::env::var(name).ok();
    match said("WHOKNOWS_SOAK").and_then(|text| text.parse().ok()) {
        Some(minutes) => Some(minutes),
        None => is_full().then_some(10.0),
    }
}

/// Megabytes in memory, threads, and open files of a process.
fn look(pid: u32) -> (f64, u64, usize) {
    let field = |name: &str| of_process(pid, name).unwrap();
    let files = fs_err::read_dir(format!("/proc/{pid}/fd")).unwrap().count();
    (field("VmRSS") as f64 / 1_024.0, field("Threads"), files)
}

/// By how much `y` grows with `x`, by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / n;
    let (x, y) = (mean(&|point| point.0), mean(&|point| point.1));
    let above: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    above / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}

#[test]
fn a_server_that_runs_for_long_does_not_grow() {
    let Some(minutes) = minutes().filter(|_| cfg!(target_os = "linux")) else {
        println!("skipped: WHOKNOWS_SOAK=10 runs a server for ten minutes");
        return;
    };
    let place = Place::with_play(DESKS);
    let token = place.secret("token", SECRET);
    let more = format!("[live]\nenabled = true\ntoken_file = {:?}\n", token.display().to_string());
    let server = Server::start_with_options(&place.data(), &options(&place, &more));
    // Nobody ever sends: this only waits.
    let (_silent, never) = channel::<()>();
    let (began, length) = (Instant::now(), Duration::from_secs_f64(minutes * 60.0));
    let (mut asked, mut batch, mut failed) = (0_u32, 0_u64, Vec::new());
    let mut looks: Vec<Look> = Vec::new();
    // How long the searches of each minute took.
    let mut took: Vec<Vec<Duration>> = Vec::new();
    while began.elapsed() < length {
        let _ = never.recv_timeout((EVERY * asked).saturating_sub(began.elapsed()));
        let (minute, sent) = ((began.elapsed().as_secs() / 60) as usize, Instant::now());
        let answer = server.post_search(&json!({"query": "How can I keep the VPN tunnel alive?"}));
        took.resize_with(took.len().max(minute + 1), Vec::new);
        took[minute].push(sent.elapsed());
        asked += 1;
        if answer.status != 200 {
            failed.push(answer.head);
        }
        if began.elapsed() < LOOK * u32::try_from(looks.len() + 1).unwrap() {
            continue;
        }
        // The same ten messages over and over, and the ten before them deleted: the index stays as large as it is.
        let record = |number: u64| {
            json!({"source": "desk", "id": format!("s{number}"), "at": "2026-03-09T09:00:00Z", "channel": "soak",
                "author": {"id": "ana"}, "text": format!("Gasket {number} fits pump {number}."),
                "visibility": "everyone"})
        };
        let gone = |number: u64| json!({"type": "delete", "source": "desk", "id": format!("s{number}")});
        let first = batch * 10;
        let mut lines: Vec<_> = (first..first + 10).map(record).collect();
        lines.extend((first.saturating_sub(10)..first).map(gone));
        batch += 1;
        let taken = server.post_records(SECRET, &json_lines(&lines)).unwrap();
        if taken.status != 200 {
            failed.push(taken.head);
        }
        let (memory, threads, files) = look(server.pid());
        looks.push((began.elapsed().as_secs_f64() / 60.0, memory, threads, files));
    }
    assert!(failed.is_empty(), "{} of {asked} failed: {:?}", failed.len(), failed.first());
    // What is made once is made by then.
    let settled: Vec<_> = looks.iter().filter(|look| look.0 >= (minutes * 0.3).min(3.0)).collect();
    let growth = slope(&settled.iter().map(|look| (look.0, look.1)).collect::<Vec<_>>());
    let range = |value: fn(&Look) -> u64| {
        let values = || settled.iter().copied().map(value);
        (values().min().unwrap(), values().max().unwrap())
    };
    let (threads, files) = (range(|look| look.2), range(|look| look.3 as u64));
    for (minute, took) in took.iter_mut().enumerate().filter(|(_, took)| !took.is_empty()) {
        let p99 = p99(took);
        let last = looks.iter().rfind(|look| look.0 <= minute as f64 + 1.0).copied();
        let (_, memory, threads, files) = last.unwrap_or_default();
        println!("minute {}: p99 {p99:?}, {memory:.1} MB, {threads} threads, {files} files", minute + 1);
    }
    println!("{asked} searches, {batch} batches, {growth:.3} MB/min, threads {threads:?}, files {files:?}");
    // In less than five minutes a line through what is allocated once says nothing.
    assert!(growth < 1.0 || minutes < 5.0, "grows by {growth} MB a minute: {looks:?}");
    // Threads and files come and go with requests and commits, but do not add up.
    let halves = settled.split_at(settled.len() / 2);
    let most = |half: &[&Look]| {
        (half.iter().map(|look| look.2).max().unwrap(), half.iter().map(|look| look.3).max().unwrap())
    };
    let (early, late) = (most(halves.0), most(halves.1));
    assert!(late.0 <= early.0 + 2 && late.1 <= early.1 + 4, "{early:?} then {late:?}");
    assert_eq!(server.terminate().code, Some(0));
}
