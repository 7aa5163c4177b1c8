//! z-scores over the candidates of one question.

/// How many standard deviations each value lies above the mean; all zeros where the values do not differ.
///
/// ```
/// let z = query::rank::standardize(&[1.0, 3.0]);
/// assert_eq!(z, [-1.0, 1.0]);
/// assert_eq!(query::rank::standardize(&[2.0, 2.0]), [0.0, 0.0]);
/// ```
pub fn standardize(values: &[f64]) -> Vec<f64> {
    match scale(values) {
        Some((mean, deviation)) => values.iter().map(|value| (value - mean) / deviation).collect(),
        None => vec![0.0; values.len()],
    }
}

/// Mean and standard deviation of values that differ; `None` where there are none, or where they do not.
pub(super) fn scale(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    // Differences as small as rounding are no differences.
    (!values.is_empty() && deviation > 1e-9 * mean.abs().max(1.0)).then_some((mean, deviation))
}
