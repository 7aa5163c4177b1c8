//! The commands, one file each.

pub(crate) mod ask;
pub(crate) mod audit;
pub(crate) mod backtest;
pub(crate) mod backup;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod forget;
pub(crate) mod healthy;
pub(crate) mod ingest;
pub(crate) mod keys;
pub(crate) mod learn;
pub(crate) mod models;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod reindex;
pub(crate) mod rollback;
pub(crate) mod serve;
pub(crate) mod synth;

use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use embed::Embedder;
use engine::{DataFolder, Error, Finder, Indexer};

use crate::settings::Settings;

/// The encoder that the options choose; `None` if they choose none.
pub(crate) fn embedder(
    folder: &DataFolder,
    settings: &Settings,
) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    settings.embed.open(&folder.models())
}

/// The same for an index that is asked: none where there is no index, so that this is what is told, and not that an
/// encoder is missing.
pub(crate) fn embedder_of_index(
    folder: &DataFolder,
    settings: &Settings,
) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
    if folder.store().exists() { embedder(folder, settings) } else { Ok(None) }
}

/// The index in a data directory, ready for questions.
pub(crate) fn finder(data_dir: &Path, settings: &Settings) -> anyhow::Result<Finder> {
    let folder = DataFolder::new(data_dir);
    let embedder = embedder_of_index(&folder, settings)?;
    Ok(Finder::open(&folder, embedder, settings.finder.clone())?)
}

/// The index in a data directory, ready to be written.
pub(crate) fn indexer(folder: DataFolder, settings: &Settings) -> anyhow::Result<Indexer> {
    let embedder = embedder(&folder, settings)?;
    Ok(indexer_by(embedder, folder, settings)?)
}

/// The same, encoded by an encoder that is open already.
pub(crate) fn indexer_by(
    embedder: Option<Arc<dyn Embedder>>,
    folder: DataFolder,
    settings: &Settings,
) -> Result<Indexer, Error> {
    let config = settings.indexer.clone();
    match embedder {
        Some(embedder) => Indexer::open(folder, embedder, config),
        None => Indexer::without_encoder(folder, config),
    }
}

/// Reads a file of an evaluation; errors name it.
pub(crate) fn read<T>(
    path: &Path,
    parse: impl FnOnce(BufReader<fs_err::File>) -> Result<T, ::eval::Error>,
) -> anyhow::Result<T> {
    let file = fs_err::File::open(path)?;
    parse(BufReader::new(file)).with_context(|| path.display().to_string())
}

/// Reads the truth's aliases, if a file of them is given.
pub(crate) fn aliases(path: Option<&Path>) -> anyhow::Result<::eval::Aliases> {
    path.map_or_else(|| Ok(::eval::Aliases::default()), |path| read(path, ::eval::Aliases::read))
}
