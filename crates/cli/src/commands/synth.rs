//! `whoknows synth`: a made-up organization whose experts are planted, as exports with test questions.

use synth::adversary::{Size, Written, generate, write};

use crate::arguments::{Synth, SynthSize};
use crate::exit::Exit;
use crate::print::say;

pub(crate) fn run(command: &Synth) -> anyhow::Result<Exit> {
    let size = match command.size {
        SynthSize::Small => Size::Small,
        SynthSize::Standard => Size::Standard,
    };
    let planted = generate(command.seed, size)?;
    fs_err::create_dir_all(&command.out)?;
    let Written { exports, queries, persons, messages } = write(&planted, &command.out)?;
    let nobody = planted.questions.iter().filter(|question| question.nobody()).count();
    say!("{messages} messages, {} questions, {nobody} of which nobody can answer", planted.questions.len());
    say!("next (mail and tickets state no readers, so they are opened):");
    let index = command.out.join("index");
    let exports: Vec<String> = exports.iter().map(|export| export.display().to_string()).collect();
    say!(
        "  whoknows ingest --data-dir {} --visibility mail=everyone --visibility jira=everyone {}",
        index.display(),
        exports.join(" ")
    );
    say!(
        "  whoknows eval --data-dir {} --queries {} --persons {}",
        index.display(),
        queries.display(),
        persons.display()
    );
    Ok(Exit::Ok)
}
