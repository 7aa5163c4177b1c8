//! How much more often something stands in one set of documents than elsewhere.

/// How often something stands in somebody's documents, and in all documents that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    /// Documents of the person with it.
    pub(super) own_with: u32,
    /// Documents of the person.
    pub(super) own: u32,
    /// Documents of anybody with it, the person's among them.
    pub(super) all_with: u32,
    /// All documents.
    pub(super) all: u32,
}

impl Counts {
    /// The log-likelihood ratio −2 ln λ of Dunning (*Accurate Methods for the Statistics of Surprise and
    /// Coincidence*, Computational Linguistics 19, 1993), at least 0: how surprising the counts are if the person
    /// wrote of it as often as everybody else; 0 where they wrote of it no more often. Of the distribution of χ² with
    /// one degree of freedom where there is nothing to it.
    pub(super) fn ratio(self) -> f64 {
        let all_with = self.all_with.max(self.own_with);
        let all = self.all.max(self.own).max(all_with);
        let (own_with, own) = (f64::from(self.own_with), f64::from(self.own.max(self.own_with)));
        let (others_with, others) = (f64::from(all_with) - own_with, f64::from(all) - own);
        if others <= 0.0 || own_with * others <= others_with * own {
            return 0.0;
        }
        let share = f64::from(all_with) / f64::from(all);
        let likely = |with: f64, of: f64, share: f64| {
            let part = |count: f64, share: f64| if count > 0.0 { count * share.ln() } else { 0.0 };
            part(with, share) + part(of - with, 1.0 - share)
        };
        let apart = likely(own_with, own, own_with / own) + likely(others_with, others, others_with / others);
        let together = likely(own_with, own, share) + likely(others_with, others, share);
        (2.0 * (apart - together)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(own_with: u32, own: u32, all_with: u32, all: u32) -> f64 {
        Counts { own_with, own, all_with, all }.ratio()
    }

    #[test]
    fn it_is_the_sum_over_the_table_of_counts() {
        // 2 Σ k ln(k / expected) of the table [[3, 7], [10, 980]].
        let cells = [(3.0, 10.0, 13.0), (7.0, 10.0, 987.0), (10.0, 990.0, 13.0), (980.0, 990.0, 987.0)];
        let expected: f64 = cells
            .into_iter()
            .map(|(k, row, column): (f64, f64, f64)| 2.0 * k * (k * 1000.0 / (row * column)).ln())
            .sum();
        assert!((ratio(3, 10, 13, 1_000) - expected).abs() < 1e-9);
    }

    #[test]
    fn what_others_write_of_as_often_is_nobodys() {
        assert!(ratio(5, 10, 500, 1_000) <= 0.0);
        assert!(ratio(1, 10, 500, 1_000) <= 0.0);
        assert!(ratio(0, 10, 0, 1_000) <= 0.0);
        assert!(ratio(0, 0, 0, 0) <= 0.0);
        // All there is, is theirs: there is nothing to compare with.
        assert!(ratio(5, 10, 5, 10) <= 0.0);
    }

    #[test]
    fn rarer_elsewhere_and_oftener_here_says_more() {
        assert!(ratio(5, 10, 5, 1_000) > ratio(5, 10, 50, 1_000));
        assert!(ratio(5, 10, 50, 1_000) > ratio(3, 10, 50, 1_000));
    }
}
