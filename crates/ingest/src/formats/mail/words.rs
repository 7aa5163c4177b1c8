//! Header blocks made readable before they are parsed: encoded words that were split inside a character are
//! joined (RFC 2047 forbids it, programs do it), and raw bytes of old encodings become UTF-8.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

use super::charset;

/// No real encoded word is longer (RFC 2047 allows 75 bytes).
const MAX_WORD_BYTES: usize = 300;
/// Encodings whose characters take several bytes, so that a split may hurt them.
const WIDE: [&str; 10] =
    ["utf-8", "utf8", "gb2312", "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "shift_jis", "ks_c_5601-1987"];

/// The block as the parser should see it. Costs time linear in its length.
pub(super) fn readable(block: &[u8]) -> Cow<'_, [u8]> {
    let block = charset::utf8(block);
    if !block.windows(4).any(|bytes| matches!(bytes, [b'?', b'=', b' ' | b'\t' | b'\r' | b'\n', _])) {
        return block;
    }
    Cow::Owned(joined(&block))
}

struct Word<'b> {
    charset: &'b [u8],
    bytes: Vec<u8>,
    /// Its length as it stands.
    len: usize,
}

fn joined(block: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(block.len());
    let mut rest = block;
    while let Some(start) = rest.windows(2).position(|pair| pair == b"=?") {
        let (before, from) = rest.split_at(start);
        out.extend_from_slice(before);
        let Some(first) = word(from) else {
            out.extend_from_slice(b"=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        let (run, len) = run(from, first);
        if run.len() > 1 && run.iter().any(is_split) {
            let bytes: Vec<u8> = run.iter().flat_map(|word| word.bytes.iter().copied()).collect();
            out.extend_from_slice(b"=?");
            out.extend_from_slice(run.first().map_or(b"utf-8", |word| word.charset));
            out.extend_from_slice(b"?B?");
            out.extend_from_slice(base64(&bytes).as_bytes());
            out.extend_from_slice(b"?=");
        } else {
            out.extend_from_slice(from.get(..len).unwrap_or_default());
        }
        rest = from.get(len..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// The words of one encoding that stand side by side from here on, and their length with the blanks between.
fn run<'b>(from: &'b [u8], first: Word<'b>) -> (Vec<Word<'b>>, usize) {
    let mut len = first.len;
    let mut words = vec![first];
    loop {
        let rest = from.get(len..).unwrap_or_default();
        let blanks = rest.iter().take(8).take_while(|byte| byte.is_ascii_whitespace()).count();
        let next = rest.get(blanks..).filter(|_| blanks > 0).and_then(word);
        let same = |word: &Word<'_>| {
            words.first().is_some_and(|first| word.charset.eq_ignore_ascii_case(first.charset))
        };
        match next.filter(same) {
            Some(next) => {
                len += blanks + next.len;
                words.push(next);
            }
            None => return (words, len),
        }
    }
}

/// Whether the word's bytes are no whole characters.
fn is_split(word: &Word<'_>) -> bool {
    let charset = String::from_utf8_lossy(word.charset).to_ascii_lowercase();
    WIDE.contains(&charset.as_str())
        && (!charset.starts_with("utf") || std::str::from_utf8(&word.bytes).is_err())
}

/// The encoded word at the beginning of the text.
fn word(text: &[u8]) -> Option<Word<'_>> {
    let window = text.get(..text.len().min(MAX_WORD_BYTES))?;
    let inner = window.strip_prefix(b"=?")?;
    let charset_end = inner.iter().take(40).position(|byte| *byte == b'?')?;
    let (charset, rest) = inner.split_at(charset_end);
    let (head, rest) = rest.split_at_checked(3)?;
    let end = rest.windows(2).position(|pair| pair == b"?=")?;
    let content = rest.get(..end)?;
    if content.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let bytes = match head {
        [b'?', b'b' | b'B', b'?'] => base64_decode(content)?,
        [b'?', b'q' | b'Q', b'?'] => quoted(content),
        _ => return None,
    };
    Some(Word { charset, bytes, len: 2 + charset_end + 3 + end + 2 })
}

/// The Q encoding of RFC 2047.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match (byte, hex.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'=', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'_', _) => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    out
}

/// Standard base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |place: usize| u32::from(group.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if place > group.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn subject(raw: &str) -> String {
        let block = format!("Subject: {raw}\n\n");
        let block = readable(block.as_bytes());
        MessageParser::default().parse_headers(&*block).unwrap().subject().unwrap().to_owned()
    }

    #[test]
    fn words_split_inside_a_character_are_joined() {
        assert_eq!(subject("=?utf-8?q?M=C3?= =?utf-8?q?=BCller?="), "Müller");
        assert_eq!(subject("=?UTF-8?B?TcM=?=\n =?utf-8?B?vGxsZXI=?= writes"), "Müller writes");
        assert_eq!(subject("=?utf-8?q?M=C3=BC?= =?utf-8?q?ller?= a"), "Müller a");
        assert_eq!(subject("=?gb2312?B?1tA=?= =?gb2312?B?zsQ=?="), "中文");
        assert_eq!(subject("=?utf-8?q? =?utf-8?x?a?= plain"), "=?utf-8?q? =?utf-8?x?a?= plain");
    }

    #[test]
    fn raw_bytes_of_an_old_encoding_are_read() {
        let block = readable(b"Subject: M\xfcller\n\n");
        assert_eq!(&*block, "Subject: Müller\n\n".as_bytes());
    }

    #[test]
    fn base64_is_what_the_parser_reads() {
        for text in ["", "a", "ab", "abc", "abcd\u{fc}"] {
            assert_eq!(
                base64_decode(base64(text.as_bytes()).as_bytes()).unwrap_or_default(),
                text.as_bytes()
            );
        }
    }
}
