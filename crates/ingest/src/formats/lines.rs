//! Lines of any length, in bounded memory.

use std::io::{self, BufRead};

/// Reads a file line by line; a line longer than the bound comes in pieces.
pub(super) struct Lines<'r> {
    reader: &'r mut dyn BufRead,
    bound: usize,
    line: u64,
    offset: u64,
    inside: bool,
}

/// One line, or a piece of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// The line's number, from 1.
    pub(super) line: u64,
    /// Where the piece begins, in bytes from the start of the file.
    pub(super) offset: u64,
    /// Whether the line begins with it.
    pub(super) begins: bool,
    /// Whether the line ends with it (with or without a line feed).
    pub(super) ends: bool,
}

impl<'r> Lines<'r> {
    pub(super) fn new(reader: &'r mut dyn BufRead, bound: usize) -> Self {
        Self { reader, bound: bound.max(1), line: 0, offset: 0, inside: false }
    }

    /// Reads the next piece into `buffer`, line feed included; `None` at the end of the file.
    pub(super) fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        buffer.clear();
        let begins = !self.inside;
        let mut ends = false;
        while !ends && buffer.len() < self.bound {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                ends = true;
                break;
            }
            let window = chunk.get(..chunk.len().min(self.bound - buffer.len())).unwrap_or(chunk);
            let used = match window.iter().position(|byte| *byte == b'\n') {
                Some(place) => {
                    ends = true;
                    place + 1
                }
                None => window.len(),
            };
            buffer.extend_from_slice(window.get(..used).unwrap_or_default());
            self.reader.consume(used);
        }
        if buffer.is_empty() && (begins || ends) {
            return Ok(None);
        }
        self.line += u64::from(begins);
        self.inside = !ends;
        let piece = Piece { line: self.line, offset: self.offset, begins, ends };
        self.offset += buffer.len() as u64;
        Ok(Some(piece))
    }
}

/// A line without its line feed, carriage return included.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(file: &str, bound: usize) -> Vec<(u64, u64, String, bool)> {
        let mut reader = file.as_bytes();
        let mut lines = Lines::new(&mut reader, bound);
        let mut buffer = Vec::new();
        let mut all = Vec::new();
        while let Some(piece) = lines.next(&mut buffer).unwrap() {
            all.push((piece.line, piece.offset, String::from_utf8_lossy(&buffer).into_owned(), piece.ends));
        }
        all
    }

    #[test]
    fn lines_come_with_number_and_place() {
        let expected = [(1, 0, "a\r\n".into(), true), (2, 3, "\n".into(), true), (3, 4, "b".into(), true)];
        assert_eq!(pieces("a\r\n\nb", 100), expected);
    }

    #[test]
    fn a_long_line_comes_in_pieces() {
        let all = pieces("abcdef\ng", 4);
        assert_eq!(
            all,
            [(1, 0, "abcd".into(), false), (1, 4, "ef\n".into(), true), (2, 7, "g".into(), true)]
        );
        assert_eq!(pieces("", 4), []);
    }
}
