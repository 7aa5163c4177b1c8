//! The body of `/v1/admin/index`.

use engine::{SourceStanding, Standing};
use serde::Serialize;
use utoipa::ToSchema;

/// What the index that answers was made from, and which builds are kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Index)]
pub(crate) struct IndexResponse {
    generation: u64,
    /// By name.
    sources: Vec<WireSource>,
    /// The kept builds, oldest first.
    generations: Vec<WireGeneration>,
    /// What lies in the folder of exports, by name; a job may be ordered to read it.
    exports: Vec<String>,
    /// Whether messages are taken in as they come.
    live: bool,
}

/// What an index holds of one source, whoever may read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
struct WireSource {
    source: String,
    channels: usize,
    conversations: usize,
    /// Conversations that everyone may read.
    open: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
}

/// A kept build of the index.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Generation)]
struct WireGeneration {
    /// What a `rollback` calls it.
    number: u64,
    /// Whether it is the one that answers.
    answers: bool,
}

impl IndexResponse {
    pub(crate) fn new(
        standing: &Standing,
        sources: Vec<SourceStanding>,
        generations: Vec<(u64, bool)>,
        exports: Vec<String>,
        live: bool,
    ) -> Self {
        let source = |one: SourceStanding| WireSource {
            source: one.source,
            channels: one.channels,
            conversations: one.conversations,
            open: one.open,
            newest: one.newest.map(|time| time.to_string()),
        };
        let generation = |(number, answers)| WireGeneration { number, answers };
        Self {
            generation: standing.generation,
            sources: sources.into_iter().map(source).collect(),
            generations: generations.into_iter().map(generation).collect(),
            exports,
            live,
        }
    }
}
