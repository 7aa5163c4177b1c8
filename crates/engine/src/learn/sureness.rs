//! How sure answers may sound: learned from the organization's own past, and kept only if that is better.
//!
//! Decision: what is learned is the one probability that differs from organization to organization by more than
//! any evidence tells: whether, somebody being able to answer, one of the first five does. Whether a *person* can
//! answer is not learned here: who did answer is far fewer than who could have, and a fit on them would call
//! everybody unsure.

use eval::{
    Difference, Forecast, Measures, area_under_risk_coverage, expected_calibration_error, log_loss,
    paired_difference, risk_coverage,
};
use query::confidence::{AnswerFeatures, AnswerModel, Sample, fit, probability};
use query::rank::{Features, Place};

use super::examples::{Examined, by_model};
use super::trial::Trial;
use super::{FEWEST_TRIED, LearnConfig, Verdict};
use crate::{Error, Finder};

/// How strongly weights are held to the shipped ones, in questions. The bias is free.
const HELD: f64 = 20.0;

/// Bins of the calibration error: those of a backtest.
const BINS: usize = 10;

/// Shares of the questions, the surest first, that the table of risk and coverage has a row for.
pub const COVERAGES: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// What is left of a fold's weight for each that comes after it: what is near in time tells more of what comes next.
pub(super) const FADES: f64 = 0.5;

/// How sure answers may sound, learned.
#[derive(Debug, Clone, PartialEq)]
pub struct SurenessLesson {
    /// Whether questions told their channel.
    pub place: Place,
    /// Questions that the final model was learned from.
    pub n_learned_from: usize,
    /// Questions that it was judged by: later than what it was then learned from.
    pub n_tried: usize,
    /// How far the shipped model can be believed; `None` without questions.
    pub shipped: Option<Belief>,
    /// How far what was learned can be.
    pub learned: Option<Belief>,
    /// Log loss of the shipped model minus that of the learned one, question by question.
    pub learned_is_better: Option<Difference>,
    /// The learned model.
    pub model: AnswerModel,
    /// Whether to keep it.
    pub verdict: Verdict,
}

/// How far a probability can be believed.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Expected calibration error over ten bins of equal numbers, 0 to 1; lower is better.
    pub calibration_error: f64,
    /// Mean of −ln of the probability given to what happened; lower is better.
    pub log_loss: f64,
    /// Area under the risk–coverage curve: what the order of the probabilities is worth.
    pub area: f64,
    /// For each of [`COVERAGES`]: the share of so many surest questions with an expert among the first five.
    pub hits: [f64; COVERAGES.len()],
}

/// What the evidence said of a question, and whether one of the first five was an expert.
pub(super) type Known = (AnswerFeatures, bool);

/// What was known of the questions of each fold. `examined` are all folds, `trials` all but the first with the
/// weights learned before them; `won` says whether these weights will rank. Costs one retrieval a question.
pub(super) fn known(
    finder: &Finder,
    (examined, trials): (&[Examined], &[Trial<'_>]),
    won: bool,
    config: &LearnConfig,
) -> Result<Vec<Vec<Known>>, Error> {
    let of = |(number, fold): (usize, &Examined)| {
        // The first five are those of the weights that will rank, as they were learned before the fold.
        let learned = trials.iter().filter(|_| won).nth(number.wrapping_sub(1));
        let model = learned.map_or_else(|| finder.current_model(fold.asked_in()), |trial| &trial.learned);
        let ranked = |features: &[Features]| by_model(features, model, finder.candidates());
        let hits = fold.measured(finder, config.lowest_relevant_grade, &ranked);
        let hits = hits.iter().map(|measures: &Measures| measures.hit_at_5 > 0.0);
        Ok(fold.answer_features(finder)?.into_iter().zip(hits).collect())
    };
    examined.iter().enumerate().map(of).collect()
}

/// Learns on the folds before each, tries on it.
pub(super) fn learn(
    finder: &Finder,
    known: &[Vec<Known>],
    place: Place,
    config: &LearnConfig,
) -> SurenessLesson {
    let shipped = finder.shipped_answered();
    let forecasts = |model: &AnswerModel, known: &[Known]| -> Vec<Forecast> {
        let of = |(features, came_true): &Known| Forecast {
            probability: probability(features, model),
            came_true: *came_true,
        };
        known.iter().map(of).collect()
    };
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (number, fold) in known.iter().enumerate().skip(1) {
        before.extend(forecasts(shipped, fold));
        after.extend(forecasts(&fitted(&known[..number], shipped), fold));
    }
    let (shipped_belief, learned_belief) = (Belief::of(&before), Belief::of(&after));
    let loss = |forecast: &Forecast| log_loss(&[*forecast]).unwrap_or_default();
    let pairs: Vec<(f64, f64)> = before.iter().map(loss).zip(after.iter().map(loss)).collect();
    let learned_is_better = paired_difference(&pairs, config.seed);
    let verdict =
        verdict((&shipped_belief, &learned_belief), learned_is_better.as_ref(), after.len(), config);
    SurenessLesson {
        place,
        n_learned_from: known.iter().map(Vec::len).sum(),
        n_tried: after.len(),
        shipped: shipped_belief,
        learned: learned_belief,
        learned_is_better,
        model: fitted(known, shipped),
        verdict,
    }
}

/// The folds in their order; the last counts most.
fn fitted(known: &[Vec<Known>], prior: &AnswerModel) -> AnswerModel {
    let mut samples = Vec::new();
    let mut weight = 1.0;
    for fold in known.iter().rev() {
        let sample =
            |(features, came_true): &Known| Sample { features: *features, came_true: *came_true, weight };
        samples.extend(fold.iter().map(sample));
        weight *= FADES;
    }
    fit(&samples, prior, HELD)
}

/// Won if the log loss is lower beyond chance, and the calibration error is not higher.
fn verdict(
    (shipped, learned): (&Option<Belief>, &Option<Belief>),
    better: Option<&Difference>,
    n_tried: usize,
    config: &LearnConfig,
) -> Verdict {
    let (Some(shipped), Some(learned), Some(better)) = (shipped, learned, better) else {
        return Verdict::TooFew;
    };
    if n_tried < FEWEST_TRIED {
        return Verdict::TooFew;
    }
    let is_better = better.mean > 0.0 && better.p_value <= config.p_value;
    let is_no_worse = learned.calibration_error <= shipped.calibration_error;
    if is_better && is_no_worse { Verdict::Won } else { Verdict::NotBetter }
}

impl Belief {
    /// `None` without forecasts.
    fn of(forecasts: &[Forecast]) -> Option<Self> {
        let curve = risk_coverage(forecasts);
        let hit = |coverage: f64| {
            // One point a distinct probability: the first that covers enough.
            let point = curve.iter().find(|point| point.coverage >= coverage - 1e-9);
            point.map_or(0.0, |point| 1.0 - point.risk)
        };
        Some(Self {
            calibration_error: expected_calibration_error(forecasts, BINS)?,
            log_loss: log_loss(forecasts)?,
            area: area_under_risk_coverage(forecasts)?,
            hits: COVERAGES.map(hit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_folds_that_contradict_each_other_the_later_is_believed() {
        let prior = AnswerModel { bias: 0.0, weights: [0.0; 4] };
        let fold = |came_true: bool| vec![([0.0; 4], came_true); 100];
        let sure = |folds: &[Vec<Known>]| probability(&[0.0; 4], &fitted(folds, &prior));
        let (ever_worse, ever_better) = (sure(&[fold(true), fold(false)]), sure(&[fold(false), fold(true)]));
        assert!((ever_better - 2.0 / 3.0).abs() < 1e-6, "{ever_better}");
        assert!((ever_worse - 1.0 / 3.0).abs() < 1e-6, "{ever_worse}");
    }
}
