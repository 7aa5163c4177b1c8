//! What the ranking reaches, held against `benches/quality/expected/`: one file an experiment, by the real binary.
//!
//! Made-up organizations are always run; bundles of real exports where `WHOKNOWS_COLLECTIONS` names their folder,
//! and elsewhere it is said aloud that they are skipped. A figure may drift to neither side without somebody
//! changing the file and saying why in `benches/quality/LOG.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail by panicking, and skip aloud"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use model::{AccountKey, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Experiment {
    collection: Collection,
    /// Counts of the index, exact: `messages`, `people`, `documents`.
    index: BTreeMap<String, u64>,
    backtest: Backtest,
    figures: BTreeMap<String, Figure>,
}

/// What is ingested: one of `sample`, `planted` and `bundle`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Collection {
    sample: Option<Sample>,
    planted: Option<Planted>,
    bundle: Option<String>,
    /// What is opened by policy, `source=everyone`; mail and tickets of what is made up always are.
    #[serde(default)]
    visibility: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    seed: u64,
    people: usize,
    months: u32,
    end: String,
}

/// An organization of `whoknows synth`, with its `queries.jsonl` and `persons.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planted {
    seed: u64,
    size: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Backtest {
    /// A file of what is ingested, or `planted` for a sample's known experts; else the index's own past.
    questions: Option<String>,
    /// Further arguments; one that names a file of what is ingested is taken for it.
    #[serde(default)]
    arguments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    expected: f64,
    within: f64,
    at_least: Option<f64>,
}

fn experiments() -> Vec<(String, Experiment)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/quality/expected");
    let mut paths: Vec<PathBuf> =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs_err::read_to_string(&path).unwrap();
        let experiment = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path.file_stem().unwrap().to_string_lossy().into_owned(), experiment)
    };
    paths.into_iter().map(read).collect()
}

fn collections() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the collections lie is the tests' own business")]
    let folder = std::env::var("WHOKNOWS_COLLECTIONS").ok().map(PathBuf::from);
    folder
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    // 2: some records are in quarantine, as some of a real export may be.
    assert!(matches!(output.status.code(), Some(0 | 2)), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn whoknows() -> Command {
    Command::new(env!("CARGO_BIN_EXE_whoknows"))
}

/// Writes a sample and the questions whose experts it knows; gives its exports.
fn write_sample(sample: &Sample, into: &Path) -> Vec<PathBuf> {
    let end: Timestamp = sample.end.parse().unwrap();
    let plan = synth::Plan { seed: sample.seed, people: sample.people, months: sample.months, end };
    let folder = into.join("exports");
    fs_err::create_dir_all(&folder).unwrap();
    let written = synth::write_sample(&plan, &folder).unwrap();
    let line = |number: usize, text: &str, experts: &[AccountKey], nobody: bool| {
        let experts: BTreeMap<&str, u8> = experts.iter().map(|key| (key.as_str(), 3)).collect();
        let qid = format!("q{number}");
        json!({"qid": qid, "text": text, "ts": end.to_string(), "experts": experts, "nobody": nobody})
            .to_string()
    };
    let known =
        written.questions.iter().map(|question| (question.text.as_str(), question.experts.as_slice(), false));
    let unknown = written.unknowable.iter().map(|text| (text.as_str(), &[][..], true));
    let lines: Vec<String> = (1..)
        .zip(known.chain(unknown))
        .map(|(number, (text, experts, nobody))| line(number, text, experts, nobody))
        .collect();
    fs_err::write(into.join("planted"), lines.join("\n")).unwrap();
    written.exports
}

/// Writes an organization with planted truth; gives its exports.
fn write_planted(planted: &Planted, into: &Path) -> Vec<PathBuf> {
    let Planted { seed, size } = planted;
    run(whoknows().args(["synth", "--seed", &seed.to_string(), "--size", size, "--out"]).arg(into));
    ["slack", "mail", "jira"].map(|export| into.join(export)).into()
}

fn unpack(archive: &Path, into: &Path) -> Vec<PathBuf> {
    run(Command::new("tar").args(["-I", "zstd", "-xf"]).arg(archive).arg("-C").arg(into));
    vec![into.join("native_asof")]
}

/// Ingests the collection of an experiment and gives the report; `None` if it is not here.
fn ingest(collection: &Collection, work: &Path) -> Option<Value> {
    let mut visibility: Vec<&str> = collection.visibility.iter().map(String::as_str).collect();
    if collection.bundle.is_none() {
        visibility.extend(["mail=everyone", "jira=everyone"]);
    }
    let exports = match (&collection.sample, &collection.planted, &collection.bundle) {
        (Some(sample), None, None) => write_sample(sample, work),
        (None, Some(planted), None) => write_planted(planted, work),
        (None, None, Some(bundle)) => unpack(&collections()?.join(format!("{bundle}.tar.zst")), work),
        _ => panic!("a collection is one of sample, planted and bundle"),
    };
    let mut command = whoknows();
    command.args(["ingest", "--json", "--data-dir"]).arg(work.join("index")).args(exports);
    command.arg("--policy").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/quality/policy.toml"));
    for opening in visibility {
        command.args(["--visibility", opening]);
    }
    Some(serde_json::from_str(&run(&mut command)).unwrap())
}

fn backtest(experiment: &Backtest, work: &Path) -> Value {
    let mut command = whoknows();
    command.args(["backtest", "--json", "--data-dir"]).arg(work.join("index"));
    if let Some(questions) = &experiment.questions {
        command.arg("--queries").arg(work.join(questions));
    }
    for argument in &experiment.arguments {
        let file = work.join(argument);
        if file.is_file() {
            command.arg(file)
        } else {
            command.arg(argument)
        };
    }
    serde_json::from_str(&run(&mut command)).unwrap()
}

/// What of an experiment is not as expected.
fn surprises(name: &str, experiment: &Experiment) -> Vec<String> {
    let work = tempfile::tempdir().unwrap();
    let Some(report) = ingest(&experiment.collection, work.path()) else {
        eprintln!("SKIPPED {name}: WHOKNOWS_COLLECTIONS does not name the folder of the collections");
        return Vec::new();
    };
    let exports = report["exports"].as_array().unwrap();
    let messages: u64 = exports.iter().map(|export| export["added"].as_u64().unwrap()).sum();
    let mut found = Vec::new();
    for (count, expected) in &experiment.index {
        let counted = if count == "messages" { Some(messages) } else { report[count].as_u64() };
        if counted != Some(*expected) {
            found.push(format!("{name}: {count} are {counted:?}, expected {expected}"));
        }
    }
    let reached = backtest(&experiment.backtest, work.path());
    for (figure, Figure { expected, within, at_least }) in &experiment.figures {
        let Some(value) = reached["figures"][figure].as_f64() else {
            found.push(format!("{name}: {figure} is not measured: {}", reached["figures"]));
            continue;
        };
        if (value - expected).abs() > *within + 1e-9 {
            found.push(format!("{name}: {figure} is {value:.4}, expected {expected} within {within}"));
        }
        if at_least.is_some_and(|least| value < least) {
            found.push(format!("{name}: {figure} is {value:.4}, less than {at_least:?}"));
        }
    }
    found
}

#[test]
fn every_experiment_gives_what_its_file_expects() {
    let experiments = experiments();
    assert!(experiments.iter().any(|(_, experiment)| experiment.collection.sample.is_some()));
    let found: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = experiments
            .iter()
            .map(|(name, experiment)| scope.spawn(move || surprises(name, experiment)))
            .collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}
