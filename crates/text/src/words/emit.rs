//! From a cut word to its tokens: lower case, stop words, stem, folding.

use std::borrow::Cow;

use super::fold::fold;
use super::stems::Stems;
use super::stop::StopWords;
use super::{Language, MAX_TOKEN_CHARS};

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Sentences: stop words go, words are stemmed.
    Prose,
    /// Code: exact words and their stems, no single letters.
    Code,
    /// Not known: exact words and their stems, stop words and letters too.
    Either,
}

/// Whether a word stands alone or is a part of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Alone.
    Whole,
    /// A part; single letters of an identifier say nothing.
    Part,
}

/// Collects tokens.
pub(super) struct Emit {
    stems: Option<Stems>,
    stop_words: &'static StopWords,
    elides: bool,
    limit: usize,
    out: Vec<String>,
    scratch: String,
}

impl Emit {
    pub(super) fn new(language: Option<Language>, limit: usize, expected: usize) -> Self {
        Self {
            stems: language.and_then(Stems::of),
            stop_words: StopWords::of(language),
            elides: matches!(language, Some(Language::French | Language::Italian | Language::Catalan)),
            limit,
            out: Vec::with_capacity(expected.min(limit)),
            scratch: String::new(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.out.len() >= self.limit
    }

    pub(super) fn finish(self) -> Vec<String> {
        self.out
    }

    fn push(&mut self, token: String) {
        if self.out.len() < self.limit && !token.is_empty() {
            self.out.push(token);
        }
    }

    /// Adds a token as it is, folded to lower case only.
    pub(super) fn exact(&mut self, word: &str) {
        if is_too_long(word) {
            return;
        }
        if word.is_ascii() {
            self.push(word.to_ascii_lowercase());
        } else {
            self.push(fold(&word.to_lowercase()));
        }
    }

    /// Adds a word of letters (and apostrophes): stopped, stemmed and folded as its mode asks.
    pub(super) fn word(&mut self, word: &str, mode: Mode, place: Place) {
        if is_too_long(word) {
            return;
        }
        let mut lower = std::mem::take(&mut self.scratch);
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&word.to_lowercase());
        }
        if lower.contains('\'') {
            lower = without_apostrophes(&lower, self.elides);
        }
        self.add(&lower, mode, place);
        self.scratch = lower;
    }

    fn add(&mut self, lower: &str, mode: Mode, place: Place) {
        let single = lower.chars().nth(1).is_none();
        if single && mode != Mode::Either && (mode == Mode::Code || place == Place::Part) {
            return;
        }
        if mode == Mode::Prose && self.stop_words.contains(lower) {
            return;
        }
        let folded = |word: Cow<'_, str>| if word.is_ascii() { word.into_owned() } else { fold(&word) };
        let stem = self.stems.map(|stems| folded(stems.stem(lower)));
        if mode != Mode::Prose {
            let exact = folded(Cow::Borrowed(lower));
            if stem.as_ref() != Some(&exact) {
                self.push(exact);
            }
        }
        match stem {
            Some(stem) => self.push(stem),
            None if mode == Mode::Prose => self.push(folded(Cow::Borrowed(lower))),
            None => {}
        }
    }
}

fn is_too_long(word: &str) -> bool {
    word.len() > MAX_TOKEN_CHARS && word.chars().nth(MAX_TOKEN_CHARS).is_some()
}

/// `dog's` is `dog`, `we'll` is `we`, `don't` is `dont`, and where articles are elided `l'uomo` is `uomo`.
fn without_apostrophes(word: &str, elides: bool) -> String {
    if elides
        && let Some((article, rest)) = word.split_once('\'')
        && (article.chars().count() <= 2
            || article.ends_with("ll")
            || article == "un"
            || article.ends_with("qu"))
        && !rest.is_empty()
    {
        return rest.replace('\'', "");
    }
    if let Some((head, "s" | "ll" | "re" | "ve" | "d" | "m")) = word.rsplit_once('\'')
        && !head.is_empty()
    {
        return head.replace('\'', "");
    }
    word.replace('\'', "")
}
