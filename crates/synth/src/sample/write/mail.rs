//! One mail: header words, encodings, bodies.

use crate::sample::clock::{Zone, civil};

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As it is; ASCII only.
    SevenBit,
    /// RFC 2045: quoted-printable.
    QuotedPrintable,
    /// RFC 2045: base64.
    Base64,
}

impl Encoding {
    /// The name in the header.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SevenBit => "7bit",
            Self::QuotedPrintable => "quoted-printable",
            Self::Base64 => "base64",
        }
    }

    /// The text as it travels.
    pub(crate) fn encode(self, text: &str) -> String {
        match self {
            Self::SevenBit => text.to_owned(),
            Self::QuotedPrintable => quoted_printable(text),
            Self::Base64 => {
                let encoded = base64(text.as_bytes());
                let lines: Vec<&str> = (0..encoded.len())
                    .step_by(76)
                    .map(|at| &encoded[at..(at + 76).min(encoded.len())])
                    .collect();
                format!("{}\n", lines.join("\n"))
            }
        }
    }
}

/// A header text: as it is if it is ASCII, else as encoded words (RFC 2047), never cut inside a character.
pub(crate) fn header_word(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut part = String::new();
    for letter in text.chars() {
        if part.len() + letter.len_utf8() > 42 {
            words.push(format!("=?UTF-8?B?{}?=", base64(part.as_bytes())));
            part.clear();
        }
        part.push(letter);
    }
    words.push(format!("=?UTF-8?B?{}?=", base64(part.as_bytes())));
    words.join("\n ")
}

/// `Mon, 02 Mar 2026 09:02:11 +0100`, on the wall clock of the zone.
pub(crate) fn date(millis: i64, zone: &Zone) -> String {
    let local = zone.local(millis);
    let offset = zone.offset_minutes(millis);
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    format!("{} {sign}{hours:02}{minutes:02}", local.strftime("%a, %d %b %Y %H:%M:%S"))
}

/// `Mon Mar  2 08:02:11 2026` in UTC: the date of a separator line.
pub(crate) fn asctime(millis: i64) -> String {
    civil(millis).strftime("%a %b %e %H:%M:%S %Y").to_string()
}

/// The text as the HTML half of a mail.
pub(crate) fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: Vec<String> =
        escaped.split("\n\n").map(|part| format!("<p>{}</p>", part.replace('\n', "<br>\n"))).collect();
    format!("<html><body>\n{}\n</body></html>\n", paragraphs.join("\n"))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = ALPHABET[(word >> (18 - 6 * at) & 63) as usize];
            encoded.push(if at > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    encoded
}

/// Lines of at most 76 characters; a line that begins with "From " or a dot is protected too.
fn quoted_printable(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 5 / 4);
    for line in text.lines() {
        let mut width = 0;
        for (at, byte) in line.bytes().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (byte == b' ' && !last);
            let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            if width + piece.len() > 75 {
                encoded.push_str("=\n");
                width = 0;
            }
            width += piece.len();
            encoded.push_str(&piece);
        }
        encoded.push('\n');
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::clock::ZONES;

    #[test]
    fn base64_is_padded_as_rfc_4648_shows() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn header_words_are_encoded_only_when_they_must_be() {
        assert_eq!(header_word("Anna Weber"), "Anna Weber");
        assert_eq!(header_word("Zoë"), "=?UTF-8?B?Wm/Dqw==?=");
        let long = header_word(&"あ".repeat(40));
        assert!(long.lines().all(|line| line.len() <= 76), "{long}");
    }

    #[test]
    fn quoted_printable_keeps_lines_short_and_escapes_the_rest() {
        assert_eq!(quoted_printable("a=b é \n"), "a=3Db =C3=A9=20\n");
        let long = quoted_printable(&"ü ".repeat(200));
        assert!(long.lines().all(|line| line.len() <= 76));
    }

    #[test]
    fn dates_follow_the_zone_and_separators_do_not() {
        let at = "2026-03-02T08:02:11Z".parse::<model::Timestamp>().unwrap().as_millis();
        assert_eq!(date(at, &ZONES[0]), "Mon, 02 Mar 2026 09:02:11 +0100");
        assert_eq!(date(at, &ZONES[6]), "Mon, 02 Mar 2026 13:32:11 +0530");
        assert_eq!(asctime(at), "Mon Mar  2 08:02:11 2026");
    }
}
