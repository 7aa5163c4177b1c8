//! Fitting the weights.

use super::Sample;
use crate::cholesky::Symmetric;
use crate::rank::{Form, Model, Part, Term};

const N: usize = Term::COUNT;
/// Newton's method on a convex loss of this size needs some ten steps; more means that it crawls.
const MOST_STEPS: usize = 50;
/// A gradient this short, a question, is none.
const SMALL: f64 = 1e-9;

/// How weights are learned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitConfig {
    /// Variance of the prior: how far, squared, one weight may stray from the shipped one. The smaller, the more
    /// questions it takes.
    pub variance: f64,
}

impl FitConfig {
    /// The variance of one term's weight. What bends a feature is held tighter than what it is worth at all: three
    /// tenths did best on the folds of three collections' past (`benches/quality/README.md`).
    fn of(self, term: Term) -> f64 {
        match term.form {
            Form::Logarithm => self.variance,
            Form::Share => 0.3 * self.variance,
        }
    }
}

/// A number for each term.
fn each(number: impl Fn(Term) -> f64) -> [f64; N] {
    let mut all = [0.0; N];
    for (place, term) in all.iter_mut().zip(Term::all()) {
        *place = number(term);
    }
    all
}

/// What Newton's method needs at a point.
struct Point {
    loss: f64,
    gradient: [f64; N],
    curvature: Symmetric,
}

/// Learns weights: the maximum a posteriori of a conditional logit around `prior`, whose weights are first
/// brought to the scale of the samples, since only their ratios rank. `None` without samples.
///
/// Deterministic; costs some ten passes over all candidates, features² each.
pub fn fit(samples: &[Sample], prior: &Model, config: FitConfig) -> Option<Model> {
    if samples.is_empty() {
        return None;
    }
    let shipped = each(|term| prior.weight(term));
    let scale = scale(samples, &shipped);
    let center = shipped.map(|weight| weight * scale);
    let mut weights = center;
    let mut here = point(samples, &weights, &center, config);
    for _ in 0..MOST_STEPS {
        let length = here.gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        if length <= SMALL * samples.len() as f64 {
            break;
        }
        let Some(step) = here.curvature.clone().solve(&here.gradient) else { break };
        let Some((next, there)) = descend(samples, &weights, &center, (&step, here.loss), config) else {
            break;
        };
        (weights, here) = (next, there);
    }
    // How much somebody is leaned on is weighed by the wish to spread, not by the past.
    let learned = Term::all().zip(weights).filter(|(term, _)| term.feature.part() != Part::Spread);
    Some(Model::of(learned))
}

/// Walks along a step, half as far each time until the loss falls; `None` if it never does.
fn descend(
    samples: &[Sample],
    weights: &[f64; N],
    center: &[f64; N],
    (step, loss): (&[f64], f64),
    config: FitConfig,
) -> Option<([f64; N], Point)> {
    let mut rate = 1.0;
    for _ in 0..30 {
        let mut next = *weights;
        for (weight, change) in next.iter_mut().zip(step) {
            *weight -= rate * change;
        }
        let there = point(samples, &next, center, config);
        if there.loss < loss {
            return Some((next, there));
        }
        rate /= 2.0;
    }
    None
}

/// By how much to stretch the shipped weights so that they explain the samples best: golden section search on a
/// convex function of one number.
fn scale(samples: &[Sample], shipped: &[f64; N]) -> f64 {
    let loss = |scale: f64| -> f64 {
        let weights = shipped.map(|weight| weight * scale);
        samples.iter().map(|sample| surprise(sample, &weights).0).sum()
    };
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (0.0, 3.0);
    for _ in 0..20 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if loss(left) < loss(right) { high = right } else { low = left }
    }
    f64::midpoint(low, high)
}

/// Cross entropy of the truth and the softmax of the scores, and that softmax.
fn surprise(sample: &Sample, weights: &[f64; N]) -> (f64, Vec<f64>) {
    let score = |row: &[f64; N]| row.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>();
    let scores: Vec<f64> = sample.rows.iter().map(score).collect();
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|score| (score - top).exp()).sum();
    let loss =
        sample.truth.iter().zip(&scores).map(|(truth, score)| truth * (top + total.ln() - score)).sum();
    (loss, scores.into_iter().map(|score| (score - top).exp() / total).collect())
}

fn point(samples: &[Sample], weights: &[f64; N], center: &[f64; N], config: FitConfig) -> Point {
    let mut point = Point { loss: 0.0, gradient: [0.0; N], curvature: Symmetric::diagonal(N, 0.0) };
    let variances = each(|term| config.of(term));
    for (place, ((weight, center), variance)) in weights.iter().zip(center).zip(variances).enumerate() {
        let away = weight - center;
        point.loss += away * away / (2.0 * variance);
        point.gradient[place] += away / variance;
        point.curvature.add_to_diagonal(place, 1.0 / variance);
    }
    for sample in samples {
        let (loss, chances) = surprise(sample, weights);
        point.loss += loss;
        let mut mean = [0.0; N];
        for (row, (chance, truth)) in sample.rows.iter().zip(chances.iter().zip(&sample.truth)) {
            for (place, value) in row.iter().enumerate() {
                mean[place] += chance * value;
                point.gradient[place] += (chance - truth) * value;
            }
            // Who has next to no chance bends nothing.
            if *chance > 1e-6 {
                point.curvature.add_outer(*chance, row);
            }
        }
        point.curvature.add_outer(-1.0, &mean);
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::{Feature, Features};

    const CONFIG: FitConfig = FitConfig { variance: 0.05 };

    /// Three candidates; the one with the most of `telling` knows, `noise` tells nothing.
    fn samples(n: usize, telling: Feature, noise: Feature) -> Vec<Sample> {
        let one = |number: usize| {
            let mut people = [Features::of(0), Features::of(1), Features::of(2)];
            for (place, person) in people.iter_mut().enumerate() {
                person.set(telling, ((number + place) % 3 + 1) as f32);
                person.set(noise, ((number / 3 + 2 * place) % 3 + 1) as f32);
            }
            let knows =
                people.iter().max_by(|a, b| a.get(telling).total_cmp(&b.get(telling))).unwrap().person;
            let refs: Vec<&Features> = people.iter().collect();
            Sample::new(&refs, |person| f64::from(u8::from(person == knows))).unwrap()
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn what_tells_gets_the_weight() {
        let model = fit(&samples(60, Feature::Own, Feature::Near), &Model::empty(), CONFIG).unwrap();
        assert!(model.weight(Feature::Own) > 0.5, "{model:?}");
        assert!(model.weight(Feature::Near).abs() < 0.05, "{model:?}");
        assert!(model.weight(Feature::Span).abs() < 1e-12);
    }

    #[test]
    fn few_questions_move_the_weights_less_than_many() {
        let prior = Model::of([(Feature::Near, 1.0)]);
        let learned = |n| {
            let model = fit(&samples(n, Feature::Own, Feature::Near), &prior, CONFIG).unwrap();
            model.weight(Feature::Own)
        };
        assert!(learned(3) < learned(30) && learned(30) < learned(300));
    }

    #[test]
    fn nothing_to_learn_from_is_no_model() {
        assert_eq!(fit(&[], &Model::empty(), CONFIG), None);
        let nobody = Features::of(1);
        assert_eq!(Sample::new(&[&nobody], |_| 0.0), None);
    }
}
