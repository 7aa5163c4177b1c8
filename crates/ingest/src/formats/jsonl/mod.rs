//! Our own format, one JSON record a line: the contract for every tool that has no format of its own.
//!
//! Decision: unknown fields are tolerated and wrong types are not, so that a tool may write more than we
//! read, and a typo in what we do read is found. The price is that a record with one bad field is set aside
//! whole. Rights fail closed: a message whose rights cannot be read is set aside, and a container is shut.

mod fields;
mod records;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use model::{Container, ContainerId, ContainerKind, Visibility};
use serde_json::Value;

use super::lines::{Lines, Piece, without_end};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export, Place};
use fields::Fields;
use records::Parsed;

/// The source that a record without a source speaks for: every jsonl source.
pub const ANY_SOURCE: &str = "jsonl";

/// The source of what whoknows itself records. Its records name accounts of other sources by their whole key, so
/// that what somebody answered here is theirs, whatever they are called elsewhere.
pub const OWN_SOURCE: &str = "whoknows";

/// No record is longer; a longer line is set aside without being held in memory.
const MAX_LINE_BYTES: usize = 8 << 20;
/// So many lines are looked at to recognise a file.
const LINES_LOOKED_AT: usize = 20;
/// Characters of an id.
const MAX_ID_BYTES: usize = 1024;

/// Reads `jsonl` exports.
#[derive(Debug, Clone, Copy)]
pub struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn looks_for(&self) -> &'static str {
        "files *.jsonl or *.ndjson with one record a line, such as {\"id\":…,\"at\":…,\"author\":…,\"text\":…}"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_ours(export, entry));
        files.take(5).any(|entry| looks_like_ours(&export.head(entry, 1 << 18)))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut reading =
            Reading { out: Out::new(export, sink), stated: BTreeSet::new(), seen: BTreeMap::new() };
        let flow = reading.export(export);
        reading.out.finish(flow)
    }
}

struct Reading<'a> {
    out: Out<'a>,
    /// Containers that a record of their own describes.
    stated: BTreeSet<ContainerId>,
    /// Containers that messages name, with the channel's name.
    seen: BTreeMap<ContainerId, String>,
}

impl Reading<'_> {
    fn export(&mut self, export: &Export) -> Flow {
        for entry in export.entries() {
            if is_ours(export, entry) {
                self.file(entry)?;
            } else {
                self.out.skip("file that is not *.jsonl or *.ndjson");
            }
        }
        // Channels without a record of their own come last, so that they never overwrite one.
        for (id, name) in std::mem::take(&mut self.seen) {
            if !self.stated.contains(&id) {
                let kind = ContainerKind::Channel;
                self.out.container(Container { id, name, kind, stated_visibility: None })?;
            }
        }
        Flow::Continue(())
    }

    fn file(&mut self, entry: &Entry) -> Flow {
        // The borrow of `out` is handed to the reader and back.
        let (stated, seen) = (&mut self.stated, &mut self.seen);
        self.out.read(entry, |out, reader| {
            let mut lines = Lines::new(reader, MAX_LINE_BYTES);
            let mut line = Vec::new();
            loop {
                let piece = match lines.next(&mut line) {
                    Ok(Some(piece)) => piece,
                    Ok(None) => return Flow::Continue(()),
                    Err(error) => return out.io_error(entry, error),
                };
                let place =
                    Place { file: entry.name.clone(), line: Some(piece.line), offset: Some(piece.offset) };
                if let Piece { begins: true, ends: true, .. } = piece {
                    take(&line, place, stated, seen, out)?;
                } else if piece.begins {
                    out.bad(place, format!("is longer than {MAX_LINE_BYTES} bytes"), &line)?;
                }
            }
        })
    }
}

/// Reads one line.
fn take(
    line: &[u8],
    place: Place,
    stated: &mut BTreeSet<ContainerId>,
    seen: &mut BTreeMap<ContainerId, String>,
    out: &mut Out<'_>,
) -> Flow {
    let line = without_end(line);
    let first = place.offset == Some(0);
    let line = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| first).unwrap_or(line);
    if line.iter().all(u8::is_ascii_whitespace) {
        return Flow::Continue(());
    }
    let value = match serde_json::from_slice::<Value>(line) {
        Ok(value) => value,
        Err(error) => return out.bad(place, values::syntax(&error), line),
    };
    let Some(fields) = Fields::of(&value) else { return out.bad(place, "is not an object", line) };
    match records::parse(fields) {
        Ok(Parsed::Message { message, channel, accounts }) => {
            for account in accounts {
                out.account(account)?;
            }
            let id = message.message.container.clone();
            seen.entry(id).or_insert(channel);
            out.message(*message)
        }
        Ok(Parsed::Person(account)) => out.account(account),
        Ok(Parsed::Delete(id)) => out.delete(id),
        Ok(Parsed::Container { container, fault }) => {
            stated.insert(container.id.clone());
            if let Some(fault) = fault {
                let hint = "write \"everyone\" or {\"members\":[…]}; until then nobody reads it";
                out.bad_with_hint(place, fault, Some(hint), line)?;
                let shut = Some(Visibility::Nobody);
                return out.container(Container { stated_visibility: shut, ..container });
            }
            out.container(container)
        }
        Err(reason) => out.bad(place, reason, line),
    }
}

/// A JSON list of records as lines of records; anything else as it is.
pub fn as_lines(body: &[u8]) -> Cow<'_, [u8]> {
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'[') {
        return Cow::Borrowed(body);
    }
    let Ok(records) = serde_json::from_slice::<Vec<Value>>(body) else { return Cow::Borrowed(body) };
    Cow::Owned(records.iter().flat_map(|record| format!("{record}\n").into_bytes()).collect())
}

/// Whether the file is to be read: by its name, or because it is the whole export.
fn is_ours(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || matches!(entry.extension().as_str(), "jsonl" | "ndjson")
}

/// Whether one of the first lines is a record of ours.
fn looks_like_ours(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    lines.take(LINES_LOOKED_AT).any(|line| {
        let value = serde_json::from_slice::<Value>(line).unwrap_or_default();
        let has = |key: &str| value.get(key).is_some();
        let kind = values::text(&value, "type");
        kind.is_some_and(|kind| records::TYPES.contains(&kind)) && has("id")
            || has("id") && has("text") && has("author")
    })
}
