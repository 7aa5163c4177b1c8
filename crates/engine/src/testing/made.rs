//! Small indexes, made of screenplays (`synth::screenplay`).

use std::sync::Arc;

use embed::StaticEmbedder;
use tempfile::TempDir;

use super::{finder_config, indexer_config};
use crate::{DataFolder, Finder, Indexer, IngestOptions};

/// An index in a folder that goes with it.
pub(crate) struct Made {
    pub(crate) finder: Finder,
    data: DataFolder,
    _folder: TempDir,
}

impl Made {
    /// A finder on the same index that nobody has asked anything yet.
    pub(crate) fn opened(&self) -> Finder {
        let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
        Finder::open(&self.data, Some(embedder), finder_config()).unwrap()
    }
}

/// Ingests a screenplay.
pub(crate) fn made(play: &str) -> Made {
    made_of(&synth::screenplay(play).unwrap())
}

/// Ingests records, one JSON object a line.
pub(crate) fn made_of(records: &str) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("play.jsonl");
    fs_err::write(&export, records).unwrap();
    let data = DataFolder::new(folder.path().join("data"));
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let mut indexer = Indexer::open(data.clone(), embedder.clone(), indexer_config()).unwrap();
    indexer.ingest(&[export], &IngestOptions::at(model::Timestamp::EPOCH), &mut |_| {}).unwrap();
    let finder = Finder::open(&data, Some(embedder), finder_config()).unwrap();
    Made { finder, data, _folder: folder }
}
