//! Small indexes for tests, made of screenplays (`synth::screenplay`).

use std::sync::Arc;

use embed::StaticEmbedder;
use index::lexical::WriterConfig;
use ingest::{Limits, conversations, evidence};
use tempfile::TempDir;

use crate::{DataFolder, Finder, FinderConfig, Indexer, IndexerConfig, IngestOptions, PeopleConfig};

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

/// Options for small indexes.
pub(crate) fn indexer_config() -> IndexerConfig {
    IndexerConfig {
        limits: Limits {
            max_entries: 1_000,
            max_entry_bytes: 1 << 24,
            max_total_bytes: 1 << 26,
            max_ratio: 200,
            max_message_chars: 100_000,
        },
        conversations: conversations::Config {
            flat_quiet_minutes: 2_880,
            flat_max_messages: 200,
            flat_open: 32,
            subject_days: 30,
        },
        evidence: evidence::Config {
            question_max_chars: 1_500,
            question_code_lines: 12,
            own_max_chars: 8_000,
        },
        people: PeopleConfig { join_alike: true, ..PeopleConfig::default() },
        writer: WriterConfig { memory_bytes: 16_000_000 },
        keep_generations: 1,
        encode_question_characters: 250,
        encode_own_characters: 350,
        cluster: None,
        approximate_from: 0,
    }
}

/// Options for answers of them.
pub(crate) fn finder_config() -> FinderConfig {
    let query = query::testing::config();
    FinderConfig { query, fresh_days: 180.0, stale_days: 365.0, use_learned: true, cluster: None }
}
