//! An open-loop load on a running server: questions come at their times, whether or not the earlier ones have been
//! answered, and an answer's time is told from when its question was due.
//!
//! `WHOKNOWS_LOAD_ADDRESS=127.0.0.1:7070 cargo bench --bench load`; see README.md beside this file.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool that measures, run by hand")]

mod client;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{Instant, sleep_until};

use client::{Client, Outcome};

/// Offered load, as multiples of what the server was seen to answer.
const LADDER: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 10.0, 0.25];
/// Questions under way at once while the server's capacity is looked for.
const CLOSED: usize = 8;

fn from_environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "what is measured is said from outside")]
    std::env::var(name).ok()
}

fn main() {
    let Some(address) = from_environment("WHOKNOWS_LOAD_ADDRESS") else {
        println!("load: SKIPPED (WHOKNOWS_LOAD_ADDRESS names no server)");
        return;
    };
    let seconds = from_environment("WHOKNOWS_LOAD_SECONDS").map_or(10.0, |text| text.parse().unwrap());
    let file = from_environment("WHOKNOWS_LOAD_QUESTIONS");
    let questions = file.map_or_else(made_up, |file| {
        fs_err::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
    });
    let client =
        Arc::new(Client::new(address.parse().unwrap(), from_environment("WHOKNOWS_LOAD_KEY"), &questions));
    let rates = from_environment("WHOKNOWS_LOAD_RATES").unwrap_or_default();
    let rates =
        rates.split(',').filter(|rate| !rate.is_empty()).map(|rate| rate.trim().parse().unwrap()).collect();
    Runtime::new().unwrap().block_on(climb(&client, rates, Duration::from_secs_f64(seconds)));
}

/// Questions of some twenty words that mean nothing; give real ones for figures that mean something.
fn made_up() -> Vec<String> {
    let words = "how can the old gasket of a coolant pump be replaced when backup restore of the ledger fails after \
                 an upgrade and webhook deliveries stop while label printer prints blank";
    let words: Vec<&str> = words.split(' ').collect();
    let question =
        |seed: usize| (0..20).map(|n| words[(seed * 7 + n * (seed % 5 + 1)) % words.len()]).collect();
    (0..500)
        .map(|seed| {
            let words: Vec<&str> = question(seed);
            words.join(" ")
        })
        .collect()
}

/// Offers these questions a second one after the other; without any, multiples of the capacity.
async fn climb(client: &Arc<Client>, rates: Vec<f64>, each: Duration) {
    let capacity = closed(client, each).await;
    println!("capacity: {capacity:.0}/s ({CLOSED} questions under way at once)");
    println!(
        "| offered/s | × | good/s | of capacity | refused | failed | resets | p50 ms | p90 ms | p99 ms | max ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let rates = if rates.is_empty() { LADDER.map(|step| step * capacity).to_vec() } else { rates };
    let mut steps = Vec::new();
    for rate in &rates {
        steps.push(open(client, capacity, *rate, each).await);
    }
    let heaviest = (0..rates.len()).max_by(|a, b| rates[*a].total_cmp(&rates[*b]));
    if let (Some(first), Some(heaviest)) = (steps.first(), heaviest)
        && let Some(after) = steps.get(heaviest + 1)
    {
        told_recovery(first, &steps[heaviest], after);
    }
}

/// One step, as it went.
struct Step {
    /// When the last of its questions was due.
    offered_until: Instant,
    started: Instant,
    /// How long each good answer took, in milliseconds, and in which second of the step it was due.
    good: Vec<(usize, f64)>,
}

impl Step {
    fn p99(&self, second: Option<usize>) -> Option<f64> {
        let of = |(due, _): &&(usize, f64)| second.is_none_or(|second| *due == second);
        let mut times: Vec<f64> = self.good.iter().filter(of).map(|(_, took)| *took).collect();
        times.sort_by(f64::total_cmp);
        at(&times, 0.99)
    }
}

/// Says how long after the heaviest step p99 is back at what it was in the first one: within twice of it, second by
/// second, and for good.
fn told_recovery(first: &Step, heaviest: &Step, after: &Step) {
    let Some(baseline) = first.p99(None) else { return };
    let seconds = after.good.iter().map(|(second, _)| second + 1).max().unwrap_or(0);
    let each: Vec<Option<f64>> = (0..seconds).map(|second| after.p99(Some(second))).collect();
    let shown: Vec<String> =
        each.iter().map(|p99| p99.map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}"))).collect();
    println!("\np99 in ms by second after the heaviest step: {}", shown.join(" "));
    let late = each.iter().rposition(|p99| p99.is_none_or(|ms| ms > 2.0 * baseline));
    let waited = after.started.saturating_duration_since(heaviest.offered_until).as_secs_f64();
    match late {
        Some(last) if last + 1 == seconds => println!("it does not come back to twice {baseline:.1} ms"),
        late => {
            let back = waited + late.map_or(0.0, |last| last as f64 + 1.0);
            println!("within twice the {baseline:.1} ms of the first step after {back:.1} s");
        }
    }
}

fn at(times: &[f64], share: f64) -> Option<f64> {
    times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied()
}

/// How many questions a second are answered when each of a few askers asks the next as soon as it has its answer.
async fn closed(client: &Arc<Client>, each: Duration) -> f64 {
    let end = Instant::now() + each;
    let askers = (0..CLOSED).map(|asker| {
        let client = Arc::clone(client);
        tokio::spawn(async move {
            let mut good = 0_usize;
            let mut number = asker;
            while Instant::now() < end {
                number += CLOSED;
                good += usize::from(client.ask(number).await == Outcome::Good);
            }
            good
        })
    });
    let mut good = 0;
    for asker in askers.collect::<Vec<_>>() {
        good += asker.await.unwrap();
    }
    good as f64 / each.as_secs_f64()
}

/// One step of the ladder.
async fn open(client: &Arc<Client>, capacity: f64, rate: f64, each: Duration) -> Step {
    let rate = rate.max(1.0);
    let total = (rate * each.as_secs_f64()) as usize;
    let (tell, mut told) = unbounded_channel();
    client.take_resets();
    let start = Instant::now();
    for number in 0..total {
        let due = start + Duration::from_secs_f64(number as f64 / rate);
        sleep_until(due).await;
        let (client, tell) = (Arc::clone(client), tell.clone());
        tokio::spawn(async move {
            let outcome = client.ask(number).await;
            let _ = tell.send((outcome, due.duration_since(start).as_secs() as usize, due.elapsed()));
        });
    }
    drop(tell);
    let mut step = Step { offered_until: start + each, started: start, good: Vec::new() };
    let (mut refused, mut failed) = (0, 0);
    while let Some((outcome, second, took)) = told.recv().await {
        match outcome {
            Outcome::Good => step.good.push((second, took.as_secs_f64() * 1_000.0)),
            Outcome::Refused => refused += 1,
            Outcome::Failed => failed += 1,
        }
    }
    let mut times: Vec<f64> = step.good.iter().map(|(_, took)| *took).collect();
    times.sort_by(f64::total_cmp);
    let good = times.len() as f64 / each.as_secs_f64();
    let shown = |share: f64| at(&times, share).map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}"));
    println!(
        "| {rate:.0} | {:.2} | {good:.0} | {:.0} % | {refused} | {failed} | {} | {} | {} | {} | {} |",
        rate / capacity,
        good / capacity * 100.0,
        client.take_resets(),
        shown(0.5),
        shown(0.9),
        shown(0.99),
        shown(1.0)
    );
    step
}
