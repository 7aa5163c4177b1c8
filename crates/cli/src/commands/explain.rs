//! `whoknows explain`: an answer taken apart, with why, why not and what if.

use engine::Search;
use engine::explained::Wish;

use super::ask::{Asker, search};
use super::finder;
use crate::arguments::Explain;
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::settings::Settings;

pub(crate) fn run(command: &Explain, settings: &Settings) -> anyhow::Result<Exit> {
    let finder = finder(&command.data.data_dir, settings)?;
    let asker = Asker { account: command.asker.as_ref(), channel: command.channel.as_deref() };
    let at = command.as_of.unwrap_or_else(clock::now);
    let search = search(&finder, &command.question, usize::from(command.limit), &asker, at);
    let evidence_per_expert = usize::from(command.evidence);
    let search = Search { view: command.view.into(), evidence_per_expert, ..search };
    let wish = Wish {
        person: command.person.clone(),
        without: command.without.clone(),
        whole_conversation: command.whole_conversation,
    };
    let explained = finder.why(&search, &wish)?;
    if command.json {
        print::explain::json(&explained)?;
    } else {
        print::explain::text(&command.question, &explained);
    }
    Ok(Exit::Ok)
}
