//! ServiceNow: tables as its interface writes them (`{"result":[…]}`) or as a list is exported
//! (`{"records":[…]}`): incidents and other tasks, users, and the journal where it is a table of its own.
//!
//! A field is a text, or an object with what is stored and what is shown. Comments and work notes are
//! better read from the journal's own table; beside it, those packed into a ticket are left out.

mod fields;
mod journal;
mod tickets;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;

use model::{Account, AccountKey, ContainerId, EmploymentStatus, Visibility};
use serde_json::Value;

use super::desk::{Desk, RESTRICTED, account, address, digest};
use super::objects::{Object, Peek, each, is_json};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink};
use crate::{Entry, Export};
use fields::{reference, text};

/// The keys below which exports hold their lists.
const LISTS: [&str; 2] = ["result", "records"];
/// What a person can do about a bad record.
const AGAIN: &str = "export it again with sysparm_display_value=all";
/// Tables whose records are about people or attacks: readable by nobody.
const CLOSED_TABLES: [&str; 3] = ["sn_hr", "sn_si", "sn_grc"];

/// Reads ServiceNow exports.
#[derive(Debug, Clone, Copy)]
pub struct Servicenow;

impl Format for Servicenow {
    fn name(&self) -> &'static str {
        "servicenow"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with {\"result\":[…]} or {\"records\":[…]} of incidents (number, sys_id, short_description)"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(20).any(|entry| kind(export, entry) == Some(Kind::Tickets))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut reading = Reading {
            desk: Desk::new("servicenow")?,
            tables: HashMap::new(),
            names: BTreeMap::new(),
            has_journal: false,
        };
        let flow = reading.export(export, &mut out);
        out.finish(flow)
    }
}

/// What a file holds, in the order in which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Users,
    Tickets,
    Journal,
}

fn kind(export: &Export, entry: &Entry) -> Option<Kind> {
    let peek = Peek::at(export, entry, &LISTS);
    if peek.has(&["element_id", "value"]) {
        return Some(Kind::Journal);
    }
    if peek.has(&["sys_id"]) && peek.has_one(&["short_description", "opened_at", "opened_by"]) {
        return Some(Kind::Tickets);
    }
    (peek.has(&["sys_id", "user_name"]) && peek.has_one(&["email", "name"])).then_some(Kind::Users)
}

struct Reading {
    desk: Desk,
    /// Which table a ticket is of.
    tables: HashMap<u64, String>,
    /// Accounts by user name and by what people are called, as far as that is one person.
    names: BTreeMap<String, BTreeSet<AccountKey>>,
    has_journal: bool,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let mut files = Vec::new();
        for entry in export.entries() {
            match is_json(export, entry).then(|| kind(export, entry)).flatten() {
                Some(kind) => files.push((kind, entry)),
                None => out.skip("file that holds no tickets, journal or users"),
            }
        }
        files.sort_by_key(|(kind, entry)| (*kind, &entry.name));
        self.has_journal = files.iter().any(|(kind, _)| *kind == Kind::Journal);
        for (kind, entry) in files {
            each(entry, &LISTS, out, |out, object| match kind {
                Kind::Users => self.user(object, out),
                Kind::Tickets => self.ticket(object, out),
                Kind::Journal => self.entry(object, out),
            })?;
        }
        Flow::Continue(())
    }

    fn user(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let Some(key) = text(value, "sys_id").and_then(|id| self.desk.key(id)) else {
            out.skip("user without an id");
            return Flow::Continue(());
        };
        for name in ["user_name", "name"] {
            self.is_called(text(value, name), &key);
        }
        let shown = |name: &str| text(value, name).map(str::to_owned);
        let mut user = Account {
            name: shown("name"),
            verified_emails: text(value, "email").and_then(address).into_iter().collect(),
            ..account(key)
        };
        user.directory.status = text(value, "active").map(|word| match word {
            "false" | "0" => EmploymentStatus::Departed,
            _ => EmploymentStatus::Active,
        });
        user.directory.title = shown("title");
        user.directory.timezone = shown("time_zone").filter(|zone| zone.contains('/'));
        out.account(user)
    }

    fn is_called(&mut self, name: Option<&str>, key: &AccountKey) {
        if let Some(name) = name {
            self.names.entry(name.to_lowercase()).or_default().insert(key.clone());
        }
    }

    /// The one account that is called like that, else one whose id is the name itself.
    fn called(&self, name: &str) -> Option<AccountKey> {
        match self.names.get(&name.trim().to_lowercase()) {
            Some(keys) if keys.len() == 1 => keys.first().cloned(),
            _ => self.desk.key(name),
        }
    }

    /// The account that a reference leads to, handed out with the name that stands beside it.
    fn person(
        &mut self,
        value: &Value,
        field: &str,
        out: &mut Out<'_>,
    ) -> ControlFlow<(), Option<AccountKey>> {
        let reference = reference(value, field);
        let key = match (reference.id, reference.name) {
            (Some(id), _) => self.desk.key(id),
            (None, Some(name)) => self.called(name),
            (None, None) => None,
        };
        let Some(key) = key else { return ControlFlow::Continue(None) };
        match reference.name.filter(|_| reference.id.is_some()) {
            Some(name) => {
                self.is_called(Some(name), &key);
                out.account(Account { name: Some(name.to_owned()), ..account(key.clone()) })?;
            }
            None => called_by_name(&key, out)?,
        }
        ControlFlow::Continue(Some(key))
    }

    /// The container of a table's tickets.
    fn container(&mut self, table: &str, out: &mut Out<'_>) -> ControlFlow<(), Option<ContainerId>> {
        let closed = CLOSED_TABLES.iter().any(|prefix| table.starts_with(prefix));
        if closed {
            out.skip(RESTRICTED);
        }
        self.desk.container(table, table, closed.then_some(Visibility::Nobody), out)
    }

    fn table_of(&self, ticket: &str) -> Option<&str> {
        self.tables.get(&digest(ticket)).map(String::as_str)
    }
}

/// Hands out an account if nothing better came before. Where no id is known, the id is the name.
fn called_by_name(key: &AccountKey, out: &mut Out<'_>) -> Flow {
    if out.knows(key) {
        return Flow::Continue(());
    }
    let native = key.native();
    let name = (!fields::is_id(native)).then(|| native.to_owned());
    out.account(Account { name, ..account(key.clone()) })
}
