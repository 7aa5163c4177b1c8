//! Takes a JSON file apart into its elements without parsing them.
//!
//! Each element of a list is handed out as bytes, so that one bad element costs only itself, a file that was
//! cut keeps what stands before the cut, and memory holds one element. Also understood: lists below some
//! keys of an object (a page of search results), a single object, and objects one after another.

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
    /// Below which of the keys its list stands.
    pub(super) list: Option<&'static str>,
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
        Self::of(reader, list_key.is_some(), list_key.into_iter().collect())
    }

    /// The same with the lists below several keys; without a key every object at the top is an element.
    pub(super) fn below(reader: &'r mut dyn BufRead, list_keys: &[&'static str]) -> Self {
        Self::of(reader, true, list_keys.to_vec())
    }

    fn of(reader: &'r mut dyn BufRead, objects: bool, list_keys: Vec<&'static str>) -> Self {
        let at = Position { line: 1, offset: 0 };
        let machine = Machine {
            objects,
            list_keys,
            list: None,
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
            Ok(true) => {
                let Machine { element, start, list, .. } = &self.machine;
                Some(Ok(Element { bytes: element, at: *start, list: *list }))
            }
            Ok(false) => None,
            Err(stop) => {
                self.machine.state = State::Done;
                Some(Err(stop))
            }
        }
    }

    /// Below which key the list stands that is being read.
    pub(super) fn list(&self) -> Option<&'static str> {
        self.machine.list
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
    /// Whether objects at the top are understood.
    objects: bool,
    list_keys: Vec<&'static str>,
    /// The key of the list that is being read, or of the last one in the object around it.
    list: Option<&'static str>,
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
                    (self.in_list, self.any) = (self.state == State::Between, true);
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
                b']' => self.end_of_list(Step::Ended),
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
            b'{' if self.objects => {
                (self.list, self.in_list) = (None, false);
                self.go(State::Inside { depth: 1 }, Step::Begin)
            }
            b' ' | b'\t' | b'\r' | b'\n' => Step::Skip,
            // The three bytes of a byte order mark.
            0xef | 0xbb | 0xbf if self.at.offset < 3 => Step::Skip,
            _ => Step::NotJson,
        }
    }

    fn between(&mut self, byte: u8) -> Step {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => Step::Skip,
            b']' => self.end_of_list(Step::Skip),
            b'{' | b'[' => self.go(State::Inside { depth: 1 }, Step::Begin),
            b'"' => self.go(State::Text { depth: 0, escaped: false }, Step::Begin),
            _ => self.go(State::Bare, Step::Begin),
        }
    }

    fn inside(&mut self, byte: u8, depth: u32, run: &[u8]) -> Step {
        match byte {
            b'"' => self.go(State::Text { depth, escaped: false }, Step::Keep),
            b'[' if depth == 1 && self.follows_list_key(run) => self.go(State::Between, Step::IntoList),
            // What stands around the lists is no element.
            b'}' if depth <= 1 && self.is_around_lists() => self.go(State::Start, Step::IntoList),
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

    /// After a list at the top nothing is read; after one below a key more may stand in the object.
    fn end_of_list(&mut self, step: Step) -> Step {
        if self.list.is_none() || self.list_keys.len() == 1 {
            return self.go(State::Done, step);
        }
        self.in_list = false;
        self.go(State::Inside { depth: 1 }, step)
    }

    /// Whether the bytes at hand belong to an object of which a list was handed out.
    fn is_around_lists(&self) -> bool {
        self.list.is_some() && !self.in_list
    }

    /// Whether what stands before an opening bracket, in an object at the top, is the key of a list.
    fn follows_list_key(&mut self, run: &[u8]) -> bool {
        if self.in_list {
            return false;
        }
        let is_before = |key: &&str| {
            let mut before = self.element.iter().chain(run).rev().filter(|byte| !byte.is_ascii_whitespace());
            let expected = [b':', b'"'].into_iter().chain(key.bytes().rev()).chain([b'"']);
            expected.into_iter().all(|byte| before.next() == Some(&byte))
        };
        let found = self.list_keys.iter().copied().find(is_before);
        self.list = found.or(self.list);
        found.is_some()
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
        let pages = r#"{"a":[{"x":[1]},2],"n":"]","b" : [3] ,"c":[4]} {"b":[5]}"#;
        let mut reader = pages.as_bytes();
        let mut elements = Elements::below(&mut reader, &["a", "b"]);
        let mut all = Vec::new();
        while let Some(element) = elements.next() {
            let element = element.unwrap();
            all.push((element.list.unwrap(), String::from_utf8_lossy(element.bytes).into_owned()));
        }
        let expected = [("a", r#"{"x":[1]}"#), ("a", "2"), ("b", "3"), ("b", "5")];
        assert_eq!(all, expected.map(|(key, text)| (key, text.to_owned())));
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
