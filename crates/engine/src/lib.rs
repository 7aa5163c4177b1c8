//! The service without a door: [`Indexer`] runs the stages from export to index, [`Finder`] answers from an
//! immutable snapshot.
//!
//! Decision: both are plain blocking calls over plain data; doors bring threads, clocks and wire types.

pub mod ablation;
mod answer;
pub mod asks;
pub mod backtest;
pub mod backup;
pub mod doctor;
pub mod erase;
mod error;
pub mod evaluate;
pub mod explained;
mod filters;
mod finder;
mod folder;
pub mod generations;
pub mod history;
mod indexer;
pub mod jobs;
pub mod learn;
pub mod optout;
mod private;
pub mod simple;
pub mod survey;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use answer::{
    Confidence, Degraded, Detail, Evidence, Expert, Fallback, Found, Nothing, PastAnswer, Reason, Search,
};
pub use error::{Error, ErrorKind};
pub use filters::Filters;
pub use finder::{Channel, Listed, Me, People, Profile, Wanted};
pub use finder::{Finder, FinderConfig, SourceStanding, Standing};
pub use finder::{Helpers, Present};
pub use finder::{Subject, Topic, TopicBand};
pub use folder::DataFolder;
pub use indexer::{
    Decided, ExportReport, Identity, Indexer, IndexerConfig, IngestOptions, IngestReport, Openings,
    PeopleConfig, Progress, ReindexReport, Review, Stage, policy_of, send_missed,
};
pub use private::{private_file, put_whole};

pub use ingest::Issue;

/// Longest question, in characters.
pub const MAX_QUESTION_CHARACTERS: usize = 4_000;

pub use index::store::{Decision, DecisionKind, JoinRow};
pub use query::rank::{Feature, Term, View};
