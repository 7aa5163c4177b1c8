//! The service without a door: [`Indexer`] runs the stages, [`Finder`] answers from an immutable snapshot.

mod answer;
mod error;
mod finder;

pub use answer::{
    Confidence, Degraded, Detail, Evidence, Expert, Fallback, Found, Nothing, PastAnswer, Reason, Search,
};
pub use error::{Error, ErrorKind};
pub use finder::{Finder, Standing};

/// Longest question, in characters.
pub const MAX_QUESTION_CHARACTERS: usize = 4_000;
