//! Mattermost's bulk export: one object a line, in the order version, teams, channels, users, posts.
//!
//! Decision: posts have no ids of their own in it, so one is made of channel, time and user; only a second post
//! of the same user in the same millisecond gets a hash of its text behind that. An edited post so keeps its
//! id. The price is a window: two such posts far apart in the file would be taken for one.

mod channels;
mod posts;
mod users;

use std::ops::ControlFlow;

use model::SourceName;
use serde_json::Value;

use super::chat::Notes;
use super::lines::{Lines, Piece, without_end};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export, Place};
use channels::Channels;
use posts::Posts;

/// No line of a real export is longer; the replies of a post stand in its line.
const MAX_LINE_BYTES: usize = 64 << 20;
/// So many files are looked at to recognise the format.
const FILES_LOOKED_AT: usize = 20;
/// Lines that hold nothing anybody wrote.
const OTHERS: [&str; 6] = ["version", "role", "scheme", "emoji", "system", "roles"];

/// Reads Mattermost's bulk exports.
#[derive(Debug, Clone, Copy)]
pub struct Mattermost;

impl Format for Mattermost {
    fn name(&self) -> &'static str {
        "mattermost"
    }

    fn looks_for(&self) -> &'static str {
        "a file *.jsonl that begins with {\"type\":\"version\",\"version\":1}"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_lines(export, entry));
        files.take(FILES_LOOKED_AT).any(|entry| begins_with_version(&export.head(entry, 1 << 14)))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut reading = Reading {
            channels: Channels::default(),
            posts: Posts::new(SourceName::new("mattermost")?),
            notes: Notes::default(),
        };
        let flow = reading.export(export, &mut out);
        reading.notes.report(&mut out);
        out.finish(flow)
    }
}

/// Files that came with posts have names of their own; the export's is `*.jsonl`.
fn is_lines(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || matches!(entry.extension().as_str(), "jsonl" | "ndjson")
}

fn begins_with_version(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = head.split(|byte| *byte == b'\n').find(|line| !line.iter().all(u8::is_ascii_whitespace));
    let value = serde_json::from_slice::<Value>(line.unwrap_or_default()).unwrap_or_default();
    values::text(&value, "type") == Some("version") && value.get("version").is_some()
}

struct Reading {
    channels: Channels,
    posts: Posts,
    notes: Notes,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        for entry in export.entries() {
            if is_lines(export, entry) {
                self.file(entry, out)?;
            } else {
                out.skip("file that holds no messages");
            }
        }
        Flow::Continue(())
    }

    fn file(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        out.read(entry, |out, reader| {
            let mut lines = Lines::new(reader, MAX_LINE_BYTES);
            let mut line = Vec::new();
            loop {
                let piece = match lines.next(&mut line) {
                    Ok(Some(piece)) => piece,
                    Ok(None) => return Flow::Continue(()),
                    Err(error) => return out.io_error(entry, error),
                };
                let (number, offset) = (Some(piece.line), Some(piece.offset));
                let place = Place { file: entry.name.clone(), line: number, offset };
                if let Piece { begins: true, ends: true, .. } = piece {
                    self.line(&line, place, out)?;
                } else if piece.begins {
                    out.bad(place, "is longer than 64 MiB", &line)?;
                }
            }
        })
    }

    fn line(&mut self, line: &[u8], place: Place, out: &mut Out<'_>) -> Flow {
        let line = without_end(line);
        let first = place.offset == Some(0);
        let line = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| first).unwrap_or(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            return Flow::Continue(());
        }
        let hint = Some("it was cut or changed: export it again");
        let value = match serde_json::from_slice::<Value>(line) {
            Ok(value) => value,
            Err(error) => return out.bad_with_hint(place, values::syntax(&error), hint, line),
        };
        match self.record(&value, out)? {
            Ok(()) => Flow::Continue(()),
            Err(reason) => out.bad_with_hint(place, reason, hint, line),
        }
    }

    fn record(&mut self, value: &Value, out: &mut Out<'_>) -> ControlFlow<(), Result<(), &'static str>> {
        let done = |flow: Flow| flow.map_continue(|()| Ok(()));
        let Some(kind) = values::text(value, "type") else {
            return ControlFlow::Continue(Err("has no type"));
        };
        if OTHERS.contains(&kind) {
            return ControlFlow::Continue(Ok(()));
        }
        let Some(body) = value.get(kind).filter(|body| body.is_object()) else {
            return ControlFlow::Continue(Err("has no object of its type"));
        };
        let source = self.posts.source().clone();
        match kind {
            "team" => self.channels.team(body),
            "channel" => self.channels.channel(body),
            "direct_channel" => self.channels.direct(body),
            "user" => {
                self.channels.memberships(body, &source);
                return done(users::user(body, &source, out));
            }
            "bot" => return done(users::bot(body, &source, out)),
            "post" => return self.posts.post(body, &self.channels, &mut self.notes, out),
            "direct_post" => return self.posts.direct(body, &self.channels, &mut self.notes, out),
            unknown => {
                out.skip("record of an unknown kind");
                self.notes.passed_over.add(unknown);
            }
        }
        ControlFlow::Continue(Ok(()))
    }
}
