//! The state machine behind the tables: values one after another, in bounded memory.

use std::io::{self, BufRead};

use super::Cell;
use crate::formats::elements::{Position, Stop};

/// No value of a real export is longer.
const MAX_VALUE_BYTES: usize = 64 << 20;
/// No key is longer.
const MAX_KEY_BYTES: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before an object or list at the top.
    Top,
    /// In the object, before a key or the end.
    Object,
    /// In a list, before an element or the end.
    List {
        keyed: bool,
    },
    Done,
}

/// The values of one file.
pub(super) struct Tables<'r> {
    reader: &'r mut dyn BufRead,
    buffer: Vec<u8>,
    used: usize,
    at: Position,
    state: State,
    any: bool,
    key: String,
    value: Vec<u8>,
    start: Position,
}

impl<'r> Tables<'r> {
    pub(super) fn new(reader: &'r mut dyn BufRead) -> Self {
        let at = Position { line: 1, offset: 0 };
        let (buffer, value, key) = (vec![0; 1 << 16], Vec::new(), String::new());
        let mut tables =
            Self { reader, buffer, used: 0, at, state: State::Top, any: false, key, value, start: at };
        tables.buffer.clear();
        tables
    }

    /// The key that was read last.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The next value, `None` after the last one.
    pub(super) fn next(&mut self) -> Option<Result<Cell<'_>, Stop>> {
        match self.advance() {
            Ok(Some(listed)) => Some(Ok(Cell { key: &self.key, listed, bytes: &self.value, at: self.start })),
            Ok(None) => None,
            Err(stop) => {
                self.state = State::Done;
                Some(Err(stop))
            }
        }
    }

    /// Reads the next value; whether it is listed, `None` at the end.
    fn advance(&mut self) -> Result<Option<bool>, Stop> {
        self.value.clear();
        while self.state != State::Done {
            let byte = self.peek()?;
            let Some(byte) = byte else { return self.end_of_file() };
            if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                self.bump();
                continue;
            }
            match (self.state, byte) {
                (State::Done, _) => break,
                (State::Top, 0xef | 0xbb | 0xbf) if self.at.offset < 3 => self.bump(),
                (State::Top, b'{') | (State::List { keyed: true }, b']') => self.enter(State::Object),
                (State::Top, b'[') => {
                    self.key.clear();
                    self.enter(State::List { keyed: false });
                }
                // Objects one after another may be parted by commas.
                (State::Top, b',') if self.any => self.bump(),
                (State::Object | State::List { .. }, b',') => self.bump(),
                (State::Object, b'}') | (State::List { keyed: false }, b']') => self.enter(State::Top),
                (State::Object, b'"') => {
                    self.read_key()?;
                    if self.peek()? == Some(b'[') {
                        self.enter(State::List { keyed: true });
                    } else {
                        self.read_value()?;
                        return Ok(Some(false));
                    }
                }
                (State::Top | State::Object, _) => return Err(Stop::NotJson(self.at)),
                (State::List { .. }, _) => {
                    self.read_value()?;
                    return Ok(Some(true));
                }
            }
        }
        Ok(None)
    }

    fn enter(&mut self, state: State) {
        self.bump();
        (self.state, self.any) = (state, true);
    }

    fn end_of_file(&mut self) -> Result<Option<bool>, Stop> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => Ok(None),
            State::Top if self.any => Ok(None),
            _ => Err(Stop::Cut(self.at, Vec::new())),
        }
    }

    /// Reads a key and the colon after it, up to the value.
    fn read_key(&mut self) -> Result<(), Stop> {
        self.read_value()?;
        let name = self.value.get(1..self.value.len().saturating_sub(1)).unwrap_or_default();
        self.key =
            String::from_utf8_lossy(name.get(..MAX_KEY_BYTES.min(name.len())).unwrap_or_default()).into();
        self.value.clear();
        let mut colon = false;
        loop {
            match self.peek()? {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.bump(),
                Some(b':') if !colon => {
                    colon = true;
                    self.bump();
                }
                Some(_) if colon => return Ok(()),
                Some(_) => return Err(Stop::NotJson(self.at)),
                None => return Err(Stop::Cut(self.at, Vec::new())),
            }
        }
    }

    /// Copies one whole value.
    fn read_value(&mut self) -> Result<(), Stop> {
        self.start = self.at;
        let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
        loop {
            if self.peek()?.is_none() {
                return Err(Stop::Cut(self.start, std::mem::take(&mut self.value)));
            }
            let chunk = self.buffer.get(self.used..).unwrap_or_default();
            let (mut taken, mut lines, mut whole) = (0, 0, false);
            for byte in chunk {
                if in_text {
                    in_text = *byte != b'"' || escaped;
                    escaped = *byte == b'\\' && !escaped;
                    whole = !in_text && depth == 0;
                } else {
                    match byte {
                        b'"' => in_text = true,
                        b'{' | b'[' => depth = depth.saturating_add(1),
                        // The bracket or comma after a number or word is not part of it.
                        b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {
                            whole = true;
                            break;
                        }
                        b'}' | b']' => {
                            depth -= 1;
                            whole = depth == 0;
                        }
                        _ => {}
                    }
                }
                taken += 1;
                lines += u64::from(*byte == b'\n');
                if whole {
                    break;
                }
            }
            let bytes = chunk.get(..taken).unwrap_or_default();
            self.value.extend_from_slice(bytes);
            self.at.line += lines;
            self.at.offset += taken as u64;
            self.used += taken;
            if whole {
                // A stray closing bracket is a value of its own, so that reading goes on.
                if self.value.is_empty() {
                    return Err(Stop::NotJson(self.at));
                }
                return Ok(());
            }
            if self.value.len() > MAX_VALUE_BYTES {
                return Err(Stop::TooLong(self.start));
            }
        }
    }

    fn bump(&mut self) {
        self.at.line += u64::from(self.buffer.get(self.used) == Some(&b'\n'));
        self.at.offset += 1;
        self.used += 1;
    }

    /// The next byte, `None` at the end of the file.
    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        while self.used >= self.buffer.len() {
            let chunk = match self.reader.fill_buf() {
                Ok([]) => return Ok(None),
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Io(error)),
            };
            self.buffer.clear();
            self.buffer.extend_from_slice(chunk);
            self.used = 0;
            let read = chunk.len();
            self.reader.consume(read);
        }
        Ok(self.buffer.get(self.used).copied())
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn check(file: &str, expected: &[&str], stop: &str) {
        for chunk in [1, 3, 4096] {
            let mut reader = BufReader::with_capacity(chunk, file.as_bytes());
            let mut tables = Tables::new(&mut reader);
            let (mut all, mut stopped) = (Vec::new(), String::new());
            while let Some(next) = tables.next() {
                match next {
                    Ok(cell) => {
                        let sign = if cell.listed { "[]" } else { "" };
                        all.push(format!("{}{sign} {}", cell.key, String::from_utf8_lossy(cell.bytes)));
                    }
                    Err(stop) => stopped = format!("{stop:?}").split('(').next().unwrap().to_owned(),
                }
            }
            assert_eq!(
                (all, stopped.as_str()),
                (expected.iter().map(|e| (*e).to_owned()).collect(), stop),
                "{file}"
            );
        }
    }

    #[test]
    fn every_value_comes_with_its_key() {
        check(
            " {\"a\" : {\"x\":[1]},\r\n\"m\":[ {\"t\":\"]}\\\"\"}, null,2 ],\"n\":3,\"s\":\"q\",\"e\":[]}",
            &["a {\"x\":[1]}", "m[] {\"t\":\"]}\\\"\"}", "m[] null", "m[] 2", "n 3", "s \"q\""],
            "",
        );
        check("\u{feff}[1,[2],{}]", &["[] 1", "[] [2]", "[] {}"], "");
        check("{\"v\":[1]}\n{\"v\":[2]}", &["v[] 1", "v[] 2"], "");
        check("{}", &[], "");
    }

    #[test]
    fn what_stands_before_a_cut_is_kept() {
        check("{\"m\":[{\"a\":1},{\"b\":", &["m[] {\"a\":1}"], "Cut");
        check("{\"m\":[1", &[], "Cut");
        check("{\"m\"", &[], "Cut");
        check("", &[], "Cut");
        check("hello", &[], "NotJson");
        check("{\"a\" 1}", &[], "NotJson");
        check("{\"m\":[1,}]", &["m[] 1"], "NotJson");
        check("[1}", &["[] 1"], "NotJson");
    }

    #[test]
    fn a_value_knows_where_it_stands() {
        let mut reader: &[u8] = b"{\"m\":[\n1,\n {}]}";
        let mut tables = Tables::new(&mut reader);
        assert_eq!(tables.next().unwrap().unwrap().at, Position { line: 2, offset: 7 });
        assert_eq!(tables.next().unwrap().unwrap().at, Position { line: 3, offset: 11 });
    }
}
