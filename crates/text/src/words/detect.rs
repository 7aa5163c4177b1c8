//! Which language a text is written in.

use whatlang::{Detector, Info, detect as detect_any};

use super::Language;
use super::pieces::{Kind, pieces};

/// How many bytes of sentences are looked at: more says no more, and costs time.
const SAMPLE_BYTES: usize = 200;

/// How much of a text is searched for sentences.
const SEARCH_BYTES: usize = 8_000;

/// Fewer letters than this say nothing, unless their script says all.
const MIN_LETTERS: usize = 12;

/// The language of a text's sentences, if they say it reliably.
///
/// Code, addresses, identifiers and names in capitals are not looked at. `among` names the languages that an
/// organisation writes, and short texts are told apart far better with it; if it is empty, all are possible.
/// With exactly one, the text must still look like that language.
#[must_use]
pub fn detect(text: &str, among: &[Language]) -> Option<Language> {
    told(&sample(text), among)
}

/// [`detect`] for texts of any language that follow each other and often begin alike, as the answers to one question:
/// what two of them are told by is looked at once.
#[derive(Debug, Default)]
pub struct Teller {
    last: Option<(String, Option<Language>)>,
}

impl Teller {
    /// The language of a text's sentences, if they say it reliably.
    pub fn detect(&mut self, text: &str) -> Option<Language> {
        let sample = sample(text);
        match &self.last {
            Some((last, language)) if *last == sample => *language,
            _ => {
                let language = told(&sample, &[]);
                self.last = Some((sample, language));
                language
            }
        }
    }
}

fn told(sample: &str, among: &[Language]) -> Option<Language> {
    if (among.is_empty() || among.contains(&Language::English)) && is_plainly_english(sample) {
        return Some(Language::English);
    }
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < MIN_LETTERS && sample.is_ascii() {
        // Whatever the detector says of so little, it is not taken: spare its cost.
        return None;
    }
    let info = info(sample, among)?;
    let language = Language::from_lang(info.lang());
    let script_says =
        matches!(language, Language::Chinese | Language::Japanese | Language::Korean) && letters > 1;
    let allowed = among.is_empty() || among.contains(&language);
    (allowed && info.is_reliable() && (letters >= MIN_LETTERS || script_says)).then_some(language)
}

/// Function words that English shares with no language we know; sorted.
const ENGLISH_ONLY: &[&str] = &[
    "and", "are", "because", "been", "but", "could", "does", "from", "has", "how", "if", "it", "not", "of",
    "should", "that", "the", "there", "they", "this", "we", "were", "what", "when", "which", "why", "with",
    "would", "you", "your",
];

/// At least two such words, and one in five. Most texts of most organizations: it saves the detector's cost, which
/// is the same for ten letters as for two hundred, and it tells shorter texts than the detector can.
fn is_plainly_english(sample: &str) -> bool {
    let mut words = 0;
    let mut english = 0;
    for word in sample.split_ascii_whitespace() {
        words += 1;
        let plain =
            word.len() <= 7 && ENGLISH_ONLY.binary_search(&word.to_ascii_lowercase().as_str()).is_ok();
        english += usize::from(plain);
    }
    english >= 2 && english * 5 >= words
}

fn info(sample: &str, among: &[Language]) -> Option<Info> {
    let allowed: Vec<_> = among.iter().filter_map(|language| language.lang()).collect();
    if allowed.len() < 2 || among.contains(&Language::Other) {
        return detect_any(sample);
    }
    Detector::with_allowlist(allowed).detect(sample)
}

/// Words of sentences, joined by blanks.
fn sample(text: &str) -> String {
    let mut end = text.len().min(SEARCH_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut sample = String::with_capacity(SAMPLE_BYTES + 64);
    for (kind, piece) in pieces(text.get(..end).unwrap_or("")) {
        if kind == Kind::Code {
            continue;
        }
        for chunk in piece.split_whitespace() {
            push_word(chunk, &mut sample);
            if sample.len() >= SAMPLE_BYTES {
                return sample;
            }
        }
    }
    sample
}

/// Adds a chunk if it is a word of a sentence: letters within, and no sign, digit or hump among them.
fn push_word(chunk: &str, sample: &mut String) {
    let word = chunk.trim_matches(|c: char| !c.is_alphabetic());
    if word.is_empty() || chunk.starts_with(['@', '#', '/', '$']) {
        return;
    }
    let mut small = false;
    let mut large = false;
    for c in word.chars().take(SAMPLE_BYTES) {
        if c.is_ascii_digit() || "_/\\.@:=<>{}|$#*+".contains(c) || (c.is_uppercase() && small) {
            return;
        }
        small |= c.is_lowercase();
        large |= c.is_uppercase();
    }
    if large && !small && word.len() > 1 {
        return;
    }
    if !sample.is_empty() {
        sample.push(' ');
    }
    sample.extend(word.chars().take(SAMPLE_BYTES));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, among: &[Language], expected: Option<Language>) {
        assert_eq!(detect(text, among), expected, "{text:?}");
    }

    const THREE: &[Language] = &[Language::English, Language::German, Language::French];

    #[test]
    fn sentences_say_their_language() {
        check(
            "The build has been failing since we moved the cache to the other disk.",
            &[],
            Some(Language::English),
        );
        check(
            "Der Bau schlägt fehl, seit wir den Zwischenspeicher verschoben haben.",
            &[],
            Some(Language::German),
        );
        check("Does anybody know how to rotate the keys?", THREE, Some(Language::English));
        check("Weiß jemand, wie man die Schlüssel tauscht?", THREE, Some(Language::German));
        check("この設定はどこで変更できますか", &[], Some(Language::Japanese));
        check("how does it work with the new parser?", &[], Some(Language::English));
        check("how does it work with the new parser?", &[Language::German, Language::French], None);
        check("谁知道这个错误", THREE, None);
    }

    #[test]
    fn texts_told_one_after_the_other_are_told_as_each_by_itself() {
        let german = "Der Bau schlägt fehl, seit wir den Zwischenspeicher verschoben haben.";
        let mut teller = Teller::default();
        for text in [german, german, "ok", "", german, "how does it work with the new parser?"] {
            assert_eq!(teller.detect(text), detect(text, &[]), "{text:?}");
        }
    }

    #[test]
    fn the_english_words_are_sorted() {
        assert!(ENGLISH_ONLY.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn code_and_addresses_say_nothing() {
        check("```\nthe quick brown fox jumps over the lazy dog and the cat\n```", &[], None);
        check("https://a.example/the/quick/brown/fox getUserName snake_case_name ERROR", &[], None);
        check("ok", THREE, None);
        check("", &[], None);
    }
}
