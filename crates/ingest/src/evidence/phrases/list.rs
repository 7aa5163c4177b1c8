//! Lists of phrases that are looked up in messages.

use std::collections::HashMap;

/// How many places words are thrown at.
const PLACES: usize = 1_024;

/// A number below [`PLACES`] by a word's length and outer bytes.
pub(super) fn place(word: &str) -> u16 {
    let (first, last) = (word.bytes().next().unwrap_or(0), word.bytes().next_back().unwrap_or(0));
    let sum = usize::from(first) * 31 + usize::from(last) * 7 + word.len() * 131;
    // Below 1,024.
    (sum % PLACES) as u16
}

/// A bit for each [`place`] of some words: most other words are told from them without a hash.
#[derive(Debug)]
pub(super) struct Places([u64; PLACES / 64]);

impl Places {
    /// The places of these words.
    pub(super) fn of(words: &[&str]) -> Self {
        let mut places = [0; PLACES / 64];
        for word in words {
            let place = usize::from(place(word));
            places[place / 64] |= 1 << (place % 64);
        }
        Self(places)
    }

    /// Whether one of the words is in that place.
    pub(super) fn may_hold(&self, place: u16) -> bool {
        let place = usize::from(place) % PLACES;
        self.0[place / 64] & (1 << (place % 64)) != 0
    }
}

/// Phrases (lower case, single spaces) that are looked up together, in one pass over a message.
/// A phrase that begins with `| ` stands at the start of a sentence, one that ends with ` |` at its end.
#[derive(Debug)]
pub(in super::super) struct PhraseList {
    /// By their first word.
    phrases: HashMap<&'static str, Vec<&'static str>>,
    /// Where first words are.
    places: Places,
}

impl PhraseList {
    /// Takes a list.
    pub(in super::super) fn new(list: &[&'static str]) -> Self {
        let mut phrases: HashMap<&str, Vec<&str>> = HashMap::new();
        for phrase in list {
            let words = phrase.strip_prefix("| ").unwrap_or(phrase);
            let first = words.split(' ').next().unwrap_or(words);
            phrases.entry(first).or_default().push(phrase);
        }
        let firsts: Vec<&str> = phrases.keys().copied().collect();
        Self { places: Places::of(&firsts), phrases }
    }

    /// The phrases that begin with a word, given its place.
    pub(super) fn beginning_with(&self, word: &str, place: u16) -> &[&'static str] {
        if !self.places.may_hold(place) {
            return &[];
        }
        self.phrases.get(word).map(Vec::as_slice).unwrap_or_default()
    }
}
