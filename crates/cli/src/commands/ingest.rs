//! `whoknows ingest`: exports in, index up to date, a report out.

use engine::erase::suppression_of;
use engine::survey::{SurveyOptions, dry_run};
use engine::{DataFolder, ExportReport, IngestOptions, IngestReport, policy_of};

use super::indexer;
use crate::arguments::{Exports, Ingest};
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(command: &Ingest, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    if command.dry_run {
        return try_out(command, &folder, settings);
    }
    let mut indexer = indexer(folder.clone(), settings)?;
    let mut bar = Bar::new();
    let options = IngestOptions {
        now: clock::now(),
        since: command.exports.since,
        policy: command.exports.policy.clone(),
        openings: command.visibility.clone(),
        complete: command.complete,
    };
    let report = indexer.ingest(&command.exports.paths, &options, &mut |progress| bar.show(progress))?;
    let stages = bar.finish();
    if command.json {
        print::report::json(&report, &stages)?;
    } else {
        print::report::text(&report, &folder);
        print::report::stages(&stages);
    }
    Ok(exit_of(&report))
}

/// Tells what the run would do.
fn try_out(command: &Ingest, folder: &DataFolder, settings: &Settings) -> anyhow::Result<Exit> {
    let options = survey(&command.exports, folder, settings, command.complete)?;
    let mut bar = Bar::new();
    let reports = dry_run(folder, &command.exports.paths, &options, &mut |progress| bar.show(progress))?;
    bar.finish();
    if command.json {
        print::report::dry_json(&reports)?;
    } else {
        print::report::dry_text(&reports);
    }
    Ok(exit_of_exports(&reports))
}

/// How exports are looked at without writing anything.
pub(crate) fn survey(
    exports: &Exports,
    folder: &DataFolder,
    settings: &Settings,
    complete: bool,
) -> anyhow::Result<SurveyOptions> {
    Ok(SurveyOptions {
        limits: settings.indexer.limits,
        policy: policy_of(folder, exports.policy.as_deref())?,
        erased: suppression_of(folder)?,
        now: clock::now(),
        since: exports.since,
        complete,
    })
}

pub(crate) fn exit_of(report: &IngestReport) -> Exit {
    exit_of_exports(&report.exports)
}

/// Broken input goes before an export that was refused whole, and that before quarantine: somebody has to act.
fn exit_of_exports(exports: &[ExportReport]) -> Exit {
    if exports.iter().any(|export| export.broken.is_some()) {
        Exit::BrokenInput
    } else if exports.iter().any(ExportReport::all_refused) {
        Exit::Refused
    } else if exports.iter().any(|export| export.quarantined > 0) {
        Exit::Partial
    } else {
        Exit::Ok
    }
}
