//! Question → readable documents → ranked people, each with the parts of their score and their evidence.
//!
//! Decision: a score is a sum of named parts, every part a weight times a standardized feature, so that the
//! explanation *is* the model. The study behind it found that this costs next to nothing in quality.
//! Decision: `rank` is arithmetic over columns: no disk, no clock.

mod cholesky;
pub mod confidence;
mod config;
pub mod explain;
pub mod learn;
mod question;
pub mod rank;
pub mod retrieve;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use confidence::{Band, Evidence, Sufficiency, band, sufficiency};
pub use config::{
    ChannelWeights, ConfidenceConfig, Config, MarkWeights, RankConfig, RetrieveConfig, RoleWeights,
};
pub use question::Question;
