//! Files of JSON objects: which kind of file it is by its first keys, and its objects one after another.

use serde_json::Value;

use super::elements::{Elements, Stop};
use super::keys::first_keys;
use super::out::{Flow, Out};
use super::slack::{file_stops, place};
use super::values;
use crate::{Entry, Export, Place};

/// So much of a file is looked at to recognise it.
const HEAD_BYTES: u64 = 1 << 16;

/// One object of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'e> {
    /// Below which key its list stands, in an object at the top.
    pub(super) list: Option<&'static str>,
    pub(super) value: &'e Value,
    pub(super) place: &'e Place,
    pub(super) raw: &'e [u8],
}

impl Object<'_> {
    /// Reports that the object cannot be used, and what can be done.
    pub(super) fn bad(&self, reason: &str, hint: &'static str, out: &mut Out<'_>) -> Flow {
        out.bad_with_hint(self.place.clone(), reason, Some(hint), self.raw)
    }
}

/// What a file's first object looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Peek {
    pub(super) list: Option<&'static str>,
    keys: Vec<String>,
    /// The object does not end in what was looked at: it is long, or the file was cut.
    cut: bool,
}

impl Peek {
    /// Looks at the first object of a file: of the list at the top, of the list below one of the keys, or
    /// the one at the top. A file that is no JSON has no keys.
    pub(super) fn at(export: &Export, entry: &Entry, lists: &[&'static str]) -> Self {
        let head = export.head(entry, HEAD_BYTES);
        let mut reader = head.as_slice();
        let mut elements = Elements::below(&mut reader, lists);
        let (keys, cut) = match elements.next() {
            Some(Ok(element)) => (first_keys(element.bytes), false),
            Some(Err(Stop::Cut(_, rest))) => (first_keys(&rest), true),
            _ => (Vec::new(), false),
        };
        Self { list: elements.list(), keys, cut }
    }

    /// Whether the object goes on behind what was looked at, and has only such keys before that.
    pub(super) fn is_cut_among(&self, keys: &[&str]) -> bool {
        self.cut && self.keys.iter().all(|key| keys.contains(&key.as_str()))
    }

    /// Whether there is a list below that key, without a single object in it.
    pub(super) fn is_empty_list(&self, key: &str) -> bool {
        self.list == Some(key) && self.keys.is_empty()
    }

    /// Whether the object has all of these keys.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.keys.iter().any(|known| known == key))
    }

    /// Whether the object has one of these keys.
    pub(super) fn has_one(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(&[key]))
    }
}

/// Whether the entry may be JSON: by its name, or because it is the whole export.
pub(super) fn is_json(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || matches!(entry.extension().as_str(), "json" | "jsonl" | "ndjson")
}

/// Hands each object of a file to `with`; what is no object is an issue.
pub(super) fn each(
    entry: &Entry,
    lists: &[&'static str],
    out: &mut Out<'_>,
    mut with: impl FnMut(&mut Out<'_>, Object<'_>) -> Flow,
) -> Flow {
    out.read(entry, |out, reader| {
        let mut elements = Elements::below(reader, lists);
        while let Some(next) = elements.next() {
            let element = match next {
                Ok(element) => element,
                Err(stop) => {
                    file_stops(entry, stop, out)?;
                    continue;
                }
            };
            let (place, raw) = (place(&entry.name, element.at), element.bytes);
            match serde_json::from_slice::<Value>(raw) {
                Ok(value) if value.is_object() => {
                    with(out, Object { list: element.list, value: &value, place: &place, raw })?;
                }
                Ok(_) => out.bad(place, "is not an object", raw)?,
                Err(error) => {
                    let hint = Some("export the file again, or mend the record by hand");
                    out.bad_with_hint(place, values::syntax(&error), hint, raw)?;
                }
            }
        }
        Flow::Continue(())
    })
}
