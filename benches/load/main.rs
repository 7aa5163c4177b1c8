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
        "| offered/s | × | good/s | of capacity | refused | failed | p50 ms | p90 ms | p99 ms | max ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let rates = if rates.is_empty() { LADDER.map(|step| step * capacity).to_vec() } else { rates };
    for rate in rates {
        open(client, capacity, rate, each).await;
    }
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
async fn open(client: &Arc<Client>, capacity: f64, rate: f64, each: Duration) {
    let rate = rate.max(1.0);
    let total = (rate * each.as_secs_f64()) as usize;
    let (tell, mut told) = unbounded_channel();
    let start = Instant::now();
    for number in 0..total {
        let due = start + Duration::from_secs_f64(number as f64 / rate);
        sleep_until(due).await;
        let (client, tell) = (Arc::clone(client), tell.clone());
        tokio::spawn(async move {
            let outcome = client.ask(number).await;
            let _ = tell.send((outcome, due.elapsed()));
        });
    }
    drop(tell);
    let (mut times, mut refused, mut failed) = (Vec::new(), 0, 0);
    while let Some((outcome, took)) = told.recv().await {
        match outcome {
            Outcome::Good => times.push(took.as_secs_f64() * 1_000.0),
            Outcome::Refused => refused += 1,
            Outcome::Failed => failed += 1,
        }
    }
    times.sort_by(f64::total_cmp);
    let good = times.len() as f64 / each.as_secs_f64();
    let at =
        |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let shown = |share: f64| at(share).map_or_else(|| "–".to_owned(), |ms| format!("{ms:.1}"));
    println!(
        "| {rate:.0} | {:.2} | {good:.0} | {:.0} % | {refused} | {failed} | {} | {} | {} | {} |",
        rate / capacity,
        good / capacity * 100.0,
        shown(0.5),
        shown(0.9),
        shown(0.99),
        shown(1.0)
    );
}
