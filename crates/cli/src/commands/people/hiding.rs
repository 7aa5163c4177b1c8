//! What people take out of answers about themselves, done for them by an operator.

use anyhow::Context;
use engine::optout::{OptOut, OptOutFile};
use engine::{DataFolder, Finder};

use crate::arguments::PeopleAction;
use crate::clock;
use crate::commands::audit;
use crate::exit::Exit;
use crate::print;
use crate::settings::Settings;

/// Puts on record whose evidence it was, and of what kind.
fn note(folder: &DataFolder, did: &str, opt_outs: &[OptOut]) -> anyhow::Result<()> {
    let Some(first) = opt_outs.first() else { return Ok(()) };
    let about = first.accounts.iter().map(ToString::to_string).collect();
    audit::note(folder.path(), did, about, first.hides.kind())
}

/// Does what an action says, if it is one of these.
pub(super) fn run(
    action: &PeopleAction,
    folder: &DataFolder,
    settings: &Settings,
) -> anyhow::Result<Option<Exit>> {
    let json = action.options().json;
    let finder = || Finder::open(folder, None, settings.finder.clone());
    match action {
        PeopleAction::Hide { person, what, .. } => {
            let finder = finder()?;
            let (id, accounts) = finder.accounts_meant(person)?;
            let wanted = what.wanted().context("nothing is to be hidden")?;
            let hide = |hides| finder.opt_outs().hide(&accounts, hides, (false, true), clock::now());
            let hidden = finder.hides(&wanted, id.as_ref())?.into_iter().map(hide);
            let hidden = hidden.collect::<Result<Vec<_>, _>>()?;
            note(folder, "hide", &hidden)?;
            print::hidden::list(&hidden, json)?;
        }
        PeopleAction::Hidden { person: Some(person), .. } => {
            let finder = finder()?;
            let (_, accounts) = finder.accounts_meant(person)?;
            print::hidden::list(&finder.opt_outs().of(&accounts)?, json)?;
        }
        PeopleAction::Hidden { person: None, .. } => {
            print::hidden::list(&OptOutFile::new(folder).read()?, json)?;
        }
        PeopleAction::Show { person, id, .. } => {
            let finder = finder()?;
            let (_, accounts) = finder.accounts_meant(person)?;
            let shown = finder.opt_outs().show(&accounts, id)?;
            let shown = shown.with_context(|| format!("nothing is hidden under {id:?} for {person:?}"))?;
            note(folder, "show", std::slice::from_ref(&shown))?;
            print::hidden::list(&[shown], json)?;
        }
        _ => return Ok(None),
    }
    Ok(Some(Exit::Ok))
}
