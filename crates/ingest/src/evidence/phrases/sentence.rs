//! A sentence of a message, or all of its sentences, to look phrases up in.

use super::list::PhraseList;

/// How questions end in Japanese, Chinese and Korean, which often go without a question mark.
const ASKING_ENDS: &[&str] = &[
    "ですか",
    "ますか",
    "ましたか",
    "ませんか",
    "でしょうか",
    "だろうか",
    "のかな",
    "吗",
    "嗎",
    "呢",
    "나요",
    "까요",
    "습니까",
];

fn ends_asking(sentence: &str) -> bool {
    ASKING_ENDS.iter().any(|end| sentence.ends_with(end))
}

/// A word or a question mark of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it begins in the message, in bytes.
    pub(super) start: u32,
    /// Where it ends.
    pub(super) end: u32,
    /// Its [`place`](super::list::place).
    pub(super) place: u16,
    /// How many content words it counts for.
    pub(super) content: u16,
}

/// A sentence, or several that follow each other: nothing is copied.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Sentence<'p> {
    /// From the bar before to the bar after.
    pub(super) padded: &'p str,
    /// Its words.
    pub(super) words: &'p [Word],
    /// Where `padded` begins in the message.
    pub(super) base: usize,
    /// The message is ASCII.
    pub(super) ascii: bool,
}

impl<'p> Sentence<'p> {
    /// Whether one of the phrases stands in it as whole words.
    pub(in super::super) fn has_any(self, list: &PhraseList) -> bool {
        self.words.iter().any(|word| {
            let phrases = list.beginning_with(self.text(word), word.place);
            phrases.iter().any(|phrase| self.after(word, phrase).is_some())
        })
    }

    /// Where phrases of the list stand: what is before, and what is after, in the same sentence.
    pub(in super::super) fn find_all(self, list: &PhraseList) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.words.iter().flat_map(move |word| {
            let phrases = list.beginning_with(self.text(word), word.place);
            phrases.iter().filter_map(move |phrase| {
                let (start, after) = self.after(word, phrase)?;
                let before = self.padded.get(..start)?.rsplit('|').next()?;
                Some((before, after.split('|').next().unwrap_or_default()))
            })
        })
    }

    /// Where a phrase begins and what comes after it, if it stands at that word.
    fn after(self, word: &Word, phrase: &str) -> Option<(usize, &'p str)> {
        let at = (word.start as usize).checked_sub(self.base)?;
        let start = if phrase.starts_with("| ") { at.checked_sub(2)? } else { at };
        let after = self.padded.get(start..)?.strip_prefix(phrase)?;
        (after.is_empty() || after.starts_with(' ')).then_some((start, after))
    }

    /// Whether it holds a question mark, or a sentence that ends like a question where marks are rare.
    pub(in super::super) fn asks(self) -> bool {
        self.words().any(|word| word == "?") || (!self.ascii && self.padded.split(" |").any(ends_asking))
    }

    /// Whether one of the texts stands in it anywhere: for scripts that do not part words.
    pub(in super::super) fn contains_any(self, texts: &[&str]) -> bool {
        texts.iter().any(|text| (!self.ascii || text.is_ascii()) && self.padded.contains(text))
    }

    /// Words and question marks.
    pub(in super::super) fn words(self) -> impl Iterator<Item = &'p str> {
        self.words.iter().map(move |word| self.text(word))
    }

    /// How many words of content it holds.
    pub(in super::super) fn content_words(self) -> usize {
        self.words.iter().map(|word| usize::from(word.content)).sum()
    }

    fn text(self, word: &Word) -> &'p str {
        let (start, end) = (word.start as usize, word.end as usize);
        self.padded.get(start.saturating_sub(self.base)..end.saturating_sub(self.base)).unwrap_or_default()
    }
}
