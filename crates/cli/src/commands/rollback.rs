//! `whoknows rollback`: a kept build of the index answers again.

use engine::DataFolder;

use super::indexer;
use crate::arguments::Rollback;
use crate::exit::Exit;
use crate::print::progress::Bar;
use crate::print::say;
use crate::settings::Settings;

pub(crate) fn run(command: &Rollback, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    if !folder.store().exists() {
        return Err(engine::Error::NoIndex(folder.path().to_owned()).into());
    }
    let mut indexer = indexer(folder, settings)?;
    let mut bar = Bar::new();
    let returned = indexer.roll_back(command.to, &mut |progress| bar.show(progress))?;
    bar.finish();
    say!(
        "generation {} answers again (number {} in the data directory)",
        returned.generation,
        returned.number
    );
    if returned.messages > 0 {
        say!("{} messages that came, changed or went since were taken over", returned.messages);
    }
    Ok(Exit::Ok)
}
