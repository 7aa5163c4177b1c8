//! What no markup needs: control characters, invisible characters, strange line ends.

use super::MAX_CHARS;

/// The text with `\n` line ends, without control and invisible characters, at most [`MAX_CHARS`] characters.
///
/// The joiners U+200C and U+200D stay: Persian, Indic words and emoji are spelled with them.
pub(super) fn normalize(raw: &str) -> String {
    if raw.len() <= MAX_CHARS && raw.bytes().all(|byte| matches!(byte, b'\n' | b'\t' | b' '..=b'~')) {
        // Most texts, with nothing to look for character by character.
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len().min(4 * MAX_CHARS));
    let mut left = MAX_CHARS;
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        let kept = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\n' | '\t' => c,
            '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
            c if c.is_control() || is_invisible(c) => continue,
            c => c,
        };
        if left == 0 {
            break;
        }
        left -= 1;
        text.push(kept);
    }
    text
}

/// Characters that show nothing and hide text or its direction: zero-width, bidi, soft hyphen, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_line_feeds_and_hidden_characters_go() {
        assert_eq!(normalize("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
        assert_eq!(normalize("a\u{0}b\u{7}\u{200b}\u{202e}c\u{feff}\td"), "abc\td");
        assert_eq!(normalize("10\u{a0}kB"), "10 kB");
        assert_eq!(normalize("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }
}
