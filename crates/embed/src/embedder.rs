//! The seam that every model stands behind.

use std::fmt;
use std::fmt::Debug;

use crate::{Error, UnitVector};

/// Which model made a vector: written beside the vectors on disk and compared before they are searched.
///
/// Two models, or two builds of one whose vectors differ, never share an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(String);

impl ModelId {
    /// Takes 1 to 100 bytes of visible characters, such as `minilm-static-256@0123456789ab`.
    ///
    /// # Errors
    /// [`Error::BadModelId`] for any other text.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let invisible = |c: char| c.is_whitespace() || c.is_control();
        if text.is_empty() || text.len() > 100 || text.contains(invisible) {
            return Err(Error::BadModelId(text));
        }
        Ok(Self(text))
    }

    /// The text of the id, as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModelId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A model that turns text into unit vectors. Every implementation passes [`crate::conformance::check`].
pub trait Embedder: Send + Sync + Debug {
    /// The model's id: the same for as long as the same text gets the same vector.
    fn model_id(&self) -> &ModelId;

    /// Length of every vector this model makes, at least 1.
    fn dimensions(&self) -> usize;

    /// One vector for each text, in the order of the texts.
    ///
    /// A text's vector does not depend on its neighbours in the batch. A text in which the model knows
    /// nothing (an empty one, say) gets the zero vector. A long text is cut to what the model reads.
    ///
    /// # Errors
    /// Those of the model itself; a text's content alone is never an error.
    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error>;

    /// The vector of one text: what [`Embedder::embed`] gives for a batch of it alone.
    ///
    /// # Errors
    /// Those of [`Embedder::embed`].
    fn embed_one(&self, text: &str) -> Result<UnitVector, Error> {
        let vectors = self.embed(&[text])?;
        Ok(vectors.into_iter().next().unwrap_or_else(|| UnitVector::zero(self.dimensions())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_id_is_one_short_visible_word() {
        assert_eq!(ModelId::new("table@1f").unwrap().to_string(), "table@1f");
        for bad in ["", "two words", "line\n", "nul\0", &"x".repeat(101)] {
            assert!(matches!(ModelId::new(bad), Err(Error::BadModelId(text)) if text == bad));
        }
    }
}
