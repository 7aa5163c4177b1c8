//! The best of many rows, without sorting them.

use crate::Row;

/// The best of many rows by falling score, ties by falling row; holds four times as many as are wanted at most.
pub(super) struct Best {
    wanted: usize,
    found: Vec<(Row, f32)>,
    /// What scores lower is not among the best.
    least: f32,
}

impl Best {
    /// The best so many with a score above 0.
    pub(super) const fn new(wanted: usize) -> Self {
        Self { wanted, found: Vec::new(), least: f32::MIN_POSITIVE }
    }

    #[inline]
    pub(super) fn add(&mut self, row: Row, score: f32) {
        if score >= self.least {
            self.found.push((row, score));
            if self.found.len() >= self.wanted.saturating_mul(4).max(1) {
                self.cut();
            }
        }
    }

    #[cold]
    fn cut(&mut self) {
        if self.found.len() > self.wanted {
            let best_first = |a: &(Row, f32), b: &(Row, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
            if let Some(last) = self.wanted.checked_sub(1) {
                self.least = self.found.select_nth_unstable_by(last, best_first).1.1;
            }
            self.found.truncate(self.wanted);
        }
    }

    /// Their rows, ascending.
    pub(super) fn finish(mut self) -> Vec<Row> {
        self.cut();
        let mut rows: Vec<Row> = self.found.into_iter().map(|(row, _)| row).collect();
        rows.sort_unstable();
        rows
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_full_sort(
            scores in prop::collection::vec(0..20_u8, 0..120), wanted in 0..12_usize,
        ) {
            let mut best = Best::new(wanted);
            let mut all: Vec<(Row, f32)> = (0..).map(Row).zip(scores.into_iter().map(f32::from)).collect();
            for (row, score) in &all {
                best.add(*row, *score);
            }
            all.retain(|(_, score)| *score > 0.0);
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
            all.truncate(wanted);
            let mut rows: Vec<Row> = all.into_iter().map(|(row, _)| row).collect();
            rows.sort_unstable();
            prop_assert_eq!(best.finish(), rows);
        }
    }
}
