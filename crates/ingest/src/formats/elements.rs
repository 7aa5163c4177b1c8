//! Takes a JSON file apart into its elements without parsing them.
//!
//! Each element of a list is handed out as bytes, so that one bad element costs only itself, a file that was
//! cut keeps what stands before the cut, and memory holds one element. Also understood: a list below one
//! key of an object (a page of search results), a single object, and objects one after another.

use std::io::{self, BufRead};

/// No element of a real export is longer.
const MAX_ELEMENT_BYTES: usize = 64 << 20;

/// The elements of one file.
pub(super) struct Elements<'r> {
    reader: &'r mut dyn BufRead,
    machine: Machine,
}

/// Where something stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) offset: u64,
}

/// One element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element<'e> {
    pub(super) bytes: &'e [u8],
    pub(super) at: Position,
}

/// Why there are no more elements, though the file does not end here as it should.
#[derive(Debug)]
pub(super) enum Stop {
    /// The file ends inside an element or a list. The bytes are the rest.
    Cut(Position, Vec<u8>),
    /// The file is neither a list nor an object.
    NotJson(Position),
    /// One element is longer than any real one.
    TooLong(Position),
    /// The file cannot be read on.
    Io(io::Error),
}

impl<'r> Elements<'r> {
    /// With a `list_key`, objects at the top are understood: each is an element, unless it has a list below
    /// that key; then that list's elements are.
    pub(super) fn new(reader: &'r mut dyn BufRead, list_key: Option<&'static str>) -> Self {
        let at = Position { line: 1, offset: 0 };
        let machine = Machine {
            list_key,
            state: State::Start,
            in_list: false,
            any: false,
            element: Vec::new(),
            at,
            start: at,
        };
        Self { reader, machine }
    }

    /// The next element, `None` after the last one.
    pub(super) fn next(&mut self) -> Option<Result<Element<'_>, Stop>> {
        self.machine.element.clear();
        match self.advance() {
            Ok(true) => Some(Ok(Element { bytes: &self.machine.element, at: self.machine.start })),
            Ok(false) => None,
            Err(stop) => {
                self.machine.state = State::Done;
                Some(Err(stop))
            }
        }
    }

    /// Reads up to the end of the next element; false at the end of the file.
    fn advance(&mut self) -> Result<bool, Stop> {
        while self.machine.state != State::Done {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Stop::Io(error)),
            };
            if chunk.is_empty() {
                return self.machine.end_of_file();
            }
            let (used, complete) = self.machine.scan(chunk)?;
            self.reader.consume(used);
            if complete {
                return Ok(true);
            }
            if self.machine.element.len() > MAX_ELEMENT_BYTES {
                return Err(Stop::TooLong(self.machine.start));
            }
        }
        Ok(false)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the list or object at the top.
    Start,
    /// In the list, before an element or its end.
    Between,
    /// In an element with so many brackets open.
    Inside { depth: u32 },
    /// In a string of such an element; depth 0 is a string that is the element.
    Text { depth: u32, escaped: bool },
    /// In a number or word that is the element.
    Bare,
    /// After the list.
    Done,
}

/// What a byte means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It belongs to no element.
    Skip,
    /// An element begins with it.
    Begin,
    /// It belongs to the element.
    Keep,
    /// It is the element's last.
    End,
    /// The element ended before it.
    Ended,
    /// What was taken for an element is the object around the list.
    IntoList,
    /// No list begins like this.
    NotJson,
}

/// The state machine; it sees the file chunk by chunk.
struct Machine {
    list_key: Option<&'static str>,
    state: State,
    in_list: bool,
    any: bool,
    element: Vec<u8>,
    at: Position,
    start: Position,
}

impl Machine {
    /// Goes through a chunk: how many bytes were used, and whether an element is complete.
    fn scan(&mut self, chunk: &[u8]) -> Result<(usize, bool), Stop> {
        // Bytes of the element are copied in runs: `run` is where the present one begins.
        let mut run = 0;
        for (place, byte) in chunk.iter().enumerate() {
            let step = self.step(*byte, chunk.get(run..place).unwrap_or_default());
            let here = self.at;
            self.at.offset += 1;
            self.at.line += u64::from(*byte == b'\n');
            match step {
                Step::Keep => {}
                Step::Skip => run = place + 1,
                Step::Begin => (self.start, run) = (here, place),
                Step::End | Step::Ended => {
                    let end = place + usize::from(step == Step::End);
                    self.element.extend_from_slice(chunk.get(run..end).unwrap_or_default());
                    self.any = true;
                    return Ok((place + 1, true));
                }
                Step::IntoList => {
                    (self.in_list, self.any) = (true, true);
                    self.element.clear();
                    run = place + 1;
                }
                Step::NotJson => return Err(Stop::NotJson(here)),
            }
            if self.state == State::Done {
                return Ok((place + 1, false));
            }
        }
        self.element.extend_from_slice(chunk.get(run..).unwrap_or_default());
        Ok((chunk.len(), false))
    }

    fn step(&mut self, byte: u8, run: &[u8]) -> Step {
        match self.state {
            State::Start => self.at_top(byte),
            State::Between => self.between(byte),
            State::Inside { depth } => self.inside(byte, depth, run),
            State::Text { depth, escaped } => self.text(byte, depth, escaped),
            State::Bare => match byte {
                b',' | b' ' | b'\t' | b'\r' | b'\n' => self.go(State::Between, Step::Ended),
                b']' => self.go(State::Done, Step::Ended),
                _ => Step::Keep,
            },
            State::Done => Step::Skip,
        }
    }

    fn go(&mut self, state: State, step: Step) -> Step {
        self.state = state;
        step
    }

    fn at_top(&mut self, byte: u8) -> Step {
        match byte {
            b'[' => {
                (self.in_list, self.any) = (true, true);
                self.go(State::Between, Step::Skip)
            }
            b'{' if self.list_key.is_some() => self.go(State::Inside { depth: 1 }, Step::Begin),
            b' ' | b'\t' | b'\r' | b'\n' => Step::Skip,
            // The three bytes of a byte order mark.
            0xef | 0xbb | 0xbf if self.at.offset < 3 => Step::Skip,
            _ => Step::NotJson,
        }
    }

    fn between(&mut self, byte: u8) -> Step {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => Step::Skip,
            b']' => self.go(State::Done, Step::Skip),
            b'{' | b'[' => self.go(State::Inside { depth: 1 }, Step::Begin),
            b'"' => self.go(State::Text { depth: 0, escaped: false }, Step::Begin),
            _ => self.go(State::Bare, Step::Begin),
        }
    }

    fn inside(&mut self, byte: u8, depth: u32, run: &[u8]) -> Step {
        match byte {
            b'"' => self.go(State::Text { depth, escaped: false }, Step::Keep),
            b'[' if depth == 1 && self.follows_list_key(run) => self.go(State::Between, Step::IntoList),
            b'{' | b'[' => self.go(State::Inside { depth: depth.saturating_add(1) }, Step::Keep),
            // An object at the top may be followed by another one.
            b'}' | b']' if depth <= 1 => {
                self.go(if self.in_list { State::Between } else { State::Start }, Step::End)
            }
            b'}' | b']' => self.go(State::Inside { depth: depth - 1 }, Step::Keep),
            _ => Step::Keep,
        }
    }

    fn text(&mut self, byte: u8, depth: u32, escaped: bool) -> Step {
        match byte {
            b'"' if !escaped && depth == 0 => self.go(State::Between, Step::End),
            b'"' if !escaped => self.go(State::Inside { depth }, Step::Keep),
            _ => self.go(State::Text { depth, escaped: byte == b'\\' && !escaped }, Step::Keep),
        }
    }

    /// Whether what stands before an opening bracket, in an object at the top, is the key of the list.
    fn follows_list_key(&self, run: &[u8]) -> bool {
        let Some(key) = self.list_key.filter(|_| !self.in_list) else { return false };
        let mut before = self.element.iter().chain(run).rev().filter(|byte| !byte.is_ascii_whitespace());
        let expected = [b':', b'"'].into_iter().chain(key.bytes().rev()).chain([b'"']);
        expected.into_iter().all(|byte| before.next() == Some(&byte))
    }

    fn end_of_file(&mut self) -> Result<bool, Stop> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => Ok(false),
            State::Start if self.any => Ok(false),
            State::Start | State::Between => Err(Stop::Cut(self.at, Vec::new())),
            State::Inside { .. } | State::Text { .. } | State::Bare => {
                Err(Stop::Cut(self.start, std::mem::take(&mut self.element)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// The elements and, if the file does not end as it should, the kind of stop.
    fn taken_apart(file: &str, key: Option<&'static str>, chunk: usize) -> (Vec<String>, Option<String>) {
        let mut reader = BufReader::with_capacity(chunk, file.as_bytes());
        let mut elements = Elements::new(&mut reader, key);
        let mut all = Vec::new();
        while let Some(next) = elements.next() {
            match next {
                Ok(element) => all.push(String::from_utf8_lossy(element.bytes).into_owned()),
                Err(stop) => {
                    let kind = format!("{stop:?}");
                    return (all, Some(kind.split('(').next().unwrap().to_owned()));
                }
            }
        }
        (all, None)
    }

    fn check(file: &str, key: Option<&'static str>, elements: &[&str], stop: Option<&str>) {
        for chunk in [1, 2, 7, 4096] {
            let (all, stopped) = taken_apart(file, key, chunk);
            assert_eq!(all, elements, "{file} in chunks of {chunk}");
            assert_eq!(stopped.as_deref(), stop, "{file} in chunks of {chunk}");
        }
    }

    #[test]
    fn a_list_is_taken_apart() {
        check(
            r#" [ {"a":[1,{"b":"]}"}]}, null ,12,"x,\"y]", [1] ] "#,
            None,
            &[r#"{"a":[1,{"b":"]}"}]}"#, "null", "12", r#""x,\"y]""#, "[1]"],
            None,
        );
        check("\u{feff}[\r\n1\r\n]", None, &["1"], None);
        check("[]", None, &[], None);
    }

    #[test]
    fn what_stands_before_a_cut_is_kept() {
        check(r#"[{"a":1},{"b":"#, None, &[r#"{"a":1}"#], Some("Cut"));
        check(r#"[{"a":1},"#, None, &[r#"{"a":1}"#], Some("Cut"));
        check("", None, &[], Some("Cut"));
        check(" \n", None, &[], Some("Cut"));
        check("hello", None, &[], Some("NotJson"));
        check("{}", None, &[], Some("NotJson"));
    }

    #[test]
    fn a_list_below_a_key_is_found() {
        let page = r#"{"total":2,"x":{"issues":[0]},"issues" : [ {"key":"A"}, {"key":"B"} ], "y":[3]}"#;
        check(page, Some("issues"), &[r#"{"key":"A"}"#, r#"{"key":"B"}"#], None);
        check(r#"{"key":"A"} {"key":"B"}"#, Some("issues"), &[r#"{"key":"A"}"#, r#"{"key":"B"}"#], None);
        check(
            r#"{"note":"\"issues\":","z":[1]}"#,
            Some("issues"),
            &[r#"{"note":"\"issues\":","z":[1]}"#],
            None,
        );
    }

    #[test]
    fn an_element_knows_where_it_stands() {
        let mut reader: &[u8] = b"[\n1,\n {}]";
        let mut elements = Elements::new(&mut reader, None);
        assert_eq!(elements.next().unwrap().unwrap().at, Position { line: 2, offset: 2 });
        assert_eq!(elements.next().unwrap().unwrap().at, Position { line: 3, offset: 6 });
    }
}
