//! `whoknows backtest`: questions of the past, asked of the evidence as it stood then.

mod evidence;
mod gate;

use std::path::Path;

use anyhow::{Context, bail};
use engine::Finder;
use engine::backtest::{
    Backtest, Contestant, Dimension, Exam, Item, PastHits, VIEWS, View, contestant, simple_contestants,
};
use engine::history::{self, HistoryQuestion};
use eval::ChannelPart;
use model::Timestamp;

use super::eval::{SEED, part};
use super::{aliases, finder, read};
use crate::arguments::{self, Part};
use crate::exit::Exit;
use crate::print;
use crate::settings::{self, Settings};

pub(crate) fn run(command: &arguments::Backtest, settings: &Settings) -> anyhow::Result<Exit> {
    // A gate that does not read should say so before the work, not after it.
    let gate = gate::read(command.gate.as_ref())?;
    let finder = finder(&command.data.data_dir, settings)?;
    let exam = exam(command, &finder)?;
    if exam.items.is_empty() {
        bail!("there is no question to ask (hint: an earlier `--cut`, or sources opened to everyone)");
    }
    let views = views(command, &finder, &exam)?;
    evidence::write(command.evidence.as_deref(), &finder, &exam, &views)?;
    let mut others = simple_contestants(&finder, &exam)?;
    others.extend(compared(command, settings, &exam)?);
    let by: Vec<Dimension> = command.by.iter().map(|part| dimension(*part)).collect();
    let mut backtest = Backtest::of(&finder, &exam, &by, &views, &others);
    if command.queries.is_none() {
        let linked = history::linked(&finder, &history::questions(&finder)?)?;
        backtest.past = PastHits::of(&finder, &exam, &linked);
    }
    if command.json {
        print::backtest::json(&backtest)?;
    } else {
        print::backtest::text(&backtest);
    }
    if let Some(path) = &command.html {
        fs_err::write(path, print::page::backtest(&backtest))?;
    }
    gate::check(&gate, &backtest)
}

/// The questions that can be judged, and the evidence that they may be answered from.
fn exam(command: &arguments::Backtest, finder: &Finder) -> anyhow::Result<Exam> {
    let mut exam = match &command.queries {
        Some(path) => of_file(path, command, finder)?,
        None => of_history(command, finder)?,
    };
    let asks = |item: &Item| item.test.nobody || item.test.has_expert(command.rel);
    exam.items.retain(asks);
    Ok(exam)
}

fn of_file(path: &Path, command: &arguments::Backtest, finder: &Finder) -> anyhow::Result<Exam> {
    let tests = read(path, eval::read_questions)?;
    let aliases = aliases(command.persons.as_deref())?;
    Ok(Exam {
        items: tests.into_iter().map(|test| Item::of_file(test, finder, &aliases)).collect(),
        aliases,
        lowest_relevant_grade: command.rel,
        channel: command.channel.map_or(ChannelPart::Head, part),
        evidence_before: command.cut,
        spread: command.spread,
        seed: SEED,
    })
}

fn of_history(command: &arguments::Backtest, finder: &Finder) -> anyhow::Result<Exam> {
    let mined = history::questions(finder)?;
    let cut = cut(command, &mined).context("nobody ever asked anything that everyone may read")?;
    let asked = history::split(&mined, cut, command.horizon).questions;
    history::refuse_leaks(finder, asked, Some(cut))?;
    Ok(Exam {
        items: asked.iter().map(Item::from).collect(),
        aliases: eval::Aliases::default(),
        lowest_relevant_grade: command.rel,
        channel: command.channel.map_or(ChannelPart::Full, part),
        evidence_before: Some(cut),
        spread: command.spread,
        seed: SEED,
    })
}

/// Where the evidence ends: as given, or before the last questions by time.
fn cut(command: &arguments::Backtest, mined: &[HistoryQuestion]) -> Option<Timestamp> {
    let place = (command.share * mined.len() as f64) as usize;
    command.cut.or_else(|| Some(mined.get(place.min(mined.len().checked_sub(1)?))?.test.ts))
}

/// The ranking in every view, the chosen one first.
fn views(command: &arguments::Backtest, finder: &Finder, exam: &Exam) -> anyhow::Result<Vec<Contestant>> {
    let mut views = VIEWS;
    views.sort_by_key(|view| view.0 != command.view);
    let play = |view: View| Ok(contestant(finder, exam, &format!("whoknows, {}", view.0), view)?);
    views.into_iter().map(play).collect()
}

/// What else is compared: the same view by other options, or of another index.
fn compared(
    command: &arguments::Backtest,
    settings: &Settings,
    exam: &Exam,
) -> anyhow::Result<Vec<Contestant>> {
    let view = VIEWS.into_iter().find(|view| view.0 == command.view).unwrap_or(VIEWS[0]);
    let mut others = Vec::new();
    if let Some(path) = &command.compare {
        let finder = finder(&command.data.data_dir, &settings::load(Some(path))?)?;
        others.push(contestant(&finder, exam, &format!("options {}", path.display()), view)?);
    }
    if let Some(path) = &command.compare_dir {
        let finder = finder(path, settings)?;
        if command.queries.is_none() {
            refuse_leaks_of_other(&finder, exam)?;
        }
        others.push(contestant(&finder, exam, &format!("index {}", path.display()), view)?);
    }
    Ok(others)
}

/// The other index has documents of its own for the same conversations.
fn refuse_leaks_of_other(finder: &Finder, exam: &Exam) -> anyhow::Result<()> {
    let asked: std::collections::BTreeSet<&str> =
        exam.items.iter().map(|item| item.test.qid.as_str()).collect();
    let mut theirs = history::questions(finder)?;
    theirs.retain(|question| asked.contains(question.test.qid.as_str()));
    Ok(history::refuse_leaks(finder, &theirs, exam.evidence_before)?)
}

const fn dimension(part: Part) -> Dimension {
    match part {
        Part::Team => Dimension::Team,
        Part::Language => Dimension::Language,
        Part::Source => Dimension::Source,
        Part::Channel => Dimension::Channel,
        Part::Kind => Dimension::Kind,
    }
}
