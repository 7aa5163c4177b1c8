//! `whoknows learn`: the ranking's weights from the index's own past, kept if they win.

use engine::DataFolder;
use engine::learn::{LearnConfig, Learned, learn};

use super::finder;
use crate::arguments::Learn;
use crate::exit::Exit;
use crate::print;
use crate::settings::Settings;

pub(crate) fn run(command: &Learn, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    if command.forget {
        let was = Learned::forget(&folder)?;
        print::say!(
            "{}",
            if was {
                "the shipped weights rank again, and the options say when to name nobody"
            } else {
                "nothing had been learned here"
            }
        );
        return Ok(Exit::Ok);
    }
    let finder = finder(&command.data.data_dir, settings)?;
    let config = LearnConfig { lowest_relevant_grade: command.rel, ..settings.learn.clone() };
    let report = learn(&finder, &config)?;
    let keeps = !command.dry_run;
    if keeps {
        report.keep(&folder)?;
    }
    if command.json {
        print::learn::json(&report, keeps)?;
    } else {
        print::learn::text(&report, keeps);
    }
    Ok(Exit::Ok)
}
