//! `whoknows ingest`: exports in, index up to date, a report out.

use engine::{DataFolder, Indexer, IngestOptions, IngestReport};

use super::embedder;
use crate::arguments::Ingest;
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(command: &Ingest, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let mut indexer = Indexer::open(folder.clone(), embedder()?, settings.indexer.clone())?;
    let mut bar = Bar::new();
    let options = IngestOptions {
        now: clock::now(),
        since: command.since,
        policy: command.policy.clone(),
        openings: command.visibility.clone(),
    };
    let report = indexer.ingest(&command.exports, &options, &mut |progress| bar.show(progress))?;
    bar.finish();
    if command.json {
        print::report::json(&report)?;
    } else {
        print::report::text(&report, &folder);
    }
    Ok(exit_of(&report))
}

/// Broken input goes before an export that was refused whole, and that before quarantine: somebody has to act.
pub(crate) fn exit_of(report: &IngestReport) -> Exit {
    if report.any_broken() {
        Exit::BrokenInput
    } else if report.any_refused() {
        Exit::Refused
    } else if report.quarantined() > 0 {
        Exit::Partial
    } else {
        Exit::Ok
    }
}
