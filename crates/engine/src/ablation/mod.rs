//! What each part of the ranking is worth, on questions of the index's own past.
//!
//! A fold's questions are asked of an index frozen at its beginning; what is known of the candidates is collected
//! once, and ranked again by each [`Way`]. Options that change what is collected (a budget, no encoder) need a
//! finder, and a [`Past`], of their own: its questions are the same.

mod ways;

use eval::{Difference, Measures, holm, paired_difference};
use query::rank::{Features, Model, Place, View};
use rayon::prelude::*;

pub use ways::{Way, of_parts, of_retrieval};

use crate::history::{self, folds};
use crate::learn::{Examined, LearnConfig, examine};
use crate::{Error, Finder};

/// Questions of the past with what was known of their candidates.
#[derive(Debug)]
pub struct Past {
    folds: Vec<Examined>,
    lowest_relevant_grade: u8,
    seed: u64,
}

/// One way to rank, played: a row of the table to be.
#[derive(Debug, Clone)]
pub struct Played {
    /// Which rows it stands with.
    pub group: &'static str,
    /// What it is called.
    pub name: String,
    measures: Vec<Measures>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which rows it stands with.
    pub group: &'static str,
    /// What it is called.
    pub name: String,
    /// Mean reciprocal rank of all questions.
    pub reciprocal_rank: f64,
    /// The same, of questions whose experts are not among the ten busiest people; `None` if there are none.
    pub tail: Option<f64>,
    /// Mean nDCG@5 of all questions, gain 2^grade − 1.
    pub ndcg_at_5: f64,
    /// Its reciprocal rank minus that of the first row, question by question; p-values are corrected over the
    /// table (Holm). `None` for the first row.
    pub ahead: Option<Difference>,
}

impl Past {
    /// Mines the questions and collects what is known of their candidates; of `config`, folds, questions a fold,
    /// grade and seed count. Costs one search for each question.
    ///
    /// # Errors
    /// [`Error::Leak`] if a question would be answered from its own conversation; the first failing search.
    pub fn of(finder: &Finder, config: &LearnConfig) -> Result<Self, Error> {
        let questions = history::questions(finder)?;
        let wanted = config.folds.saturating_mul(config.questions_per_fold);
        let examined = folds(&questions, config.folds, wanted)
            .into_iter()
            .map(|fold| examine(finder, fold, Place::Told, config));
        let (lowest_relevant_grade, seed) = (config.lowest_relevant_grade, config.seed);
        Ok(Self { folds: examined.collect::<Result<_, _>>()?, lowest_relevant_grade, seed })
    }

    /// How many questions are asked.
    pub fn n_questions(&self) -> usize {
        self.folds.iter().map(|fold| fold.questions.len()).sum()
    }

    /// The shipped weights that a view ranks these questions by: others where no channel tells anything.
    pub fn shipped<'f>(&self, finder: &'f Finder, view: View) -> &'f Model {
        let place = self.folds.first().map_or(Place::Untold, |fold| fold.place(finder));
        finder.shipped_models().of(view, place)
    }

    /// Ranks all questions by a way.
    pub fn play(&self, finder: &Finder, group: &'static str, name: &str, way: &Way) -> Played {
        let ranked = |features: &[Features]| way.ranked(features, finder.candidates());
        let of_fold = |fold: &Examined| fold.measured(finder, self.lowest_relevant_grade, &ranked);
        let measures = self.folds.iter().flat_map(of_fold).collect();
        Played { group, name: name.to_owned(), measures }
    }

    /// The table: each way held against the first. Costs one pass over the documents for each question.
    pub fn rows(&self, finder: &Finder, played: &[Played]) -> Vec<Row> {
        let Some(first) = played.first() else { return Vec::new() };
        let of_fold = |fold: &Examined| fold.tail(finder, self.lowest_relevant_grade);
        let tail: Vec<bool> = self.folds.iter().flat_map(of_fold).collect();
        let ranks = |played: &Played| -> Vec<f64> {
            played.measures.iter().map(|measures| measures.reciprocal_rank).collect()
        };
        let shipped = ranks(first);
        let row = |(place, played): (usize, &Played)| {
            let ours = ranks(played);
            let pairs: Vec<(f64, f64)> = ours.iter().copied().zip(shipped.iter().copied()).collect();
            let in_tail: Vec<f64> =
                ours.iter().zip(&tail).filter(|(_, tail)| **tail).map(|(rank, _)| *rank).collect();
            let mean = Measures::mean(&played.measures);
            Row {
                group: played.group,
                name: played.name.clone(),
                reciprocal_rank: mean.reciprocal_rank,
                tail: (!in_tail.is_empty())
                    .then(|| in_tail.iter().fold(0.0, |sum, rank| sum + rank) / in_tail.len() as f64),
                ndcg_at_5: mean.ndcg_at_5,
                ahead: (place > 0).then(|| paired_difference(&pairs, self.seed)).flatten(),
            }
        };
        let mut rows: Vec<Row> = played.par_iter().enumerate().map(row).collect();
        let p_values: Vec<f64> =
            rows.iter().filter_map(|row| row.ahead.as_ref()).map(|ahead| ahead.p_value).collect();
        let differences = rows.iter_mut().filter_map(|row| row.ahead.as_mut());
        for (difference, corrected) in differences.zip(holm(&p_values)) {
            difference.p_value = corrected;
        }
        rows
    }
}
