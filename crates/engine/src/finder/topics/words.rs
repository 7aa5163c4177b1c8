//! The words and pairs of words of somebody's documents, counted once a document.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use text::{Language, fold, tokens};

/// Shortest and longest word that can name a topic, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 3..=40;
/// How much of one text is looked at, in words.
const MOST_WORDS: usize = 400;

/// Fewest answers that take something up from their question, and of how many answers with it at least one does:
/// as read off three exports, where half as many let habits of writing through, and twice as many leave few subjects.
const ECHOES: u32 = 2;
const ECHOED_IN: u32 = 4;

/// One or two tokens that stand beside each other.
pub(super) type Key = Vec<String>;

/// What is known of a word or pair in somebody's documents.
#[derive(Debug, Clone, Default)]
pub(super) struct Used {
    /// In how many documents.
    pub(super) documents: u32,
    /// In how many that answer a question the person says it themselves, and in how many of these it was asked, too.
    said: u32,
    echoed: u32,
    /// In the newest of which when.
    pub(super) last_at: Option<Timestamp>,
    /// In which quarters of a year.
    pub(super) quarters: BTreeSet<String>,
    /// As it is written, and how often so.
    spellings: BTreeMap<String, u32>,
}

impl Used {
    /// Whether it is what conversations are about, and no habit of the writer's: what the asker brought up stands in
    /// the answer, too, far more often than a verb or a turn of phrase does. Church (*Empirical Estimates of
    /// Adaptation: The chance of Two Noriegas is closer to p/2 than p²*, COLING 2000) measures so how likely a word
    /// stands in one half of a text if it stands in the other: about as likely as anywhere for common words, some
    /// ten to a thousand times as likely for names and subjects, however rare. Here the halves are two people's.
    pub(super) const fn is_subject(&self) -> bool {
        self.echoed >= ECHOES && self.echoed.saturating_mul(ECHOED_IN) >= self.said
    }

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
    /// Adds a document's texts, the person's own and the question's; `is_name` tells what are words of people's names.
    pub(super) fn add(
        &mut self,
        texts: [&str; 2],
        language: Option<Language>,
        at: Timestamp,
        is_name: &dyn Fn(&str) -> bool,
    ) {
        self.documents += 1;
        let asked = !texts[1].trim().is_empty();
        let mut seen: BTreeMap<Key, (String, [bool; 2])> = BTreeMap::new();
        for (place, text) in texts.into_iter().enumerate() {
            let mut see = |key: Key, spelled: &dyn Fn() -> String| {
                seen.entry(key).or_insert_with(|| (spelled(), [false; 2])).1[place] = true;
            };
            let mut before: Option<(String, String)> = None;
            for chunk in prose(text).take(MOST_WORDS) {
                let word = word(chunk, language, is_name);
                if let (Some((token, spelled)), Some((token_before, spelled_before))) = (&word, &before)
                    && token != token_before
                {
                    let pair = vec![token_before.clone(), token.clone()];
                    see(pair, &|| format!("{spelled_before} {spelled}"));
                }
                if let Some((token, spelled)) = &word {
                    see(vec![token.clone()], &|| spelled.clone());
                }
                // A sentence's end parts words.
                before = word.filter(|_| !chunk.ends_with(['.', ',', ';', ':', '!', '?', ')']));
            }
        }
        let quarter = quarter(at);
        for (key, (spelled, [said, in_question])) in seen {
            let used = self.used.entry(key).or_default();
            used.documents += 1;
            used.said += u32::from(asked && said);
            used.echoed += u32::from(said && in_question);
            used.last_at = used.last_at.max(Some(at));
            if !used.quarters.contains(&quarter) {
                used.quarters.insert(quarter.clone());
            }
            *used.spellings.entry(spelled).or_default() += 1;
        }
    }
}

/// The quarter of a year that a time falls in, such as `2026-Q1`; texts of it ascend with time.
fn quarter(at: Timestamp) -> String {
    let text = at.to_string();
    let mut parts = text.split('-');
    let (year, month) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let month: u8 = month.parse().unwrap_or(1);
    format!("{year}-Q{}", (month.clamp(1, 12) - 1) / 3 + 1)
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
    fn what_an_answer_takes_up_is_a_subject_and_what_is_only_said_is_a_habit() {
        let mut counted = Counted::default();
        for number in 0..8 {
            let question =
                if number % 3 == 0 { "Why does the printer prevent it?" } else { "The printer is blank" };
            let own = "That may prevent trouble of the printer";
            counted.add([own, question], None, Timestamp::EPOCH, &|_| false);
        }
        // What begins a talk takes up nothing, and says nothing against it.
        for _ in 0..40 {
            counted.add(["Printer news", ""], None, Timestamp::EPOCH, &|_| false);
        }
        let is = |word: &str| counted.used[&vec![word.to_owned()]].is_subject();
        assert!(is("printer") && !is("trouble") && !is("may"));
        // Three of eight answers say it after the question does: that much is enough.
        assert!(is("prevent"));
    }

    #[test]
    fn a_year_has_four_quarters() {
        let of = |text: &str| quarter(text.parse().unwrap());
        assert_eq!(
            (of("2025-12-31T23:59:59Z"), of("2026-01-01T00:00:00Z")),
            ("2025-Q4".into(), "2026-Q1".into())
        );
        assert_eq!(
            (of("2026-04-01T00:00:00Z"), quarter(Timestamp::EPOCH)),
            ("2026-Q2".into(), "1970-Q1".into())
        );
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
