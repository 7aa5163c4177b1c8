//! Learned weights, shipped weights and simple methods on the same questions.

use eval::{Aliases, Difference, Run, TestQuestion, measure, paired_difference};
use query::rank::{Model, rank};

use super::LearnConfig;
use super::examples::Examined;
use crate::evaluate::PEOPLE_PER_QUESTION;
use crate::history::{Facts, facts};
use crate::{Error, Finder, simple};

/// A fold, and what was learned before it.
pub(super) struct Trial<'f> {
    pub(super) fold: &'f Examined,
    pub(super) learned: Model,
}

/// How one way to rank did.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// Mean reciprocal rank of all questions.
    pub reciprocal_rank: f64,
    /// The same, of questions whose experts are not among the ten busiest people; `None` if there are none.
    pub tail: Option<f64>,
    /// How much better the learned weights are, question by question; `None` for themselves.
    pub learned_is_better: Option<Difference>,
}

/// The learned weights, the shipped ones, then the simple methods; empty without questions.
pub(super) fn judge(
    finder: &Finder,
    trials: &[Trial<'_>],
    shipped: &Model,
    config: &LearnConfig,
) -> Result<Vec<Line>, Error> {
    let mut columns: Vec<(String, Vec<f64>)> =
        vec![("learned".to_owned(), Vec::new()), ("shipped".to_owned(), Vec::new())];
    columns.extend(simple::Method::ALL.map(|method| (method.as_str().to_owned(), Vec::new())));
    let mut tail = Vec::new();
    for trial in trials {
        let search = |question: &TestQuestion| trial.fold.search(question);
        let mut runs = vec![ranked(finder, trial.fold, &trial.learned), ranked(finder, trial.fold, shipped)];
        runs.extend(simple::runs(finder, &trial.fold.questions, &search)?.into_iter().map(|(_, run)| run));
        for ((_, column), run) in columns.iter_mut().zip(&runs) {
            let of = |question: &TestQuestion| {
                let grade = config.lowest_relevant_grade;
                measure(question, run.ranked(&question.qid), &Aliases::default(), grade).reciprocal_rank
            };
            column.extend(trial.fold.questions.iter().map(of));
        }
        let known =
            facts(finder, &trial.fold.questions, &Aliases::default(), config.lowest_relevant_grade, &search);
        tail.extend(known.iter().map(Facts::is_tail));
    }
    if tail.is_empty() {
        return Ok(Vec::new());
    }
    let learned = columns[0].1.clone();
    let line = |(place, (name, column)): (usize, (String, Vec<f64>))| {
        let pairs: Vec<(f64, f64)> = learned.iter().copied().zip(column.iter().copied()).collect();
        let in_tail = column.iter().zip(&tail).filter(|(_, tail)| **tail).map(|(value, _)| *value);
        Line {
            name,
            reciprocal_rank: mean(column.iter().copied()).unwrap_or_default(),
            tail: mean(in_tail),
            learned_is_better: (place > 0).then(|| paired_difference(&pairs, config.seed)).flatten(),
        }
    };
    Ok(columns.into_iter().enumerate().map(line).collect())
}

fn ranked(finder: &Finder, fold: &Examined, model: &Model) -> Run {
    let mut run = Run::default();
    for (question, features) in fold.questions.iter().zip(&fold.features) {
        let people = rank(features, model, finder.candidates());
        let keys = people.iter().take(PEOPLE_PER_QUESTION).map(|person| finder.keys_of(person.person));
        run.insert(question.qid.clone(), keys.collect());
    }
    run
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u32, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / f64::from(n))
}
