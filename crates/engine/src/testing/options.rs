//! Options of tests, in one place.

use index::lexical::WriterConfig;
use ingest::{Limits, conversations, evidence};

use crate::{FinderConfig, IndexerConfig, PeopleConfig};

/// Options for small indexes.
pub fn indexer_config() -> IndexerConfig {
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
pub fn finder_config() -> FinderConfig {
    let query = query::testing::config();
    FinderConfig { query, fresh_days: 180.0, stale_days: 365.0, use_learned: true, cluster: None }
}
