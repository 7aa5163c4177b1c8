//! `whoknows plan`: what is in some exports, what of it would be read, and what that would cost.

use engine::DataFolder;
use engine::survey::{Plan, PlannedExport, plan};

use super::ingest::survey;
use crate::arguments;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(command: &arguments::Plan, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let options = survey(&command.exports, &folder, settings, false)?;
    let mut bar = Bar::new();
    let plan = plan(&command.exports.paths, &options, &mut |progress| bar.show(progress))?;
    bar.finish();
    if command.json {
        print::plan::json(&plan)?;
    } else {
        print::plan::text(&plan);
    }
    Ok(exit_of(&plan))
}

fn exit_of(plan: &Plan) -> Exit {
    if plan.exports.iter().any(|export| export.broken.is_some()) {
        Exit::BrokenInput
    } else if plan.exports.iter().any(PlannedExport::all_refused) {
        Exit::Refused
    } else if plan.exports.iter().any(|export| export.quarantined > 0) {
        Exit::Partial
    } else {
        Exit::Ok
    }
}
