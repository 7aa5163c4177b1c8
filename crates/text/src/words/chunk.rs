//! One chunk without blanks: addresses, words of ASCII, words of other scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::emit::{Emit, Mode, Place};
use super::identifier;
use super::scripts::{has_no_blanks, parts_words};
use super::unspaced;

/// Adds the tokens of a chunk.
pub(super) fn read(chunk: &str, mode: Mode, emit: &mut Emit) {
    if chunk.is_ascii() {
        return ascii(chunk, mode, emit);
    }
    for part in chunk.split(parts_words) {
        if emit.is_full() {
            return;
        }
        if part.is_ascii() {
            ascii(part, mode, emit);
        } else {
            let normal: String = part
                .nfkc()
                .filter(|c| !matches!(c, '\u{200c}' | '\u{200d}'))
                .map(|c| if c == '\u{2019}' { '\'' } else { c })
                .collect();
            any_script(&normal, mode, emit);
        }
    }
}

/// ASCII: addresses first, then runs of characters that hold an identifier together.
fn ascii(chunk: &str, mode: Mode, emit: &mut Emit) {
    if chunk.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        // Most chunks are one run.
        return runs(chunk, mode, emit);
    }
    let mut rest = chunk;
    while let Some(at) = scheme_end(rest) {
        let (before, after) = rest.split_at(at);
        let scheme = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        runs(before.get(..at - scheme).unwrap_or(""), mode, emit);
        let after = after.get(3..).unwrap_or("");
        let end = after.find(|c: char| "<>\"'|)]}`,;".contains(c)).unwrap_or(after.len());
        address(after.get(..end).unwrap_or(after), mode, emit);
        rest = after.get(end..).unwrap_or("");
        if emit.is_full() {
            return;
        }
    }
    runs(rest, mode, emit);
}

/// Where the `://` of an address is; a colon alone is looked for faster.
fn scheme_end(text: &str) -> Option<usize> {
    if text.as_bytes().contains(&b':') { text.find("://") } else { None }
}

/// Host and path words of an address; who logs in, port, query and fragment say nothing.
fn address(url: &str, mode: Mode, emit: &mut Emit) {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    for (number, part) in url.get(..end).unwrap_or(url).split('/').enumerate() {
        let part = if number > 0 {
            part
        } else {
            let host = part.rsplit('@').next().unwrap_or(part);
            let host = host.split(':').next().unwrap_or(host);
            host.strip_prefix("www.").unwrap_or(host)
        };
        runs(part, mode, emit);
    }
}

/// Runs of letters, digits and what may stand inside an identifier or path.
fn runs(text: &str, mode: Mode, emit: &mut Emit) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() && !emit.is_full() {
        let mut end = start;
        while bytes.get(end).is_some() && holds_together(bytes, start, end) {
            end += 1;
        }
        if end > start {
            identifier::read(text.get(start..end).unwrap_or(""), mode, emit);
        }
        start = end + 1;
    }
}

/// Whether the byte at `at` belongs to the run that began at `start`.
fn holds_together(bytes: &[u8], start: usize, at: usize) -> bool {
    let get = |number: usize| bytes.get(number).copied().unwrap_or(b' ');
    let before = if at > start { get(at - 1) } else { b' ' };
    match get(at) {
        b if b.is_ascii_alphanumeric() => true,
        b'_' | b'.' | b'-' | b'/' | b'\\' | b'\'' => true,
        // `std::vec` and `10:30`, but not `note:this`.
        b':' => {
            before == b':' || get(at + 1) == b':' || (before.is_ascii_digit() && get(at + 1).is_ascii_digit())
        }
        // C++, C#.
        b'+' => {
            (before == b'+' || (before.is_ascii_alphanumeric() && get(at + 1) == b'+'))
                && !get(at + 1).is_ascii_alphanumeric()
        }
        b'#' => at == start + 1 && before.is_ascii_alphabetic() && !get(at + 1).is_ascii_alphanumeric(),
        _ => false,
    }
}

/// Runs of scripts without blanks as `unspaced` reads them, everything else as words by UAX #29.
fn any_script(text: &str, mode: Mode, emit: &mut Emit) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if emit.is_full() {
            return;
        }
        let has_none = has_no_blanks(first);
        let end = rest.find(|c| has_no_blanks(c) != has_none).unwrap_or(rest.len());
        let (run, next) = rest.split_at(end);
        if has_none {
            unspaced::read(run, emit);
        } else if run.is_ascii() {
            ascii(run, mode, emit);
        } else {
            for word in run.split_whitespace().flat_map(str::unicode_words) {
                if word.is_ascii() { ascii(word, mode, emit) } else { letters(word, mode, emit) }
            }
        }
        rest = next;
    }
}

/// A word with letters outside ASCII: itself, and its parts if signs or digits are in it.
fn letters(word: &str, mode: Mode, emit: &mut Emit) {
    let sign = |c: char| c == '_' || c == '.' || c == ':' || c == ',';
    if word.contains(sign) {
        emit.exact(word);
        for part in word.split(sign).filter(|part| !part.is_empty()) {
            if part.is_ascii() {
                ascii(part, mode, emit);
            } else {
                emit.word(part, mode, Place::Part);
            }
        }
    } else if word.chars().any(char::is_numeric) {
        emit.exact(word);
    } else {
        emit.word(word, mode, Place::Whole);
    }
}
