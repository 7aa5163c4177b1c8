//! How sure a mean over questions is: bootstrap intervals, and a paired test of the difference of two runs.
//!
//! Decision: one seeded generator with a stable stream (ChaCha) makes every figure reproducible. Questions
//! are taken as independent; where the same people ask again and again, true intervals are wider.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Bootstrap samples behind an interval.
pub const RESAMPLES: usize = 1_000;

/// Random flips of signs behind a p-value.
pub const FLIPS: u32 = 20_000;

/// The bounds between which 95 % of the resampled means lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// 2.5 % of the means are below.
    pub low: f64,
    /// 2.5 % of the means are above.
    pub high: f64,
}

/// A measure of one run minus that of another, on the same questions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean of the differences; above 0 the first run is better.
    pub mean: f64,
    /// Its paired bootstrap interval.
    pub interval: Interval,
    /// Two-sided p-value of the paired randomization test, in `[1 / (FLIPS + 1), 1]`.
    pub p_value: f64,
}

impl Difference {
    /// The one-sided p-value of the first run being better: the sign flips are symmetric, so half of
    /// the two-sided one where the mean says so.
    pub fn p_of_better(&self) -> f64 {
        if self.mean > 0.0 { self.p_value / 2.0 } else { 1.0 - self.p_value / 2.0 }
    }
}

/// The 95 % percentile bootstrap interval of a mean (Efron & Tibshirani, *An Introduction to the Bootstrap*,
/// 1993, chapter 13), from [`RESAMPLES`] samples; `None` without values.
///
/// ```
/// let values: Vec<f64> = (0..100).map(|number| f64::from(number % 2)).collect();
/// let interval = eval::bootstrap_mean(&values, 1).unwrap();
/// // The normal approximation gives .5 ± 1.96 × .5 / √100: .402 to .598.
/// assert!((interval.low - 0.402).abs() < 0.03 && (interval.high - 0.598).abs() < 0.03);
/// ```
pub fn bootstrap_mean(values: &[f64], seed: u64) -> Option<Interval> {
    let rows: Vec<[f64; 1]> = values.iter().map(|value| [*value]).collect();
    bootstrap_means(&rows, seed).map(|[interval]| interval)
}

/// The intervals of several means over the same questions, each that of [`bootstrap_mean`]: the questions are
/// drawn once for all of them. `None` without rows.
pub fn bootstrap_means<const N: usize>(rows: &[[f64; N]], seed: u64) -> Option<[Interval; N]> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut means: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(RESAMPLES));
    for _ in 0..RESAMPLES {
        for (means, mean) in means.iter_mut().zip(resampled_means(rows, &mut random)?) {
            means.push(mean);
        }
    }
    // The same order statistics as the reference scorer: numbers 25 and 974 of 0..=999.
    let tail = RESAMPLES / 40;
    Some(means.map(|mut means| {
        means.sort_unstable_by(f64::total_cmp);
        Interval { low: means[tail], high: means[RESAMPLES - 1 - tail] }
    }))
}

/// Holm's correction of p-values that are looked at together (Holm, *A Simple Sequentially Rejective Multiple
/// Test Procedure*, 1979), in the order they are given: an adjusted value below .05 keeps the chance of any
/// false alarm among them below 5 %.
///
/// ```
/// assert_eq!(eval::holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut highest = 0.0_f64;
    for (rank, place) in order.into_iter().enumerate() {
        let remaining = (p_values.len() - rank) as f64;
        highest = highest.max((remaining * p_values[place]).min(1.0));
        adjusted[place] = highest;
    }
    adjusted
}

/// Compares two measures of each question, `(this run, the other run)`; `None` without pairs.
///
/// The interval is the paired bootstrap of the mean difference. The p-value is that of the paired
/// randomization test (Smucker, Allan & Carterette, *A Comparison of Statistical Significance Tests for
/// Information Retrieval Evaluation*, 2007): if the runs were alike, each difference could as well have had
/// the other sign; p is the share of [`FLIPS`] random choices of signs whose mean is as far from 0 as the
/// one observed, the observed one counted among them (Davison & Hinkley, *Bootstrap Methods and their
/// Application*, 1997, section 4.3).
///
/// ```
/// // Three questions, each better by .5: of the eight choices of signs two are as far from 0, p ≈ .25.
/// let difference = eval::paired_difference(&[(1.0, 0.5), (0.5, 0.0), (1.0, 0.5)], 1).unwrap();
/// assert_eq!((difference.mean, difference.interval.low, difference.interval.high), (0.5, 0.5, 0.5));
/// assert!((difference.p_value - 0.25).abs() < 0.01);
/// ```
pub fn paired_difference(pairs: &[(f64, f64)], seed: u64) -> Option<Difference> {
    let differences: Vec<f64> = pairs.iter().map(|(this, other)| this - other).collect();
    let interval = bootstrap_mean(&differences, seed)?;
    let sum = differences.iter().fold(0.0, |sum, difference| sum + difference);
    let p_value = randomization_p_value(&differences, seed);
    Some(Difference { mean: sum / differences.len() as f64, interval, p_value })
}

fn resampled_means<const N: usize>(rows: &[[f64; N]], random: &mut ChaCha8Rng) -> Option<[f64; N]> {
    if rows.is_empty() {
        return None;
    }
    // 32 bits a draw make the same stream on machines of every width.
    let n_rows = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut sums = [0.0; N];
    for _ in 0..n_rows {
        let row = rows.get(random.random_range(0..n_rows) as usize)?;
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    Some(sums.map(|sum| sum / f64::from(n_rows)))
}

fn randomization_p_value(differences: &[f64], seed: u64) -> f64 {
    // A difference of 0 has no sign to flip.
    let sizes: Vec<f64> =
        differences.iter().map(|difference| difference.abs()).filter(|size| *size > 0.0).collect();
    let observed = differences.iter().fold(0.0, |sum: f64, difference| sum + difference).abs();
    // Sums of the same sizes in another order of signs differ by rounding, and must still count as equal.
    let as_far = observed - 1e-9;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut n_as_far = 1_u32;
    for _ in 0..FLIPS {
        let mut sum = 0.0;
        for chunk in sizes.chunks(64) {
            let mut signs = random.next_u64();
            for size in chunk {
                sum += if signs & 1 == 0 { *size } else { -size };
                signs >>= 1;
            }
        }
        n_as_far += u32::from(sum.abs() >= as_far);
    }
    f64::from(n_as_far) / f64::from(FLIPS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_means_have_the_intervals_that_each_has_alone() {
        let (one, two) = (ranks(40, 3), ranks(40, 5));
        let rows: Vec<[f64; 2]> = one.iter().zip(&two).map(|(one, two)| [*one, *two]).collect();
        let together = bootstrap_means(&rows, 9).unwrap();
        assert_eq!(together, [bootstrap_mean(&one, 9).unwrap(), bootstrap_mean(&two, 9).unwrap()]);
    }

    /// A fixed mixture of reciprocal ranks, like those of a real run.
    fn ranks(n: usize, step: usize) -> Vec<f64> {
        (0..n).map(|number| 1.0 / ((number * step) % 7 + 1) as f64).collect()
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_approximation() {
        let values = ranks(500, 3);
        let mean = values.iter().sum::<f64>() / 500.0;
        let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 500.0).sqrt();
        let half = 1.96 * deviation / 500_f64.sqrt();
        let interval = bootstrap_mean(&values, 7).unwrap();
        assert!((interval.low - (mean - half)).abs() < 0.0025, "{interval:?} around {mean} by {half}");
        assert!((interval.high - (mean + half)).abs() < 0.0025, "{interval:?} around {mean} by {half}");
    }

    #[test]
    fn the_same_seed_gives_the_same_figures_and_another_seed_others() {
        let pairs: Vec<(f64, f64)> = ranks(90, 3).into_iter().zip(ranks(90, 5)).collect();
        assert_eq!(paired_difference(&pairs, 1), paired_difference(&pairs, 1));
        assert_ne!(paired_difference(&pairs, 1), paired_difference(&pairs, 2));
    }

    #[test]
    fn nothing_has_no_interval() {
        assert_eq!(bootstrap_mean(&[], 1), None);
        assert_eq!(paired_difference(&[], 1), None);
    }

    #[test]
    fn equal_runs_differ_by_nothing_with_p_one() {
        let pairs: Vec<(f64, f64)> = ranks(50, 3).into_iter().map(|value| (value, value)).collect();
        let difference = paired_difference(&pairs, 1).unwrap();
        assert_eq!((difference.mean, difference.p_value), (0.0, 1.0));
        assert_eq!(difference.interval, Interval { low: 0.0, high: 0.0 });
    }

    #[test]
    fn a_difference_on_every_question_cannot_be_chance() {
        let pairs = vec![(0.5, 0.4); 200];
        let difference = paired_difference(&pairs, 1).unwrap();
        assert!((difference.p_value - 1.0 / f64::from(FLIPS + 1)).abs() < 1e-12);
    }

    #[test]
    fn the_p_value_is_that_of_all_choices_of_signs() {
        // Sizes 1, 2, 3, 4 with signs ++++ sum to 10; ±8 and beyond: sums 10, 8 and their opposites, 4 of 16.
        let check = |differences: &[f64], expected: f64| {
            let pairs: Vec<(f64, f64)> = differences.iter().map(|value| (*value, 0.0)).collect();
            let p_value = paired_difference(&pairs, 3).unwrap().p_value;
            assert!((p_value - expected).abs() < 0.01, "{differences:?}: {p_value} is not {expected}");
        };
        check(&[1.0, 2.0, 3.0, 4.0], 2.0 / 16.0);
        check(&[-1.0, 2.0, 3.0, 4.0], 4.0 / 16.0);
        check(&[1.0, -2.0, -3.0, -4.0], 4.0 / 16.0);
        check(&[1.0, -1.0, 0.0], 1.0);
    }

    #[test]
    fn the_p_value_of_more_questions_than_a_word_has_bits_is_near_that_of_the_normal_test() {
        // 400 differences of size .1, 220 up and 180 down: z = 40 / √400 = 2, p ≈ .0455 (.0507 with continuity).
        let pairs: Vec<(f64, f64)> =
            (0..400).map(|n| if n < 220 { (0.1, 0.0) } else { (0.0, 0.1) }).collect();
        let p_value = paired_difference(&pairs, 5).unwrap().p_value;
        assert!((p_value - 0.0507).abs() < 0.006, "{p_value}");
    }
}
