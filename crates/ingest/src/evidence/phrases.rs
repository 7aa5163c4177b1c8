//! A message as words that short lists of phrases can be looked up in.

/// How much of a message is looked at, in characters: what follows neither asks nor thanks.
const LONGEST: usize = 4_000;

/// The prose of a message: lower case, without code, links, emoji names and mentions; words parted by single
/// spaces, each sentence ended by ` | `, question marks standing alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrases {
    padded: String,
    /// It holds a code block or a span of code.
    pub(super) code: bool,
    /// It holds a link.
    pub(super) link: bool,
}

impl Phrases {
    /// Reads the first characters of a message.
    pub(super) fn of(text: &str) -> Self {
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
        let mut phrases = Self { padded: String::from("| "), code: false, link: false };
        for (number, part) in text.get(..end).unwrap_or(text).split("```").enumerate() {
            if number % 2 == 1 {
                phrases.code = true;
                continue;
            }
            for line in part.lines() {
                phrases.push_line(line);
                phrases.end_sentence();
            }
        }
        phrases
    }

    /// Whether a phrase (lower case, single spaces) stands in it as whole words. A phrase that begins with
    /// `| ` stands at the start of a sentence, one that ends with ` |` at its end.
    pub(super) fn has(&self, phrase: &str) -> bool {
        self.find(phrase).is_some()
    }

    /// Whether one of the phrases stands in it.
    pub(super) fn has_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    /// Whether one of the texts stands in it anywhere: for scripts that do not part words.
    pub(super) fn contains_any(&self, texts: &[&str]) -> bool {
        texts.iter().any(|text| self.padded.contains(text))
    }

    /// The words of each sentence, without the marks.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.padded.split('|').map(str::trim).filter(|sentence| !sentence.is_empty())
    }

    /// Words and question marks.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.padded.split(' ').filter(|word| !matches!(*word, "" | "|"))
    }

    fn find(&self, phrase: &str) -> Option<usize> {
        let mut from = 0;
        loop {
            let rest = self.padded.get(from..)?;
            let at = from + rest.find(phrase)?;
            let before = self.padded.get(..at)?;
            let after = self.padded.get(at + phrase.len()..)?;
            if (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' ')) {
                return Some(at);
            }
            from = at + phrase.chars().next().map_or(1, char::len_utf8);
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
        if word.contains("://") || word.starts_with("www.") {
            self.link = true;
            return;
        }
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
            ("now that", false),
        ] {
            assert_eq!(phrases.has(phrase), found, "{phrase}");
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
