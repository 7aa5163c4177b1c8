//! Zulip's official export: `realm.json` and `messages-000001.json` and on, as a folder or tar.gz.
//!
//! Decision: who, where and reactions are read first and kept, since a message file only has numbers. The price
//! is memory for the reactions, about 40 bytes each.

mod messages;
mod realm;

use model::SourceName;

use super::chat::Notes;
use super::out::{Flow, Out};
use super::tables::{self, Look};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};
use messages::Messages;
use realm::Realm;

/// Reads Zulip exports.
#[derive(Debug, Clone, Copy)]
pub struct Zulip;

impl Format for Zulip {
    fn name(&self) -> &'static str {
        "zulip"
    }

    fn looks_for(&self) -> &'static str {
        "realm.json and messages-000001.json of an organization's export"
    }

    fn detect(&self, export: &Export) -> bool {
        let realm = export.entry("realm.json").map(|entry| Look::at(export, entry));
        if realm.is_some_and(|look| look.tables_begin_with("zerver_")) {
            return true;
        }
        let mut messages = export.entries().iter().filter(|entry| is_messages(entry));
        messages.next().is_some_and(|entry| Look::at(export, entry).has("zerver_message"))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut realm = Realm::new(SourceName::new("zulip")?);
        let mut notes = Notes::default();
        let flow = read_export(export, &mut realm, &mut notes, &mut out);
        notes.report(&mut out);
        out.finish(flow)
    }
}

/// `messages-000001.json`; `….partial` is one that was not finished.
fn is_messages(entry: &Entry) -> bool {
    let name = entry.name.strip_suffix(".partial").unwrap_or(&entry.name);
    let number = name.strip_prefix("messages-").and_then(|name| name.strip_suffix(".json"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn read_export(export: &Export, realm: &mut Realm, notes: &mut Notes, out: &mut Out<'_>) -> Flow {
    match export.entry("realm.json") {
        Some(entry) => tables::each(entry, out, |out, cell| realm.cell(entry, cell, out))?,
        None => out.warn("realm.json is missing: nobody reads the messages, since nothing says who may"),
    }
    let (files, others): (Vec<&Entry>, Vec<&Entry>) =
        export.entries().iter().filter(|entry| entry.name != "realm.json").partition(|e| is_messages(e));
    out.skip_many("file that holds no messages", others.len() as u64);
    let partial = files.iter().filter(|entry| entry.name.ends_with(".partial")).count();
    if partial > 0 {
        out.warn(format!("{partial} files are called .partial: the export was not finished"));
    }
    realm.hand_out(out)?;
    let mut messages = Messages::new(realm);
    for entry in &files {
        messages.reactions_of(export, entry);
    }
    for entry in files {
        tables::each(entry, out, |out, cell| match (cell.key, cell.listed) {
            ("zerver_message", true) => messages.cell(entry, cell, notes, out),
            _ => Flow::Continue(()),
        })?;
    }
    Flow::Continue(())
}
