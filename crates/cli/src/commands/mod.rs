//! The commands, one file each.

pub(crate) mod ask;
pub(crate) mod demo;
pub(crate) mod eval;
pub(crate) mod ingest;
pub(crate) mod options;
pub(crate) mod reindex;
pub(crate) mod serve;
pub(crate) mod synth;

use std::path::Path;
use std::sync::Arc;

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
