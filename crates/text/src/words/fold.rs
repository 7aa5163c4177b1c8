//! Latin letters without their diacritics.

use unicode_normalization::char::decompose_canonical;

/// Folds Latin diacritics: `é` to `e`, `ß` to `ss`, `ø` to `o`. Other scripts keep their marks, which spell words.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut after_latin = false;
    for c in word.chars() {
        if c.is_ascii() {
            folded.push(c);
            after_latin = true;
            continue;
        }
        if let Some(plain) = letter(c) {
            folded.push_str(plain);
            after_latin = true;
            continue;
        }
        if ('\u{300}'..='\u{36f}').contains(&c) {
            if !after_latin {
                folded.push(c);
            }
            continue;
        }
        let mut base = None;
        decompose_canonical(c, |part| {
            base.get_or_insert(part);
        });
        let base = base.unwrap_or(c);
        after_latin = base.is_ascii_alphabetic();
        folded.push(if after_latin { base } else { c });
    }
    folded
}

/// Latin letters that do not decompose.
fn letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "n",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_loses_its_marks_and_other_scripts_keep_theirs() {
        for (word, expected) in [
            ("café", "cafe"),
            ("cafe\u{301}", "cafe"),
            ("größe", "grosse"),
            ("smørrebrød", "smorrebrod"),
            ("i\u{307}stanbul", "istanbul"),
            ("việt", "viet"),
            ("й", "й"),
            ("γιά", "γιά"),
            ("が", "が"),
        ] {
            assert_eq!(fold(word), expected);
        }
    }
}
