//! Microsoft Teams, as the Graph interface writes it: pages, lists or lines of `chatMessage` objects, with
//! users, teams, channels, chats and their members beside them in whatever file.
//!
//! Decision: what says who and where is read first, and messages after it, so that rights are known when a
//! channel is met. The price is that the beginning of every file is looked at twice.

mod body;
mod messages;
mod places;

use model::SourceName;
use serde_json::Value;

use super::chat::Notes;
use super::elements::Elements;
use super::out::{Flow, Out};
use super::slack::{file_stops, place};
use super::tables::{self, Look};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export, Place};
use messages::Messages;
use places::Places;

/// So many files are looked at to recognise the format.
const FILES_LOOKED_AT: usize = 20;
/// What an object of a message has.
const MESSAGE_KEYS: [&str; 2] = ["messageType", "channelIdentity"];
/// What an object of a chat or channel has.
const PLACE_KEYS: [&str; 2] = ["chatType", "membershipType"];

/// Reads Teams exports.
#[derive(Debug, Clone, Copy)]
pub struct Teams;

impl Format for Teams {
    fn name(&self) -> &'static str {
        "teams"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json or *.ndjson with Graph messages ({\"messageType\":…,\"body\":…}) or pages {\"value\":[…]}"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(FILES_LOOKED_AT).any(|entry| {
            let look = Look::at(export, entry);
            holds_messages(&look)
                || ["value", ""].iter().any(|list| look.below(list, &PLACE_KEYS))
                || PLACE_KEYS.iter().any(|key| look.has(key))
        })
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let source = SourceName::new("teams")?;
        let mut reading =
            Reading { places: Places::default(), messages: Messages::new(source), notes: Notes::default() };
        let flow = reading.export(export, &mut out);
        reading.messages.settle(&mut reading.notes);
        reading.notes.report(&mut out);
        out.finish(flow)
    }
}

fn holds_messages(look: &Look) -> bool {
    ["value", ""].iter().any(|list| look.below(list, &MESSAGE_KEYS))
        || look.has("messageType")
        || look.has("createdDateTime") && look.has("body")
}

fn is_json(export: &Export, entry: &Entry) -> bool {
    export.is_single_file() || matches!(entry.extension().as_str(), "json" | "jsonl" | "ndjson")
}

/// One object of a file.
struct Object<'e> {
    /// `@odata.context` of its page: which list it is of.
    context: &'e str,
    value: &'e Value,
    place: Place,
    raw: &'e [u8],
}

struct Reading {
    places: Places,
    messages: Messages,
    notes: Notes,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let (files, others): (Vec<&Entry>, Vec<&Entry>) =
            export.entries().iter().partition(|entry| is_json(export, entry));
        out.skip_many("file that is not *.json or *.ndjson", others.len() as u64);
        let looks: Vec<(&Entry, Look)> =
            files.into_iter().map(|entry| (entry, Look::at(export, entry))).collect();
        for messages in [false, true] {
            for (entry, look) in looks.iter().filter(|(_, look)| holds_messages(look) == messages) {
                self.file(entry, look, out)?;
            }
        }
        Flow::Continue(())
    }

    fn file(&mut self, entry: &Entry, look: &Look, out: &mut Out<'_>) -> Flow {
        if look.has("value") || look.has("") {
            return self.pages(entry, out);
        }
        out.read(entry, |out, reader| {
            let mut elements = Elements::new(reader, Some("value"));
            while let Some(next) = elements.next() {
                let element = match next {
                    Ok(element) => element,
                    Err(stop) => {
                        file_stops(entry, stop, out)?;
                        continue;
                    }
                };
                let place = place(&entry.name, element.at);
                match serde_json::from_slice::<Value>(element.bytes) {
                    Ok(value) => {
                        let object = Object { context: "", value: &value, place, raw: element.bytes };
                        self.object(&object, out)?;
                    }
                    Err(error) => out.bad(place, values::syntax(&error), element.bytes)?,
                }
            }
            Flow::Continue(())
        })
    }

    /// Pages of results, one after another, or a bare list.
    fn pages(&mut self, entry: &Entry, out: &mut Out<'_>) -> Flow {
        let mut context = String::new();
        tables::each(entry, out, |out, cell| {
            if !cell.listed {
                if cell.key == "@odata.context" {
                    cell.value().as_str().unwrap_or_default().clone_into(&mut context);
                }
                return Flow::Continue(());
            }
            let Some(value) = cell.object(entry, out)? else { return Flow::Continue(()) };
            let place = cell.place(entry);
            self.object(&Object { context: &context, value: &value, place, raw: cell.bytes }, out)
        })
    }

    fn object(&mut self, object: &Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let is_message = value.get("messageType").is_some()
            || value.get("body").is_some_and(Value::is_object) && value.get("createdDateTime").is_some();
        if is_message {
            return self.messages.message(object, &self.places, &mut self.notes, out);
        }
        self.places.object(object, self.messages.source(), out).unwrap_or_else(|| {
            let hint = "leave out files that hold neither messages nor who and where";
            out.bad_with_hint(object.place.clone(), "is no message", Some(hint), object.raw)
        })
    }
}
