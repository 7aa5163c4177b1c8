//! z-scores over the candidates of one question.

/// How many standard deviations each value lies above the mean; all zeros where the values do not differ.
///
/// ```
/// let z = query::rank::standardize(&[1.0, 3.0]);
/// assert_eq!(z, [-1.0, 1.0]);
/// assert_eq!(query::rank::standardize(&[2.0, 2.0]), [0.0, 0.0]);
/// ```
pub fn standardize(values: &[f64]) -> Vec<f64> {
    if values.is_empty() {
        return Vec::new();
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    // Differences as small as rounding are no differences.
    if variance.sqrt() <= 1e-9 * mean.abs().max(1.0) {
        return vec![0.0; values.len()];
    }
    values.iter().map(|value| (value - mean) / variance.sqrt()).collect()
}
