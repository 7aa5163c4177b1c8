//! One question to learn from.

use crate::rank::{Feature, Features, Part, Term, standardized};

/// A question's candidates as the model sees them, and who turned out to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Standardized terms, a row a candidate.
    pub(super) rows: Vec<[f64; Term::COUNT]>,
    /// Each candidate's share of the truth; adds up to 1.
    pub(super) truth: Vec<f64>,
}

impl Sample {
    /// The candidates of a question, as [`crate::rank::candidates`] chooses them, and by `gain` how much each
    /// turned out to know (0: did not). `None` if nobody among them did: there is nothing to learn then.
    ///
    /// Somebody who answers everything says less about what makes an expert than somebody who rarely does, so a
    /// gain is divided by the root of 1 + their answers (inverse propensity, softened: Joachims et al.,
    /// *Unbiased Learning-to-Rank with Biased Feedback*, 2017).
    pub fn new(candidates: &[&Features], gain: impl Fn(u32) -> f64) -> Option<Self> {
        let weighed =
            |person: &&Features| gain(person.person) / (1.0 + f64::from(person.get(Feature::Ever))).sqrt();
        let gains: Vec<f64> = candidates.iter().map(weighed).collect();
        let total: f64 = gains.iter().sum();
        if total <= 0.0 {
            return None;
        }
        let truth = gains.into_iter().map(|gain| gain / total).collect();
        let mut rows = standardized(candidates);
        for row in &mut rows {
            for term in Term::all().filter(|term| term.feature.part() == Part::Spread) {
                row[term.number()] = 0.0;
            }
        }
        Some(Self { rows, truth })
    }
}
