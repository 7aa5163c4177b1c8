//! `whoknows ask`: one question, answered on the terminal.

use std::time::Instant;

use engine::{DataFolder, Finder, Found, Search};
use model::{AccountKey, Reader, Timestamp};
use routing::Desk;

use super::finder;
use crate::arguments::{Ask, Asking};
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::settings::Settings;

pub(crate) fn run(command: &Ask, settings: &Settings) -> anyhow::Result<Exit> {
    let finder = finder(&command.data.data_dir, settings)?;
    let search = command.narrowing.narrow(search_of(&finder, &command.asking));
    let desk = desk(&DataFolder::new(&command.data.data_dir), settings)?;
    let (found, took_ms) = ask(&finder, &search, desk.as_ref())?;
    if command.json {
        print::say!("{}", print::escaped(&server::answer_json(found, "ask", took_ms)?));
    } else {
        print::answer::text(&command.asking.question, &found, took_ms);
    }
    Ok(Exit::Ok)
}

/// Who is there and how much they are asked, as a server of this data directory keeps it; `None` if none ever ran.
fn desk(folder: &DataFolder, settings: &Settings) -> anyhow::Result<Option<Desk>> {
    let path = folder.asks();
    Ok(if path.exists() { Some(Desk::open(&path, settings.asks.config()?)?) } else { None })
}

/// Who asks, and where.
#[derive(Debug, Default)]
pub(crate) struct Asker<'a> {
    /// The asker's account: gives rights, and is not named.
    pub(crate) account: Option<&'a AccountKey>,
    /// The channel it is asked in.
    pub(crate) channel: Option<&'a str>,
}

/// The search that a question asked with these flags stands for.
pub(super) fn search_of(finder: &Finder, asking: &Asking) -> Search {
    let asker = Asker { account: asking.asker.as_ref(), channel: asking.channel.as_deref() };
    let at = asking.as_of.unwrap_or_else(clock::now);
    let search = search(finder, &asking.question, usize::from(asking.limit), &asker, at);
    Search { view: asking.view.into(), ..search }
}

/// The search that a question on the terminal stands for.
pub(crate) fn search(
    finder: &Finder,
    question: &str,
    limit: usize,
    asker: &Asker<'_>,
    as_of: Timestamp,
) -> Search {
    let reader = asker.account.map_or_else(Reader::anyone, |account| finder.reader_for(account));
    Search {
        limit,
        asked_by: asker.account.cloned().into_iter().collect(),
        channel: asker.channel.map(str::to_owned),
        ..Search::new(question.to_owned(), reader, as_of)
    }
}

/// Asks, and says how many milliseconds that took.
pub(crate) fn ask(finder: &Finder, search: &Search, desk: Option<&Desk>) -> anyhow::Result<(Found, f64)> {
    let start = Instant::now();
    let found = finder.search_among(search, desk)?;
    Ok((found, start.elapsed().as_secs_f64() * 1_000.0))
}
