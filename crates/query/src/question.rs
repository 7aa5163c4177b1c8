//! A question, cut into the same tokens as the documents.

use std::collections::BTreeMap;

use embed::{Embedder, QuantizedVector};
use index::lexical::QueryTerm;
use text::{Language, Markup, clean, detect, is_mostly_in_pieces, tokens};

/// A question, ready for both retrievers.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its distinct tokens with their counts, ascending.
    pub terms: Vec<QueryTerm>,
    /// Its vector; `None` if the encoder failed or knows no word of it.
    pub vector: Option<QuantizedVector>,
    /// Whether the encoder failed: it is not that no word is known.
    pub encoder_failed: bool,
    /// The languages it was cut in.
    pub languages: Vec<Language>,
    /// Whether most of it was cut into overlapping pieces instead of words.
    pub in_pieces: bool,
}

/// How many languages a question of unknown language is cut in.
const MAX_GUESSED_LANGUAGES: usize = 3;

impl Question {
    /// Cuts and encodes a question for an index that is cut in `spoken` languages, the most frequent first.
    /// A question too short to tell its language by is cut in each of the first few.
    pub fn new(text: &str, spoken: &[Language], embedder: Option<&dyn Embedder>) -> Self {
        let cleaned = clean(text, Markup::Plain);
        // What a representative pastes from a customer's mail is the question, quoted or not.
        let text = format!("{}\n{}", cleaned.own, cleaned.quoted);
        let languages: Vec<Language> = match detect(&text, spoken) {
            Some(language) => vec![language],
            None => spoken.iter().copied().take(MAX_GUESSED_LANGUAGES).collect(),
        };
        // A token counts as often as the language that says it most often does.
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for language in languages.iter().copied().map(Some).chain(languages.is_empty().then_some(None)) {
            let mut here: BTreeMap<String, u32> = BTreeMap::new();
            for token in tokens(&text, language) {
                *here.entry(token).or_default() += 1;
            }
            for (token, count) in here {
                let known = counts.entry(token).or_default();
                *known = count.max(*known);
            }
        }
        let encoded = embedder.map(|embedder| embedder.embed_one(&text)).transpose();
        if let Err(error) = &encoded {
            tracing::warn!(%error, "the question has no vector, answering from the lexical side alone");
        }
        let encoder_failed = encoded.is_err();
        let vector = encoded.ok().flatten();
        Self {
            terms: counts.into_iter().map(|(token, count)| QueryTerm { token, count }).collect(),
            vector: vector.filter(|vector| !vector.is_zero()).map(|vector| vector.quantize()),
            encoder_failed,
            languages,
            in_pieces: is_mostly_in_pieces(&text),
        }
    }
}
