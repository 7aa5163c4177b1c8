//! What can go wrong between a text and its vector.

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
