//! Stems that were made lately: most words of a text have been met before, and stemming is the dearest step of cutting.

use std::borrow::Cow;
use std::cell::RefCell;

use frostem::Stemmer;

use super::Language;

/// How many stems each thread remembers, a power of two; some 400 kB.
const SLOTS: usize = 4_096;
/// Longer words, in bytes, are met seldom.
const LONGEST: usize = 24;

thread_local! {
    /// What a word's hash points at is the last word that it pointed at: a word is stemmed again where another has
    /// taken its place, so nothing grows, and what is remembered changes no stem.
    static LATELY: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

#[derive(Debug, Clone, Default)]
struct Slot {
    language: Option<Language>,
    word: String,
    stem: String,
}

/// The stemmer of a language.
#[derive(Clone, Copy)]
pub(super) struct Stems {
    language: Language,
    stemmer: Stemmer,
}

impl Stems {
    /// That of a language; `None` if it has none.
    pub(super) fn of(language: Language) -> Option<Self> {
        Some(Self { language, stemmer: Stemmer::new(language.algorithm()?) })
    }

    /// What a word in small letters is stemmed to.
    pub(super) fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        if word.len() > LONGEST {
            return self.stemmer.stem(word);
        }
        LATELY.with_borrow_mut(|lately| {
            if lately.is_empty() {
                lately.resize(SLOTS, Slot::default());
            }
            let Some(slot) = lately.get_mut(hash(word) % SLOTS) else { return self.stemmer.stem(word) };
            if slot.language != Some(self.language) || slot.word != word {
                slot.language = Some(self.language);
                slot.word.clear();
                slot.word.push_str(word);
                slot.stem.clear();
                slot.stem.push_str(&self.stemmer.stem(word));
            }
            Cow::Owned(slot.stem.clone())
        })
    }
}

fn hash(word: &str) -> usize {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    (hash ^ (hash >> 32)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_changes_no_stem() {
        let languages = [Language::English, Language::German, Language::French];
        let words =
            ["keys", "running", "Schl\u{fc}ssel", "vérités", "x", "", "aquestionthatislongerthanmost"];
        for _ in 0..2 {
            for language in languages {
                let (stems, stemmer) = (Stems::of(language).unwrap(), language.algorithm().map(Stemmer::new));
                for word in words.map(str::to_lowercase) {
                    assert_eq!(stems.stem(&word), stemmer.unwrap().stem(&word), "{word} in {language:?}");
                }
            }
        }
    }
}
