//! Words: what a text and a question are compared by.
//!
//! Blanks cut a text into chunks. A chunk of ASCII is cut by UAX #29 with one change: `-`, `/`, `\` and `::`
//! also hold a word together, since identifiers, paths and options are words here. Other chunks are cut by
//! UAX #29 proper. A word that is made of parts (camelCase, snake_case, dotted.paths) gives itself and its parts.

mod chunk;
mod detect;
mod emit;
mod fold;
mod identifier;
mod language;
mod pieces;
mod scripts;
mod stems;
mod stop;
mod unspaced;

pub use detect::{Teller, detect};
pub use fold::fold;
pub use language::Language;
pub use scripts::is_mostly_in_pieces;

use emit::{Emit, Mode};
use pieces::{Kind, pieces};

/// How many tokens of a text are given at most.
pub const MAX_TOKENS: usize = 4_000;

/// Words longer than this many characters are dropped: no one asks for them.
pub const MAX_TOKEN_CHARS: usize = 64;

/// The tokens of a text or a question, in the order of the text, at most [`MAX_TOKENS`].
///
/// Each is NFKC, lower case, without Latin diacritics (`café` is `cafe`, folded after stemming because stemmers
/// read accents; the price is that Vietnamese tones and Swedish `å` are lost too).
///
/// - Prose: stop words of `language` are dropped, the rest is stemmed. Without a language neither happens, so
///   a caller gives documents and questions the same fallback.
/// - Code, in ``` fences or backticks: nothing but single letters is dropped; a word gives itself and its stem,
///   so that it meets both its exact spelling and a mention in prose.
/// - Han, Hangul, and scripts of South-East Asia that write no blanks: overlapping pairs of characters. Katakana:
///   overlapping fours. Hiragana, which writes endings and particles: nothing.
/// - Identifiers, paths, versions: whole (not stemmed unless all letters) and in parts. Addresses: host and path
///   words. Numbers of at least two digits are kept; hashes, UUIDs and blobs are dropped.
#[must_use]
pub fn tokens(text: &str, language: Option<Language>) -> Vec<String> {
    let mut emit = Emit::new(language, MAX_TOKENS, text.len() / 6);
    for (kind, piece) in pieces(text) {
        let mode = if kind == Kind::Code { Mode::Code } else { Mode::Prose };
        for chunk in piece.split_whitespace() {
            if emit.is_full() {
                return emit.finish();
            }
            chunk::read(chunk, mode, &mut emit);
        }
    }
    emit.finish()
}

/// The tokens that any mention of a chunk without blanks could have given, in prose or in code: exact and
/// stemmed, stop words too. For marking words of a passage.
pub(crate) fn tokens_of_chunk(chunk: &str, language: Option<Language>) -> Vec<String> {
    let mut emit = Emit::new(language, MAX_TOKENS, 2);
    chunk::read(chunk, Mode::Either, &mut emit);
    emit.finish()
}

pub(crate) use scripts::has_no_blanks;

/// Most characters of a token of a script without blanks.
pub(crate) const LONGEST_UNSPACED: usize = unspaced::KATAKANA;

#[cfg(test)]
mod tests;
