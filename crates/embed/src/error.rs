//! What can go wrong between a text and its vector.

use std::path::PathBuf;

/// Why there is no vector.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A model's id was empty or longer than 100 bytes, or held a blank or a control character.
    #[error("model id {0:?} must be 1 to 100 bytes of visible characters")]
    BadModelId(String),
    /// A file of a model is not what the model's manifest promises.
    #[error("the model's {file} cannot be used: {reason}")]
    BadModel {
        /// The file, as named in the model's folder.
        file: &'static str,
        /// What was expected or where reading stopped.
        reason: String,
    },
    /// A model that has to be fetched first is not there.
    #[error("{name} is not in {} (hint: `whoknows models fetch {name}` brings it)", folder.display())]
    NoModel {
        /// The model.
        name: &'static str,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A model could not be brought here.
    #[error("{name} was not fetched: {why}")]
    Fetch {
        /// The model.
        name: &'static str,
        /// What stood in the way, and what to do.
        why: String,
    },
    /// An embeddings endpoint is described in a way that cannot be meant.
    #[error("the embeddings endpoint cannot be used: {0}")]
    Endpoint(String),
    /// The model, or the service that runs it, gave no vectors.
    #[error("{model} gave no vectors: {reason}")]
    Failed {
        /// The model.
        model: String,
        /// What it said, without any text or key.
        reason: String,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The model's tokenizer gave up on a text.
    #[error("text {position} of the batch cannot be cut into tokens: {reason}")]
    Tokens {
        /// Place of the text in the batch, from 0.
        position: usize,
        /// The tokenizer's own words.
        reason: String,
    },
    /// A vector held an infinite number or none at all.
    #[error("value {position} of the vector is not a finite number")]
    NotFinite {
        /// Place of the value, from 0.
        position: usize,
    },
    /// Codes or a scale from outside that no quantized unit vector has.
    #[error("not a quantized vector: {0}")]
    NotQuantized(&'static str),
    /// Two vectors of different length met: they are of different models.
    #[error("a vector of {left} dimensions met one of {right}")]
    Dimensions {
        /// Length of the one.
        left: usize,
        /// Length of the other.
        right: usize,
    },
}
