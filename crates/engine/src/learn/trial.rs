//! Learned weights, shipped weights and simple methods on the same questions.

use eval::{Aliases, Difference, Run, TestQuestion, measure, paired_difference};
use query::rank::Model;

use super::LearnConfig;
use super::examples::{Examined, by_model};
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
    /// The same of the mean of the two figures, so that the few busiest, who answer half of what is asked, do not
    /// decide alone; `None` for themselves, and without a tail.
    pub better_in_both: Option<Difference>,
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
    let (mut tail, grade) = (Vec::new(), config.lowest_relevant_grade);
    for Trial { fold, learned } in trials {
        let ranked = |model: &Model| -> Vec<f64> {
            let measured =
                fold.measured(finder, grade, &|features| by_model(features, model, finder.candidates()));
            measured.iter().map(|measures| measures.reciprocal_rank).collect()
        };
        let of_run = |run: &Run| -> Vec<f64> {
            let of = |question: &TestQuestion| {
                measure(question, run.ranked(&question.qid), &Aliases::default(), grade).reciprocal_rank
            };
            fold.questions.iter().map(of).collect()
        };
        let mut ranks = vec![ranked(learned), ranked(shipped)];
        let search = |question: &TestQuestion| fold.search(question);
        ranks.extend(simple::runs(finder, &fold.questions, &search)?.iter().map(|(_, run)| of_run(run)));
        for ((_, column), ranks) in columns.iter_mut().zip(ranks) {
            column.extend(ranks);
        }
        tail.extend(fold.tail(finder, grade));
    }
    if tail.is_empty() {
        return Ok(Vec::new());
    }
    let learned = columns[0].1.clone();
    let evenly = evenly(&tail);
    let line = |(place, (name, column)): (usize, (String, Vec<f64>))| {
        let pairs: Vec<(f64, f64)> = learned.iter().copied().zip(column.iter().copied()).collect();
        let both =
            pairs.iter().zip(&evenly).map(|((a, b), weight)| (a * weight, b * weight)).collect::<Vec<_>>();
        let in_tail = column.iter().zip(&tail).filter(|(_, tail)| **tail).map(|(value, _)| *value);
        Line {
            name,
            reciprocal_rank: mean(column.iter().copied()).unwrap_or_default(),
            tail: mean(in_tail),
            learned_is_better: (place > 0).then(|| paired_difference(&pairs, config.seed)).flatten(),
            better_in_both: (place > 0).then(|| paired_difference(&both, config.seed)).flatten(),
        }
    };
    Ok(columns.into_iter().enumerate().map(line).collect())
}

/// By how much each question counts so that the mean over all is that of all questions' mean and of the tail's;
/// empty without a tail.
fn evenly(tail: &[bool]) -> Vec<f64> {
    let in_tail = tail.iter().filter(|tail| **tail).count();
    if in_tail == 0 {
        return Vec::new();
    }
    let more = tail.len() as f64 / in_tail as f64;
    tail.iter().map(|tail| f64::midpoint(1.0, if *tail { more } else { 0.0 })).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u32, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / f64::from(n))
}
