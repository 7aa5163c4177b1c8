//! Discord, as DiscordChatExporter writes it: one JSON file a channel, or several if it was partitioned.
//!
//! A talk that was opened below a message ("thread" there) is a file of its own; its messages go to the channel
//! it hangs on, as one conversation with the message that it was opened below.

mod heading;
mod messages;

use model::SourceName;

use super::out::{Flow, Out};
use super::tables::{self, Look};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};
use heading::Heading;
use messages::Messages;

/// So many files are looked at to recognise the format.
const FILES_LOOKED_AT: usize = 20;

/// Reads exports of DiscordChatExporter.
#[derive(Debug, Clone, Copy)]
pub struct Discord;

impl Format for Discord {
    fn name(&self) -> &'static str {
        "discord"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with {\"guild\":…,\"channel\":…,\"messages\":[…]}"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(FILES_LOOKED_AT).any(|entry| is_ours(&Look::at(export, entry)))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut messages = Messages::new(SourceName::new("discord")?);
        let flow = read_export(export, &mut messages, &mut out);
        messages.report(&mut out);
        out.finish(flow)
    }
}

fn is_json(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || entry.extension() == "json"
}

fn is_ours(look: &Look) -> bool {
    look.has("guild") && look.below("channel", &["id", "type"])
}

fn read_export(export: &Export, messages: &mut Messages, out: &mut Out<'_>) -> Flow {
    for entry in export.entries() {
        if !is_json(export, entry) || !is_ours(&Look::at(export, entry)) {
            out.skip("file that is no channel's");
            continue;
        }
        let mut heading = Heading::default();
        let mut found = 0_u64;
        let mut stated = None;
        tables::each(entry, out, |out, cell| {
            match (cell.key, cell.listed) {
                ("guild", false) => heading.guild(&cell.value()),
                ("channel", false) => heading.channel(&cell.value()),
                ("messageCount", false) => stated = cell.value().as_u64(),
                ("messages", true) => {
                    found += 1;
                    let Some(value) = cell.object(entry, out)? else { return Flow::Continue(()) };
                    return messages.message(&value, &heading, (&cell.place(entry), cell.bytes), out);
                }
                _ => {}
            }
            Flow::Continue(())
        })?;
        messages.file_ended(&entry.name, found, stated);
    }
    Flow::Continue(())
}
