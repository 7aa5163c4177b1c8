//! Scripts that write no blanks between words.

/// Whether a character belongs to a script that is cut into pairs of characters: Han, Kana, Hangul, Bopomofo,
/// Thai, Lao, Myanmar, Khmer.
pub(crate) fn has_no_blanks(c: char) -> bool {
    if c < '\u{e00}' {
        return false;
    }
    matches!(c,
        '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ebd}' | '\u{ec0}'..='\u{ecd}'
        | '\u{edc}'..='\u{edf}' | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3031}'..='\u{3035}'
        | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309a}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{3131}'..='\u{318e}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97c}' | '\u{ac00}'..='\u{d7fb}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{323af}')
}

/// Whether most letters of a text are of scripts that are cut into overlapping pieces instead of words: a passage that
/// speaks of the same holds fewer of its pieces than it would of its words.
#[must_use]
pub fn is_mostly_in_pieces(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    letters.map(|c| if has_no_blanks(c) { 1 } else { -1 }).sum::<i64>() > 0
}

/// Whether a character is a sign outside ASCII that parts words: punctuation, arrows, symbols, emoji.
pub(super) fn parts_words(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a9}' | '\u{ab}'..='\u{b1}' | '\u{b4}' | '\u{b6}'..='\u{b8}' | '\u{bb}'..='\u{bf}'
        | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{2018}' | '\u{201a}'..='\u{206f}'
        | '\u{20a0}'..='\u{20cf}' | '\u{2120}' | '\u{2122}' | '\u{2190}'..='\u{245f}' | '\u{2500}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}'
        | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}' | '\u{303d}' | '\u{30fb}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fe0e}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff3e}' | '\u{ff40}' | '\u{ff5b}'..='\u{ff65}' | '\u{fffd}' | '\u{1f000}'..='\u{1faff}')
}
