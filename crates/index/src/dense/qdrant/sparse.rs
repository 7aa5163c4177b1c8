//! The words of a document as sparse vectors: BM25's share of the document, without idf.

use std::collections::BTreeMap;

use model::AudienceId;
use text::{Language, tokens};

use crate::lexical::language_of;
use crate::store::DocumentToIndex;
use crate::{Error, Store};

/// So many documents that everyone may read tell the mean lengths.
const SAMPLE: usize = 10_000;

/// The two fields of a document, in one vector: their words never share an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Own,
    Question,
}

/// Parameters of BM25 that documents are weighed by when they are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordsConfig {
    /// How soon repeating a term stops counting.
    pub k1: f32,
    /// How much length is held against a document.
    pub b: f32,
}

/// A document's words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseWords {
    /// By index of a term in a field, ascending: tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / mean)).
    pub(super) fields: BTreeMap<u32, f32>,
    /// By index of a term, whatever field it is in: 1.
    pub(super) either: BTreeMap<u32, f32>,
}

/// Weighs documents for one build: mean lengths stay as they were when it was begun.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weigher {
    config: WordsConfig,
    languages: Vec<Language>,
    means: [f32; 2],
}

fn index(tag: &[u8], token: &str) -> u32 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(tag).update(token.as_bytes());
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..4]);
    u32::from_le_bytes(bytes)
}

/// The index of a term in a field. 32 bits of a digest: of a million terms some 120 share one with another.
pub(super) fn index_in(field: Field, token: &str) -> u32 {
    match field {
        Field::Own => index(b"o", token),
        Field::Question => index(b"q", token),
    }
}

/// The index of a term in either field.
pub(super) fn index_of(token: &str) -> u32 {
    index(b"e", token)
}

impl Weigher {
    /// One for a new build, with the mean lengths of what everyone may read now: the first 10,000 documents.
    pub(super) fn for_build(store: &Store, config: WordsConfig) -> Result<Self, Error> {
        let languages = languages(store)?;
        let (mut sums, mut n) = ([0_usize; 2], 0_usize);
        for id in store.documents_for(AudienceId::EVERYONE, SAMPLE)? {
            let Some(document) = store.document_to_index(id)? else { continue };
            let language = language_of(document.language.as_deref(), &languages);
            for (sum, text) in sums.iter_mut().zip([&document.own, &document.question]) {
                *sum += tokens(text, language).len();
            }
            n += 1;
        }
        let means = sums.map(|sum| (sum as f32 / n.max(1) as f32).max(1.0));
        Ok(Self { config, languages, means })
    }

    /// What it was made of, to be kept with the build.
    pub(super) fn written(&self) -> String {
        let WordsConfig { k1, b } = self.config;
        let codes: Vec<&str> = self.languages.iter().map(|language| language.code()).collect();
        format!("{k1} {b} {} {} {}", self.means[0], self.means[1], codes.join(","))
    }

    /// The one that a build was begun with; `None` if it was another's, so that the build does not fit.
    pub(super) fn read(text: &str, store: &Store, config: WordsConfig) -> Result<Option<Self>, Error> {
        let mut parts = text.split(' ').skip(2).map_while(|part| part.parse::<f32>().ok());
        let (Some(own), Some(question)) = (parts.next(), parts.next()) else { return Ok(None) };
        let read = Self { config, languages: languages(store)?, means: [own, question] };
        Ok((read.written() == text).then_some(read))
    }

    pub(super) fn words(&self, document: &DocumentToIndex) -> SparseWords {
        let language = language_of(document.language.as_deref(), &self.languages);
        let mut words = SparseWords::default();
        let fields = [(Field::Own, &document.own), (Field::Question, &document.question)];
        for ((field, text), mean) in fields.into_iter().zip(self.means) {
            let tokens = tokens(text, language);
            let length = tokens.len() as f32;
            let mut counts: BTreeMap<&str, f32> = BTreeMap::new();
            for token in &tokens {
                *counts.entry(token.as_str()).or_default() += 1.0;
                words.either.insert(index_of(token), 1.0);
            }
            let WordsConfig { k1, b } = self.config;
            let norm = k1 * (1.0 - b + b * length / mean);
            for (token, count) in counts {
                let share = count * (k1 + 1.0) / (count + norm);
                *words.fields.entry(index_in(field, token)).or_default() += share;
            }
        }
        words
    }
}

fn languages(store: &Store) -> Result<Vec<Language>, Error> {
    let codes = store.setting("languages")?.unwrap_or_default();
    Ok(codes.split_whitespace().filter_map(Language::parse).collect())
}
