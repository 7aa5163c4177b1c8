//! `whoknows eval`: test questions answered and judged.

use std::io::{BufReader, BufWriter};
use std::path::Path;

use anyhow::Context;
use eval::{Aliases, ChannelPart, Judge, Run};

use super::finder;
use crate::arguments::{Channel, Eval};
use crate::exit::Exit;
use crate::print::say;
use crate::settings::Settings;

/// Seed of the bootstrap: intervals are the same in every run.
const SEED: u64 = 1;

pub(crate) fn run(command: &Eval, settings: &Settings) -> anyhow::Result<Exit> {
    let questions = read(&command.queries, eval::read_questions)?;
    let aliases = match &command.persons {
        Some(path) => read(path, Aliases::read)?,
        None => Aliases::default(),
    };
    let finder = finder(&command.data.data_dir, settings)?;
    let channel = match command.channel {
        Channel::Full => ChannelPart::Full,
        Channel::Head => ChannelPart::Head,
        Channel::None => ChannelPart::None,
    };
    let run = engine::evaluate::run(&finder, &questions, &aliases, channel)?;
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

fn read<T>(
    path: &Path,
    parse: impl FnOnce(BufReader<fs_err::File>) -> Result<T, eval::Error>,
) -> anyhow::Result<T> {
    let file = fs_err::File::open(path)?;
    parse(BufReader::new(file)).with_context(|| path.display().to_string())
}
