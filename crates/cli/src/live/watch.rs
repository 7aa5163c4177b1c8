//! Looks for a newer index that another process has made, and puts it in place.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};

use engine::{DataFolder, Error, send_missed};

use super::{Answering, Running};
use crate::commands::{embedder_of_index, indexer};
use crate::settings::Settings;

/// Opens the index in a data directory for answers, and starts looking for newer ones; ends with the process.
///
/// # Errors
/// What opening the index says; the machine has no thread left.
pub(crate) fn watch(data_dir: &Path, settings: &Settings) -> anyhow::Result<Running> {
    let folder = DataFolder::new(data_dir);
    let (sending, every) = (settings.indexer.clone(), settings.live.watch());
    let embedder = embedder_of_index(&folder, settings)?;
    let open = || Answering::open(&folder, embedder.clone(), settings);
    let answering = match open() {
        Err(behind @ Error::IndexBehind(_)) => {
            finish_what_was_left(&folder, settings, behind)?;
            open()?
        }
        opened => opened?,
    };
    let answering = Arc::new(answering);
    let watched = Arc::clone(&answering);
    // Nobody ever sends: this only waits.
    let (never, wait) = channel::<()>();
    let mut warned = false;
    let look = move || {
        while wait.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
            let sent = send_missed(&folder, &sending).unwrap_or_else(|error| {
                tracing::warn!(%error, "what the vector cluster missed could not be sent");
                false
            });
            match look_once(&watched, sent) {
                Ok(()) => warned = false,
                Err(error) if !warned && is_other_encoder(&error) => {
                    warned = true;
                    tracing::warn!(%error, "the index before answers until the options say the encoder of the new one");
                }
                // An ingest is at work, most likely: the next look tells.
                Err(error) => tracing::debug!(%error, "no newer index could be opened"),
            }
        }
        drop(never);
    };
    std::thread::Builder::new().name("watch".to_owned()).spawn(look)?;
    Ok(Running { answering, live: None, indexer: None })
}

/// Whether somebody has to do something about it.
fn is_other_encoder(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Error::OtherEncoder { .. }))
}

/// Where a process was killed amid an ingest, the index is behind its store and nothing can answer: what that
/// process left is finished here, so that a service that starts by itself after a crash does start.
///
/// # Errors
/// The error that is given, if somebody is writing; what finishing says.
fn finish_what_was_left(folder: &DataFolder, settings: &Settings, behind: Error) -> anyhow::Result<()> {
    match indexer(folder.clone(), settings) {
        Ok(mut indexer) => {
            tracing::warn!("the index is behind its store: an ingest was interrupted; finishing it first");
            Ok(indexer.settle()?)
        }
        Err(error) => {
            let somebody_writes = matches!(error.downcast_ref(), Some(Error::Index(index::Error::Locked(_))));
            Err(if somebody_writes { behind.into() } else { error })
        }
    }
}

/// Opens the index again if it is newer, or if there is another reason to.
fn look_once(answering: &Answering, reopen: bool) -> anyhow::Result<()> {
    if !reopen && answering.cell.current().is_newest()? { Ok(()) } else { answering.renew() }
}
