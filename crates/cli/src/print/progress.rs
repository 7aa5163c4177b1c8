//! Progress on stderr: a bar on a terminal, one JSON event a line otherwise.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use engine::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

use super::event;

/// Shortest time between two events of one stage.
const EVENT_EVERY: Duration = Duration::from_secs(1);

/// Shows how far a run is.
pub(crate) struct Bar {
    shown: Shown,
    stage: Option<Stage>,
    started: Instant,
    /// Stages that are over, with their seconds.
    over: Vec<(Stage, f64)>,
}

enum Shown {
    Terminal(ProgressBar),
    Events { last: Option<Instant>, waiting: Option<Progress> },
}

impl Bar {
    /// A bar that shows nothing yet.
    pub(crate) fn new() -> Self {
        let shown = if std::io::stderr().is_terminal() {
            let bar = ProgressBar::no_length();
            let style = ProgressStyle::with_template(
                "{msg:10} {wide_bar} {percent:>3} % {elapsed_precise} eta {eta}",
            );
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            Shown::Terminal(bar)
        } else {
            Shown::Events { last: None, waiting: None }
        };
        Self { shown, stage: None, started: Instant::now(), over: Vec::new() }
    }

    /// Shows how far a stage is.
    pub(crate) fn show(&mut self, progress: Progress) {
        let new_stage = self.stage != Some(progress.stage);
        if new_stage {
            self.end_stage();
            self.stage = Some(progress.stage);
            if let Shown::Terminal(bar) = &self.shown {
                bar.reset();
            }
        }
        match &mut self.shown {
            Shown::Terminal(bar) => {
                bar.set_message(progress.stage.as_str());
                bar.set_length(progress.total.unwrap_or(progress.done));
                bar.set_position(progress.done);
            }
            Shown::Events { last, waiting } => {
                *waiting = Some(progress);
                if new_stage || last.is_none_or(|last| last.elapsed() >= EVENT_EVERY) {
                    *last = Some(Instant::now());
                    self.flush();
                }
            }
        }
    }

    /// Takes the bar away, or prints the last events; returns how many seconds each stage took.
    pub(crate) fn finish(mut self) -> Vec<(Stage, f64)> {
        self.end_stage();
        if let Shown::Terminal(bar) = &self.shown {
            bar.finish_and_clear();
        }
        self.over
    }

    /// Notes, and says, that a stage is over.
    fn end_stage(&mut self) {
        self.flush();
        if let Some(stage) = self.stage {
            let seconds = self.started.elapsed().as_secs_f64();
            self.over.push((stage, seconds));
            if matches!(self.shown, Shown::Events { .. }) {
                event(&serde_json::json!({"event": "stage", "stage": stage.as_str(), "seconds": seconds}));
            }
        }
        self.started = Instant::now();
    }

    fn flush(&mut self) {
        let Shown::Events { waiting, .. } = &mut self.shown else { return };
        let Some(progress) = waiting.take() else { return };
        let seconds = self.started.elapsed().as_secs_f64();
        event(&serde_json::json!({
            "event": "progress", "stage": progress.stage.as_str(), "done": progress.done,
            "total": progress.total, "stage_seconds": seconds, "eta_seconds": eta(progress, seconds),
        }));
    }
}

/// Seconds until the stage is over, if it goes on as it went; `None` if nobody can tell.
fn eta(progress: Progress, seconds: f64) -> Option<f64> {
    let left = progress.total?.checked_sub(progress.done)?;
    (progress.done > 0).then(|| seconds * left as f64 / progress.done as f64)
}
