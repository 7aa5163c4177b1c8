//! HubSpot tickets as its export writes them (CSV), with the headers of any of its languages.
//!
//! The export holds no conversations: who solved a ticket is known only by its owner, which is weak evidence.
//! It often does not say who asked either; then a machine did, so that nobody is taken for everybody.

mod headers;

use model::{Account, AccountKey, IdError, Timestamp};
use text::Markup;

use super::desk::{Desk, Outcome, Words, account, address, plain};
use super::out::{Flow, Out};
use super::table::{Row, Sheet, is_table};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};
use headers::Field;

/// What a person can do about a bad row.
const AGAIN: &str = "export all properties of the tickets again, as CSV";
/// Who asked where the export does not say.
const UNKNOWN: &str = "requester";

/// Reads HubSpot ticket exports.
#[derive(Debug, Clone, Copy)]
pub struct Hubspot;

impl Format for Hubspot {
    fn name(&self) -> &'static str {
        "hubspot"
    }

    fn looks_for(&self) -> &'static str {
        "files *.csv with the columns Ticket ID (or Record ID), Ticket name and Create date, in a language of HubSpot"
    }

    fn detect(&self, export: &Export) -> bool {
        export.entries().iter().take(20).any(|entry| sheet(export, entry).is_some())
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let flow = Tickets::new()?.export(export, &mut out);
        out.finish(flow)
    }
}

fn sheet(export: &Export, entry: &Entry) -> Option<Sheet> {
    let sheet = is_table(export, entry).then(|| Sheet::at(export, entry))?;
    let has = |field: Field| sheet.has_one(field.names());
    (has(Field::Id) && has(Field::Name) && has(Field::Created)).then_some(sheet)
}

struct Tickets {
    desk: Desk,
    unknown: AccountKey,
}

impl Tickets {
    fn new() -> Result<Self, IdError> {
        let desk = Desk::new("hubspot")?;
        let unknown = AccountKey::from_native(&desk.source, UNKNOWN)?;
        Ok(Self { desk, unknown })
    }

    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        for entry in export.entries() {
            match sheet(export, entry) {
                Some(sheet) => sheet.each(entry, out, |out, row| self.ticket(row, &sheet, out))?,
                None => out.skip("file that holds no tickets"),
            }
        }
        out.warn("HubSpot exports no conversations: answers are known only by who owned a ticket");
        Flow::Continue(())
    }

    fn ticket(&mut self, row: &Row<'_>, sheet: &Sheet, out: &mut Out<'_>) -> Flow {
        let cell = |field: Field| row.first(field.names());
        let time = |field: Field| -> Option<Timestamp> { sheet.dates.time(cell(field)?) };
        let Some(id) = cell(Field::Id) else { return row.bad("is a ticket without an id", AGAIN, out) };
        let pipeline = cell(Field::Pipeline).unwrap_or("tickets");
        let Some(container) = self.desk.container(pipeline, pipeline, None, out)? else {
            return row.bad("is a ticket of no pipeline", AGAIN, out);
        };
        let Some(at) = time(Field::Created) else {
            return row.bad("is a ticket whose time of creation is none", AGAIN, out);
        };
        let asker = cell(Field::Contact).and_then(|text| self.person(text));
        let automatic = asker.is_none();
        let asker = asker.unwrap_or_else(|| Account { bot: true, ..account(self.unknown.clone()) });
        let owner = cell(Field::Owner).and_then(|text| self.person(text));
        let author = asker.key.clone();
        out.account(asker)?;
        let assignee = owner.as_ref().map(|owner| owner.key.clone());
        if let Some(owner) = owner {
            out.account(owner)?;
        }
        let text = cell(Field::Description).unwrap_or_default();
        let text = plain(text);
        let words = Words { author, at, text, markup: Markup::Plain, automatic };
        let Some(mut opening) = self.desk.opening(id, &container, words) else {
            return row.bad("is a ticket whose id is none", AGAIN, out);
        };
        opening.message.subject = cell(Field::Name).map(str::to_owned);
        let at = time(Field::Closed);
        Outcome { assignee, done: at.is_some(), by: None, at }.close(&mut opening.message);
        out.message(opening)
    }

    /// Somebody by name and address: `Ann Example (ann@example.com)`, `ann@example.com`, or a name alone.
    /// Of several, the first.
    fn person(&self, text: &str) -> Option<Account> {
        let first = text.split(';').next().unwrap_or(text).trim();
        let inside = first.rsplit_once('(').and_then(|(_, rest)| address(rest.trim_end_matches(')')));
        let email = inside.or_else(|| address(first));
        let name = first.rsplit_once('(').map_or(first, |(name, _)| name).trim();
        let name = Some(name.to_owned()).filter(|name| !name.is_empty() && !name.contains('@'));
        let key = self.desk.key(email.as_deref().or(name.as_deref())?)?;
        Some(Account { name, verified_emails: email.into_iter().collect(), ..account(key) })
    }
}
