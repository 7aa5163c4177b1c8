//! `whoknows explain`: an answer taken apart, with why, why not and what if.

use engine::Search;
use engine::explained::Wish;

use super::ask::search_of;
use super::finder;
use crate::arguments::Explain;
use crate::exit::Exit;
use crate::print;
use crate::settings::Settings;

pub(crate) fn run(command: &Explain, settings: &Settings) -> anyhow::Result<Exit> {
    let finder = finder(&command.data.data_dir, settings)?;
    let evidence_per_expert = usize::from(command.evidence);
    let search = Search { evidence_per_expert, ..search_of(&finder, &command.asking) };
    let wish = Wish {
        person: command.person.clone(),
        without: command.without.clone(),
        whole_conversation: command.whole_conversation,
    };
    let explained = finder.why(&search, &wish)?;
    if command.json {
        print::explain::json(&explained)?;
    } else {
        print::explain::text(&command.asking.question, &explained);
    }
    Ok(Exit::Ok)
}
