//! The best of what a search meets: at most so many, by cosine, ties by row.

use crate::Row;

/// Room for so many times the limit, so that the worst are thrown away in bulk.
const ROOM: usize = 4;

/// The best of what a search meets.
#[derive(Debug)]
pub(super) struct Best {
    limit: usize,
    /// Once enough are found, what is no better than the last of them is passed over.
    least: f32,
    found: Vec<(Row, f32)>,
}

/// The larger cosine first, then the smaller row.
fn by_cosine((left, nearer): (Row, f32), (right, farther): (Row, f32)) -> std::cmp::Ordering {
    farther.total_cmp(&nearer).then(left.cmp(&right))
}

impl Best {
    /// None yet, of at most `limit`, of so many that there are.
    pub(super) fn new(limit: usize, of: usize) -> Self {
        let room = limit.saturating_mul(ROOM).min(of);
        Self { limit, least: f32::NEG_INFINITY, found: Vec::with_capacity(room) }
    }

    /// Whether something of that cosine can still be among them.
    #[inline]
    pub(super) fn may_take(&self, cosine: f32) -> bool {
        cosine >= self.least && self.limit > 0
    }

    /// Takes one that may be among them.
    #[inline]
    pub(super) fn take(&mut self, row: Row, cosine: f32) {
        self.found.push((row, cosine));
        if self.found.len() >= self.limit.saturating_mul(ROOM) {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if self.found.len() > self.limit && self.limit > 0 {
            self.least = self.found.select_nth_unstable_by(self.limit - 1, |a, b| by_cosine(*a, *b)).1.1;
            self.found.truncate(self.limit);
        }
    }

    /// The best first.
    pub(super) fn finish(mut self) -> Vec<(Row, f32)> {
        self.shrink();
        self.found.sort_unstable_by(|a, b| by_cosine(*a, *b));
        self.found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_sorting_everything_would_keep(
            cosines in prop::collection::vec(-8_i8..8, 0..200),
            limit in 0_usize..20,
        ) {
            let mut all: Vec<(Row, f32)> = (0..).map(Row).zip(cosines.iter().map(|c| f32::from(*c))).collect();
            let mut best = Best::new(limit, all.len());
            for (row, cosine) in &all {
                if best.may_take(*cosine) {
                    best.take(*row, *cosine);
                }
            }
            all.sort_by(|a, b| by_cosine(*a, *b));
            all.truncate(limit);
            prop_assert_eq!(best.finish(), all);
        }
    }
}
