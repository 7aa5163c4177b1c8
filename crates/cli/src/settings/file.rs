//! The options file, version 1: its keys, their checks, and what they become.

use std::path::{Path, PathBuf};

use engine::{FinderConfig, IndexerConfig};
use index::dense::qdrant::WordsConfig;
use index::lexical::{ScoreConfig, WriterConfig};
use query::{ChannelWeights, RetrieveConfig};
use serde::{Deserialize, Serialize};

use super::Settings;
use super::asks::Asks;
use super::confidence::Confidence;
use super::dense::Dense;
use super::embed::Embed;
use super::jobs::Jobs;
use super::live::Live;
use super::rank::{Marks, Rank, Roles};
use super::server::Server;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    version: u32,
    ingest: Ingest,
    embed: Embed,
    index: Index,
    dense: Dense,
    query: Query,
    answer: Answer,
    server: Server,
    live: Live,
    jobs: Jobs,
    asks: Asks,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ingest {
    limits: Limits,
    people: People,
    conversations: Conversations,
    evidence: Evidence,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys of the file say that each is a maximum")]
struct Limits {
    max_entries: u64,
    max_entry_bytes: u64,
    max_total_bytes: u64,
    max_ratio: u64,
    max_message_chars: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversations {
    flat_quiet_minutes: u32,
    flat_max_messages: usize,
    flat_open: usize,
    subject_days: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    own_domains: Vec<String>,
    join_alike: bool,
    mailmap: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    question_max_chars: usize,
    question_code_lines: usize,
    own_max_chars: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    writer_memory_bytes: usize,
    encode_question_characters: usize,
    encode_own_characters: usize,
    keep_generations: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    lexical: Lexical,
    retrieve: Retrieve,
    rank: Rank,
    roles: Roles,
    marks: Marks,
    confidence: Confidence,
    channels: Channels,
    learn: Learn,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Channels {
    words: f64,
    meaning: f64,
    busy: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lexical {
    k1: f64,
    b: f64,
    posting_budget: u64,
    min_terms: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Retrieve {
    question_weight: f64,
    lexical_pool: usize,
    dense_pool: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Learn {
    used: bool,
    folds: usize,
    questions_per_fold: usize,
    variance: f64,
    p_value: f64,
    most_silent: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    fresh_days: f64,
    stale_days: f64,
}

pub(super) fn within(name: &str, value: f64, min: f64, max: f64) -> anyhow::Result<()> {
    anyhow::ensure!((min..=max).contains(&value), "{name} is {value}, allowed are {min} to {max}");
    Ok(())
}

/// A path that may be left empty.
pub(super) fn given(path: &Path) -> Option<PathBuf> {
    (!path.as_os_str().is_empty()).then(|| path.to_owned())
}

impl File {
    /// Refuses values that cannot be meant.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.version == 1, "version is {}, this whoknows reads version 1", self.version);
        let lexical = &self.query.lexical;
        within("query.lexical.k1", lexical.k1, 0.0, 10.0)?;
        within("query.lexical.b", lexical.b, 0.0, 1.0)?;
        within("query.retrieve.question_weight", self.query.retrieve.question_weight, 0.0, 100.0)?;
        within("query.retrieve.lexical_pool", self.query.retrieve.lexical_pool as f64, 1.0, 100_000.0)?;
        within("query.retrieve.dense_pool", self.query.retrieve.dense_pool as f64, 0.0, 100_000.0)?;
        self.query.rank.check()?;
        self.query.roles.check()?;
        self.query.marks.check()?;
        let learn = &self.query.learn;
        within("query.learn.folds", learn.folds as f64, 2.0, 100.0)?;
        within("query.learn.questions_per_fold", learn.questions_per_fold as f64, 1.0, 100_000.0)?;
        within("query.learn.variance", learn.variance, 1e-9, 1e6)?;
        within("query.learn.p_value", learn.p_value, 0.0, 1.0)?;
        within("query.learn.most_silent", learn.most_silent, 0.0, 1.0)?;
        self.query.confidence.config()?;
        self.live.check()?;
        self.asks.check()?;
        self.server.config()?;
        self.server.traces()?;
        self.embed.check()?;
        self.dense.check()?;
        let channels = &self.query.channels;
        for weight in [channels.words, channels.meaning, channels.busy] {
            within("a weight under query.channels", weight, 0.0, 1_000.0)?;
        }
        within("answer.fresh_days", self.answer.fresh_days, 0.0, 100_000.0)?;
        within("answer.stale_days", self.answer.stale_days, 0.0, 100_000.0)?;
        within("index.keep_generations", self.index.keep_generations as f64, 1.0, 100.0)?;
        within("index.writer_memory_bytes", self.index.writer_memory_bytes as f64, 15_000_000.0, 4e9)
    }

    /// Hands every crate its own part.
    pub(super) fn settings(self) -> anyhow::Result<Settings> {
        let (mut indexer, mut finder, learn) = (self.indexer(), self.finder()?, self.query.learn.config());
        let score = &finder.query.retrieve.lexical;
        indexer.cluster = self.dense.cluster(WordsConfig { k1: score.k1, b: score.b })?;
        finder.cluster.clone_from(&indexer.cluster);
        Ok(Settings {
            path: None,
            indexer,
            finder,
            learn,
            server: self.server.config()?,
            traces: self.server.traces()?,
            live: self.live,
            jobs: self.jobs,
            asks: self.asks,
            embed: self.embed,
        })
    }

    fn indexer(&self) -> IndexerConfig {
        let (limits, conversations, evidence) =
            (&self.ingest.limits, &self.ingest.conversations, &self.ingest.evidence);
        IndexerConfig {
            limits: ingest::Limits {
                max_entries: limits.max_entries,
                max_entry_bytes: limits.max_entry_bytes,
                max_total_bytes: limits.max_total_bytes,
                max_ratio: limits.max_ratio,
                max_message_chars: limits.max_message_chars,
            },
            conversations: ingest::conversations::Config {
                flat_quiet_minutes: conversations.flat_quiet_minutes,
                flat_max_messages: conversations.flat_max_messages,
                flat_open: conversations.flat_open,
                subject_days: conversations.subject_days,
            },
            evidence: ingest::evidence::Config {
                question_max_chars: evidence.question_max_chars,
                question_code_lines: evidence.question_code_lines,
                own_max_chars: evidence.own_max_chars,
            },
            people: self.ingest.people.config(),
            writer: WriterConfig { memory_bytes: self.index.writer_memory_bytes },
            keep_generations: self.index.keep_generations,
            encode_question_characters: self.index.encode_question_characters,
            encode_own_characters: self.index.encode_own_characters,
            cluster: None,
            approximate_from: self.dense.approximate_from(),
        }
    }

    fn finder(&self) -> anyhow::Result<FinderConfig> {
        Ok(FinderConfig {
            query: self.query.config()?,
            fresh_days: self.answer.fresh_days,
            stale_days: self.answer.stale_days,
            use_learned: self.query.learn.used,
            cluster: None,
        })
    }
}

impl People {
    fn config(&self) -> engine::PeopleConfig {
        engine::PeopleConfig {
            own_domains: self.own_domains.iter().cloned().collect(),
            join_alike: self.join_alike,
            mailmap: Some(&self.mailmap).filter(|path| !path.is_empty()).map(Into::into),
        }
    }
}

impl Query {
    fn config(&self) -> anyhow::Result<query::Config> {
        Ok(query::Config {
            retrieve: RetrieveConfig {
                lexical: ScoreConfig {
                    k1: self.lexical.k1 as f32,
                    b: self.lexical.b as f32,
                    posting_budget: self.lexical.posting_budget,
                    min_terms: self.lexical.min_terms,
                },
                question_weight: self.retrieve.question_weight as f32,
                lexical_pool: self.retrieve.lexical_pool,
                dense_pool: self.retrieve.dense_pool,
            },
            rank: self.rank.config(&self.roles, &self.marks),
            confidence: self.confidence.config()?,
            channels: ChannelWeights {
                words: self.channels.words,
                meaning: self.channels.meaning,
                busy: self.channels.busy,
            },
        })
    }
}

impl Learn {
    /// The grade and the seed are the command's.
    const fn config(&self) -> engine::learn::LearnConfig {
        engine::learn::LearnConfig {
            folds: self.folds,
            questions_per_fold: self.questions_per_fold,
            variance: self.variance,
            p_value: self.p_value,
            most_silent: self.most_silent,
            lowest_relevant_grade: 2,
            seed: 1,
        }
    }
}
