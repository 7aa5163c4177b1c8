//! Documents that those whom they credit took out of answers.

use crate::Row;

/// Documents that count for nothing, as if they had never been written; whoever reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HiddenRows {
    /// One bit a row.
    bits: Vec<u64>,
    /// The same, ascending.
    rows: Vec<Row>,
}

impl HiddenRows {
    /// These rows.
    pub fn of(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut rows: Vec<Row> = rows.into_iter().collect();
        rows.sort_unstable();
        rows.dedup();
        let words = rows.last().map_or(0, |last| last.at() / 64 + 1);
        let mut bits = vec![0; words];
        for row in &rows {
            bits[row.at() / 64] |= 1 << (row.at() % 64);
        }
        Self { bits, rows }
    }

    /// Whether a row is hidden.
    #[inline]
    pub fn has(&self, row: Row) -> bool {
        self.bits.get(row.at() / 64).is_some_and(|word| word >> (row.at() % 64) & 1 == 1)
    }

    /// The hidden rows, ascending.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_that_were_given_are_hidden_and_no_others() {
        let given = [Row(130), Row(3), Row(64), Row(3), Row(63)];
        let hidden = HiddenRows::of(given);
        assert_eq!(hidden.rows(), [Row(3), Row(63), Row(64), Row(130)]);
        for row in (0..400).map(Row) {
            assert_eq!(hidden.has(row), given.contains(&row), "{row:?}");
        }
        assert!(HiddenRows::of([]).is_empty() && !HiddenRows::of([]).has(Row(0)));
    }
}
