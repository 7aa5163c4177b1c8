//! Files of one JSON object a line: tolerant of blank lines, BOM and CRLF, and exact about which line is wrong.

use std::io::{BufRead, Read as _};

use serde::de::DeserializeOwned;

use crate::Error;

/// No line of these files comes near this; it bounds the memory that a wrong file can take.
const LONGEST_LINE_BYTES: usize = 16 << 20;

/// Hands every object of the text to `take`, with the number of its line (from 1). Stops at the first error.
pub(crate) fn each_line<T: DeserializeOwned>(
    mut reader: impl BufRead,
    mut take: impl FnMut(usize, T) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        line += 1;
        bytes.clear();
        let read = reader
            .by_ref()
            .take(LONGEST_LINE_BYTES as u64 + 1)
            .read_until(b'\n', &mut bytes)
            .map_err(|source| Error::Read { line, source })?;
        if read == 0 {
            return Ok(());
        }
        if read > LONGEST_LINE_BYTES {
            return Err(Error::TooLong { line, limit_bytes: LONGEST_LINE_BYTES });
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| Error::NotUtf8 { line, valid_bytes: error.valid_up_to() })?;
        // Files that were joined with `cat` carry a BOM inside, too.
        let object = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
        if object.is_empty() {
            continue;
        }
        take(line, serde_json::from_str(object).map_err(|error| describe(line, &error))?)?;
    }
}

/// Keeps the parser's words but neither its line number (always 1 here) nor the value that it quotes: these
/// files hold other people's sentences, and errors reach logs.
fn describe(line: usize, error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(text.as_str(), |(words, _)| words);
    let problem = match (words.find(" string \""), words.rfind(", expected ")) {
        (Some(value), Some(expected)) if value < expected => {
            format!("{} string{}", &words[..value], &words[expected..])
        }
        _ => words.chars().take(200).collect(),
    };
    Error::Json { line, column: error.column().max(1), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &[u8]) -> Result<Vec<(usize, u8)>, String> {
        let mut found = Vec::new();
        each_line(text, |line, number| {
            found.push((line, number));
            Ok(())
        })
        .map_err(|error| error.to_string())?;
        Ok(found)
    }

    #[test]
    fn blank_lines_boms_and_crlf_are_stepped_over_and_counted() {
        let text = "\u{feff}1\r\n\r\n \t\u{a0}\n2\n\u{feff}3";
        assert_eq!(numbers(text.as_bytes()), Ok(vec![(1, 1), (4, 2), (5, 3)]));
        assert_eq!(numbers(b""), Ok(vec![]));
        assert_eq!(numbers("\u{feff}".as_bytes()), Ok(vec![]));
    }

    #[test]
    fn an_error_names_the_line_and_quotes_no_value() {
        let check = |text: &[u8], expected: &str| assert_eq!(numbers(text).unwrap_err(), expected);
        check(
            b"1\n\n\"a secret, expected by nobody\"\n",
            "line 3, column 30: invalid type: string, expected u8",
        );
        check(b"1\nnull", "line 2, column 4: invalid type: null, expected u8");
        check(b"1\n{\"a\": 1}", "line 2, column 1: invalid type: map, expected u8");
        check(b"1\n\n2\xff", "line 3: not UTF-8 after byte 1");
        check(b"1\n\x002", "line 2, column 1: expected value");
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        let endless = std::io::BufReader::new(std::io::repeat(b' '));
        let result = each_line(endless, |_, _: u8| Ok(()));
        assert!(matches!(result, Err(Error::TooLong { line: 1, .. })));
    }

    #[test]
    fn a_text_nested_without_end_is_an_error_and_not_a_stack_overflow() {
        assert!(numbers("[".repeat(1_000_000).as_bytes()).is_err());
    }
}
