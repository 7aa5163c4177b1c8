//! Lists of phrases that are looked up in messages.

use std::collections::BTreeMap;

/// How many places words are thrown at.
const PLACES: usize = 1_024;

/// A number below [`PLACES`] by a word's length and outer bytes.
pub(super) fn place(word: &str) -> u16 {
    let (first, last) = (word.bytes().next().unwrap_or(0), word.bytes().next_back().unwrap_or(0));
    let sum = usize::from(first) * 31 + usize::from(last) * 7 + word.len() * 131;
    // Below 1,024.
    (sum % PLACES) as u16
}

/// Words by their [`place`]: a bit for each place tells most other words from them without looking at any, and the few
/// of one place lie side by side.
#[derive(Debug)]
pub(super) struct Places<T> {
    bits: [u64; PLACES / 64],
    /// By place: where in `words` those of it begin; one more for the end of the last.
    starts: Box<[u16]>,
    words: Box<[(&'static str, T)]>,
}

impl<T> Places<T> {
    /// These words (fewer than 65,536, each once), with what belongs to them.
    pub(super) fn of(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut words: Vec<_> = words.into_iter().collect();
        words.sort_by_key(|(word, _)| (place(word), *word));
        let mut bits = [0; PLACES / 64];
        for (word, _) in &words {
            let place = usize::from(place(word));
            bits[place / 64] |= 1 << (place % 64);
        }
        let start = |bound: usize| words.partition_point(|(word, _)| usize::from(place(word)) < bound) as u16;
        Self { bits, starts: (0..=PLACES).map(start).collect(), words: words.into_boxed_slice() }
    }

    /// What belongs to a word, given its place; `None` if it is none of the words.
    pub(super) fn get(&self, word: &str, place: u16) -> Option<&T> {
        let place = usize::from(place) % PLACES;
        if self.bits[place / 64] & (1 << (place % 64)) == 0 {
            return None;
        }
        let (start, end) = (usize::from(self.starts[place]), usize::from(self.starts[place + 1]));
        self.words.get(start..end)?.iter().find(|(known, _)| *known == word).map(|(_, found)| found)
    }
}

/// Phrases (lower case, single spaces) that are looked up together, in one pass over a message.
/// A phrase that begins with `| ` stands at the start of a sentence, one that ends with ` |` at its end.
#[derive(Debug)]
pub(in super::super) struct PhraseList {
    /// By their first word.
    phrases: Places<Vec<&'static str>>,
}

impl PhraseList {
    /// Takes a list.
    pub(in super::super) fn new(list: &[&'static str]) -> Self {
        let mut phrases: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for phrase in list {
            let words = phrase.strip_prefix("| ").unwrap_or(phrase);
            let first = words.split(' ').next().unwrap_or(words);
            phrases.entry(first).or_default().push(phrase);
        }
        Self { phrases: Places::of(phrases) }
    }

    /// The phrases that begin with a word, given its place.
    pub(super) fn beginning_with(&self, word: &str, place: u16) -> &[&'static str] {
        self.phrases.get(word, place).map(Vec::as_slice).unwrap_or_default()
    }
}
