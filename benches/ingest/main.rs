//! Ingestion: messages a second, beside bare parsing and bare indexing of the same texts in the same run.
//!
//! `cargo bench --bench ingest`. `WHOKNOWS_INGEST_MESSAGES` says how many messages (100,000 without it),
//! `WHOKNOWS_INGEST_SEED` from which seed. Everything lies in a temporary folder (`TMPDIR`) and goes with it.

mod bare;
mod child;

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use child::{Ran, ingest};
use synth::bulk::{Bulk, write_jsonl, write_slack};

/// What a way through the messages cost.
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// Of all threads.
    pub(crate) cpu: Duration,
}

fn main() -> anyhow::Result<()> {
    let bulk = Bulk::of(number("WHOKNOWS_INGEST_SEED", 1)?, number("WHOKNOWS_INGEST_MESSAGES", 100_000)?);
    let work = tempfile::tempdir()?;
    let (jsonl, slack) = (work.path().join("bulk.jsonl"), work.path().join("slack"));
    let mut out = BufWriter::new(std::fs::File::create(&jsonl)?);
    write_jsonl(&bulk, &mut out)?;
    out.flush()?;
    write_slack(&bulk, &slack)?;
    let bytes = std::fs::metadata(&jsonl)?.len();
    say(&format!("{} messages, {:.0} MB as jsonl; load {}", bulk.messages, bytes as f64 / 1e6, load()));
    say("| way | messages/s | CPU µs a message | CPU to bare indexing | peak MB | stages, s |");
    say("| --- | --- | --- | --- | --- | --- |");

    let parsing = bare::parse(&jsonl)?;
    let indexing = bare::index(&jsonl, &work.path().join("bare"))?;
    let table = Table { messages: bulk.messages, bare: indexing.cpu };
    table.row("bare parsing (serde_json, typed)", &parsing, None);
    table.row("bare indexing (tantivy, same words, 2 threads)", &indexing, None);
    let ways = [
        ("jsonl, without vectors", &jsonl, false),
        ("Slack, without vectors", &slack, false),
        ("jsonl, with vectors", &jsonl, true),
        ("Slack, with vectors", &slack, true),
    ];
    for (name, export, vectors) in ways {
        let ran = ingest(export, &work.path().join("data"), vectors)?;
        table.row(name, &ran.cost, Some(&ran));
    }
    say(&format!("load {}", load()));
    Ok(())
}

struct Table {
    messages: u64,
    bare: Duration,
}

impl Table {
    fn row(&self, name: &str, cost: &Cost, ran: Option<&Ran>) {
        let (messages, cpu) = (self.messages as f64, cost.cpu.as_secs_f64());
        let peak = ran.map_or_else(|| "–".to_owned(), |ran| format!("{:.0}", ran.peak as f64 / 1e6));
        say(&format!(
            "| {name} | {:.0} | {:.1} | {:.2} | {peak} | {} |",
            messages / cost.wall.as_secs_f64(),
            cpu / messages * 1e6,
            cpu / self.bare.as_secs_f64(),
            ran.map_or("–", |ran| &ran.stages),
        ));
    }
}

/// The processor time of this process so far.
pub(crate) fn cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Times a piece of work in this process.
pub(crate) fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Cost> {
    let (start, before) = (Instant::now(), cpu());
    work()?;
    Ok(Cost { wall: start.elapsed(), cpu: cpu().saturating_sub(before) })
}

fn number(name: &str, default: u64) -> anyhow::Result<u64> {
    let Some(text) = std::env::var_os(name) else { return Ok(default) };
    Ok(text.to_string_lossy().parse()?)
}

/// How many wait for a processor, as the machine tells it: wall times of a busy machine say little.
fn load() -> String {
    let text = std::fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
