//! How far a stated probability can be believed, and what is gained by answering only when sure.

use std::cmp::Ordering;

/// A probability that was stated, and whether what it spoke of came true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The probability, in `[0, 1]`.
    pub probability: f64,
    /// Whether it came true.
    pub came_true: bool,
}

/// Forecasts of about the same probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// How many.
    pub n: usize,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The share of them that came true.
    pub share_true: f64,
}

/// What answering only the surest questions would give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPoint {
    /// The share of the questions that are answered.
    pub coverage: f64,
    /// The share of these that go wrong.
    pub risk: f64,
}

/// The mean squared distance between probability and outcome, in `[0, 1]`, lower is better (Brier,
/// *Verification of Forecasts Expressed in Terms of Probability*, 1950); `None` without forecasts.
///
/// ```
/// use eval::{Forecast, brier_score};
/// let sure = Forecast { probability: 0.9, came_true: true };
/// assert!((brier_score(&[sure, Forecast { came_true: false, ..sure }]).unwrap() - 0.41).abs() < 1e-12);
/// ```
pub fn brier_score(forecasts: &[Forecast]) -> Option<f64> {
    let errors = forecasts.iter().map(|forecast| (forecast.probability - outcome(forecast)).powi(2));
    mean(errors)
}

/// Mean of −ln of the probability that was given to what happened, lower is better; a probability within 1e-12 of
/// certainty counts as so far from it. `None` without forecasts.
///
/// ```
/// use eval::{Forecast, log_loss};
/// let even = Forecast { probability: 0.5, came_true: true };
/// assert!((log_loss(&[even]).unwrap() - 2.0_f64.ln()).abs() < 1e-12);
/// ```
pub fn log_loss(forecasts: &[Forecast]) -> Option<f64> {
    let given = |f: &Forecast| if f.came_true { f.probability } else { 1.0 - f.probability };
    mean(forecasts.iter().map(|forecast| -given(forecast).clamp(1e-12, 1.0).ln()))
}

/// At most `n_bins` bins of as equal numbers of forecasts as can be, ascending by probability. Forecasts of the
/// same probability stay in one bin, so that the order of the input changes nothing.
pub fn calibration_bins(forecasts: &[Forecast], n_bins: usize) -> Vec<CalibrationBin> {
    let groups = groups(forecasts, f64::total_cmp);
    let (mut bins, mut open, mut taken) = (Vec::new(), Vec::new(), 0);
    for group in groups {
        taken += group.len();
        open.extend(group);
        // The bin is full as soon as the share of forecasts that it ends at is reached.
        if taken * n_bins >= (bins.len() + 1) * forecasts.len() {
            bins.extend(bin(&std::mem::take(&mut open)));
        }
    }
    bins.extend(bin(&open));
    bins
}

/// Expected calibration error: the mean over forecasts of the distance between their bin's mean probability and
/// its share that came true (Naeini, Cooper & Hauskrecht, *Obtaining Well Calibrated Probabilities Using
/// Bayesian Binning*, 2015), with bins of equal numbers; in `[0, 1]`, lower is better, `None` without forecasts.
pub fn expected_calibration_error(forecasts: &[Forecast], n_bins: usize) -> Option<f64> {
    let bins = calibration_bins(forecasts, n_bins);
    let n: usize = bins.iter().map(|bin| bin.n).sum();
    let off = |bin: &CalibrationBin| bin.n as f64 * (bin.mean_probability - bin.share_true).abs();
    (n > 0).then(|| bins.iter().map(off).fold(0.0, |sum, off| sum + off) / n as f64)
}

/// The risk when only the surest are answered, by rising coverage; one point for each distinct probability
/// (El-Yaniv & Wiener, *On the Foundations of Noise-free Selective Classification*, 2010).
pub fn risk_coverage(forecasts: &[Forecast]) -> Vec<RiskPoint> {
    let (mut answered, mut wrong) = (0_usize, 0_usize);
    let mut points = Vec::new();
    for group in groups(forecasts, |left, right| right.total_cmp(left)) {
        answered += group.len();
        wrong += group.iter().filter(|forecast| !forecast.came_true).count();
        points.push(RiskPoint {
            coverage: answered as f64 / forecasts.len() as f64,
            risk: wrong as f64 / answered as f64,
        });
    }
    points
}

/// Area under the risk–coverage curve: the mean risk when the k surest are answered, k from 1 to all (Geifman,
/// Uziel & El-Yaniv, *Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers*, 2019). Forecasts of
/// equal probability are taken in the middle of all their orders. Lower is better, `None` without forecasts.
pub fn area_under_risk_coverage(forecasts: &[Forecast]) -> Option<f64> {
    let mut risks = Vec::with_capacity(forecasts.len());
    let (mut answered, mut wrong) = (0.0, 0.0);
    for group in groups(forecasts, |left, right| right.total_cmp(left)) {
        let share = group.iter().filter(|forecast| !forecast.came_true).count() as f64 / group.len() as f64;
        for _ in &group {
            answered += 1.0;
            wrong += share;
            risks.push(wrong / answered);
        }
    }
    mean(risks.into_iter())
}

/// How well silence is chosen: the share of questions that nobody can answer which are met with silence, when at
/// most the share `false_rate` of those that somebody can answer is.
///
/// Silence falls on what is surer of nobody than a threshold on `sureness` that somebody knows; the best
/// threshold within the rate is taken, so on the questions it was chosen on the figure flatters. `None` if one
/// of the two lists is empty.
///
/// ```
/// // The threshold may rise to .5: one of four answerable questions is met with silence, two of three others.
/// let recall = eval::abstention_recall(&[0.4, 0.5, 0.8, 0.9], &[0.1, 0.4, 0.6], 0.25);
/// assert_eq!(recall, Some(2.0 / 3.0));
/// ```
pub fn abstention_recall(answerable: &[f64], nobody: &[f64], false_rate: f64) -> Option<f64> {
    if answerable.is_empty() || nobody.is_empty() {
        return None;
    }
    let mut sorted = answerable.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let allowed = (false_rate.clamp(0.0, 1.0) * sorted.len() as f64 + 1e-9).floor() as usize;
    // Silence falls below the first answerable question that must be answered.
    let silent = |sure: f64| sorted.get(allowed).is_none_or(|kept| sure < *kept);
    Some(nobody.iter().filter(|sure| silent(**sure)).count() as f64 / nobody.len() as f64)
}

fn outcome(forecast: &Forecast) -> f64 {
    f64::from(u8::from(forecast.came_true))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_usize, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / n as f64)
}

fn bin(forecasts: &[Forecast]) -> Option<CalibrationBin> {
    Some(CalibrationBin {
        n: forecasts.len(),
        mean_probability: mean(forecasts.iter().map(|forecast| forecast.probability))?,
        share_true: mean(forecasts.iter().map(outcome))?,
    })
}

/// Forecasts in the order of their probability, those of the same one together.
fn groups(forecasts: &[Forecast], order: impl Fn(&f64, &f64) -> Ordering) -> Vec<Vec<Forecast>> {
    let mut sorted = forecasts.to_vec();
    sorted.sort_by(|left, right| order(&left.probability, &right.probability));
    sorted
        .chunk_by(|left, right| left.probability.total_cmp(&right.probability) == Ordering::Equal)
        .map(<[Forecast]>::to_vec)
        .collect()
}
