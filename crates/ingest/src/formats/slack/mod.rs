//! Slack's workspace export, as a folder or a zip.
//!
//! Decision: what is not public is left out here, before anything else sees it, unless the sink admits it:
//! private channels and direct messages are counted and their files never parsed. The price is that opening
//! them later needs a new reading of the export.

mod blocks;
mod channels;
mod messages;
mod users;

use std::ops::ControlFlow;

use model::{Container, ContainerId, ContainerKind, SourceName, Visibility};
use serde_json::Value;

use super::chat::Notes;
use super::elements::{Element, Elements, Position, Stop};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export, Place};
use channels::{Channels, Closed, Folder};
use messages::Channel;

/// The files at the top of an export that say who and where.
const LISTS: [&str; 6] =
    ["channels.json", "users.json", "org_users.json", "groups.json", "dms.json", "mpims.json"];
/// Files at the top that hold nothing anybody wrote.
const OTHER_FILES: [&str; 4] = ["integration_logs.json", "canvases.json", "content_flags.json", "lists.json"];

/// Reads Slack exports.
#[derive(Debug, Clone, Copy)]
pub struct Slack;

impl Format for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn looks_for(&self) -> &'static str {
        "channels.json or users.json, and folders with files such as 2021-03-08.json"
    }

    fn detect(&self, export: &Export) -> bool {
        let listed = LISTS
            .iter()
            .any(|name| export.entry(name).is_some_and(|entry| is_own_list(&export.head(entry, 4096))));
        let mut days = export.entries().iter().filter(|entry| is_day_file(entry)).peekable();
        if listed {
            return days.peek().is_some() || export.entry("channels.json").is_some();
        }
        days.take(5).any(|entry| {
            let keys = super::keys::first_keys(&export.head(entry, 1 << 16));
            keys.iter().any(|key| key == "ts")
        })
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let source = SourceName::new("slack")?;
        let mut out = Out::new(export, sink);
        let flow = read_export(export, &source, &mut out);
        out.finish(flow)
    }
}

fn read_export(export: &Export, source: &SourceName, out: &mut Out<'_>) -> Flow {
    users::read(export, source, out)?;
    let channels = channels::read(export, out)?;
    for (id, name) in channels.public() {
        if let Ok(id) = ContainerId::from_native(source, id) {
            out.container(container(id, name, Some(Visibility::Everyone)))?;
        }
    }
    let mut notes = Notes::default();
    let mut rest = export.entries();
    while let Some(first) = rest.first() {
        let together = rest.iter().take_while(|entry| entry.folder() == first.folder()).count().max(1);
        let (folder, after) = rest.split_at_checked(together).unwrap_or((rest, &[]));
        rest = after;
        read_folder(first.folder(), folder, &channels, source, &mut notes, out)?;
    }
    notes.report(out);
    Flow::Continue(())
}

/// Reads the files of one folder: a channel's days, or whatever else lies there.
fn read_folder(
    name: &str,
    files: &[Entry],
    channels: &Channels,
    source: &SourceName,
    notes: &mut Notes,
    out: &mut Out<'_>,
) -> Flow {
    let known =
        |entry: &Entry| LISTS.contains(&entry.name.as_str()) || OTHER_FILES.contains(&entry.name.as_str());
    let days: Vec<&Entry> = files.iter().filter(|entry| is_day_file(entry)).collect();
    let others = files.iter().filter(|entry| !is_day_file(entry) && !known(entry)).count();
    out.skip_many("file that holds no messages", others as u64);
    if days.is_empty() {
        return Flow::Continue(());
    }
    let (id, label, stated) = match channels.folder(name) {
        Folder::Closed(closed) => return read_closed(closed, &days, source, notes, out),
        Folder::Public(id) => (id, name, None),
        Folder::Unlisted => (name, name, Some(Visibility::Nobody)),
        Folder::NothingListed => (name, name, None),
    };
    let Ok(container_id) = ContainerId::from_native(source, id) else { return Flow::Continue(()) };
    let unlisted = stated.is_some();
    if !matches!(channels.folder(name), Folder::Public(_)) {
        out.container(container(container_id.clone(), label, stated))?;
    }
    let mut channel = Channel::new(source, id, container_id);
    for day in days {
        each_element(day, out, |out, element| channel.element(&day.name, element, notes, out))?;
    }
    channel.settle(notes);
    if unlisted {
        out.skip_many("folder no list names: readable by nobody", channel.messages());
    }
    Flow::Continue(())
}

/// Reads a private channel or a direct message if it is admitted.
fn read_closed(
    closed: &Closed,
    days: &[&Entry],
    source: &SourceName,
    notes: &mut Notes,
    out: &mut Out<'_>,
) -> Flow {
    let Some(container) = closed.container(source).filter(|container| out.admits(container)) else {
        return leave_out(days, closed.reason, out);
    };
    let id = container.id.clone();
    out.container(container)?;
    let mut channel = Channel::new(source, &closed.id, id);
    for day in days {
        each_element(day, out, |out, element| channel.element(&day.name, element, notes, out))?;
    }
    channel.settle(notes);
    Flow::Continue(())
}

/// Counts what is left out, without parsing any of it.
fn leave_out(days: &[&Entry], reason: &'static str, out: &mut Out<'_>) -> Flow {
    for day in days {
        out.read(day, |out, reader| {
            let mut elements = Elements::new(reader, None);
            while let Some(Ok(_)) = elements.next() {
                out.refuse(reason, 1);
            }
            Flow::Continue(())
        })?;
    }
    Flow::Continue(())
}

/// Hands every element of a list to `with`; what is wrong with the file becomes an issue.
fn each_element(
    entry: &Entry,
    out: &mut Out<'_>,
    mut with: impl FnMut(&mut Out<'_>, &Element<'_>) -> Flow,
) -> Flow {
    out.read(entry, |out, reader| {
        let mut elements = Elements::new(reader, None);
        while let Some(next) = elements.next() {
            match next {
                Ok(element) => with(out, &element)?,
                Err(stop) => file_stops(entry, stop, out)?,
            }
        }
        Flow::Continue(())
    })
}

/// Reports that a file ends otherwise than it should.
pub(super) fn file_stops(entry: &Entry, stop: Stop, out: &mut Out<'_>) -> Flow {
    let (at, reason, hint, raw) = match stop {
        Stop::Io(error) => return out.io_error(entry, error),
        Stop::Cut(at, raw) if entry.bytes == 0 => (at, "is empty", "export it again", raw),
        Stop::Cut(at, raw) => {
            (at, "ends in the middle of a list or record", "it was cut: export it again", raw)
        }
        Stop::NotJson(at) => (at, "is not a JSON list", "check that it belongs to the export", Vec::new()),
        Stop::TooLong(at) => (at, "has a record of more than 64 MiB", "check the file", Vec::new()),
    };
    out.bad_with_hint(place(&entry.name, at), reason, Some(hint), &raw)
}

/// The values of one of the lists at the top; `None` if the export has no such file.
fn read_list(
    export: &Export,
    name: &str,
    out: &mut Out<'_>,
    mut with: impl FnMut(&mut Out<'_>, &Value) -> Flow,
) -> ControlFlow<(), bool> {
    let Some(entry) = export.entry(name) else { return ControlFlow::Continue(false) };
    let bad = |out: &mut Out<'_>, element: &Element<'_>, reason: String| {
        out.bad_with_hint(place(name, element.at), reason, Some(messages::REMEDY), element.bytes)
    };
    each_element(entry, out, |out, element| match serde_json::from_slice::<Value>(element.bytes) {
        Ok(value) if value.is_object() => with(out, &value),
        Ok(_) => bad(out, element, "is not an object".to_owned()),
        Err(error) => bad(out, element, values::syntax(&error)),
    })?;
    ControlFlow::Continue(true)
}

fn container(id: ContainerId, name: &str, stated_visibility: Option<Visibility>) -> Container {
    Container { id, name: name.to_owned(), kind: ContainerKind::Channel, stated_visibility }
}

pub(super) fn place(file: &str, at: Position) -> Place {
    Place { file: file.to_owned(), line: Some(at.line), offset: Some(at.offset) }
}

/// Whether the entry is one day of one channel: `general/2021-03-08.json`.
fn is_day_file(entry: &Entry) -> bool {
    let Some(day) = entry.file_name().strip_suffix(".json") else { return false };
    let shape = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let folder = entry.folder();
    day.len() == 10 && day.bytes().enumerate().all(shape) && !folder.is_empty() && !folder.contains('/')
}

/// Whether a file begins a list that is not one of the Graph interface's: Teams has users and channels, too.
fn is_own_list(head: &[u8]) -> bool {
    let keys = super::keys::first_keys(head);
    starts_a_list(head) && !keys.iter().any(|key| key == "membershipType" || key == "userPrincipalName")
}

fn starts_a_list(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.is_empty() || head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}
