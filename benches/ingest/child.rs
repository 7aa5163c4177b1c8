//! An ingest by the real binary, watched from outside.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Cost;

/// What an ingest came to.
pub(crate) struct Ran {
    pub(crate) cost: Cost,
    /// The largest resident size it was seen with, in bytes.
    pub(crate) peak: u64,
    /// Seconds of each stage.
    pub(crate) stages: String,
}

/// Ingests an export into a new data directory, which is removed again.
pub(crate) fn ingest(export: &Path, data: &Path, vectors: bool) -> anyhow::Result<Ran> {
    let options = data.with_extension("toml");
    let model = if vectors { "static" } else { "none" };
    std::fs::write(&options, format!("version = 1\n[embed]\nmodel = \"{model}\"\n"))?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoknows"));
    command.arg("--config").arg(&options).args(["ingest", "--json", "--data-dir"]).arg(data).arg(export);
    let report = data.with_extension("json");
    let start = Instant::now();
    let mut child = command.stdout(std::fs::File::create(&report)?).stderr(Stdio::null()).spawn()?;
    let place = format!("/proc/{}", child.id());
    let (mut peak, mut cpu) = (0, Duration::ZERO);
    let status = loop {
        peak = peak.max(high_water(&format!("{place}/status")));
        cpu = cpu.max(cpu_of(&format!("{place}/stat")));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        #[expect(clippy::disallowed_methods, reason = "a bench may look at another process now and then")]
        std::thread::sleep(Duration::from_millis(10));
    };
    let wall = start.elapsed();
    anyhow::ensure!(status.success(), "the ingest ended with {status}");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report)?)?;
    let seconds =
        |stage: &str| format!("{stage} {:.1}", report["stage_seconds"][stage].as_f64().unwrap_or(0.0));
    let stages = ["read", "people", "evidence", "encode", "index"].map(seconds).join(", ");
    std::fs::remove_dir_all(data)?;
    Ok(Ran { cost: Cost { wall, cpu }, peak, stages })
}

fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// User and system time in hundredths of a second, as Linux counts them.
fn cpu_of(stat: &str) -> Duration {
    let text = std::fs::read_to_string(stat).unwrap_or_default();
    let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}
