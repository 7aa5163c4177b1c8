//! Wall and CPU milliseconds of one step, by question; what the process costs.

use std::fmt::Write as _;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Wall and CPU milliseconds of one step, by question.
#[derive(Default)]
pub(crate) struct Times {
    wall: Vec<f64>,
    cpu: Vec<f64>,
}

impl Times {
    /// Runs the step for one question.
    pub(crate) fn take<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let (start, cpu) = (Instant::now(), cpu_milliseconds());
        let result = run();
        self.cpu.push(cpu_milliseconds() - cpu);
        self.wall.push(start.elapsed().as_secs_f64() * 1e3);
        result
    }

    /// A line of percentiles.
    pub(crate) fn told(mut self, what: &str) -> String {
        let mut told = format!("{what:<32}");
        for (name, times) in [("CPU", &mut self.cpu), ("wall", &mut self.wall)] {
            times.sort_by(f64::total_cmp);
            let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
            let _ = write!(told, "  {name} p50 {:6.2} p95 {:6.2} p99 {:6.2}", at(0.5), at(0.95), at(0.99));
        }
        told
    }
}

/// CPU time of this thread.
fn cpu_milliseconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// CPU time of all threads of the process.
pub(crate) fn process_cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Memory that the process has now, pages of mapped files among it.
pub(crate) fn resident_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0.0);
    pages * 4_096.0 / 1e6
}
