//! `whoknows audit`: who did what; and putting on record what operators do at the command line.

use std::path::Path;

use anyhow::Context;
use engine::DataFolder;
use index::Store;
use server::audit::{AuditLog, Checked, Entry, Event, Place, RANDOM_BYTES, Who};

use crate::arguments::{Audit, AuditAction};
use crate::clock;
use crate::exit::Exit;
use crate::print::{safe, say};

/// What an operator does removes nothing: how long entries are kept is the server's option.
const FOR_EVER: u32 = u32::MAX;

/// The log of a data directory, made if it is not there.
pub(crate) fn log(data_dir: &Path, keep_months: u32) -> anyhow::Result<AuditLog> {
    let mut fresh = [0; RANDOM_BYTES];
    getrandom::fill(&mut fresh).map_err(|error| anyhow::anyhow!("no randomness for a key: {error}"))?;
    Ok(AuditLog::open(data_dir, &fresh, keep_months)?)
}

/// Puts on record what an operator did about somebody (by person id or account) or something.
pub(crate) fn note(data_dir: &Path, did: &str, about: Vec<String>, outcome: &str) -> anyhow::Result<()> {
    let (did, outcome) = (did.to_owned(), outcome.to_owned());
    let event = Event { who: Who::Operator, did, about, outcome, ..Event::default() };
    log(data_dir, FOR_EVER)?.append(&[event], clock::now()).context("it was done, but not put on record")
}

pub(crate) fn run(command: &Audit) -> anyhow::Result<Exit> {
    anyhow::ensure!(
        command.data_dir.join("audit").is_dir(),
        "{} holds no audit log",
        command.data_dir.display()
    );
    let log = log(&command.data_dir, FOR_EVER)?;
    match &command.action {
        AuditAction::Verify => verify(&log.check()?),
        AuditAction::List { person, did, limit, json } => {
            let names = log.names(known(&command.data_dir)?.iter().map(String::as_str));
            let person = person.as_deref().map(|person| log.hash(person));
            let wanted = |entry: &Entry| {
                let by = |hash: &String| entry.who.ends_with(&format!(":{hash}"));
                person.as_ref().is_none_or(|hash| by(hash) || entry.about.contains(hash))
                    && did.as_ref().is_none_or(|did| entry.did == *did)
            };
            let name = |hash: &String| names.get(hash).unwrap_or(hash).clone();
            let (mut left, mut place) = (*limit, None::<Place>);
            while left > 0 {
                let (entries, next) = log.page(place.as_ref(), left, &wanted)?;
                left -= entries.len();
                for mut entry in entries {
                    entry.about = entry.about.iter().map(&name).collect();
                    if let Some((kind, hash)) = entry.who.split_once(':').filter(|(kind, _)| *kind != "key") {
                        entry.who = format!("{kind}:{}", name(&hash.to_owned()));
                    }
                    print(&entry, *json)?;
                }
                place = next;
                if place.is_none() {
                    break;
                }
            }
            Ok(Exit::Ok)
        }
    }
}

fn verify(checked: &Checked) -> anyhow::Result<Exit> {
    let Checked { entries, first, torn, faults } = checked;
    if *first > 1 {
        say!("begins with entry {first}: older months were removed");
    }
    if *torn > 0 {
        say!("a crash tore the last {torn} bytes: the next entry will tell of it");
    }
    for fault in faults {
        say!("{} line {}: {}", fault.month, fault.line, fault.what);
    }
    anyhow::ensure!(faults.is_empty(), "the audit log is not what was written: {} faults", faults.len());
    say!("{entries} entries hang together");
    Ok(Exit::Ok)
}

/// The ids of everybody known, and their accounts.
fn known(data_dir: &Path) -> anyhow::Result<Vec<String>> {
    let path = DataFolder::new(data_dir).store();
    if !path.exists() {
        return Ok(Vec::new());
    }
    let people = Store::open_read_only(&path)?.people()?;
    let ids = |person: model::Person| {
        let accounts = person.accounts.iter().map(ToString::to_string).collect::<Vec<_>>();
        accounts.into_iter().chain([person.id.to_string()])
    };
    Ok(people.into_iter().flat_map(ids).collect())
}

fn print(entry: &Entry, json: bool) -> anyhow::Result<()> {
    if json {
        say!("{}", crate::print::escaped(&serde_json::to_string(entry)?));
    } else {
        let about = safe(&entry.about.join(" "));
        say!("{}  {}  {}  {}  {about}", entry.at, safe(&entry.who), entry.did, entry.outcome);
    }
    Ok(())
}
