//! Text to the numbers of its word pieces.

use tokenizers::{ModelWrapper, NormalizerWrapper, PreTokenizerWrapper, Tokenizer};

use crate::Error;
use crate::trie::Trie;

/// A text is read up to this many characters before it is cut into tokens, so that a long one is cheap.
pub(crate) const MAX_CHARACTERS: usize = 4_000;
/// Of those, this many tokens count.
pub(crate) const MAX_TOKENS: usize = 512;

/// Letters of a word beyond which it is unknown as a whole.
const MAX_WORD: usize = 100;

/// The word pieces of a model.
///
/// Decision: words of printable ASCII are cut here, all others by the library: both give the same pieces (a
/// property below), and this is ten times faster, which is what an ingest's encoder costs. It works word by word,
/// because nothing that the library does reaches over a blank. Price: some hundred lines that the library has.
#[derive(Debug)]
pub(crate) struct WordPieces {
    tokenizer: Tokenizer,
    /// `None` if the model cuts in another way than the shipped one.
    plain: Option<Plain>,
}

/// What cutting plain words needs.
#[derive(Debug)]
struct Plain {
    /// Pieces that begin a word.
    starts: Trie,
    /// Pieces that go on with it.
    rests: Trie,
    unknown: u32,
}

impl Plain {
    fn of(tokenizer: &Tokenizer) -> Option<Self> {
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else { return None };
        let Some(NormalizerWrapper::BertNormalizer(normalizer)) = tokenizer.get_normalizer() else {
            return None;
        };
        let like_ours = normalizer.clean_text
            && normalizer.lowercase
            && matches!(tokenizer.get_pre_tokenizer(), Some(PreTokenizerWrapper::BertPreTokenizer(_)))
            && tokenizer.get_post_processor().is_none()
            && tokenizer.get_added_tokens_decoder().is_empty()
            && model.max_input_chars_per_word == MAX_WORD;
        if !like_ours {
            return None;
        }
        let vocabulary = tokenizer.get_vocab(false);
        let prefix = model.continuing_subword_prefix.as_bytes();
        let (mut starts, mut rests) = (Vec::new(), Vec::new());
        #[expect(clippy::iter_over_hash_type, reason = "the trie sorts them")]
        for (piece, id) in &vocabulary {
            match piece.as_bytes().strip_prefix(prefix) {
                Some(rest) if !rest.is_empty() => rests.push((rest, *id)),
                _ => starts.push((piece.as_bytes(), *id)),
            }
        }
        let unknown = *vocabulary.get(&model.unk_token)?;
        Some(Self { starts: Trie::new(starts), rests: Trie::new(rests), unknown })
    }

    /// Cuts a word of printable ASCII: punctuation stands alone.
    fn cut(&self, word: &[u8], ids: &mut Vec<u32>) {
        for run in word.chunk_by(|left, right| !left.is_ascii_punctuation() && !right.is_ascii_punctuation())
        {
            let before = ids.len();
            let mut rest = run;
            while !rest.is_empty() {
                let pieces = if ids.len() == before { &self.starts } else { &self.rests };
                let found = if run.len() > MAX_WORD { None } else { pieces.longest(rest) };
                let Some((length, piece)) = found else {
                    ids.truncate(before);
                    ids.push(self.unknown);
                    break;
                };
                ids.push(piece);
                rest = rest.get(length..).unwrap_or_default();
            }
        }
    }
}

impl WordPieces {
    /// Reads a `tokenizer.json`.
    pub(crate) fn read(json: &[u8]) -> Result<Self, Error> {
        let bad = |reason: String| Error::BadModel { file: "tokenizer.json", reason };
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| bad(error.to_string()))?;
        // Vectors are sums: neither padding nor a frame may take part, and the cut is ours.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|error| bad(error.to_string()))?;
        let plain = Plain::of(&tokenizer);
        Ok(Self { tokenizer, plain })
    }

    /// The largest number that [`WordPieces::cut`] can give, if there is any.
    pub(crate) fn largest(&self) -> Option<u32> {
        self.tokenizer.get_vocab(false).values().copied().max()
    }

    /// The pieces that have letters, and none of ASCII.
    pub(crate) fn foreign(&self) -> Vec<u32> {
        let is_foreign = |piece: &str| {
            let letters = || piece.chars().filter(|c| c.is_alphanumeric());
            letters().next().is_some() && letters().all(|c| !c.is_ascii())
        };
        let vocabulary = self.tokenizer.get_vocab(false);
        vocabulary.into_iter().filter(|(piece, _)| is_foreign(piece)).map(|(_, number)| number).collect()
    }

    /// The tokens of the first [`MAX_CHARACTERS`] characters, at most [`MAX_TOKENS`].
    pub(crate) fn cut(&self, text: &str) -> Result<Vec<u32>, String> {
        let text = first_characters(text);
        let Some(plain) = &self.plain else { return self.by_library(text) };
        let mut ids = Vec::with_capacity(text.len() / 4);
        for word in text.split([' ', '\t', '\n', '\r']) {
            if word.bytes().all(|byte| byte.is_ascii_graphic()) {
                plain.cut(word.as_bytes(), &mut ids);
            } else {
                ids.extend(self.by_library(word)?);
            }
            if ids.len() >= MAX_TOKENS {
                break;
            }
        }
        ids.truncate(MAX_TOKENS);
        Ok(ids)
    }

    fn by_library(&self, text: &str) -> Result<Vec<u32>, String> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(|error| error.to_string())?;
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

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static SHIPPED: LazyLock<WordPieces> = LazyLock::new(|| {
        WordPieces::read(include_bytes!("../../../data/models/minilm-static-256/tokenizer.json")).unwrap()
    });

    #[test]
    fn the_shipped_model_is_cut_the_fast_way() {
        assert!(SHIPPED.plain.is_some());
        let word = "a".repeat(MAX_WORD + 1);
        for text in [
            "",
            "  ",
            "Don't re-index /etc/hosts\u{b}x",
            "##ing ##",
            &word,
            &word[1..],
            "naïve 東京 e\u{301}",
        ] {
            assert_eq!(SHIPPED.cut(text).unwrap(), SHIPPED.by_library(text).unwrap(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn both_ways_cut_alike(
            text in "\\PC{0,80}|[\\x00-\\x7f]{0,80}|([a-zA-Z]{1,12}[ ,.\\-\n]){0,40}|[\\x00-\\u{3000} ]{0,80}",
        ) {
            prop_assert_eq!(SHIPPED.cut(&text).unwrap(), SHIPPED.by_library(&text).unwrap());
        }
    }
}
