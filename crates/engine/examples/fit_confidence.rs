//! Fits the three models of confidence and prints them as options, with the figures they reach.
//!
//! `cargo run --release -p engine --example fit_confidence -- NAME=FILE,FILE… …`: each file was written by
//! `whoknows backtest --evidence FILE`; the files of one collection go together. People are fitted on collections
//! whose name begins with `planted`, where it is known who can answer; the two other models on all collections,
//! each counting the same. Every figure is also given for models that the collection took no part in.

use std::error::Error;
use std::io::Write;

use query::confidence::{
    ANSWER, AnswerFeatures, AnswerModel, Coefficients, PERSON, PersonFeatures, PersonModel, Sample, fit,
    probability,
};
use serde::Deserialize;

/// How strongly weights are held to 0, in samples.
const STRENGTH: f64 = 5.0;

/// What each collection counts for, in samples.
const SIZE: f64 = 1_000.0;

/// The share of questions that nobody can answer, as it is weighed.
const NOBODY: f64 = 0.4;

#[derive(Deserialize)]
struct Line {
    nobody: bool,
    hit: bool,
    answer: AnswerFeatures,
    people: Vec<Person>,
}

#[derive(Deserialize)]
struct Person {
    features: PersonFeatures,
    expert: bool,
}

struct Collection {
    name: String,
    lines: Vec<Line>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let collections =
        std::env::args().skip(1).map(|argument| read(&argument)).collect::<Result<Vec<_>, _>>()?;
    let mut out = std::io::stdout().lock();
    let person = fit_person(&collections);
    let all: Vec<&Collection> = collections.iter().collect();
    let known = fit_known(&all, &person);
    let answered = fit_answered(&all, &person);
    options(&mut out, "person", &PERSON, &person)?;
    options(&mut out, "known", &ANSWER, &known)?;
    options(&mut out, "answered", &ANSWER, &answered)?;
    writeln!(out, "\n{:16} {:>28} {:>28} {:>8} {:>8}", "", "threshold: false/recognized", "", "ECE", "")?;
    for collection in &collections {
        let others: Vec<&Collection> =
            collections.iter().filter(|other| other.name != collection.name).collect();
        report(&mut out, collection, &person, (&known, &answered), "all")?;
        let (known, answered) = (fit_known(&others, &person), fit_answered(&others, &person));
        report(&mut out, collection, &person, (&known, &answered), "the others")?;
    }
    Ok(())
}

fn read(argument: &str) -> Result<Collection, Box<dyn Error>> {
    let (name, files) = argument.split_once('=').ok_or("expected NAME=FILE,FILE")?;
    let mut lines = Vec::new();
    for file in files.split(',') {
        for line in fs_err::read_to_string(file)?.lines() {
            lines.push(serde_json::from_str(line)?);
        }
    }
    Ok(Collection { name: name.to_owned(), lines })
}

/// Where nothing is known yet.
const fn nothing<const N: usize>() -> Coefficients<N> {
    Coefficients { bias: 0.0, weights: [0.0; N] }
}

fn fit_person(collections: &[Collection]) -> PersonModel {
    let planted = collections.iter().filter(|collection| collection.name.starts_with("planted"));
    let people = planted.flat_map(|collection| &collection.lines).flat_map(|line| &line.people);
    let sample = |p: &Person| Sample { features: p.features, came_true: p.expert, weight: 1.0 };
    fit(&people.map(sample).collect::<Vec<_>>(), &nothing(), STRENGTH)
}

/// The features of the answer, with the strongest person by this model.
fn features(line: &Line, person: &PersonModel) -> AnswerFeatures {
    let odds = |p: &Person| {
        let probability = probability(&p.features, person);
        (probability / (1.0 - probability)).ln()
    };
    let mut features = line.answer;
    features[0] = line.people.iter().map(odds).fold(-8.0, f64::max);
    features
}

fn fit_known(collections: &[&Collection], person: &PersonModel) -> AnswerModel {
    let samples = collections.iter().flat_map(|collection| {
        let n =
            |nobody: bool| collection.lines.iter().filter(|line| line.nobody == nobody).count().max(1) as f64;
        let (n_nobody, n_known) = (n(true), n(false));
        collection.lines.iter().map(move |line| Sample {
            features: features(line, person),
            came_true: !line.nobody,
            weight: if line.nobody { SIZE * NOBODY / n_nobody } else { SIZE * (1.0 - NOBODY) / n_known },
        })
    });
    fit(&samples.collect::<Vec<_>>(), &nothing(), STRENGTH)
}

/// By the strongest person alone: the other features tell collections apart, not questions.
fn fit_answered(collections: &[&Collection], person: &PersonModel) -> AnswerModel {
    let samples = collections.iter().flat_map(|collection| {
        let answerable = || collection.lines.iter().filter(|line| !line.nobody);
        let weight = SIZE / answerable().count().max(1) as f64;
        let sample = move |line: &Line| Sample {
            features: [features(line, person)[0], 0.0, 0.0, 0.0],
            came_true: line.hit,
            weight,
        };
        answerable().map(sample)
    });
    fit(&samples.collect::<Vec<_>>(), &nothing(), STRENGTH)
}

fn options<const N: usize>(
    out: &mut dyn Write,
    name: &str,
    names: &[&str; N],
    model: &Coefficients<N>,
) -> std::io::Result<()> {
    writeln!(out, "\n[query.confidence.{name}]\nbias = {:.3}", model.bias)?;
    for (name, weight) in names.iter().zip(model.weights) {
        // No collection here is asked in pieces alone: what stands in the options was set by hand.
        if *name == "pieces" {
            writeln!(out, "# pieces: not fitted, keep what stands")?;
            continue;
        }
        writeln!(out, "{name} = {weight:.3}")?;
    }
    Ok(())
}

/// Shares met with silence of answerable questions and of the others, at thresholds; the recall at which a tenth
/// and a quarter of the former are silenced; how well both probabilities are calibrated.
fn report(
    out: &mut dyn Write,
    collection: &Collection,
    person: &PersonModel,
    (known, answered): (&AnswerModel, &AnswerModel),
    fitted_on: &str,
) -> std::io::Result<()> {
    let sure = |nobody: bool| -> Vec<f64> {
        let lines = collection.lines.iter().filter(|line| line.nobody == nobody);
        lines.map(|line| probability(&features(line, person), known)).collect()
    };
    let (answerable, others) = (sure(false), sure(true));
    let silent = |list: &[f64], from: f64| {
        list.iter().filter(|sure| **sure < from).count() as f64 / list.len().max(1) as f64
    };
    write!(out, "{:16} fitted on {fitted_on:10}", collection.name)?;
    for from in [0.4, 0.45, 0.5, 0.55, 0.6] {
        write!(out, "  {from}: {:.2}/{:.2}", silent(&answerable, from), silent(&others, from))?;
    }
    let recall = |share| eval::abstention_recall(&answerable, &others, share).unwrap_or(f64::NAN);
    let forecasts: Vec<eval::Forecast> = collection
        .lines
        .iter()
        .map(|line| {
            let features = features(line, person);
            let both = probability(&features, known) * probability(&features, answered);
            eval::Forecast { probability: both, came_true: line.hit }
        })
        .collect();
    let wins: f64 = answerable
        .iter()
        .flat_map(|a| {
            others.iter().map(move |b| {
                if a > b {
                    1.0
                } else if a < b {
                    0.0
                } else {
                    0.5
                }
            })
        })
        .sum();
    let auc = wins / (answerable.len() * others.len()).max(1) as f64;
    writeln!(
        out,
        "  AUC {auc:.3}  recall@10 {:.2} @25 {:.2}  ECE {:.3}",
        recall(0.1),
        recall(0.25),
        eval::expected_calibration_error(&forecasts, 10).unwrap_or(f64::NAN)
    )
}
