//! `whoknows models`: which encoders there are, and bringing one here.

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use embed::models::{Fetched, MINILM, Source, Standing};
use engine::DataFolder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::{Fetchable, Models, ModelsAction};
use crate::exit::Exit;
use crate::print::say;
use crate::settings::Settings;

/// Shortest time between two lines of progress where there is no terminal.
const EVENT_EVERY: Duration = Duration::from_secs(1);

pub(crate) fn run(command: &Models, settings: &Settings) -> anyhow::Result<Exit> {
    match &command.action {
        ModelsAction::List { data } => list(&DataFolder::new(&data.data_dir), settings),
        ModelsAction::Fetch { model: Fetchable::Minilm, from, data } => {
            fetch(&DataFolder::new(&data.data_dir), from.as_deref(), settings)?;
        }
    }
    Ok(Exit::Ok)
}

fn list(folder: &DataFolder, settings: &Settings) {
    let minilm = settings.embed.minilm.folder(&folder.models());
    let standing = match MINILM.standing(&minilm) {
        Standing::Whole => format!("in {}", minilm.display()),
        Standing::Missing => "not here (hint: `whoknows models fetch minilm`)".to_owned(),
        Standing::Damaged => {
            format!("damaged in {} (hint: `whoknows models fetch minilm`)", minilm.display())
        }
    };
    let chosen = settings.embed.chosen();
    for (name, what) in [
        ("static", "in the binary"),
        ("minilm", standing.as_str()),
        ("http", "an endpoint of yours: options embed.http"),
        ("none", "words alone"),
    ] {
        let mark = if name == chosen { '*' } else { ' ' };
        say!("{mark} {name:8} {what}");
    }
}

fn fetch(folder: &DataFolder, from: Option<&Path>, settings: &Settings) -> anyhow::Result<()> {
    let minilm = &settings.embed.minilm;
    let authorities = minilm.authorities()?;
    let source = match from {
        Some(path) => Source::Path(path),
        None => Source::Hub { base: minilm.hub.trim_end_matches('/'), authorities: authorities.as_deref() },
    };
    folder.create()?;
    let place = minilm.folder(&folder.models());
    let mut shown = Shown::new();
    let fetched = MINILM.fetch(source, &place, &mut |step| shown.show(step));
    shown.finish();
    if fetched? {
        say!("minilm lies in {}; `embed.model = \"minilm\"` and `whoknows reindex` use it", place.display());
    } else {
        say!("minilm lay in {} already", place.display());
    }
    Ok(())
}

/// A bar on a terminal, one JSON event a line otherwise.
struct Shown {
    bar: Option<ProgressBar>,
    last: Option<Instant>,
}

impl Shown {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:18} {wide_bar} {bytes}/{total_bytes} eta {eta}");
            let bar = ProgressBar::no_length();
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, last: None }
    }

    fn show(&mut self, step: Fetched) {
        if let Some(bar) = &self.bar {
            bar.set_message(step.name);
            bar.set_length(step.total);
            bar.set_position(step.done);
            return;
        }
        if step.done == step.total || self.last.is_none_or(|last| last.elapsed() >= EVENT_EVERY) {
            self.last = Some(Instant::now());
            let event = serde_json::json!({
                "event": "progress", "file": step.name, "done": step.done, "total": step.total,
            });
            crate::print::event(&event);
        }
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
