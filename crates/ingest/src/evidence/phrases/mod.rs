//! A message as words that short lists of phrases can be looked up in.

mod content;
mod list;
mod sentence;

use std::borrow::Cow;

pub(super) use list::PhraseList;
pub(super) use sentence::Sentence;
use sentence::Word;

/// How much of a message is looked at, in characters: what follows neither asks nor thanks.
const LONGEST: usize = 4_000;

/// How much of a message its beginning is, in characters: most messages are no longer.
const BEGINNING: usize = 300;

/// The beginning of a message, read once for all who look at it.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    /// Its first 300 characters.
    pub(super) phrases: Phrases,
    /// There is no more.
    whole: bool,
}

impl Beginning {
    /// Reads the beginning.
    pub(super) fn of(text: &str) -> Self {
        let whole = text.char_indices().nth(BEGINNING).is_none();
        Self { phrases: Phrases::of_first(text, BEGINNING), whole }
    }

    /// The first `longest` characters of its message, 300 or more, which are read only if there are so many.
    pub(super) fn first(&self, text: &str, longest: usize) -> Cow<'_, Phrases> {
        if self.whole { Cow::Borrowed(&self.phrases) } else { Cow::Owned(Phrases::of_first(text, longest)) }
    }

    /// The first 4,000 characters of its message.
    pub(super) fn all(&self, text: &str) -> Cow<'_, Phrases> {
        self.first(text, LONGEST)
    }
}

/// The prose of a message: lower case, without code, links, emoji names and mentions; words parted by single
/// spaces, each sentence ended by ` | `, question marks standing alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrases {
    padded: String,
    words: Vec<Word>,
    /// Where sentences begin and end, in bytes of `padded`.
    bars: Vec<u32>,
    ascii: bool,
    /// It holds a code block or a span of code.
    pub(super) code: bool,
    /// It holds a link.
    pub(super) link: bool,
}

impl Phrases {
    /// Reads the first 4,000 characters of a message.
    pub(super) fn of(text: &str) -> Self {
        Self::of_first(text, LONGEST)
    }

    /// Reads the first `longest` characters of a message.
    pub(super) fn of_first(text: &str, longest: usize) -> Self {
        let end = text.char_indices().nth(longest).map_or(text.len(), |(end, _)| end);
        let text = text.get(..end).unwrap_or(text);
        let mut phrases = Self {
            padded: String::with_capacity(text.len() + 16),
            words: Vec::new(),
            bars: Vec::new(),
            ascii: true,
            code: false,
            link: false,
        };
        phrases.padded.push_str("| ");
        for (number, part) in text.split("```").enumerate() {
            if number % 2 == 1 {
                phrases.code = true;
                continue;
            }
            for line in part.lines() {
                phrases.push_line(line);
                phrases.end_sentence();
            }
        }
        phrases.part();
        phrases
    }

    /// All of its sentences.
    fn whole(&self) -> Sentence<'_> {
        Sentence { padded: &self.padded, words: &self.words, base: 0, ascii: self.ascii }
    }

    /// Whether one of the phrases stands in it as whole words.
    pub(super) fn has_any(&self, list: &PhraseList) -> bool {
        self.whole().has_any(list)
    }

    /// Where phrases of the list stand: what is before, and what is after, in the same sentence.
    pub(super) fn find_all(&self, list: &PhraseList) -> impl Iterator<Item = (&str, &str)> {
        self.whole().find_all(list)
    }

    /// Whether it holds a question mark, or a sentence that ends like a question where marks are rare.
    pub(super) fn asks(&self) -> bool {
        self.whole().asks()
    }

    /// Whether one of the texts stands in it anywhere: for scripts that do not part words.
    pub(super) fn contains_any(&self, texts: &[&str]) -> bool {
        self.whole().contains_any(texts)
    }

    /// Words and question marks.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.whole().words()
    }

    /// How many words of content it holds.
    pub(super) fn content_words(&self) -> usize {
        self.whole().content_words()
    }

    /// Each sentence by itself.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Sentence<'_>> {
        let mut rest = self.words.as_slice();
        self.bars.windows(2).filter_map(move |bars| {
            let [start, end] = [*bars.first()?, *bars.last()?];
            let (words, later) = rest.split_at(rest.partition_point(|word| word.start < end));
            rest = later;
            // To the blank behind the bar.
            let padded = self.padded.get(start as usize..end as usize + 2)?;
            Some(Sentence { padded, words, base: start as usize, ascii: self.ascii })
        })
    }

    /// Notes where words and bars are, once all is read.
    fn part(&mut self) {
        self.ascii = self.padded.is_ascii();
        let mut start = 0;
        for piece in self.padded.split(' ') {
            let end = start + piece.len();
            // No message is read so far that its bytes would not fit.
            let (from, to) = (start as u32, end as u32);
            match piece {
                "" => {}
                "|" => self.bars.push(from),
                _ => {
                    let place = list::place(piece);
                    let content = content::content(piece, place).min(usize::from(u16::MAX)) as u16;
                    self.words.push(Word { start: from, end: to, place, content });
                }
            }
            start = end + 1;
        }
    }

    fn push_line(&mut self, line: &str) {
        let spans: Vec<&str> = line.split('`').collect();
        for (number, part) in spans.iter().enumerate() {
            // An odd part is code only if its closing mark is there.
            if number % 2 == 1 && number + 1 < spans.len() {
                self.code = true;
                continue;
            }
            for word in part.split_whitespace() {
                self.push_word(word);
            }
        }
    }

    fn push_word(&mut self, word: &str) {
        if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            // Most words are letters and nothing else: all that follows would say so one by one.
            let start = self.padded.len();
            self.padded.push_str(word);
            if let Some(word) = self.padded.get_mut(start..) {
                word.make_ascii_lowercase();
            }
            self.padded.push(' ');
            return;
        }
        if word.contains("://") || word.starts_with("www.") {
            self.link = true;
            return;
        }
        self.link |= names_a_place(word);
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | ':'));
        let emoji = bare.len() > 2 && bare.starts_with(':') && bare.ends_with(':');
        if !(emoji || bare.starts_with('@')) {
            self.push_letters(word);
        }
        if !emoji && word.ends_with(['.', '!', ';', ':', ')', '"']) {
            self.end_sentence();
        }
    }

    fn push_letters(&mut self, word: &str) {
        let mut letters = word.chars().peekable();
        let mut before = ' ';
        while let Some(letter) = letters.next() {
            let inside = letters.peek().is_some_and(|next| next.is_alphanumeric());
            match letter {
                '?' | '？' | '؟' | '¿' if letter != '?' || !inside => {
                    self.gap();
                    self.padded.push_str("? ");
                    if letter != '¿' {
                        self.end_sentence();
                    }
                }
                '。' | '！' => self.end_sentence(),
                '\'' | '’' if before.is_alphanumeric() && inside => self.padded.push('\''),
                _ if letter.is_alphanumeric() => self.padded.extend(letter.to_lowercase()),
                // Thumbs and arithmetic: "+1" is a word of its own.
                '+' | '-' if inside && before == ' ' => self.padded.push(letter),
                _ => self.gap(),
            }
            before = letter;
        }
        self.gap();
    }

    fn gap(&mut self) {
        if !self.padded.ends_with(' ') {
            self.padded.push(' ');
        }
    }

    fn end_sentence(&mut self) {
        self.gap();
        if !self.padded.ends_with("| ") {
            self.padded.push_str("| ");
        }
    }
}

/// Whether words are not parted by blanks in what is written with that letter: Chinese and Japanese.
pub(crate) const fn is_unparted(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{9fff}')
}

/// Whether a word is a link without its scheme, a file or a package: dotted or slashed, with two letters at
/// least on both sides (so not "e.g." and not "and/or").
fn names_a_place(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
    word.match_indices('.').any(|(at, _)| {
        let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + 1..).unwrap_or_default());
        let letters = |c: &char| c.is_alphanumeric();
        before.chars().rev().take_while(letters).count() > 1
            && after.chars().take_while(char::is_ascii_alphabetic).count() > 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Phrases::of(text).padded, expected);
    }

    #[test]
    fn prose_is_left_of_a_message() {
        check("Hello there. It's me!", "| hello there | it's me | ");
        check("see `a?` and https://x.org/?q=1 :tada: @bo.lee ok", "| see and ok | ");
        check("```\nwhat?\n```\nwhy ?", "| why ? | ");
        check("is `this open? yes", "| is this open ? | yes | ");
        check("a/b?c=d", "| a b c d | ");
        check("¿Cómo va?", "| ? cómo va ? | ");
        check("動きません。なぜですか？", "| 動きません | なぜですか ? | ");
        check("+1, v1.2 don’t", "| +1 v1 2 don't | ");
        check("", "| ");
    }

    #[test]
    fn a_phrase_is_found_as_whole_words() {
        let phrases = Phrases::of("Works now. That did it, thanks");
        for (phrase, found) in [
            ("works now", true),
            ("| works", true),
            ("| that did it", true),
            ("thanks |", true),
            ("thank", false),
            ("did it |", false),
            ("| did it", false),
            ("now that", false),
        ] {
            assert_eq!(phrases.has_any(&PhraseList::new(&[phrase])), found, "{phrase}");
        }
        let list = PhraseList::new(&["did"]);
        assert_eq!(phrases.find_all(&list).collect::<Vec<_>>(), [(" that ", " it thanks ")]);
    }

    #[test]
    fn questions_of_the_east_need_no_mark() {
        for text in
            ["再起動しましたか", "再起動が必要でしょうか。", "这个需要重启吗", "다시 시작해야 하나요", "why?"]
        {
            assert!(Phrases::of(text).asks(), "{text}");
        }
        for text in ["再起動しました", "重启了", "다시 시작했습니다", "いつですかは不明です"]
        {
            assert!(!Phrases::of(text).asks(), "{text}");
        }
    }

    #[test]
    fn links_files_and_packages_name_a_place() {
        for (word, named) in [
            ("example.com/guide", true),
            ("docs.example.com.", true),
            ("gateway.toml", true),
            ("https://example.com", true),
            ("e.g.", false),
            ("and/or", false),
            ("done.", false),
            ("3.14", false),
        ] {
            assert_eq!(Phrases::of(word).link, named, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,80}|[`?a '@:.\\n]{0,40}") {
            let phrases = Phrases::of(&text);
            proptest::prop_assert!(phrases.padded.starts_with("| ") && phrases.padded.ends_with(' '));
            proptest::prop_assert!(!phrases.padded.contains("  "));
        }
    }
}
