//! Salesforce data exports: `Case`, `CaseComment`, `EmailMessage`, `FeedItem` and `User` as CSV, each split
//! into as many files as it takes.
//!
//! Files are told apart by their columns. An id has 15 characters, or the same with three more to check it:
//! the 15 are compared.

mod cases;
mod replies;

use std::ops::ControlFlow;

use model::{Account, AccountKey, ContainerId, EmploymentStatus, Timestamp};

use super::desk::{Desk, account, address, named};
use super::out::{Flow, Out};
use super::table::{Row, Sheet, is_table};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};

/// What a person can do about a bad row.
const AGAIN: &str = "export the object again with all fields";
/// The one container: a case's queue changes, its desk does not.
const CONTAINER: &str = "cases";
/// The part of an id that names something.
const ID_CHARACTERS: usize = 15;

/// Reads Salesforce exports.
#[derive(Debug, Clone, Copy)]
pub struct Salesforce;

impl Format for Salesforce {
    fn name(&self) -> &'static str {
        "salesforce"
    }

    fn looks_for(&self) -> &'static str {
        "Case.csv (with the columns Id, CaseNumber and Subject) and beside it CaseComment.csv, EmailMessage.csv, FeedItem.csv, User.csv"
    }

    fn detect(&self, export: &Export) -> bool {
        let kinds = export.entries().iter().filter_map(|entry| Some(sheet(export, entry)?.0));
        // Users alone are no cases, and feeds may be about anything.
        kinds.take(20).any(|kind| matches!(kind, Kind::Cases | Kind::Comments))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let flow = Cases { desk: Desk::new("salesforce")? }.export(export, &mut out);
        out.finish(flow)
    }
}

/// What a file holds, in the order in which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Users,
    Contacts,
    Cases,
    Comments,
    Mails,
    Feed,
}

fn sheet(export: &Export, entry: &Entry) -> Option<(Kind, Sheet)> {
    let sheet = is_table(export, entry).then(|| Sheet::at(export, entry))?;
    let kind = if sheet.has(&["id", "casenumber", "subject"]) {
        Kind::Cases
    } else if sheet.has(&["parentid", "commentbody"]) {
        Kind::Comments
    } else if sheet.has(&["parentid", "textbody", "fromaddress"]) {
        Kind::Mails
    } else if sheet.has(&["parentid", "body", "type", "createdbyid"]) {
        Kind::Feed
    } else if is_users(&sheet) {
        Kind::Users
    } else if sheet.has(&["id", "lastname", "email"]) {
        Kind::Contacts
    } else {
        return None;
    };
    Some((kind, sheet))
}

/// Whether a table is the export of users, which is no list of employees.
pub(super) fn is_users(sheet: &Sheet) -> bool {
    sheet.has(&["id", "username", "email"])
        && sheet.has_one(&["profileid", "userroleid", "timezonesidkey", "usertype"])
}

struct Cases {
    desk: Desk,
}

impl Cases {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let mut files = Vec::new();
        for entry in export.entries() {
            match sheet(export, entry) {
                Some((kind, sheet)) => files.push((kind, entry, sheet)),
                None => out.skip("file that is about no cases"),
            }
        }
        files.sort_by_key(|(kind, entry, _)| (*kind, &entry.name));
        for (kind, entry, sheet) in &files {
            sheet.each(entry, out, |out, row| match kind {
                Kind::Users => self.user(row, out),
                Kind::Contacts => self.contact(row, out),
                Kind::Cases => self.case(row, sheet.dates, out),
                Kind::Comments => self.comment(row, sheet.dates, out),
                Kind::Mails => self.mail(row, sheet.dates, out),
                Kind::Feed => self.post(row, sheet.dates, out),
            })?;
        }
        Flow::Continue(())
    }

    fn user(&self, row: &Row<'_>, out: &mut Out<'_>) -> Flow {
        let Some(key) = row.get("id").and_then(|text| self.user_key(text)) else {
            return row.bad("is a user without an id", AGAIN, out);
        };
        let mut user = Account {
            name: whole_name(row),
            verified_emails: row.get("email").and_then(address).into_iter().collect(),
            bot: row.get("usertype").is_some_and(|kind| kind == "AutomatedProcess"),
            ..account(key)
        };
        user.directory.status = row
            .get("isactive")
            .map(|text| if is_true(text) { EmploymentStatus::Active } else { EmploymentStatus::Departed });
        user.directory.title = row.get("title").map(str::to_owned);
        user.directory.team = row.get("department").map(str::to_owned);
        user.directory.timezone = row.get("timezonesidkey").map(str::to_owned);
        out.account(user)
    }

    /// A customer, by name: what stands there of addresses, anybody at the desk typed in.
    fn contact(&self, row: &Row<'_>, out: &mut Out<'_>) -> Flow {
        let Some(key) = row.get("id").and_then(id).and_then(|text| self.desk.key(text)) else {
            return row.bad("is a contact without an id", AGAIN, out);
        };
        out.account(Account { name: whole_name(row), ..account(key) })
    }

    fn user_key(&self, text: &str) -> Option<AccountKey> {
        self.desk.key(id(text)?)
    }

    /// The user whose id stands in a column, handed out if nothing better came before; a queue is nobody.
    fn user_in(&self, row: &Row<'_>, column: &str, out: &mut Out<'_>) -> ControlFlow<(), Option<AccountKey>> {
        let text = row.get(column).filter(|text| text.starts_with("005"));
        let key = text.and_then(|text| self.user_key(text));
        if let Some(key) = &key {
            named(key, out)?;
        }
        ControlFlow::Continue(key)
    }

    fn container(&mut self, out: &mut Out<'_>) -> ControlFlow<(), Option<ContainerId>> {
        self.desk.container(CONTAINER, "Salesforce cases", None, out)
    }

    /// Whoever wrote from an address outside. The address is not verified: anybody may write it.
    fn outsider(&self, email: &str, name: Option<&str>) -> Option<Account> {
        let key = self.desk.key(&address(email)?)?;
        Some(Account { name: name.map(str::to_owned), ..account(key) })
    }
}

/// The 15 characters that name something; `None` if the text is no id.
fn id(text: &str) -> Option<&str> {
    let whole = text.len() == ID_CHARACTERS || text.len() == ID_CHARACTERS + 3;
    (whole && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| text.get(..ID_CHARACTERS))?
}

fn whole_name(row: &Row<'_>) -> Option<String> {
    let parts: Vec<&str> = ["firstname", "lastname"].iter().filter_map(|name| row.get(name)).collect();
    row.get("name").map(str::to_owned).or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
}

fn is_true(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "1" | "true" | "yes")
}

fn time(row: &Row<'_>, column: &str, dates: super::dates::Dates) -> Option<Timestamp> {
    row.get(column).and_then(|text| dates.time(text))
}
