//! How fast the shipped encoder loads and embeds: `cargo run --release -p embed --example encoder_speed`.

use std::time::Instant;

use embed::{Embedder, StaticEmbedder};

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

fn main() -> Result<(), embed::Error> {
    let start = Instant::now();
    let embedder = StaticEmbedder::shipped()?;
    report("load", "ms", start.elapsed().as_secs_f64() * 1e3);

    let text = |number: usize| {
        (0..40).map(|at| WORDS[(number * 7 + at * (1 + number % 5)) % 32]).collect::<Vec<_>>()
    };
    let texts: Vec<String> = (0..20_000).map(|number| text(number).join(" ")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();

    let start = Instant::now();
    for text in &texts {
        embedder.embed_one(text)?;
    }
    let seconds = start.elapsed().as_secs_f64();
    report("one by one on one core", "texts/s", texts.len() as f64 / seconds);

    let start = Instant::now();
    embedder.embed(&texts)?;
    report("in one batch on all cores", "texts/s", texts.len() as f64 / start.elapsed().as_secs_f64());

    let long = "a long story without an end ".repeat(4_000);
    let start = Instant::now();
    embedder.embed_one(&long)?;
    report("one text of 100 kB", "ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example talks to the person who runs it")]
fn report(what: &str, unit: &str, value: f64) {
    println!("{what:28} {value:10.1} {unit}");
}
