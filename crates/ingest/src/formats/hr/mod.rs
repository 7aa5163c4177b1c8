//! Personnel data: a table with one person a row (CSV), or SCIM users (JSON).
//!
//! It gives people, no messages: whether somebody is still here, their team, region, languages, manager, time
//! zone, first and last day. Its mail addresses are taken as verified, since the operator vouches for the list.

mod columns;
mod scim;

use model::{Account, DirectoryEntry, Employment, EmploymentStatus, PersonKind, SourceName, Timestamp};

use super::dates::Dates;
use super::desk::address;
use super::objects::{Peek, each, is_json};
use super::out::{Flow, Out};
use super::table::{Row, Sheet, is_table};
use super::{Format, FormatError, ReadReport, Sink, salesforce, values};
use crate::{Entry, Export};
use columns::{ABOUT, Column, Places};

/// The source of personnel data.
pub const SOURCE: &str = "hr";

/// The key below which SCIM lists its users.
const LISTS: [&str; 1] = ["Resources"];
/// What a person can do about a bad row.
const MEND: &str = "give every person a mail address or an employee id";
/// Seconds of a day: somebody works on their last one.
const DAY_SECONDS: i64 = 86_400;

/// Reads personnel data.
#[derive(Debug, Clone, Copy)]
pub struct Hr;

impl Format for Hr {
    fn name(&self) -> &'static str {
        SOURCE
    }

    fn looks_for(&self) -> &'static str {
        "files *.csv with a person a row (Email, Name, and Status, Department, Manager, Start date or the like), or SCIM users in *.json"
    }

    fn detect(&self, export: &Export) -> bool {
        let people = |entry: &Entry| is_users(export, entry) || sheet(export, entry).is_some();
        // Beside cases, lists of contacts are customers.
        export.entries().iter().take(20).any(people) && !salesforce::Salesforce.detect(export)
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let flow = read_export(export, &SourceName::new(SOURCE)?, &mut out);
        out.finish(flow)
    }
}

fn is_users(export: &Export, entry: &Entry) -> bool {
    if !is_json(export, entry) {
        return false;
    }
    let peek = Peek::at(export, entry, &LISTS);
    peek.has(&["userName"]) && (peek.list.is_some() || peek.has_one(&["schemas", "emails", "externalId"]))
}

fn sheet(export: &Export, entry: &Entry) -> Option<Sheet> {
    let sheet = is_table(export, entry).then(|| Sheet::at(export, entry))?;
    let has = |column: Column| sheet.has_one(column.names());
    let named = has(Column::Name) || has(Column::Given) || has(Column::Family);
    let about = ABOUT.iter().filter(|column| has(**column)).count();
    // A table of tickets may hold addresses and teams too, but not this much of a person.
    let people = has(Column::Email) && named && about >= 2 && !sheet.has_one(&columns::OF_OTHERS);
    (people && !salesforce::is_users(&sheet)).then_some(sheet)
}

fn read_export(export: &Export, source: &SourceName, out: &mut Out<'_>) -> Flow {
    for entry in export.entries() {
        if is_users(export, entry) {
            each(entry, &LISTS, out, |out, object| match scim::account(source, object.value) {
                Some(account) => out.account(account),
                None => object.bad("is a user without id and user name", MEND, out),
            })?;
        } else if let Some(sheet) = sheet(export, entry) {
            let table = Table { places: Places::of(&sheet), dates: sheet.dates };
            sheet.each(entry, out, |out, row| person(row, &table, source, out))?;
        } else {
            out.skip("file that holds no people");
        }
    }
    Flow::Continue(())
}

/// How one table is read.
struct Table {
    places: Places,
    dates: Dates,
}

fn person(row: &Row<'_>, table: &Table, source: &SourceName, out: &mut Out<'_>) -> Flow {
    let cell = |column: Column| row.at(table.places.get(column));
    let text = |column: Column| cell(column).map(str::to_owned);
    let mut emails: Vec<String> = Vec::new();
    for cell in [cell(Column::Email), cell(Column::OtherEmails)].into_iter().flatten() {
        let found = cell.split([';', ',', ' ', '\n']).filter_map(address);
        emails.extend(found.filter(|email| !emails.contains(email)).collect::<Vec<_>>());
    }
    let Some(id) = cell(Column::Id).or(emails.first().map(String::as_str)) else {
        return row.bad("is a person without address and employee id", MEND, out);
    };
    let Some(key) = values::account(source, id) else {
        return row.bad("is a person whose employee id is no id", MEND, out);
    };
    let parts: Vec<&str> = [Column::Given, Column::Family].into_iter().filter_map(cell).collect();
    let whole = (!parts.is_empty()).then(|| parts.join(" "));
    let time = |column: Column| -> Option<Timestamp> { table.dates.time(cell(column)?) };
    if [Column::Starts, Column::Ends].iter().any(|column| cell(*column).is_some() && time(*column).is_none())
    {
        out.skip("first or last day that is no date");
    }
    let status = cell(Column::Status).and_then(|word| {
        let status = status(word);
        if status.is_none() {
            out.skip("status that is not known: taken as none");
        }
        status
    });
    let has_ends = !table.places.get(Column::Ends).is_empty();
    let ends_at = time(Column::Ends).map(|day| day.plus_seconds(DAY_SECONDS));
    let no_end = (has_ends && cell(Column::Ends).is_none()).then_some(Timestamp::MAX);
    let languages = cell(Column::Languages).map(list).unwrap_or_default();
    out.account(Account {
        key,
        name: text(Column::Name).map(|name| straight(&name)).or(whole),
        verified_emails: emails,
        bot: false,
        directory: DirectoryEntry {
            status,
            title: text(Column::Title),
            team: text(Column::Team),
            region: text(Column::Region),
            languages,
            timezone: text(Column::Timezone),
            employment: Employment {
                manager: text(Column::Manager),
                starts_at: time(Column::Starts),
                ends_at: ends_at.or(no_end),
            },
            kind: cell(Column::Kind).and_then(PersonKind::parse),
            ..DirectoryEntry::default()
        },
    })
}

/// What personnel systems call somebody's state.
fn status(word: &str) -> Option<EmploymentStatus> {
    let word = word.trim().to_lowercase();
    match word.as_str() {
        "true" | "1" | "yes" | "a" | "current" | "working" | "enabled" | "aktiv" | "actif" | "activo" => {
            Some(EmploymentStatus::Active)
        }
        "false" | "0" | "no" | "t" | "former" | "resigned" | "retired" | "dismissed" | "disabled"
        | "ended" | "inaktiv" | "ausgeschieden" => Some(EmploymentStatus::Departed),
        "on leave" | "leave of absence" | "parental leave" | "maternity leave" | "sabbatical"
        | "sick leave" | "paid leave" | "unpaid leave" | "suspended" => Some(EmploymentStatus::Away),
        _ => EmploymentStatus::parse(&word),
    }
}

/// `Example, Ann` as people say it.
fn straight(name: &str) -> String {
    match name.split_once(',') {
        Some((family, given)) if !given.trim().is_empty() && !given.contains(',') => {
            format!("{} {}", given.trim(), family.trim())
        }
        _ => name.to_owned(),
    }
}

fn list(cell: &str) -> Vec<String> {
    let parts = cell.split([';', ',', '/', '|', '\n']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_lists_are_read_as_people_write_them() {
        assert_eq!(straight("Example, Ann"), "Ann Example");
        assert_eq!(straight("Ann Example, PhD, MBA"), "Ann Example, PhD, MBA");
        assert_eq!(list("de; en,fr / tr"), ["de", "en", "fr", "tr"]);
    }

    #[test]
    fn states_are_known_by_many_words() {
        for (word, expected) in [
            ("Active", Some(EmploymentStatus::Active)),
            ("TRUE", Some(EmploymentStatus::Active)),
            ("Terminated", Some(EmploymentStatus::Departed)),
            ("On Leave", Some(EmploymentStatus::Away)),
            ("probation", None),
        ] {
            assert_eq!(status(word), expected, "{word}");
        }
    }
}
