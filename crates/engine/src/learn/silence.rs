//! From which probability on somebody is named: lowered where the organization's own past shows that it is too high.
//!
//! Decision: the probability that somebody here can answer was fitted on other organizations, and its scale moves with
//! the language and the encoder. The past tells one half of it, how many questions that somebody did answer would have
//! been met with silence, and hardly the other: what nobody could have answered. So the threshold is lowered where
//! that share is too large beyond chance, never raised, and never below a floor, so that not even a past full of noise
//! has everybody named for everything.
//! It is a measurement and no contest: whenever it is taken again, the last one holds.

use query::confidence::probability;

use super::sureness::{FADES, Known};
use super::{Examined, FEWEST_TRIED, LearnConfig, Verdict};
use crate::Finder;

/// The threshold is never lowered below this. It is a probability as the model gives it, after whatever `pieces` adds.
const FLOOR: f64 = 0.2;

/// A share is too large beyond chance if it is by so many standard errors (one-sided p of .1, normal approximation).
const BEYOND_CHANCE: f64 = 1.2816;

/// A threshold, and what it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// From which probability on somebody is named, 0 to 1.
    pub name_from: f64,
    /// The share of the past's answered questions that are met with silence by it, 0 to 1.
    pub silent: f64,
}

/// From which probability on somebody is named, learned.
#[derive(Debug, Clone, PartialEq)]
pub struct SilenceLesson {
    /// Questions it was learned from: somebody answered them, of whom something could be found when they were asked.
    pub n_learned_from: usize,
    /// What the options say. The nearer past counts more in its share, as in that of the learned one.
    pub configured: Threshold,
    /// What was learned; as the options say, unless it won.
    pub learned: Threshold,
    /// Judged by what came later: how many questions the last fold has, and the shares of them that are met with silence
    /// by the options and by what was learned before it. `None` if it has none, or nothing came before it.
    pub tried: Option<(usize, f64, f64)>,
    /// Won if it is lower.
    pub verdict: Verdict,
}

/// Learns from the questions of all folds. Costs next to nothing.
pub(super) fn learn(
    finder: &Finder,
    (examined, known): (&[Examined], &[Vec<Known>]),
    config: &LearnConfig,
) -> SilenceLesson {
    let model = &finder.confidence_config().known;
    let of_fold = |(fold, known): (&Examined, &Vec<Known>)| -> Vec<f64> {
        // Whose experts had shown nothing yet is rightly met with silence.
        let could_be_found = fold.could_be_found(finder).into_iter().zip(known).filter(|(could, _)| *could);
        could_be_found.map(|(_, (features, _))| probability(features, model)).collect()
    };
    let folds: Vec<Vec<f64>> = examined.iter().zip(known).map(of_fold).collect();
    lesson(&folds, finder.configured_name_from(), config.most_silent)
}

/// `folds` hold, in their order, the probabilities that somebody can answer, of questions that somebody did answer.
fn lesson(folds: &[Vec<f64>], name_from: f64, most_silent: f64) -> SilenceLesson {
    let (last, before) = folds.split_last().map_or((&[][..], &[][..]), |(last, before)| (last, before));
    let trial = (!last.is_empty() && before.iter().any(|fold| !fold.is_empty())).then(|| {
        let silent = |from: f64| last.iter().filter(|sure| **sure < from).count() as f64 / last.len() as f64;
        (last.len(), silent(name_from), silent(Past::of(before).lowered(name_from, most_silent)))
    });
    let past = Past::of(folds);
    let lowered = past.lowered(name_from, most_silent);
    let threshold = |name_from: f64| Threshold { name_from, silent: past.silent(name_from) };
    let verdict = match lowered < name_from {
        _ if past.sure.len() < FEWEST_TRIED => Verdict::TooFew,
        true => Verdict::Won,
        false => Verdict::NotBetter,
    };
    SilenceLesson {
        n_learned_from: past.sure.len(),
        configured: threshold(name_from),
        learned: threshold(if verdict == Verdict::Won { lowered } else { name_from }),
        tried: trial,
        verdict,
    }
}

/// Probabilities with what each counts, ascending.
struct Past {
    sure: Vec<(f64, f64)>,
    /// What all count together.
    total: f64,
}

impl Past {
    /// Of folds in their order; the last counts most.
    fn of(folds: &[Vec<f64>]) -> Self {
        let mut sure = Vec::new();
        let mut weight = 1.0;
        for fold in folds.iter().rev() {
            sure.extend(fold.iter().map(|sure| (*sure, weight)));
            weight *= FADES;
        }
        sure.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let total = sure.iter().map(|(_, weight)| weight).sum();
        Self { sure, total }
    }

    /// The share that a threshold leaves without a name, 0 to 1.
    fn silent(&self, from: f64) -> f64 {
        let below = self.sure.partition_point(|(sure, _)| *sure < from);
        let weight: f64 = self.sure.iter().take(below).map(|(_, weight)| weight).sum();
        if self.total > 0.0 { weight / self.total } else { 0.0 }
    }

    /// The threshold with which at most that share is left without a name, to three digits; `name_from` if that is low
    /// enough but for chance.
    fn lowered(&self, name_from: f64, most_silent: f64) -> f64 {
        // What unequal weights leave of the number of questions (Kish 1965).
        let squares: f64 = self.sure.iter().map(|(_, weight)| weight * weight).sum();
        let error = (most_silent * (1.0 - most_silent) * squares).sqrt() / self.total.max(1.0);
        if self.silent(name_from) <= most_silent + BEYOND_CHANCE * error {
            return name_from;
        }
        let mut below = 0.0;
        let enough = self.sure.iter().find(|(_, weight)| {
            below += weight;
            below > most_silent * self.total
        });
        let enough = enough.map_or(name_from, |(sure, _)| (sure * 1_000.0).floor() / 1_000.0);
        enough.max(FLOOR).min(name_from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(from: f64) -> Vec<f64> {
        (0..100).map(|n| from + f64::from(n) / 200.0).collect()
    }

    #[test]
    fn the_threshold_is_lowered_as_far_as_it_must_be_and_no_further() {
        let found = lesson(&[spread(0.25)], 0.55, 0.25);
        assert_eq!((found.verdict, found.tried), (Verdict::Won, None));
        assert_eq!(found.learned, Threshold { name_from: 0.375, silent: 0.25 });
        assert!((found.configured.silent - 0.6).abs() < 0.011, "{found:?}");
        assert_eq!(lesson(&[spread(0.0)], 0.55, 0.25).learned, Threshold { name_from: FLOOR, silent: 0.4 });
        // A threshold that somebody set below the floor stays.
        assert_eq!(lesson(&[spread(0.0)], 0.1, 0.05).verdict, Verdict::NotBetter);
    }

    #[test]
    fn what_may_be_chance_or_is_not_asked_for_lowers_nothing() {
        let as_it_is = |folds: &[Vec<f64>], most_silent: f64| {
            let found = lesson(folds, 0.55, most_silent);
            assert_eq!(found.learned, found.configured, "{found:?}");
            found.verdict
        };
        // 28 of 100 are silent where 25 may be.
        assert_eq!(as_it_is(&[spread(0.41)], 0.25), Verdict::NotBetter);
        assert_eq!(as_it_is(&[spread(0.25)], 1.0), Verdict::NotBetter);
        assert_eq!(as_it_is(&[vec![0.1; FEWEST_TRIED - 1]], 0.25), Verdict::TooFew);
        assert_eq!(as_it_is(&[], 0.25), Verdict::TooFew);
    }

    #[test]
    fn the_past_fades_and_the_last_fold_judges_what_was_learned_before_it() {
        // Bad long ago and fine since, as where an index grew.
        let better = [vec![0.3; 100], vec![0.3; 100], vec![0.9; 100], vec![0.9; 100], vec![0.9; 100]];
        assert_eq!(lesson(&better, 0.55, 0.25).verdict, Verdict::NotBetter);
        let worse: Vec<Vec<f64>> = better.iter().rev().cloned().collect();
        let found = lesson(&worse, 0.55, 0.25);
        assert_eq!((found.verdict, found.tried), (Verdict::Won, Some((100, 1.0, 0.0))));
    }

    proptest! {
        #[test]
        fn no_more_is_met_with_silence_than_asked_for_unless_chance_or_the_floor_forbids(
            folds in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 0..100), 0..5),
            name_from in 0.0..1.0_f64,
            most in 0.0..1.0_f64,
        ) {
            let found = lesson(&folds, name_from, most);
            prop_assert!(found.learned.name_from <= name_from);
            prop_assert!(found.learned.silent <= found.configured.silent);
            if found.verdict == Verdict::Won {
                prop_assert!(found.learned.name_from < name_from);
                prop_assert!(found.learned.silent <= most + 1e-9 || found.learned.name_from <= FLOOR, "{found:?}");
            } else {
                prop_assert_eq!(found.learned, found.configured);
            }
        }
    }
}
