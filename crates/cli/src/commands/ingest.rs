//! `whoknows ingest`: exports in, index up to date, a report out.

use engine::{DataFolder, Indexer, IngestReport};

use super::embedder;
use crate::arguments::Ingest;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(command: &Ingest, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let mut indexer = Indexer::open(folder.clone(), embedder()?, settings.indexer.clone())?;
    let mut bar = Bar::new();
    let report = indexer.ingest(&command.exports, &command.visibility, &mut |progress| bar.show(progress))?;
    bar.finish();
    if command.json {
        print::report::json(&report)?;
    } else {
        print::report::text(&report, &folder);
    }
    Ok(exit_of(&report))
}

/// Broken input goes before quarantine: somebody has to act on it.
pub(crate) fn exit_of(report: &IngestReport) -> Exit {
    if report.any_broken() {
        Exit::BrokenInput
    } else if report.quarantined() > 0 {
        Exit::Partial
    } else {
        Exit::Ok
    }
}
