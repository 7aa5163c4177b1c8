//! Jira issues as its REST interface writes them (one issue a file, pages of search results, or lists), and
//! as its navigator exports them (CSV).
//!
//! Decision: internal notes of a service desk are left out unless policy admits them, and what Jira restricts to
//! a role or a security level is readable by nobody, since the export does not say who holds them. The price is
//! that some of the best answers are lost.

mod document;
mod rows;
mod ticket;

use model::SourceName;
use serde_json::Value;

use super::elements::Elements;
use super::keys::first_keys;
use super::out::{Flow, Out};
use super::slack::file_stops;
use super::table::{Sheet, is_table};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export, Place};

/// The key below which a page of search results holds its issues.
const PAGE_KEY: &str = "issues";

/// Reads Jira exports.
#[derive(Debug, Clone, Copy)]
pub struct Jira;

impl Format for Jira {
    fn name(&self) -> &'static str {
        "jira"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with an issue each ({\"key\":…,\"fields\":…}) or with {\"issues\":[…]}, \
         or *.csv with the columns Summary and Issue key"
    }

    fn detect(&self, export: &Export) -> bool {
        let entries = || export.entries().iter();
        let table = |entry: &Entry| is_table(export, entry) && rows::is_ours(&Sheet::at(export, entry));
        entries().take(20).any(table)
            || entries().filter(|entry| is_json(entry)).take(20).any(|entry| {
                let keys = first_keys(&export.head(entry, 1 << 16));
                let has = |key: &str| keys.iter().any(|known| known == key);
                has(PAGE_KEY) || has("fields") && (has("key") || has("id") || has("self"))
            })
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut tickets = ticket::Tickets::new(SourceName::new("jira")?);
        let mut rows = rows::Rows::new()?;
        let flow = read_export(export, &mut tickets, &mut rows, &mut out);
        tickets.report(&mut out);
        rows.report(&mut out);
        out.finish(flow)
    }
}

fn read_export(
    export: &Export,
    tickets: &mut ticket::Tickets,
    rows: &mut rows::Rows,
    out: &mut Out<'_>,
) -> Flow {
    for entry in export.entries() {
        let sheet = is_table(export, entry).then(|| Sheet::at(export, entry));
        if is_json(entry) {
            read_file(entry, tickets, out)?;
        } else if let Some(sheet) = sheet.filter(rows::is_ours) {
            sheet.each(entry, out, |out, row| rows.row(row, sheet.dates, out))?;
        } else {
            out.skip("file that holds no issues");
        }
    }
    Flow::Continue(())
}

fn read_file(entry: &Entry, tickets: &mut ticket::Tickets, out: &mut Out<'_>) -> Flow {
    out.read(entry, |out, reader| {
        let mut elements = Elements::new(reader, Some(PAGE_KEY));
        while let Some(next) = elements.next() {
            let element = match next {
                Ok(element) => element,
                Err(stop) => {
                    file_stops(entry, stop, out)?;
                    continue;
                }
            };
            let place = Place {
                file: entry.name.clone(),
                line: Some(element.at.line),
                offset: Some(element.at.offset),
            };
            match serde_json::from_slice::<Value>(element.bytes) {
                Ok(value) if value.get("fields").is_some_and(Value::is_object) => {
                    tickets.ticket(&value, &place, element.bytes, out)?;
                }
                Ok(_) => out.bad(place, "is no issue: it has no \"fields\"", element.bytes)?,
                Err(error) => out.bad(place, values::syntax(&error), element.bytes)?,
            }
        }
        Flow::Continue(())
    })
}

fn is_json(entry: &Entry) -> bool {
    entry.extension() == "json"
}
