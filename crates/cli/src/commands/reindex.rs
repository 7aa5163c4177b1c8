//! `whoknows reindex`: everything that is derived, made again from the store.

use engine::DataFolder;

use super::indexer;
use crate::arguments::Reindex;
use crate::exit::Exit;
use crate::print::progress::Bar;
use crate::print::say;
use crate::settings::Settings;

pub(crate) fn run(command: &Reindex, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    if !folder.store().exists() {
        return Err(engine::Error::NoIndex(folder.path().to_owned()).into());
    }
    let mut indexer = indexer(folder, settings)?;
    let mut bar = Bar::new();
    let report = indexer.reindex(&mut |progress| bar.show(progress))?;
    bar.finish();
    say!("generation {} holds {} documents", report.generation, report.documents);
    Ok(Exit::Ok)
}
