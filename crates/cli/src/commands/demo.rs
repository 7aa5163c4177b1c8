//! `whoknows demo`: a made-up organization, its exports ingested, three questions answered, then the page.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use engine::{DataFolder, Finder, IngestOptions};
use model::{AccountKey, SourceName, Timestamp, Visibility};
use server::keys::{Draft, Owner, Scope};
use synth::{Plan, Sample, write_sample};

use super::ask::{Asker, ask, search};
use super::{indexer, ingest, keys, serve};
use crate::arguments::Demo;
use crate::clock;
use crate::exit::Exit;
use crate::print::progress::Bar;
use crate::print::{self, say};
use crate::settings::Settings;

/// Questions that are answered on the terminal.
const QUESTIONS: usize = 3;
/// People with a key: one who asks and one who answers.
const KEYS: usize = 2;
/// How long their keys are taken, in seconds.
const KEYS_LAST: i64 = 24 * 3_600;
/// People of the organization.
const PEOPLE: usize = 240;
/// Months it has been writing for.
const MONTHS: u32 = 18;
/// The sample's questions with their known experts, in the form that `whoknows eval` reads.
const QUESTIONS_FILE: &str = "questions.jsonl";
/// The file that says a folder is the demo's, so that nothing else is ever cleared.
const MARKER: &str = "this-is-a-whoknows-demo";

pub(crate) fn run(command: &Demo, settings: &Settings) -> anyhow::Result<Exit> {
    let now = clock::now();
    clear(&command.data_dir)?;
    let exports = command.data_dir.join("exports");
    fs_err::create_dir_all(&exports)?;
    fs_err::write(command.data_dir.join(MARKER), "whoknows demo clears this folder when it starts\n")?;
    say!("writing a made-up organization of {PEOPLE} people to {} …", exports.display());
    let plan = Plan { seed: command.seed, people: PEOPLE, months: MONTHS, end: now };
    let sample = write_sample(&plan, &exports)?;
    write_questions(&command.data_dir, &sample, now)?;
    let exit = fill(&command.data_dir, &sample, settings)?;
    let index = command.data_dir.join("index");
    let finder = super::finder(&index, settings)?;
    let named = answer(&finder, &sample, now)?;
    drop(finder);
    hand_out_keys(&index, named, now)?;
    if command.once {
        return Ok(exit);
    }
    serve::serve(&index, command.address, settings)
}

/// Empties the demo's folder; any other folder with something in it is refused.
fn clear(folder: &Path) -> anyhow::Result<()> {
    if !folder.exists() || fs_err::read_dir(folder)?.next().is_none() {
        return Ok(());
    }
    if !folder.join(MARKER).is_file() {
        bail!("{} is not empty and no earlier demo's (hint: pass another --data-dir)", folder.display());
    }
    fs_err::remove_dir_all(folder).context("the earlier demo could not be cleared")
}

fn fill(folder: &Path, sample: &Sample, settings: &Settings) -> anyhow::Result<Exit> {
    let data = DataFolder::new(folder.join("index"));
    let mut indexer = indexer(data.clone(), settings)?;
    // Tickets and mail state no readers; the demo's owner opens both, as an operator would.
    let open = |name| SourceName::new(name).map(|source| (source, Visibility::Everyone));
    let options =
        IngestOptions { openings: vec![open("jira")?, open("mail")?], ..IngestOptions::at(clock::now()) };
    let mut bar = Bar::new();
    let report = indexer.ingest(&sample.exports, &options, &mut |progress| bar.show(progress))?;
    bar.finish();
    print::report::text(&report, &data);
    Ok(ingest::exit_of(&report))
}

/// Writes the questions whose experts are known, so that `whoknows eval` can be tried on the demo.
fn write_questions(folder: &Path, sample: &Sample, now: Timestamp) -> anyhow::Result<()> {
    let mut lines = String::new();
    for (number, question) in (1..).zip(&sample.questions) {
        let experts: BTreeMap<&str, u8> = question.experts.iter().map(|key| (key.as_str(), 3)).collect();
        let line = serde_json::json!({
            "qid": format!("q{number}"), "text": question.text, "ts": now.to_string(), "experts": experts,
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    Ok(fs_err::write(folder.join(QUESTIONS_FILE), lines)?)
}

/// Answers on the terminal; returns whom the answers name first, by name and account.
fn answer(finder: &Finder, sample: &Sample, now: Timestamp) -> anyhow::Result<BTreeMap<String, AccountKey>> {
    let mut named = BTreeMap::new();
    for question in sample.questions.iter().take(QUESTIONS) {
        let (found, took_ms) = ask(finder, &search(finder, &question.text, 3, &Asker::default(), now), None)?;
        print::answer::text(&question.text, &found, took_ms);
        let first = found.experts.into_iter().next();
        named.extend(first.and_then(|first| Some((first.name, first.accounts.into_iter().next()?))));
    }
    Ok(named)
}

/// On the page a question is put to a person by a person: it takes two with a key.
fn hand_out_keys(index: &Path, named: BTreeMap<String, AccountKey>, now: Timestamp) -> anyhow::Result<()> {
    say!(
        "\nSign in on the page as one of them to ask, and in another tab as the other to answer (keys for a day):"
    );
    for (name, account) in named.into_iter().take(KEYS) {
        let draft = Draft {
            owner: Owner::Person(account),
            scopes: vec![Scope::Search, Scope::People, Scope::Me],
            speaks_for: Vec::new(),
            expires_at: Some(now.plus_seconds(KEYS_LAST)),
        };
        let (_, secret) = keys::make(index, draft, now)?;
        say!("  {name}: {}", secret.reveal());
    }
    Ok(())
}
