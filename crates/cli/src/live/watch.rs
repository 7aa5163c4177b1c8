//! Looks for a newer index that another process has made, and puts it in place.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};

use embed::Embedder;
use engine::{DataFolder, Finder, send_missed};
use server::FinderCell;

use super::Running;
use crate::commands::{finder_and_embedder, indexer};
use crate::settings::Settings;

/// Opens the index in a data directory for answers, and starts looking for newer ones; ends with the process.
///
/// # Errors
/// What opening the index says; the machine has no thread left.
pub(crate) fn watch(data_dir: &Path, settings: &Settings) -> anyhow::Result<Running> {
    let folder = DataFolder::new(data_dir);
    let (config, every) = (settings.finder.clone(), settings.live.watch());
    let sending = settings.indexer.clone();
    let (finder, embedder) = finder_and_embedder(&folder, settings).or_else(|error| {
        finish_what_was_left(&folder, settings, error)?;
        finder_and_embedder(&folder, settings)
    })?;
    let cell = Arc::new(FinderCell::new(Arc::new(finder)));
    let (watched, opened) = (Arc::clone(&cell), embedder.clone());
    // Nobody ever sends: this only waits.
    let (never, wait) = channel::<()>();
    let look = move || {
        while wait.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            let sent = send_missed(&folder, &sending).unwrap_or_else(|error| {
                tracing::warn!(%error, "what the vector cluster missed could not be sent");
                false
            });
            if let Err(error) = look_once(&folder, &watched, opened.as_ref(), &config, sent) {
                // An ingest is at work, most likely: the next look tells.
                tracing::debug!(%error, "no newer index could be opened");
            }
        }
        drop(never);
    };
    std::thread::Builder::new().name("watch".to_owned()).spawn(look)?;
    Ok(Running { cell, embedder, live: None, indexer: None })
}

/// Where a process was killed amid an ingest, the index is behind its store and nothing can answer: what that
/// process left is finished here, so that a service that starts by itself after a crash does start.
///
/// # Errors
/// The error that is given, if it is another one or if somebody is writing; what finishing says.
fn finish_what_was_left(
    folder: &DataFolder,
    settings: &Settings,
    error: anyhow::Error,
) -> anyhow::Result<()> {
    if !matches!(error.downcast_ref(), Some(engine::Error::IndexBehind(_))) {
        return Err(error);
    }
    match indexer(folder.clone(), settings) {
        Ok(mut indexer) => {
            tracing::warn!("the index is behind its store: an ingest was interrupted; finishing it first");
            Ok(indexer.settle()?)
        }
        Err(locked) if matches!(locked.downcast_ref(), Some(engine::Error::Index(index::Error::Locked(_)))) => {
            Err(error)
        }
        Err(other) => Err(other),
    }
}

/// Opens the index again if it is newer, or if there is another reason to.
fn look_once(
    folder: &DataFolder,
    cell: &FinderCell,
    embedder: Option<&Arc<dyn Embedder>>,
    config: &engine::FinderConfig,
    reopen: bool,
) -> anyhow::Result<()> {
    if !reopen && cell.current().is_newest()? {
        return Ok(());
    }
    let finder = Finder::open(folder, embedder.cloned(), config.clone())?;
    let newer = finder.standing().generation;
    cell.swap(Arc::new(finder));
    tracing::info!(generation = newer, "answering from a newer index");
    Ok(())
}
