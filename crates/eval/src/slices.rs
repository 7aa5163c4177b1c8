//! Parts of the test questions, and the means on each: a good mean over all can hide a poor part.

use std::collections::BTreeMap;

use crate::{Difference, Interval, Measures, bootstrap_means, paired_difference};

/// Some of the test questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// What it is called in tables.
    pub name: String,
    /// Places of its questions, ascending.
    pub members: Vec<usize>,
}

/// Means on a slice.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceRow {
    /// Name of the slice.
    pub name: String,
    /// How many questions it has, at least 1.
    pub n_questions: usize,
    /// The means over them.
    pub mean: Measures,
    /// The 95 % interval of each mean, in the order of [`Measures::ALL_NAMES`].
    pub intervals: [Interval; 9],
}

impl Slice {
    /// The questions for which `holds` says yes.
    pub fn of(name: impl Into<String>, n_questions: usize, holds: impl Fn(usize) -> bool) -> Self {
        Self { name: name.into(), members: (0..n_questions).filter(|place| holds(*place)).collect() }
    }

    fn pick<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.members.iter().filter_map(|place| values.get(*place).copied()).collect()
    }
}

/// One slice for each label, `dimension: label`, the largest first, ties by label; at most `most` of them, what
/// is left over together as `dimension: (others)`. Questions without a label are in none.
pub fn slice_by(dimension: &str, labels: &[Option<&str>], most: usize) -> Vec<Slice> {
    let mut by_label: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, label) in labels.iter().enumerate() {
        if let Some(label) = label {
            by_label.entry(label).or_default().push(place);
        }
    }
    let mut parts: Vec<(&str, Vec<usize>)> = by_label.into_iter().collect();
    parts.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    let mut others: Vec<usize> =
        parts.split_off(most.min(parts.len())).into_iter().flat_map(|part| part.1).collect();
    others.sort_unstable();
    if !others.is_empty() {
        parts.push(("(others)", others));
    }
    let slice = |(label, members)| Slice { name: format!("{dimension}: {label}"), members };
    parts.into_iter().map(slice).collect()
}

/// The means of each slice that has questions; `measures` are those of all questions, by their place.
pub fn slice_rows(measures: &[Measures], slices: &[Slice], seed: u64) -> Vec<SliceRow> {
    let row = |slice: &Slice| {
        let of_slice = slice.pick(measures);
        let rows: Vec<[f64; 9]> = of_slice.iter().map(Measures::all_values).collect();
        Some(SliceRow {
            name: slice.name.clone(),
            n_questions: of_slice.len(),
            mean: Measures::mean(&of_slice),
            intervals: bootstrap_means(&rows, seed)?,
        })
    };
    slices.iter().filter_map(row).collect()
}

/// How much better `these` are than `others` on each slice that has questions, by the measure that `read` takes;
/// p-values are not yet corrected ([`crate::holm`]).
pub fn compare_slices(
    these: &[Measures],
    others: &[Measures],
    slices: &[Slice],
    read: impl Fn(&Measures) -> f64,
    seed: u64,
) -> Vec<(String, Difference)> {
    let pairs: Vec<(f64, f64)> =
        these.iter().zip(others).map(|(this, other)| (read(this), read(other))).collect();
    let difference =
        |slice: &Slice| Some((slice.name.clone(), paired_difference(&slice.pick(&pairs), seed)?));
    slices.iter().filter_map(difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(values: &[f64]) -> Vec<Measures> {
        values.iter().map(|rank| Measures { reciprocal_rank: *rank, ..Measures::default() }).collect()
    }

    #[test]
    fn labels_become_slices_by_size_and_the_rest_is_put_together() {
        let labels = [Some("b"), Some("a"), None, Some("b"), Some("c")];
        let found = slice_by("team", &labels, 1);
        let named: Vec<(&str, &[usize])> =
            found.iter().map(|slice| (slice.name.as_str(), slice.members.as_slice())).collect();
        assert_eq!(named, [("team: b", &[0, 3][..]), ("team: (others)", &[1, 4])]);
        assert_eq!(slice_by("team", &labels, 9).len(), 3);
    }

    #[test]
    fn a_slice_has_the_mean_of_its_own_questions_and_an_empty_one_no_row() {
        let measures = ranks(&[1.0, 0.0, 0.5]);
        let slices = [Slice::of("ends", 3, |place| place != 1), Slice::of("none", 3, |_| false)];
        let rows = slice_rows(&measures, &slices, 1);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].n_questions, rows[0].mean.reciprocal_rank), (2, 0.75));
        let read = |measures: &Measures| measures.reciprocal_rank;
        let compared = compare_slices(&measures, &ranks(&[0.5, 1.0, 0.5]), &slices, read, 1);
        assert_eq!((compared.len(), compared[0].1.mean), (1, 0.25));
    }
}
