//! Text whose encoding is not what it says, or says nothing.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

/// Bytes as UTF-8: as they are if they are UTF-8 (or mostly so), else read as Windows-1252, which is what
/// mail that names no encoding is written in. Costs time linear in the length.
pub(super) fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(bytes).is_ok() || is_mostly_utf8(bytes) {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(decoded(bytes, "windows-1252").into_bytes())
}

/// Bytes in the encoding of that name; an unknown one is read as UTF-8.
pub(super) fn decoded(bytes: &[u8], charset: &str) -> String {
    match charset_decoder(charset.as_bytes()).filter(|_| !charset.is_empty()) {
        Some(decode) => decode(bytes),
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The encoding that Windows calls by a number.
pub(super) fn of_codepage(number: i32) -> String {
    match number {
        65001 => "utf-8".to_owned(),
        936 => "gbk".to_owned(),
        932 => "shift_jis".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        54936 => "gb18030".to_owned(),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        28591..=28605 => format!("iso-8859-{}", number - 28590),
        874 | 1250..=1258 => format!("windows-{number}"),
        _ => "windows-1252".to_owned(),
    }
}

/// What a decoded text should have been, if its encoding was a lie: `bytes` are the ones it was decoded from.
pub(super) fn repaired(bytes: &[u8], says_utf8: bool) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Text of another encoding is UTF-8 by accident only if it is ASCII.
        return Some(text.to_owned());
    }
    (says_utf8 && !is_mostly_utf8(bytes)).then(|| decoded(bytes, "windows-1252"))
}

/// Whether a decoded text looks as if its encoding was a lie.
pub(super) fn is_suspicious(text: &str, says_utf8: bool) -> bool {
    if says_utf8 {
        return text.contains('\u{fffd}');
    }
    // UTF-8 read as Latin-1: `Ã¼`, `â€™`.
    let mut before = ' ';
    text.chars().any(|c| {
        let lead = ('\u{c2}'..='\u{f4}').contains(&before);
        let found = c == '\u{fffd}' || lead && !c.is_ascii() && !('\u{c0}'..='\u{ff}').contains(&c);
        before = c;
        found
    })
}

/// Whether more of the bytes beyond ASCII are UTF-8 than are not: a text that was cut inside a character.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_are_seen_and_repaired() {
        let utf8 = "Grüße — schön".as_bytes();
        assert!(is_suspicious(&decoded(utf8, "iso-8859-1"), false));
        assert_eq!(repaired(utf8, false).as_deref(), Some("Grüße — schön"));
        assert!(is_suspicious(&String::from_utf8_lossy(b"Gr\xfc\xdfe"), true));
        assert_eq!(repaired(b"Gr\xfc\xdfe", true).as_deref(), Some("Grüße"));
        assert!(!is_suspicious("Grüße, naïve façade", false));
        assert_eq!(repaired(b"Gr\xfc\xdfe", false), None);
    }

    #[test]
    fn a_text_cut_inside_a_character_stays_utf8() {
        let cut = "schöne Grüß".as_bytes();
        assert_eq!(repaired(&cut[..cut.len() - 1], true), None);
    }
}
