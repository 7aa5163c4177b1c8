//! `whoknows eval`: test questions answered and judged.

use std::io::BufWriter;

use anyhow::Context;
use engine::Search;
use engine::evaluate::{run_as, search_of};
use eval::{ChannelPart, Judge, Run, TestQuestion};

use super::{aliases, finder, read};
use crate::arguments::{Channel, Eval};
use crate::exit::Exit;
use crate::print::say;
use crate::settings::Settings;

/// Seed of the bootstrap: intervals are the same in every run.
pub(super) const SEED: u64 = 1;

pub(crate) fn run(command: &Eval, settings: &Settings) -> anyhow::Result<Exit> {
    let questions = read(&command.queries, eval::read_questions)?;
    let aliases = aliases(command.persons.as_deref())?;
    let finder = finder(&command.data.data_dir, settings)?;
    let channel = part(command.channel);
    let (view, spread) = (command.view.into(), command.spread);
    let search = |question: &TestQuestion| Search { view, spread, ..search_of(question, &aliases, channel) };
    let run = run_as(&finder, &questions, &search)?;
    if let Some(path) = &command.out {
        run.write(BufWriter::new(fs_err::File::create(path)?)).with_context(|| path.display().to_string())?;
    }
    let judge =
        Judge { questions: &questions, aliases: &aliases, lowest_relevant_grade: command.rel, seed: SEED };
    let report = match &command.against {
        Some(path) => judge.compare(&run, &read(path, Run::read)?),
        None => judge.report(&run),
    };
    say!("{report}");
    Ok(Exit::Ok)
}

/// How much of a channel is told.
pub(super) fn part(channel: Channel) -> ChannelPart {
    match channel {
        Channel::Full => ChannelPart::Full,
        Channel::Head => ChannelPart::Head,
        Channel::None => ChannelPart::None,
    }
}
