//! Looks for a newer index that another process has made, and puts it in place.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};

use embed::Embedder;
use engine::{DataFolder, Finder, newest_generation};
use server::FinderCell;

use crate::commands::embedder;
use crate::settings::Settings;

/// Starts looking; ends with the process.
///
/// # Errors
/// The machine has no thread left.
pub(crate) fn watch(data_dir: &Path, cell: Arc<FinderCell>, settings: &Settings) -> anyhow::Result<()> {
    let folder = DataFolder::new(data_dir);
    let (config, every) = (settings.finder.clone(), settings.live.watch());
    let embedder = embedder(&folder, settings)?;
    // Nobody ever sends: this only waits.
    let (never, wait) = channel::<()>();
    let look = move || {
        while wait.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = look_once(&folder, &cell, embedder.as_ref(), &config) {
                // An ingest is at work, most likely: the next look tells.
                tracing::debug!(%error, "no newer index could be opened");
            }
        }
        drop(never);
    };
    std::thread::Builder::new().name("watch".to_owned()).spawn(look)?;
    Ok(())
}

fn look_once(
    folder: &DataFolder,
    cell: &FinderCell,
    embedder: Option<&Arc<dyn Embedder>>,
    config: &engine::FinderConfig,
) -> anyhow::Result<()> {
    let generation = cell.current().standing().generation;
    if newest_generation(folder)? == generation {
        return Ok(());
    }
    let finder = Finder::open(folder, embedder.cloned(), config.clone())?;
    let newer = finder.standing().generation;
    cell.swap(Arc::new(finder));
    tracing::info!(generation = newer, "answering from a newer index");
    Ok(())
}
