//! Takes a JSON file apart into tables: each value below a key of the object at the top, lists element by
//! element, without parsing them.
//!
//! Where [`super::elements`] knows one list, this knows all of them and what stands beside them: a chat's
//! heading before its messages, their number after them. Memory holds one value; a list at the top has the
//! key `""`, and objects may follow one another.

mod reader;

use std::ops::ControlFlow;

use serde_json::Value;

use super::elements::{Position, Stop};
use super::keys::first_keys;
use super::out::{Flow, Out};
use super::slack::{file_stops, place};
use super::values;
use crate::{Entry, Export, Place};
use reader::Tables;

/// So much of a file is looked at to recognise it.
const HEAD_BYTES: u64 = 1 << 16;

/// One value: an element of a list, or what stands below a key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell<'e> {
    pub(super) key: &'e str,
    /// Whether it is an element of the list below the key.
    pub(super) listed: bool,
    pub(super) bytes: &'e [u8],
    pub(super) at: Position,
}

impl Cell<'_> {
    /// The value, if it is an object; anything else is reported.
    pub(super) fn object(&self, entry: &Entry, out: &mut Out<'_>) -> ControlFlow<(), Option<Value>> {
        let reason = match serde_json::from_slice::<Value>(self.bytes) {
            Ok(value) if value.is_object() => return ControlFlow::Continue(Some(value)),
            Ok(value) if value.is_null() => "is null instead of an object".to_owned(),
            Ok(_) => "is not an object".to_owned(),
            Err(error) => values::syntax(&error),
        };
        let hint = "export it again, or take the record out of the file";
        out.bad_with_hint(self.place(entry), reason, Some(hint), self.bytes)?;
        ControlFlow::Continue(None)
    }

    /// The value, whatever it is; `Null` if it is no JSON.
    pub(super) fn value(&self) -> Value {
        serde_json::from_slice(self.bytes).unwrap_or(Value::Null)
    }

    pub(super) fn place(&self, entry: &Entry) -> Place {
        place(&entry.name, self.at)
    }
}

/// Hands each value of a file to `with`; what is wrong with the file becomes an issue.
pub(super) fn each(
    entry: &Entry,
    out: &mut Out<'_>,
    mut with: impl FnMut(&mut Out<'_>, &Cell<'_>) -> Flow,
) -> Flow {
    out.read(entry, |out, reader| {
        let mut tables = Tables::new(reader);
        while let Some(next) = tables.next() {
            match next {
                Ok(cell) => with(out, &cell)?,
                Err(stop) => file_stops(entry, stop, out)?,
            }
        }
        Flow::Continue(())
    })
}

/// Hands each value of a file to `with` in a reading before the reading: nothing is reported.
pub(super) fn look_ahead(export: &Export, entry: &Entry, mut with: impl FnMut(&Cell<'_>)) {
    let read = export.read(entry, |reader| {
        let mut tables = Tables::new(reader);
        while let Some(Ok(cell)) = tables.next() {
            with(&cell);
        }
    });
    // The reading itself says what is wrong with the file.
    drop(read);
}

/// What the beginning of a file looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Keys of the object at the top, with the keys of the first object below each.
    tables: Vec<(String, Vec<String>)>,
}

impl Look {
    pub(super) fn at(export: &Export, entry: &Entry) -> Self {
        let head = export.head(entry, HEAD_BYTES);
        let mut reader = head.as_slice();
        let mut tables = Tables::new(&mut reader);
        let mut look = Self::default();
        loop {
            let (key, keys) = match tables.next() {
                Some(Ok(cell)) => (cell.key.to_owned(), first_keys(cell.bytes)),
                Some(Err(Stop::Cut(_, rest))) => (tables.key().to_owned(), first_keys(&rest)),
                _ => return look,
            };
            if !look.has(&key) {
                look.tables.push((key, keys));
            }
        }
    }

    /// Whether the object at the top has the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.tables.iter().any(|(known, _)| known == key)
    }

    /// Whether a key at the top begins like this.
    pub(super) fn tables_begin_with(&self, start: &str) -> bool {
        self.tables.iter().any(|(key, _)| key.starts_with(start))
    }

    /// Whether the first object below the key has one of these keys.
    pub(super) fn below(&self, key: &str, keys: &[&str]) -> bool {
        let found = self.tables.iter().find(|(known, _)| known == key);
        found.is_some_and(|(_, known)| keys.iter().any(|key| known.iter().any(|known| known == key)))
    }
}
