//! Words of ASCII: plain ones, numbers, and identifiers with their parts.

use super::MAX_TOKEN_CHARS;
use super::emit::{Emit, Mode, Place};

/// Runs of letters and digits longer than this are looked at for being a hash or a blob.
const MAX_PLAIN_BYTES: usize = 20;

/// A run of hex digits, both letters and numerals, of at least this length is a hash.
const MIN_HASH_BYTES: usize = 12;

/// Parts that addresses and paths are full of and nobody asks for.
const EMPTY_PARTS: &[&str] = &["com", "org", "www", "html", "htm"];

/// The most parts that one identifier gives.
const MAX_PARTS: usize = 64;

/// Adds the tokens of a run of letters, digits and `_ . - / \ : ' + #`.
pub(super) fn read(run: &str, mode: Mode, emit: &mut Emit) {
    let word = trim(run);
    if word.is_empty() {
        return;
    }
    if is_plain(word) {
        return emit.word(word, mode, Place::Whole);
    }
    if word.ends_with(['+', '#']) {
        return emit.exact(word);
    }
    if is_number(word) {
        if word.len() > 1 && word.len() <= MAX_PLAIN_BYTES {
            emit.exact(word);
        }
        return;
    }
    if word.contains('\'') && !word.contains(['_', '.', '/', '\\', ':']) {
        return word.split('-').for_each(|part| emit.word(part.trim_matches('\''), mode, Place::Whole));
    }
    if word.contains(['/', '\\']) {
        if word.len() <= MAX_TOKEN_CHARS && !word.split(['/', '\\']).any(is_noise) {
            emit.exact(word);
        }
        for segment in word.split(['/', '\\']).take(MAX_PARTS) {
            let segment = trim(segment);
            if is_plain(segment) && !segment.is_empty() {
                part(segment, mode, emit);
            } else if is_number(segment) {
                if segment.len() > 1 && segment.len() <= MAX_PLAIN_BYTES {
                    emit.exact(segment);
                }
            } else {
                compound(segment, mode, emit);
            }
        }
        return;
    }
    compound(word, mode, emit);
}

/// Without the signs around it.
fn trim(run: &str) -> &str {
    let run = run.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let signs = |c: char| !c.is_ascii_alphanumeric();
    let tail = run.len() - run.trim_end_matches(signs).len();
    // Only `++` and `#` right behind the word are its own.
    match run.get(run.len() - tail..) {
        Some("++" | "#") => run,
        _ => run.trim_end_matches(signs),
    }
}

/// Letters only, without humps: `word`, `Word`, `WORD`, `APIs`.
fn is_plain(word: &str) -> bool {
    let bytes = word.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return true };
    if !first.is_ascii_alphabetic() {
        return false;
    }
    let rest = bytes.get(1..).unwrap_or(&[]);
    if rest.iter().all(u8::is_ascii_lowercase) {
        return true;
    }
    let inner = rest.get(..rest.len().saturating_sub(1)).unwrap_or(&[]);
    first.is_ascii_uppercase()
        && inner.iter().all(u8::is_ascii_uppercase)
        && (last.is_ascii_uppercase() || *last == b's')
}

/// Digits with the signs of versions, dates, times and addresses: `1.8.0`, `2020-05-12`, `10:30`.
fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || b".-/:".contains(&b))
        && word.bytes().any(|b| b.is_ascii_digit())
}

/// Hashes, UUIDs, keys: long runs of hex with a digit, or of letters and digits that change places often.
fn is_noise(word: &str) -> bool {
    if word.len() < MIN_HASH_BYTES {
        return false;
    }
    let hex = word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic());
    hex || word.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| {
        let bytes = run.as_bytes();
        let changes = bytes
            .windows(2)
            .filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()));
        run.len() > MAX_PLAIN_BYTES && changes.count() >= 4
    })
}

/// An identifier: whole, then its parts.
fn compound(word: &str, mode: Mode, emit: &mut Emit) {
    if word.is_empty() || is_noise(word) {
        return;
    }
    let has_signs = word.bytes().any(|b| !b.is_ascii_alphanumeric());
    if has_signs
        && word
            .split(|c: char| !c.is_ascii_alphanumeric())
            .all(|part| part.len() == 1 && part.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        // Letters with dots: `e.g`, `U.S.A`.
        let joined: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        return emit.word(&joined, mode, Place::Whole);
    }
    if word.bytes().all(|b| b.is_ascii_alphabetic()) {
        emit.word(word, mode, Place::Whole);
    } else {
        emit.exact(word);
        if let Some(version) = word.strip_prefix(['v', 'V'])
            && is_number(version)
        {
            if version.len() > 1 {
                emit.exact(version);
            }
            return;
        }
    }
    let mut left = MAX_PARTS;
    for segment in word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|segment| !segment.is_empty()) {
        for hump in Humps(segment) {
            if left == 0 {
                return;
            }
            left -= 1;
            if hump.len() < word.len() {
                part(hump, mode, emit);
            } else {
                prefix(hump, mode, emit);
            }
        }
    }
}

/// A part of an identifier.
fn part(part: &str, mode: Mode, emit: &mut Emit) {
    if EMPTY_PARTS.iter().any(|empty| part.eq_ignore_ascii_case(empty)) {
        return;
    }
    if part.bytes().all(|b| b.is_ascii_alphabetic()) {
        emit.word(part, mode, Place::Part);
    } else if part.len() > 1 && !is_noise(part) {
        emit.exact(part);
        prefix(part, mode, emit);
    }
}

/// The letters before the first digit, if they are a word: `python3` is also `python`.
fn prefix(part: &str, mode: Mode, emit: &mut Emit) {
    let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters >= 3 && letters < part.len() {
        emit.word(part.get(..letters).unwrap_or(""), mode, Place::Part);
    }
}

/// Cuts `getHTTPServer2` into `get`, `HTTP`, `Server2`.
struct Humps<'a>(&'a str);

impl<'a> Iterator for Humps<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        if self.0.starts_with(|c: char| c.is_ascii_digit()) {
            // `50MHz` is one word.
            return Some(std::mem::take(&mut self.0));
        }
        let bytes = self.0.as_bytes();
        let is = |at: usize, class: fn(&u8) -> bool| bytes.get(at).is_some_and(class);
        let small = |at| is(at, u8::is_ascii_lowercase) || is(at, u8::is_ascii_digit);
        let plural = |at: usize| is_plain(self.0.get(..at + 1).unwrap_or("")) && bytes.get(at) == Some(&b's');
        let end = (1..bytes.len())
            .find(|&at| {
                let rises = small(at - 1) && is(at, u8::is_ascii_uppercase);
                let new_word = is(at - 1, u8::is_ascii_uppercase)
                    && is(at, u8::is_ascii_uppercase)
                    && is(at + 1, u8::is_ascii_lowercase)
                    && !(at + 2 == bytes.len() && plural(at + 1));
                rises || new_word
            })
            .unwrap_or(bytes.len());
        let (hump, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(hump)
    }
}
