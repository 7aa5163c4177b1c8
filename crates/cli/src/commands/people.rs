//! `whoknows people`: who is who, why, and what a human decides about it.

mod hiding;

use engine::{DataFolder, Identity};
use model::AccountKey;

use super::{audit, indexer};
use crate::arguments::PeopleAction;
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(action: &PeopleAction, settings: &Settings) -> anyhow::Result<Exit> {
    let options = action.options();
    let folder = DataFolder::new(&options.data.data_dir);
    if !folder.store().exists() {
        return Err(engine::Error::NoIndex(folder.path().to_owned()).into());
    }
    // What people hide is kept beside the store: no need to wait for whoever writes to it.
    if let Some(done) = hiding::run(action, &folder, settings)? {
        return Ok(done);
    }
    let mut indexer = indexer(folder, settings)?;
    let json = options.json;
    let mut bar = Bar::new();
    let mut progress = |progress| bar.show(progress);
    let decided = match action {
        PeopleAction::List { decisions: true, .. } => {
            print::people::decisions(&indexer.decisions()?, json)?;
            return Ok(Exit::Ok);
        }
        PeopleAction::List { text, .. } => {
            let mut people = indexer.identities()?;
            people.retain(|identity| text.as_deref().is_none_or(|text| holds(identity, text)));
            print::people::list(&people, json)?;
            return Ok(Exit::Ok);
        }
        PeopleAction::Review { .. } => {
            print::people::reviews(&indexer.reviews()?, json)?;
            return Ok(Exit::Ok);
        }
        PeopleAction::Merge { a, b, .. } => indexer.merge_people((a, b), clock::now(), &mut progress)?,
        PeopleAction::Split { account, from, .. } => {
            indexer.split_people(account, from.as_ref(), clock::now(), &mut progress)?
        }
        PeopleAction::Undo { number, .. } => indexer.undo_decision(*number, clock::now(), &mut progress)?,
        PeopleAction::Hide { .. } | PeopleAction::Hidden { .. } | PeopleAction::Show { .. } => {
            return Ok(Exit::Ok);
        }
    };
    bar.finish();
    if let Some((did, accounts)) = deed(action) {
        audit::note(&options.data.data_dir, did, accounts, "done")?;
    }
    print::people::decided(decided, matches!(action, PeopleAction::Undo { .. }), json)?;
    Ok(Exit::Ok)
}

/// What of a decision is put on record.
fn deed(action: &PeopleAction) -> Option<(&'static str, Vec<String>)> {
    match action {
        PeopleAction::Merge { a, b, .. } => Some(("merge", vec![a.to_string(), b.to_string()])),
        PeopleAction::Split { account, from, .. } => {
            Some(("split", std::iter::once(account).chain(from).map(ToString::to_string).collect()))
        }
        PeopleAction::Undo { .. } => Some(("undo", Vec::new())),
        _ => None,
    }
}

/// Whether a name, address or account of somebody holds a text, whatever its case.
fn holds(identity: &Identity, text: &str) -> bool {
    let (person, text) = (&identity.person, text.to_lowercase());
    let addresses = person.emails.iter().map(String::as_str);
    let mut told = std::iter::once(person.name.as_str())
        .chain(addresses)
        .chain(person.accounts.iter().map(AccountKey::as_str));
    told.any(|told| told.to_lowercase().contains(&text))
}
