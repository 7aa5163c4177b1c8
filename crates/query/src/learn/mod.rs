//! Weights from an organisation's own history: questions of the past, with those who turned out to know.
//!
//! Decision: a linear model by conditional logit (ListNet's top-one loss: Cao et al., *Learning to Rank: From
//! Pairwise Approach to Listwise Approach*, 2007), held to the shipped weights by a Gaussian prior. On three
//! real collections, trees with interactions gained nothing over it; it needs some fifty questions, and its
//! explanation is the model itself.

mod fit;
mod sample;

pub use fit::{FitConfig, fit};
pub use sample::Sample;
