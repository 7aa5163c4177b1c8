//! Learning the ranking's weights from the organisation's own past, and keeping them only if they win.
//!
//! Decision: what is learned is the view "who will help now". The past tells who answered, which inside a busy
//! channel is mostly who was there; who *knows* is not read off it.
//! Decision: a model is judged as it would have been used: learned from what was asked before a cut, tried on
//! what was asked after it, with the evidence frozen at the cut, several cuts after each other.
//! Only what everyone may read is learned from, so that no weight can tell of what is hidden.

mod examples;
mod stored;
#[cfg(test)]
mod tests;
mod trial;

use model::Timestamp;
use query::learn::{FitConfig, fit};
use query::rank::{Model, View};

pub(crate) use examples::{Examined, examine};
pub use stored::Learned;
pub use trial::Line;

use crate::history::{self, folds};
use crate::{Error, Finder};

/// What learning is told.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnConfig {
    /// Cuts after each other; each but the first is tried with what was learned before it.
    pub folds: usize,
    /// Most questions of one fold, evenly drawn.
    pub questions_per_fold: usize,
    /// Variance of the prior around the shipped weights.
    pub variance: f64,
    /// Largest p (two-sided, paired randomisation) at which a better mean counts as won.
    pub p_value: f64,
    /// The lowest grade that counts as relevant when a model is judged.
    pub lowest_relevant_grade: u8,
    /// Seed of the test.
    pub seed: u64,
}

/// Why a learned model is kept or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It won: better than the shipped weights beyond chance, and not below any simple method.
    Won,
    /// There are too few questions to learn from or to judge by.
    TooFew,
    /// It is not better than the shipped weights beyond chance.
    NotBetter,
    /// A simple method is better.
    BelowSimple,
}

/// What learning found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Questions that the past holds.
    pub n_questions: usize,
    /// Questions that the final weights were learned from.
    pub n_learned_from: usize,
    /// Questions that the model was judged by.
    pub n_tried: usize,
    /// The learned weights, the shipped ones, then the simple methods.
    pub lines: Vec<Line>,
    /// The learned weights; `None` if there was nothing to learn from.
    pub learned: Option<Learned>,
    /// Whether to keep them.
    pub verdict: Verdict,
}

/// Fewest questions to judge by.
pub const FEWEST_TRIED: usize = 25;

/// Learns from the index's own past, and judges what was learned. Writes nothing.
///
/// Costs one search for each question, and one fit for each fold.
///
/// # Errors
/// [`Error::Leak`] if a question would be answered from its own conversation; the first failing search.
pub fn learn(finder: &Finder, config: &LearnConfig) -> Result<Report, Error> {
    let questions = history::questions(finder)?;
    let mut examined = Vec::new();
    for fold in folds(&questions, config.folds) {
        examined.push(examples::examine(finder, fold, config)?);
    }
    let shipped = finder.shipped_model(View::Helps);
    let fit_config = FitConfig { variance: config.variance };
    let mut trials = Vec::new();
    for (number, fold) in examined.iter().enumerate().skip(1) {
        let earlier: Vec<_> = examined[..number].iter().flat_map(examples::Examined::samples).collect();
        let learned = fit(&earlier, shipped, fit_config).unwrap_or_else(|| shipped.clone());
        trials.push(trial::Trial { fold, learned });
    }
    let lines = trial::judge(finder, &trials, shipped, config)?;
    let all: Vec<_> = examined.iter().flat_map(examples::Examined::samples).collect();
    let newest = questions.last().map(|question| question.test.ts);
    let learned = fit(&all, shipped, fit_config).zip(newest);
    let n_tried = trials.iter().map(|trial| trial.fold.questions.len()).sum();
    Ok(Report {
        n_questions: questions.len(),
        n_learned_from: all.len(),
        n_tried,
        verdict: verdict(&lines, n_tried, config),
        learned: learned.map(|(model, newest)| Learned::new(&model, all.len(), newest)),
        lines,
    })
}

fn verdict(lines: &[Line], n_tried: usize, config: &LearnConfig) -> Verdict {
    let [learned, shipped, simple @ ..] = lines else { return Verdict::TooFew };
    if n_tried < FEWEST_TRIED {
        return Verdict::TooFew;
    }
    if simple.iter().any(|line| line.reciprocal_rank > learned.reciprocal_rank) {
        return Verdict::BelowSimple;
    }
    match &shipped.learned_is_better {
        Some(difference) if difference.mean > 0.0 && difference.p_value <= config.p_value => Verdict::Won,
        _ => Verdict::NotBetter,
    }
}

impl Verdict {
    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::TooFew => "too_few_questions",
            Self::NotBetter => "not_better",
            Self::BelowSimple => "below_simple_method",
        }
    }
}

/// Model files name when they were learned: as text, so that people can read them.
fn day(at: Timestamp) -> String {
    at.to_string()
}

/// The weights of a model by the features' names, those that count.
fn named(model: &Model) -> std::collections::BTreeMap<String, f64> {
    model.weights().map(|(feature, weight)| (feature.as_str().to_owned(), weight)).collect()
}
