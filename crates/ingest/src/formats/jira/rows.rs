//! Issues as the navigator exports them: one a row, with columns that repeat and comments packed in cells.

use model::{AccountKey, IdError};
use text::Markup;

use super::ticket::DONE;
use crate::formats::dates::Dates;
use crate::formats::desk::{Desk, Outcome, RESTRICTED, Stamps, Words, account, named, shut};
use crate::formats::out::{Flow, Out};
use crate::formats::table::{Row, Sheet};

/// What a person can do about a bad row.
const AGAIN: &str = "export the issues again with all fields, in English";

/// Reads rows one after another.
#[derive(Debug)]
pub(super) struct Rows {
    desk: Desk,
    any: bool,
}

/// Whether the table is an export of issues.
pub(super) fn is_ours(sheet: &Sheet) -> bool {
    sheet.has(&["summary", "issuekey"])
}

impl Rows {
    pub(super) fn new() -> Result<Self, IdError> {
        Ok(Self { desk: Desk::new("jira")?, any: false })
    }

    pub(super) fn report(&self, out: &mut Out<'_>) {
        if self.any {
            out.warn("issues in *.csv state no time zone: their times are taken as UTC");
        }
    }

    /// Hands out an issue and its comments.
    pub(super) fn row(&mut self, row: &Row<'_>, dates: Dates, out: &mut Out<'_>) -> Flow {
        let Some(key) = row.get("issuekey") else { return row.bad("is an issue without a key", AGAIN, out) };
        let project = row.get("projectkey").or_else(|| key.rsplit_once('-').map(|(project, _)| project));
        let project = project.unwrap_or("issues");
        let Some(container) = self.desk.container(project, project, None, out)? else {
            return row.bad("is an issue of no project", AGAIN, out);
        };
        let assignee = self.person(row, ("assigneeid", "assignee"), out)?;
        let reporter = self.person(row, ("reporterid", "reporter"), out)?;
        let creator = self.person(row, ("creatorid", "creator"), out)?;
        let Some(author) = reporter.or(creator) else {
            return row.bad("is an issue without reporter or creator", AGAIN, out);
        };
        let Some(at) = row.get("created").and_then(|text| dates.time(text)) else {
            return row.bad("is an issue whose \"Created\" is no time", AGAIN, out);
        };
        self.any = true;
        let text = row.get("description").unwrap_or_default().to_owned();
        let words = Words { author, at, text, markup: Markup::JiraWiki, automatic: false };
        let Some(mut opening) = self.desk.opening(key, &container, words) else {
            return row.bad("is an issue whose key is no id", AGAIN, out);
        };
        let restricted = row.get("securitylevel").is_some();
        if restricted {
            shut(&mut opening, RESTRICTED, out);
        }
        opening.message.subject = row.get("summary").map(str::to_owned);
        let at = row.get("resolved").and_then(|text| dates.time(text));
        Outcome { assignee, done: is_done(row), by: None, at }.close(&mut opening.message);
        out.message(opening)?;
        let mut stamps = Stamps::default();
        for cell in row.all("comment") {
            let mut parts = cell.splitn(3, ';');
            let at = parts.next().and_then(|text| dates.time(text));
            let (Some(at), Some(author), Some(text)) = (at, parts.next(), parts.next()) else {
                out.skip("packed comment without time and author");
                continue;
            };
            let Some(author) = self.desk.key(author) else {
                out.skip("packed comment without time and author");
                continue;
            };
            named(&author, out)?;
            let text = text.trim().to_owned();
            let words = Words { author, at, text, markup: Markup::JiraWiki, automatic: false };
            let id = format!("csv-{}", stamps.next(at));
            let Some(mut reply) = self.desk.reply(key, &id, &container, words) else { continue };
            if restricted {
                shut(&mut reply, RESTRICTED, out);
            }
            out.message(reply)?;
        }
        Flow::Continue(())
    }

    /// Whose name stands in a column: by id where the site has ids, else by what the column says.
    fn person(
        &self,
        row: &Row<'_>,
        (id, name): (&str, &str),
        out: &mut Out<'_>,
    ) -> std::ops::ControlFlow<(), Option<AccountKey>> {
        let name = row.get(name).filter(|name| !name.eq_ignore_ascii_case("unassigned"));
        let key = row.get(id).or(name).and_then(|native| self.desk.key(native));
        if let Some(key) = &key {
            // Without ids the column holds the user name, which is no display name.
            let name = name.filter(|_| row.get(id).is_some()).map(str::to_owned);
            out.account(model::Account { name, ..account(key.clone()) })?;
        }
        std::ops::ControlFlow::Continue(key)
    }
}

/// Closed as done: a resolution that says so, in a status that does not contradict it.
fn is_done(row: &Row<'_>) -> bool {
    let is = |text: &str, words: &[&str]| words.contains(&text.to_lowercase().as_str());
    row.get("resolution").is_some_and(|text| is(text, &DONE))
        && row.get("statuscategory").is_none_or(|text| is(text, &["done"]))
}
