//! What of a message's text decides which talk it goes on with, in about a hundred bytes: a container of a
//! million messages must fit in memory, so the texts themselves are not kept.

use model::Message;

use crate::evidence::{Moves, is_unparted};

/// How much of a text is read, in characters: what a message is about shows early.
const READ_CHARS: usize = 1_200;
/// Most terms that are kept of a message, and of what it quotes.
const MOST_TERMS: usize = 32;
/// So many letters of a word are compared.
const STEM_CHARS: usize = 6;
/// Most names that a message calls.
const MOST_CALLED: usize = 4;
/// Longest name that is called at the start of a message, in words.
const NAME_WORDS: usize = 3;
/// Longest name, in bytes.
const NAME_BYTES: usize = 60;

/// A term or a name, hashed: equal texts have equal numbers, and different ones almost always different ones.
pub(super) type Term = u32;

/// What of a message's text decides where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Cues {
    /// Different terms, ascending.
    pub(super) terms: Box<[Term]>,
    /// Different terms of what it quotes, ascending.
    pub(super) quoted: Box<[Term]>,
    /// Names that it calls, at its start (`ana: …`) or with an at-sign: they may be no names at all.
    pub(super) called: Box<[Term]>,
    /// Words of its text, at most 255.
    pub(super) words: u8,
    /// What it does to those around it.
    pub(super) moves: Moves,
}

impl Cues {
    /// Reads a message's text and what it quotes. Costs time linear in the first 1,200 characters of each.
    pub(super) fn of(message: &Message) -> Self {
        let text = first_chars(&message.text);
        let called = called(text);
        Self {
            terms: terms(text),
            quoted: terms(first_chars(&message.quoted)),
            called,
            words: words(text),
            moves: Moves::of(after_call(text)),
        }
    }
}

/// The ways somebody is called: the account's own name, the shown one, and its parts.
pub(super) fn names(native: &str, shown: Option<&str>) -> Vec<Term> {
    let mut found = vec![hash(bare(native))];
    if let Some(shown) = shown {
        found.push(hash(bare(shown)));
        let parts = shown.split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '(' | ')' | '|'));
        found.extend(parts.map(bare).filter(|part| part.chars().count() > 1).map(hash));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn first_chars(text: &str) -> &str {
    text.char_indices().nth(READ_CHARS).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Terms by the tokens of words and code. No language is told: common words lose by being common.
fn terms(text: &str) -> Box<[Term]> {
    if text.is_empty() {
        return Box::default();
    }
    let mut terms: Vec<Term> = Vec::with_capacity(MOST_TERMS);
    for token in text::tokens(text, None) {
        if token.is_ascii() && token.len() < 3 {
            continue;
        }
        let term = hash(stem(&token));
        if !terms.contains(&term) {
            terms.push(term);
        }
        if terms.len() == MOST_TERMS {
            break;
        }
    }
    terms.sort_unstable();
    terms.into()
}

/// Words, at most 255; where no blanks part them, two characters make one.
fn words(text: &str) -> u8 {
    // Thai and Lao too.
    let unparted = |letter: &char| matches!(letter, '\u{e00}'..='\u{eff}') || is_unparted(*letter);
    let count = |word: &str| word.chars().filter(unparted).count().div_ceil(2).max(1);
    u8::try_from(text.split_whitespace().map(count).sum::<usize>()).unwrap_or(u8::MAX)
}

/// The first letters of a word of an alphabet: word forms of most languages differ at their ends.
fn stem(token: &str) -> &str {
    token.char_indices().nth(STEM_CHARS).and_then(|(end, _)| token.get(..end)).unwrap_or(token)
}

/// Names at the start and after at-signs.
fn called(text: &str) -> Box<[Term]> {
    let mut found = Vec::new();
    if let Some((name, _)) = start_call(text) {
        found.push(hash(bare(name)));
        found.extend(name.split_whitespace().take(1).map(bare).map(hash));
    }
    for (at, _) in text.match_indices(['@', '＠']) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if before.is_some_and(char::is_alphanumeric) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default().trim_start_matches(['@', '＠']);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')));
        let name = bare(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        if !name.is_empty() {
            found.push(hash(name));
        }
        if found.len() >= MOST_CALLED {
            break;
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into()
}

/// A name at the start and what follows it: up to three words before a colon or a comma.
fn start_call(text: &str) -> Option<(&str, &str)> {
    let head = text.trim_start();
    let sign = head.find([':', ',', '、', '：', '，'])?;
    let name = head.get(..sign)?;
    let rest = head.get(sign..)?.trim_start_matches([':', ',', '、', '：', '，']);
    let short = name.len() <= NAME_BYTES && name.split_whitespace().count() <= NAME_WORDS;
    // "https://…" calls nobody.
    (short && !name.is_empty() && !rest.starts_with("//")).then_some((name, rest))
}

/// The text without a name of one word at its start: "ana: yes" begins with "yes".
fn after_call(text: &str) -> &str {
    match start_call(text) {
        Some((name, rest)) if !name.trim().contains(char::is_whitespace) => {
            let marked = text.trim_start().get(name.len()..).is_some_and(|t| t.starts_with([':', '：']));
            if marked || name.starts_with(['@', '＠']) { rest } else { text }
        }
        _ => text,
    }
}

/// A name without its at-sign and what politeness adds in Japanese and Korean.
fn bare(name: &str) -> &str {
    let name = name.trim().trim_start_matches(['@', '＠']).trim_end_matches(['.', '-', '_']);
    let polite = ["さん", "様", "さま", "氏", "君", "くん", "ちゃん", "先輩", "님", "씨"];
    let plain = polite.iter().find_map(|ending| name.strip_suffix(ending));
    plain.filter(|plain| !plain.is_empty()).unwrap_or(name).trim_end()
}

/// FNV-1a over the text in lower case, folded to 32 bits.
fn hash(text: &str) -> Term {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for letter in text.chars().flat_map(char::to_lowercase) {
        let mut bytes = [0; 4];
        for byte in letter.encode_utf8(&mut bytes).bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    (state ^ (state >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(text: &str, native: &str, shown: Option<&str>) -> bool {
        let names = names(native, shown);
        called(text).iter().any(|name| names.contains(name))
    }

    #[test]
    fn a_name_is_called_at_the_start_or_with_an_at_sign() {
        for (text, shown) in [
            ("ana: yes", None),
            ("Ana, could you look", None),
            ("@ana yes", None),
            ("thanks @ana.", None),
            ("lee: yes", Some("Ana Lee")),
            ("Ana Lee: yes", Some("Ana Lee")),
            ("田中さん、確認しました", Some("田中")),
            ("@田中さん 確認しました", Some("田中 太郎")),
        ] {
            assert!(calls(text, "ana", shown), "{text}");
        }
        for text in ["yes", "mail ana@x.example", "I know ana from work", "https://ana", "", ":", "@"] {
            assert!(!calls(text, "ana", None), "{text}");
        }
    }

    #[test]
    fn a_call_hides_no_answer() {
        assert_eq!(after_call("ana: yes"), " yes");
        assert_eq!(after_call("@ana, yes"), " yes");
        assert_eq!(after_call("yes, that works"), "yes, that works");
        assert_eq!(after_call("so in short: yes"), "so in short: yes");
    }

    #[test]
    fn terms_are_few_and_in_order() {
        let long = (0..200).map(|n| format!("term{n}")).collect::<Vec<_>>().join(" ");
        let terms = terms(&long);
        assert_eq!(terms.len(), MOST_TERMS);
        assert!(terms.windows(2).all(|pair| pair[0] < pair[1]));
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_cues(text in "\\PC{0,80}|[@:、a ]{0,30}") {
            called(&text);
            after_call(&text);
        }
    }
}
