//! Logistic models: from features to a probability, and from samples to coefficients.

use crate::cholesky::Symmetric;

/// A logistic model over `N` features: the log odds are `bias` + Σ weight × feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficients<const N: usize> {
    /// Log odds where every feature is 0.
    pub bias: f64,
    /// One weight a feature, in the order of their names.
    pub weights: [f64; N],
}

/// What was known, and what turned out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample<const N: usize> {
    /// The features.
    pub features: [f64; N],
    /// Whether it came true.
    pub came_true: bool,
    /// How much it counts; 0 or more.
    pub weight: f64,
}

impl<const N: usize> Coefficients<N> {
    /// The model whose weights `value` gives by the names of their features, and its bias by `bias`; `None` if one
    /// is missing.
    pub fn named(names: &[&str; N], value: &dyn Fn(&str) -> Option<f64>) -> Option<Self> {
        let mut weights = [0.0; N];
        for (weight, name) in weights.iter_mut().zip(names) {
            *weight = value(name)?;
        }
        Some(Self { bias: value("bias")?, weights })
    }
}

/// Most steps of the fit; it ends sooner when a step changes next to nothing.
const STEPS: usize = 50;

/// A step smaller than this, in standard deviations of a feature, changes nothing that can be seen.
const SMALL: f64 = 1e-7;

/// The probability that the model gives to these features, in (0, 1).
///
/// ```
/// use query::confidence::{Coefficients, probability};
/// let model = Coefficients { bias: -1.0, weights: [2.0] };
/// assert!((probability(&[0.5], &model) - 0.5).abs() < 1e-12);
/// ```
pub fn probability<const N: usize>(features: &[f64; N], model: &Coefficients<N>) -> f64 {
    1.0 / (1.0 + (-log_odds(features, model)).exp())
}

/// The log odds that the model gives to these features.
pub(super) fn log_odds<const N: usize>(features: &[f64; N], model: &Coefficients<N>) -> f64 {
    features.iter().zip(model.weights).fold(model.bias, |sum, (feature, weight)| sum + feature * weight)
}

/// Fits a logistic model by maximum a posteriori: the samples' likelihood, and a normal prior around `prior` for
/// each weight in units of its feature's standard deviation, as strong as `strength` samples (the bias is free).
/// Few samples thus leave the model near the prior, many leave the prior behind. Newton's method, halving steps
/// that lead uphill; deterministic. Without samples of both outcomes it gives `prior`.
///
/// Cost: at most 50 passes over the samples, each N² a sample.
pub fn fit<const N: usize>(samples: &[Sample<N>], prior: &Coefficients<N>, strength: f64) -> Coefficients<N> {
    let is_of = |outcome: bool| samples.iter().any(|s| s.weight > 0.0 && s.came_true == outcome);
    if !is_of(true) || !is_of(false) {
        return *prior;
    }
    let scales = deviations(samples);
    let task = Task { samples, prior, scales, strength };
    let mut model = *prior;
    let mut loss = task.loss(&model);
    for _ in 0..STEPS {
        let Some(step) = task.step(&model) else { break };
        let mut length = 1.0;
        let mut next = task.moved(&model, &step, length);
        while task.loss(&next) > loss && length > 1e-6 {
            length /= 2.0;
            next = task.moved(&model, &step, length);
        }
        let after = task.loss(&next);
        if after > loss {
            break;
        }
        (model, loss) = (next, after);
        if step.iter().all(|part| (part * length).abs() < SMALL) {
            break;
        }
    }
    model
}

/// Standard deviation of each feature, 0 for one that never changes.
fn deviations<const N: usize>(samples: &[Sample<N>]) -> [f64; N] {
    let total: f64 = samples.iter().map(|sample| sample.weight).sum();
    std::array::from_fn(|place| {
        let value = |sample: &Sample<N>| sample.features[place];
        let mean = samples.iter().map(|sample| sample.weight * value(sample)).sum::<f64>() / total;
        let squares = samples.iter().map(|sample| sample.weight * (value(sample) - mean).powi(2));
        let deviation = (squares.sum::<f64>() / total).sqrt();
        if deviation > 1e-9 { deviation } else { 0.0 }
    })
}

struct Task<'a, const N: usize> {
    samples: &'a [Sample<N>],
    prior: &'a Coefficients<N>,
    scales: [f64; N],
    strength: f64,
}

impl<const N: usize> Task<'_, N> {
    /// Negative log likelihood and prior.
    fn loss(&self, model: &Coefficients<N>) -> f64 {
        let of_sample = |sample: &Sample<N>| {
            let odds = log_odds(&sample.features, model);
            // ln(1 + e^x) without overflow.
            let toward = if sample.came_true { -odds } else { odds };
            sample.weight * (toward.max(0.0) + (-toward.abs()).exp().ln_1p())
        };
        let likelihood: f64 = self.samples.iter().map(of_sample).sum();
        let away =
            |place: usize| ((model.weights[place] - self.prior.weights[place]) * self.scales[place]).powi(2);
        likelihood + 0.5 * self.strength * (0..N).map(away).sum::<f64>()
    }

    /// The Newton step, in standard deviations; the bias comes last.
    fn step(&self, model: &Coefficients<N>) -> Option<Vec<f64>> {
        let size = N + 1;
        let mut gradient = vec![0.0; size];
        // Keeps the system solvable where a feature never changes.
        let mut curvature = Symmetric::diagonal(size, 1e-9);
        for sample in self.samples {
            let given = probability(&sample.features, model);
            let error = sample.weight * (given - f64::from(u8::from(sample.came_true)));
            let bend = sample.weight * given * (1.0 - given);
            let value =
                |place: usize| sample.features.get(place).map_or(1.0, |value| value * self.scale(place));
            let values: Vec<f64> = (0..size).map(value).collect();
            for (slope, value) in gradient.iter_mut().zip(&values) {
                *slope += error * value;
            }
            curvature.add_outer(bend, &values);
        }
        for (place, slope) in gradient.iter_mut().take(N).enumerate() {
            let away = (model.weights[place] - self.prior.weights[place]) * self.scales[place];
            *slope += self.strength * away;
            curvature.add_to_diagonal(place, self.strength);
        }
        curvature.solve(&gradient)
    }

    /// One over the deviation: turns a feature into standard deviations; 0 for one that never changes.
    fn scale(&self, place: usize) -> f64 {
        if self.scales[place] > 0.0 { 1.0 / self.scales[place] } else { 0.0 }
    }

    fn moved(&self, model: &Coefficients<N>, step: &[f64], length: f64) -> Coefficients<N> {
        let part = |place: usize| step.get(place).copied().unwrap_or(0.0) * length;
        Coefficients {
            bias: model.bias - part(N),
            weights: std::array::from_fn(|place| model.weights[place] - part(place) * self.scale(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZERO: Coefficients<1> = Coefficients { bias: 0.0, weights: [0.0] };

    fn sample(value: f64, came_true: bool) -> Sample<1> {
        Sample { features: [value], came_true, weight: 1.0 }
    }

    #[test]
    fn the_fit_meets_the_shares_of_two_groups() {
        // 1 of 4 where the feature is 0, 3 of 4 where it is 1: log odds −ln 3 and ln 3.
        let mut samples = Vec::new();
        for (value, n_true) in [(0.0, 1), (1.0, 3)] {
            samples.extend((0..4).map(|place| sample(value, place < n_true)));
        }
        let model = fit(&samples, &ZERO, 0.0);
        assert!((model.bias + 3.0_f64.ln()).abs() < 1e-6, "{model:?}");
        assert!((model.weights[0] - 2.0 * 3.0_f64.ln()).abs() < 1e-6, "{model:?}");
    }

    #[test]
    fn few_samples_stay_with_the_prior_and_many_leave_it() {
        let prior = Coefficients { bias: 0.0, weights: [2.0] };
        let against = |n: usize| -> Vec<Sample<1>> {
            (0..n).map(|place| sample((place % 2) as f64, place % 4 == 1 || place % 2 == 0)).collect()
        };
        let (few, many) = (fit(&against(8), &prior, 20.0), fit(&against(8_000), &prior, 20.0));
        assert!(few.weights[0] > 1.0 && many.weights[0] < 0.0, "{few:?} {many:?}");
        assert_eq!(fit(&[], &prior, 20.0), prior);
        assert_eq!(fit(&[sample(1.0, true)], &prior, 20.0), prior, "one outcome alone teaches nothing");
    }

    #[test]
    fn weights_count_as_repetitions() {
        let thrice =
            [sample(0.3, true), sample(0.1, false), sample(0.9, true), sample(0.9, true), sample(0.9, false)];
        let mut weighed = thrice;
        weighed[2].weight = 2.0;
        let mut repeated = thrice.to_vec();
        repeated.push(thrice[2]);
        let (one, other) = (fit(&weighed, &ZERO, 1.0), fit(&repeated, &ZERO, 1.0));
        assert!((one.weights[0] - other.weights[0]).abs() < 1e-6 && (one.bias - other.bias).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn a_fit_is_finite_and_its_mean_probability_is_the_share_that_came_true(
            rows in prop::collection::vec((-5.0..5.0_f64, -1.0..1.0_f64, any::<bool>()), 2..60)
        ) {
            let samples: Vec<Sample<3>> = rows
                .iter()
                .map(|(a, b, came_true)| Sample { features: [*a, *b, 1.0], came_true: *came_true, weight: 1.0 })
                .collect();
            let model = fit(&samples, &Coefficients { bias: 0.0, weights: [0.0; 3] }, 1.0);
            prop_assert!(model.bias.is_finite() && model.weights.iter().all(|weight| weight.is_finite()));
            let n_true = samples.iter().filter(|sample| sample.came_true).count();
            if n_true > 0 && n_true < samples.len() {
                let mean = samples.iter().map(|s| probability(&s.features, &model)).sum::<f64>();
                prop_assert!((mean - n_true as f64).abs() < 1e-3, "the bias is free: {mean} {n_true}");
            }
        }
    }
}
