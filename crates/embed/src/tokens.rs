//! Text to the numbers of its word pieces.

use tokenizers::Tokenizer;

use crate::Error;

/// A text is read up to this many characters before it is cut into tokens, so that a long one is cheap.
pub(crate) const MAX_CHARACTERS: usize = 4_000;
/// Of those, this many tokens count.
pub(crate) const MAX_TOKENS: usize = 512;

/// The word pieces of a model.
#[derive(Debug)]
pub(crate) struct WordPieces {
    tokenizer: Tokenizer,
}

impl WordPieces {
    /// Reads a `tokenizer.json`.
    pub(crate) fn read(json: &[u8]) -> Result<Self, Error> {
        let bad = |reason: String| Error::BadModel { file: "tokenizer.json", reason };
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| bad(error.to_string()))?;
        // Vectors are sums: neither padding nor a frame may take part, and the cut is ours.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| bad(error.to_string()))?;
        Ok(Self { tokenizer })
    }

    /// The largest number that [`WordPieces::cut`] can give, if there is any.
    pub(crate) fn largest(&self) -> Option<u32> {
        self.tokenizer.get_vocab(false).values().copied().max()
    }

    /// The tokens of the first [`MAX_CHARACTERS`] characters, at most [`MAX_TOKENS`].
    pub(crate) fn cut(&self, text: &str) -> Result<Vec<u32>, String> {
        let encoding =
            self.tokenizer.encode_fast(first_characters(text), false).map_err(|error| error.to_string())?;
        let mut ids = encoding.get_ids().to_vec();
        ids.truncate(MAX_TOKENS);
        Ok(ids)
    }
}

/// The first [`MAX_CHARACTERS`] of a text.
pub(crate) fn first_characters(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_CHARACTERS).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}
