//! The words and pairs of words of somebody's documents, counted once a document.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use text::{Language, fold, tokens};

/// Shortest and longest word that can name a topic, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=40;
/// How much of one text is looked at, in words.
const MOST_WORDS: usize = 400;

/// One or two tokens that stand beside each other.
pub(super) type Key = Vec<String>;

/// What is known of a word or pair in somebody's documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Used {
    /// In how many documents.
    pub(super) documents: u32,
    /// In the newest of which when.
    pub(super) last_at: Option<Timestamp>,
    /// As it is written, and how often so.
    spellings: BTreeMap<String, u32>,
}

impl Used {
    /// As it is written most often; ties end on the text.
    pub(super) fn spelling(&self) -> Option<&str> {
        let best = self.spellings.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        best.map(|(text, _)| text.as_str())
    }
}

/// Counts words over documents.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) used: BTreeMap<Key, Used>,
    pub(super) documents: u32,
}

impl Counted {
    /// Adds a document's texts; `is_name` tells what are words of people's names.
    pub(super) fn add(
        &mut self,
        texts: [&str; 2],
        language: Option<Language>,
        at: Timestamp,
        is_name: &dyn Fn(&str) -> bool,
    ) {
        self.documents += 1;
        let mut seen: BTreeMap<Key, String> = BTreeMap::new();
        for text in texts {
            let mut before: Option<(String, String)> = None;
            for chunk in prose(text).take(MOST_WORDS) {
                let word = word(chunk, language, is_name);
                if let (Some((token, spelled)), Some((token_before, spelled_before))) = (&word, &before)
                    && token != token_before
                {
                    let pair = vec![token_before.clone(), token.clone()];
                    seen.entry(pair).or_insert_with(|| format!("{spelled_before} {spelled}"));
                }
                if let Some((token, spelled)) = &word {
                    seen.entry(vec![token.clone()]).or_insert_with(|| spelled.clone());
                }
                // A sentence's end parts words.
                before = word.filter(|_| !chunk.ends_with(['.', ',', ';', ':', '!', '?', ')']));
            }
        }
        for (key, spelled) in seen {
            let used = self.used.entry(key).or_default();
            used.documents += 1;
            used.last_at = used.last_at.max(Some(at));
            *used.spellings.entry(spelled).or_default() += 1;
        }
    }
}

/// The chunks of a text that are no code and no address.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    let lines = text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    });
    let plain =
        |chunk: &&str| !chunk.starts_with(['@', '`', '<']) && !chunk.contains("://") && !chunk.contains('@');
    lines.flat_map(str::split_whitespace).filter(plain)
}

/// A chunk's token, and the word as it is told: none for what says nothing by itself.
fn word(chunk: &str, language: Option<Language>, is_name: &dyn Fn(&str) -> bool) -> Option<(String, String)> {
    let spelled = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let length = spelled.chars().count();
    let letters = spelled.chars().filter(|c| c.is_alphabetic()).count();
    if !LENGTH.contains(&length) || letters < 2 || !spelled.chars().all(is_part_of_word) {
        return None;
    }
    let token = tokens(spelled, language).into_iter().next()?;
    // Who is greeted is no subject.
    if spelled.chars().next().is_some_and(char::is_uppercase) && is_name(&folded(spelled)) {
        return None;
    }
    Some((token, spelled.to_lowercase()))
}

fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '#' | '\'' | '’')
}

/// The words of people's names, folded.
pub(super) fn name_words<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.flat_map(str::split_whitespace).map(folded).collect()
}

fn folded(word: &str) -> String {
    fold(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let mut counted = Counted::default();
        let is_name = |word: &str| word == "ana";
        counted.add([text, ""], Language::parse("en"), Timestamp::EPOCH, &is_name);
        counted.used.values().filter_map(|used| used.spelling().map(str::to_owned)).collect()
    }

    #[test]
    fn words_and_neighbours_are_told_as_they_are_written() {
        let mut found = keys("Restart the label printers. Thermal paper");
        found.sort();
        assert_eq!(
            found,
            ["label", "label printers", "paper", "printers", "restart", "thermal", "thermal paper"]
        );
    }

    #[test]
    fn names_addresses_code_and_numbers_are_no_subjects() {
        assert_eq!(keys("Ana @bo https://x.example/y me@firm.example 2026 `code` a/b"), Vec::<String>::new());
        assert_eq!(keys("```\nlet secret = 1;\n```"), Vec::<String>::new());
    }

    #[test]
    fn a_document_counts_once() {
        let mut counted = Counted::default();
        for text in ["vpn vpn vpn", "VPN"] {
            counted.add([text, "vpn"], None, Timestamp::EPOCH, &|_| false);
        }
        let used = &counted.used[&vec!["vpn".to_owned()]];
        assert_eq!((used.documents, used.spelling(), counted.documents), (2, Some("vpn"), 2));
    }
}
