//! Linear issues as its workspace export writes them (CSV).
//!
//! The export holds no comments: who solved an issue is known only by its assignee, which is weak evidence.

use model::{Account, AccountKey, Timestamp};
use text::Markup;

use super::desk::{Desk, Outcome, Words, account, address};
use super::out::{Flow, Out};
use super::table::{Row, Sheet, is_table};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};

/// What a person can do about a bad row.
const AGAIN: &str = "export the workspace again as an administrator";

/// Reads Linear exports.
#[derive(Debug, Clone, Copy)]
pub struct Linear;

impl Format for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn looks_for(&self) -> &'static str {
        "files *.csv with the columns ID, Team, Title, Creator, Created and Canceled"
    }

    fn detect(&self, export: &Export) -> bool {
        export.entries().iter().take(20).any(|entry| sheet(export, entry).is_some())
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let flow = read_export(export, &mut Desk::new("linear")?, &mut out);
        out.finish(flow)
    }
}

fn sheet(export: &Export, entry: &Entry) -> Option<Sheet> {
    let sheet = is_table(export, entry).then(|| Sheet::at(export, entry))?;
    sheet.has(&["id", "team", "title", "creator", "created", "canceled"]).then_some(sheet)
}

fn read_export(export: &Export, desk: &mut Desk, out: &mut Out<'_>) -> Flow {
    for entry in export.entries() {
        match sheet(export, entry) {
            Some(sheet) => sheet.each(entry, out, |out, row| issue(row, &sheet, desk, out))?,
            None => out.skip("file that holds no issues"),
        }
    }
    out.warn("Linear exports no comments: answers are known only by who an issue was assigned to");
    Flow::Continue(())
}

fn issue(row: &Row<'_>, sheet: &Sheet, desk: &mut Desk, out: &mut Out<'_>) -> Flow {
    let cell = |name: &str| row.get(name).map(unguarded).filter(|text| !text.is_empty());
    let time = |name: &str| -> Option<Timestamp> { sheet.dates.time(cell(name)?) };
    let Some(id) = cell("id") else { return row.bad("is an issue without an id", AGAIN, out) };
    let team = cell("team").or_else(|| Some(id.rsplit_once('-')?.0)).unwrap_or("issues");
    let Some(container) = desk.container(team, team, None, out)? else {
        return row.bad("is an issue of no team", AGAIN, out);
    };
    let assignee = person(cell("assignee"), desk);
    let author = person(cell("creator"), desk);
    for account in author.iter().chain(&assignee) {
        out.account(account.clone())?;
    }
    let Some(author) = author else { return row.bad("is an issue without a creator", AGAIN, out) };
    let Some(at) = time("created") else {
        return row.bad("is an issue whose \"Created\" is no time", AGAIN, out);
    };
    let text = cell("description").unwrap_or_default().to_owned();
    let words = Words { author: author.key, at, text, markup: Markup::Plain, automatic: false };
    let Some(mut opening) = desk.opening(id, &container, words) else {
        return row.bad("is an issue whose id is none", AGAIN, out);
    };
    opening.message.subject = cell("title").map(str::to_owned);
    let refused = time("canceled").is_some() || cell("duplicateof").is_some();
    let done = time("completed").is_some() && !refused;
    let key = |account: Account| -> AccountKey { account.key };
    Outcome { assignee: assignee.map(key), done, by: None, at: time("completed") }
        .close(&mut opening.message);
    out.message(opening)
}

/// People stand there by mail address, or by name where they have left.
fn person(text: Option<&str>, desk: &Desk) -> Option<Account> {
    let text = text?;
    let email = address(text);
    let key = desk.key(email.as_deref().unwrap_or(text))?;
    let name = email.is_none().then(|| text.to_owned());
    Some(Account { name, verified_emails: email.into_iter().collect(), ..account(key) })
}

/// Without the mark that keeps a spreadsheet from reading a text as a formula.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.trim(),
        _ => text,
    }
}
