//! Tables (CSV): header and rows, as tools export them.
//!
//! Understood: a byte order mark, commas, semicolons or tabs, names that repeat, line feeds inside quotes,
//! rows that are shorter than the header. Memory holds one row, of bounded size.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::dates::Dates;
use super::out::{Flow, Out};
use crate::{Entry, Export, Place};

/// No row of a real export is longer; a quote that is never closed makes one of the rest of the file.
const MAX_ROW_BYTES: u64 = 32 << 20;
/// So much of a file is looked at to recognise it, and to learn how it writes dates.
const HEAD_BYTES: u64 = 1 << 18;
/// So many characters of a cell are looked at to learn how dates are written.
const DATE_CHARS: usize = 12;

/// What is known of a table before its rows are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    /// Where the columns of a name stand, names as [`name`] gives them.
    columns: BTreeMap<String, Vec<usize>>,
    width: usize,
    delimiter: u8,
    /// How dates are written.
    pub(super) dates: Dates,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'r> {
    sheet: &'r Sheet,
    cells: Vec<String>,
    place: Place,
}

/// A column's name as it is looked up: letters and digits alone, in lower case.
pub(super) fn name(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the entry may be a table: by its name, or because it is the whole export.
pub(super) fn is_table(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || matches!(entry.extension().as_str(), "csv" | "tsv")
}

impl Sheet {
    /// Looks at the beginning of a file. A file that is no table has columns that nobody asks for.
    pub(super) fn at(export: &Export, entry: &Entry) -> Self {
        let head = export.head(entry, HEAD_BYTES);
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        let delimiter = delimiter(head);
        let mut reader = builder(delimiter).from_reader(head);
        let mut record = ByteRecord::new();
        let mut sheet = Self { delimiter, ..Self::default() };
        if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
            return sheet;
        }
        for (place, cell) in record.iter().enumerate() {
            let name = name(&String::from_utf8_lossy(cell));
            sheet.columns.entry(name).or_default().push(place);
        }
        sheet.width = record.len();
        let mut starts: Vec<String> = Vec::new();
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            let start = |cell: &[u8]| {
                let start = cell.get(..cell.len().min(DATE_CHARS)).unwrap_or_default();
                String::from_utf8_lossy(start).into_owned()
            };
            starts.extend(record.iter().filter(|cell| cell.contains(&b'/')).map(start));
        }
        sheet.dates = Dates::learn(starts.iter().map(String::as_str));
        sheet
    }

    /// Whether the table has a column of each of these names.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.columns.contains_key(*name))
    }

    /// Whether the table has a column of one of these names.
    pub(super) fn has_one(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.columns.contains_key(*name))
    }

    /// Where the columns of these names stand, those of the first name first.
    pub(super) fn places(&self, names: &[&str]) -> Vec<usize> {
        names.iter().filter_map(|name| self.columns.get(*name)).flatten().copied().collect()
    }

    /// Hands each row of the file to `with`; blank ones, which spreadsheets leave at the end, are counted.
    pub(super) fn each(
        &self,
        entry: &Entry,
        out: &mut Out<'_>,
        mut with: impl FnMut(&mut Out<'_>, &Row<'_>) -> Flow,
    ) -> Flow {
        if self.width == 0 {
            let place = Place { file: entry.name.clone(), line: None, offset: None };
            out.bad_with_hint(place, "is a table without a header", Some("export it again"), &[])?;
        } else if self.dates.undecided {
            let file = &entry.name;
            out.warn(format!(
                "{file}: dates such as 3/4/2024 do not tell day and month: read as month first"
            ));
        }
        out.read(entry, |out, reader| self.rows(entry, reader, out, &mut with))
    }

    fn rows(
        &self,
        entry: &Entry,
        reader: &mut dyn BufRead,
        out: &mut Out<'_>,
        with: &mut dyn FnMut(&mut Out<'_>, &Row<'_>) -> Flow,
    ) -> Flow {
        let left = Cell::new(MAX_ROW_BYTES);
        let mut reader = builder(self.delimiter).from_reader(Bounded { reader, left: &left });
        let mut record = ByteRecord::new();
        let mut header = true;
        loop {
            left.set(MAX_ROW_BYTES);
            let place = |line| Place { file: entry.name.clone(), line: Some(line), offset: None };
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Flow::Continue(()),
                Err(_) if left.get() == 0 => {
                    let hint = Some("look for a quote that is never closed");
                    let line = record.position().map_or(1, csv::Position::line);
                    return out.bad_with_hint(place(line), "has a row of more than 32 MiB", hint, &[]);
                }
                Err(error) => {
                    return match error.into_kind() {
                        csv::ErrorKind::Io(error) => out.io_error(entry, error),
                        _ => out.bad(place(reader.position().line()), "is no table from here on", &[]),
                    };
                }
            }
            if std::mem::take(&mut header) {
                continue;
            }
            if record.iter().all(<[u8]>::is_empty) {
                out.skip("blank row of a table");
                continue;
            }
            let line = record.position().map_or(1, csv::Position::line);
            let row = Row {
                sheet: self,
                cells: record.iter().map(|cell| text(cell, out)).collect(),
                place: place(line),
            };
            if record.len() + 1 < self.width {
                out.skip("row that is shorter than its header");
            }
            with(out, &row)?;
        }
    }
}

impl Row<'_> {
    /// What stands in the first column of that name that is not blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The same for the first of several names.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The first of the cells at these places, as [`Sheet::places`] gives them, that is not blank.
    pub(super) fn at(&self, places: &[usize]) -> Option<&str> {
        let cells = places.iter().filter_map(|place| self.cells.get(*place));
        cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty())
    }

    /// What stands in all columns of that name, from left to right, blank ones left out.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let columns = self.sheet.columns.get(name).map_or(&[][..], Vec::as_slice);
        columns
            .iter()
            .filter_map(|column| self.cells.get(*column))
            .map(|cell| cell.trim())
            .filter(|c| !c.is_empty())
    }

    /// Reports that the row cannot be used, and what can be done.
    pub(super) fn bad(&self, reason: &str, hint: &'static str, out: &mut Out<'_>) -> Flow {
        out.bad_with_hint(self.place.clone(), reason, Some(hint), self.cells.join("\n").as_bytes())
    }
}

fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.flexible(true).has_headers(false).delimiter(delimiter);
    builder
}

/// A cell as text, with line feeds alone.
fn text(cell: &[u8], out: &mut Out<'_>) -> String {
    if cell.is_empty() {
        return String::new();
    }
    let text = String::from_utf8_lossy(cell);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        out.skip("cell that is not UTF-8: some letters are lost");
    }
    if text.contains('\r') { text.replace("\r\n", "\n") } else { text.into_owned() }
}

/// What stands between cells: what the first line has most of, quotes left out.
fn delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(0_u32, b','), (0, b';'), (0, b'\t')];
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, delimiter) in &mut counts {
                    *count += u32::from(byte == delimiter);
                }
            }
        }
    }
    // On a tie the comma wins.
    counts.into_iter().rev().max_by_key(|(count, _)| *count).map_or(b',', |(_, delimiter)| delimiter)
}

/// Fails when more than one row's share was read since it was refilled.
struct Bounded<'r, 'c> {
    reader: &'r mut dyn BufRead,
    left: &'c Cell<u64>,
}

impl Read for Bounded<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("row too long"));
        }
        let read = self.reader.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_letters_and_digits() {
        for (header, expected) in
            [("\u{feff}Issue key", "issuekey"), ("E-Mail", "email"), ("Größe ", "größe")]
        {
            assert_eq!(name(header), expected);
        }
    }

    #[test]
    fn the_delimiter_is_what_the_header_has_most_of() {
        for (head, expected) in
            [("a,b;c,d\n;;;;", b','), ("a;b;c", b';'), ("a\tb", b'\t'), ("\"a;b;c\",d", b','), ("", b',')]
        {
            assert_eq!(delimiter(head.as_bytes()), expected, "{head}");
        }
    }
}
