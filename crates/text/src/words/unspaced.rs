//! Scripts that write no blanks between words: what stands in for words.
//!
//! Decision: what Japanese writes in Hiragana is left out. It is endings, particles and phrases of courtesy, and pairs of
//! them drown the words: on 6,500 messages of a Japanese chat, the message of somebody else within half an hour was
//! found from a message by its words with an MRR of .18 with pairs of everything, and of .26 so. Price: a word that is
//! written in Hiragana alone is not found.
//! Decision: Katakana gives fours, so that a compound meets its parts and a loan word is not met by every other one that
//! ends alike (pairs .257, threes .259, fours .265, whole runs .268: all within chance of each other).

use super::emit::Emit;

/// Characters of Katakana that make a token; a shorter run is itself. No other script has longer ones.
pub(super) const KATAKANA: usize = 4;

/// Kinds of characters that are read in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Hiragana,
    Katakana,
    /// Han, Hangul, and the scripts of South-East Asia.
    Other,
}

impl Kind {
    /// Of a character behind one of another kind: signs of length, repetition and voice belong to what they follow.
    const fn of(c: char, before: Option<Self>) -> Self {
        match c {
            '\u{30fc}' | '\u{3099}' | '\u{309a}' => match before {
                Some(before) => before,
                None => Self::Katakana,
            },
            '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' => Self::Hiragana,
            '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Self::Katakana,
            _ => Self::Other,
        }
    }
}

/// Adds the tokens of a run of such characters: of Han and the others overlapping pairs, of Katakana overlapping fours, of
/// Hiragana none. A run that is shorter is itself.
pub(super) fn read(run: &str, emit: &mut Emit) {
    let (mut kind, mut start) = (None, 0);
    for (at, c) in run.char_indices() {
        let next = Kind::of(c, kind);
        if kind.is_some_and(|kind| kind != next) {
            add(kind, run.get(start..at).unwrap_or(""), emit);
            start = at;
        }
        kind = Some(next);
    }
    add(kind, run.get(start..).unwrap_or(""), emit);
}

fn add(kind: Option<Kind>, part: &str, emit: &mut Emit) {
    match kind {
        Some(Kind::Katakana) => {
            // A server is written with and without the sign of length at its end.
            let is_long = part.chars().nth(KATAKANA - 1).is_some();
            grams(part.strip_suffix('\u{30fc}').filter(|_| is_long).unwrap_or(part), KATAKANA, emit);
        }
        Some(Kind::Other) => grams(part, 2, emit),
        Some(Kind::Hiragana) | None => {}
    }
}

/// Overlapping pieces of so many characters; what has fewer is itself.
fn grams(part: &str, length: usize, emit: &mut Emit) {
    let ends = part.char_indices().map(|(at, _)| at).skip(length).chain([part.len()]);
    for ((start, _), end) in part.char_indices().zip(ends) {
        if emit.is_full() {
            return;
        }
        emit.exact(part.get(start..end).unwrap_or(""));
    }
}
