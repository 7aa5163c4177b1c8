//! The commands, one file each.

pub(crate) mod ask;
pub(crate) mod backtest;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod forget;
pub(crate) mod ingest;
pub(crate) mod keys;
pub(crate) mod learn;
pub(crate) mod options;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod reindex;
pub(crate) mod serve;
pub(crate) mod synth;

use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use embed::{Embedder, StaticEmbedder};
use engine::{DataFolder, Finder};

use crate::settings::Settings;

/// The encoder of this build.
pub(crate) fn embedder() -> anyhow::Result<Arc<dyn Embedder>> {
    Ok(Arc::new(StaticEmbedder::shipped()?))
}

/// The index in a data directory, ready for questions.
pub(crate) fn finder(data_dir: &Path, settings: &Settings) -> anyhow::Result<Finder> {
    Ok(Finder::open(&DataFolder::new(data_dir), Some(embedder()?), settings.finder.clone())?)
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
