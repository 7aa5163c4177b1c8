//! Google Chat as Takeout writes it: `Groups/{DM …|Space …}/messages.json` and `group_info.json`, and
//! `Users/User …/user_info.json` of whoever took it out.
//!
//! Decision: it is one user's view, so it says of nobody else what they may read. A space is readable by the
//! one who took it out, if the export names exactly one; direct messages are closed as in every chat.
//! The price is that a space everybody belongs to has to be exported by other means to be everybody's.

mod date;
mod messages;

use std::collections::BTreeSet;

use model::{AccountKey, Container, ContainerId, ContainerKind, SourceName};
use serde_json::Value;

use super::chat::{self, Notes};
use super::out::{Flow, Out};
use super::tables::{self, Look};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export};
use messages::{Group, Messages};

/// So many files are looked at to recognise the format.
const FILES_LOOKED_AT: usize = 20;

/// Reads Takeouts of Google Chat.
#[derive(Debug, Clone, Copy)]
pub struct GoogleChat;

impl Format for GoogleChat {
    fn name(&self) -> &'static str {
        "google_chat"
    }

    fn looks_for(&self) -> &'static str {
        "folders \"Groups/Space …\" with messages.json and group_info.json, from Takeout"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| entry.file_name() == "messages.json");
        files.take(FILES_LOOKED_AT).any(|entry| {
            Look::at(export, entry).below("messages", &["creator", "created_date", "message_id", "topic_id"])
        })
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut notes = Notes::default();
        let flow = read_export(export, &SourceName::new("google_chat")?, &mut notes, &mut out);
        notes.report(&mut out);
        out.finish(flow)
    }
}

fn read_export(export: &Export, source: &SourceName, notes: &mut Notes, out: &mut Out<'_>) -> Flow {
    let mut readers: BTreeSet<AccountKey> = BTreeSet::new();
    for entry in export.entries().iter().filter(|entry| entry.file_name() == "user_info.json") {
        tables::each(entry, out, |out, cell| {
            let value = cell.value();
            if cell.key != "user" || !value.is_object() {
                return Flow::Continue(());
            }
            let Some(account) = messages::account(source, &value) else {
                return chat::skipped("user without a mail address", out);
            };
            readers.insert(account.key.clone());
            out.account(account)
        })?;
    }
    if readers.len() != 1 {
        out.warn("user_info.json of one user is missing: nobody reads the spaces");
        readers.clear();
    }
    let mut messages = Messages::new(source, readers.into_iter().next());
    for entry in export.entries() {
        match entry.file_name() {
            "messages.json" => {
                let group = group(export, entry, source, out)?;
                messages.file(export, entry, &group, notes, out)?;
            }
            "user_info.json" | "group_info.json" => {}
            _ => out.skip("file that holds no messages"),
        }
    }
    Flow::Continue(())
}

/// What the folder of a file and its `group_info.json` say.
fn group(
    export: &Export,
    entry: &Entry,
    source: &SourceName,
    out: &mut Out<'_>,
) -> std::ops::ControlFlow<(), Group> {
    let folder = entry.folder().rsplit('/').next().unwrap_or_default();
    let native = folder.rsplit(' ').next().filter(|id| !id.is_empty()).unwrap_or("takeout");
    let mut group = Group { native: native.to_owned(), name: None, members: 0, direct: false };
    let info = match entry.folder() {
        "" => "group_info.json".to_owned(),
        folder => format!("{folder}/group_info.json"),
    };
    if let Some(info) = export.entry(&info) {
        tables::each(info, out, |out, cell| {
            let value = cell.value();
            match (cell.key, cell.listed) {
                ("name", false) => group.name = value.as_str().map(str::to_owned),
                ("members", true) => {
                    group.members += 1;
                    if let Some(account) = messages::account(source, &value) {
                        return out.account(account);
                    }
                }
                _ => {}
            }
            Flow::Continue(())
        })?;
    }
    // Only spaces have a name.
    group.direct = group.name.is_none() && !folder.starts_with("Space");
    std::ops::ControlFlow::Continue(group)
}

impl Group {
    fn container(&self, id: ContainerId, reader: Option<&AccountKey>) -> Container {
        let kind = match (self.direct, self.members) {
            (false, _) => ContainerKind::Channel,
            (true, 0..=2) => ContainerKind::Direct,
            (true, _) => ContainerKind::GroupDirect,
        };
        let name = self.name.clone().unwrap_or_else(|| self.native.clone());
        Container { id, name, kind, stated_visibility: Some(chat::members(reader.cloned())) }
    }
}

/// The text below a key, whatever it is called in a version.
fn first_text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().find_map(|key| values::text(value, key))
}
