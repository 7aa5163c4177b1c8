//! How fast encoders load and embed: `cargo run --release -p embed --example encoder_speed [FOLDER]`.
//!
//! FOLDER holds all-MiniLM-L6-v2; without it only the table that ships is measured. Seconds are the process's
//! CPU time, so that other work on the machine does not count.

use std::path::Path;
use std::time::{Duration, Instant};

use embed::{Embedder, Error, MiniLm, Precision, StaticEmbedder};
use rustix::time::{ClockId, clock_gettime};

/// Words of everyday work, common and rare, whole and in pieces.
const WORDS: [&str; 32] = [
    "the",
    "deployment",
    "of",
    "our",
    "payment",
    "service",
    "fails",
    "when",
    "a",
    "certificate",
    "expires,",
    "and",
    "kubectl",
    "rollout",
    "restart",
    "does",
    "not",
    "help;",
    "who",
    "knows",
    "how",
    "to",
    "rotate",
    "TLS",
    "secrets",
    "in",
    "staging?",
    "see",
    "config.yaml",
    "for",
    "postgres",
    "timeouts",
];

fn main() -> Result<(), Error> {
    measure("static", 20_000, || Ok(Box::new(StaticEmbedder::shipped()?)))?;
    let folder = std::env::args().nth(1);
    if let Some(folder) = folder {
        let folder = Path::new(&folder);
        measure("minilm int8", 1_024, || Ok(Box::new(MiniLm::open(folder, Precision::Int8)?)))?;
        measure("minilm f32", 512, || Ok(Box::new(MiniLm::open(folder, Precision::F32)?)))?;
    }
    Ok(())
}

/// Loads a model, and embeds so many texts of some 60 word pieces in one batch, and short ones one by one.
fn measure(
    name: &str,
    texts: usize,
    open: impl FnOnce() -> Result<Box<dyn Embedder>, Error>,
) -> Result<(), Error> {
    let (start, cpu) = (Instant::now(), cpu_time());
    let embedder = open()?;
    report(name, "load, wall", "ms", milliseconds(start.elapsed()));
    report(name, "load, cpu", "ms", milliseconds(cpu_time().saturating_sub(cpu)));

    let text = |number: usize, words: usize| {
        let words = (0..words).map(|at| WORDS[(number * 7 + at * (1 + number % 5)) % 32]);
        words.collect::<Vec<_>>().join(" ")
    };
    // 20 to 60 words.
    let batch: Vec<String> = (0..texts).map(|number| text(number, 20 + number * 13 % 41)).collect();
    let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
    embedder.embed(&batch[..16])?;
    let (start, cpu) = (Instant::now(), cpu_time());
    embedder.embed(&batch)?;
    report(name, "one batch, wall", "texts/s", texts as f64 / start.elapsed().as_secs_f64());
    report(name, "one batch, cpu", "texts/s", texts as f64 / cpu_time().saturating_sub(cpu).as_secs_f64());

    let mut times: Vec<(Duration, Duration)> = Vec::new();
    for number in 0..200 {
        let question = text(number, 20);
        let (start, cpu) = (Instant::now(), cpu_time());
        embedder.embed_one(&question)?;
        times.push((start.elapsed(), cpu_time().saturating_sub(cpu)));
    }
    let mut wall: Vec<Duration> = times.iter().map(|(wall, _)| *wall).collect();
    wall.sort_unstable();
    report(name, "one question, wall p50", "ms", milliseconds(wall[100]));
    report(name, "one question, wall p99", "ms", milliseconds(wall[198]));
    let cpu: Duration = times.iter().map(|(_, cpu)| *cpu).sum();
    report(name, "one question, cpu", "ms", milliseconds(cpu) / 200.0);

    let long = "a long story without an end ".repeat(4_000);
    let start = Instant::now();
    embedder.embed_one(&long)?;
    report(name, "one text of 100 kB", "ms", milliseconds(start.elapsed()));
    Ok(())
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// CPU time of all threads of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[expect(clippy::print_stdout, reason = "an example talks to the person who runs it")]
fn report(name: &str, what: &str, unit: &str, value: f64) {
    println!("{name:12} {what:24} {value:10.2} {unit}");
}
