//! Whether a few people are the answer to everything.

use std::collections::BTreeMap;

use crate::Run;

/// How a run's exposure is spread over people; one exposure is one naming among the first `k` of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Concentration {
    /// How many people are named at all.
    pub people_named: usize,
    /// How many could be named: the population that [`Concentration::of`] was told, or those named if more.
    pub population: usize,
    /// Gini coefficient of exposure over the population (0: everybody as often, towards 1: one person always).
    pub gini: f64,
    /// Share of exposure of the most named 1 % of the population, at least one person; in `[0, 1]`.
    pub top_percent: f64,
    /// Share of exposure of the ten most named people, in `[0, 1]`.
    pub top_ten: f64,
    /// Cumulated share of exposure after each person of those named, the most named first: the curve of the
    /// report.
    pub curve: Vec<f64>,
}

impl Concentration {
    /// Spread of the first `k` people of each ranking over `population` people; `None` if nobody is named.
    /// A person is told by their first account key.
    pub fn of(run: &Run, k: usize, population: usize) -> Option<Self> {
        let mut exposure: BTreeMap<&str, u64> = BTreeMap::new();
        for (_, ranked) in run.iter() {
            for accounts in ranked.iter().take(k) {
                if let Some(first) = accounts.iter().min() {
                    *exposure.entry(first).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<u64> = exposure.into_values().collect();
        counts.sort_unstable_by(|left, right| right.cmp(left));
        let total: u64 = counts.iter().sum();
        let population = population.max(counts.len());
        let mut sum = 0;
        let curve: Vec<f64> = counts
            .iter()
            .map(|count| {
                sum += count;
                sum as f64 / total as f64
            })
            .collect();
        let share = |people: usize| curve.get(people.min(curve.len()).checked_sub(1)?).copied();
        Some(Self {
            people_named: counts.len(),
            population,
            gini: gini(&counts, population),
            top_percent: share(population.div_ceil(100))?,
            top_ten: share(10)?,
            curve,
        })
    }
}

/// Gini coefficient of counts, the largest first, over a population whose others have none: half the mean
/// absolute difference between two people, divided by the mean (Gini, *Variabilità e mutabilità*, 1912).
fn gini(counts: &[u64], population: usize) -> f64 {
    let total: u64 = counts.iter().sum();
    // With x ascending: Σ (2i − n − 1) xᵢ / (n Σ x); the people without exposure add nothing to the sum.
    let weighted = counts.iter().enumerate().fold(0.0, |sum, (place, count)| {
        sum + (population as f64 - 2.0 * place as f64 - 1.0) * *count as f64
    });
    weighted / (population as f64 * total as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(lines: &str, k: usize, population: usize) -> Option<Concentration> {
        Concentration::of(&Run::parse(lines).unwrap(), k, population)
    }

    #[test]
    fn the_same_person_always_is_all_of_it() {
        let lines = "{\"qid\":\"a\",\"ranked\":[\"c:x\"]}\n{\"qid\":\"b\",\"ranked\":[\"c:x\"]}";
        let found = spread(lines, 3, 4).unwrap();
        assert_eq!((found.people_named, found.population), (1, 4));
        assert_eq!((found.gini, found.top_percent, found.top_ten), (0.75, 1.0, 1.0));
    }

    #[test]
    fn everybody_as_often_is_none_of_it() {
        let lines =
            "{\"qid\":\"a\",\"ranked\":[\"c:x\",\"c:y\"]}\n{\"qid\":\"b\",\"ranked\":[\"c:z\",\"c:w\"]}";
        let found = spread(lines, 5, 4).unwrap();
        assert!(found.gini.abs() < 1e-12);
        assert_eq!(found.curve, [0.25, 0.5, 0.75, 1.0]);
        assert_eq!((found.people_named, found.top_percent), (4, 0.25));
    }

    #[test]
    fn only_the_first_k_are_exposed_and_nothing_has_no_spread() {
        let lines = "{\"qid\":\"a\",\"ranked\":[\"c:x\",\"c:y\"]}";
        assert_eq!(spread(lines, 1, 2).unwrap().people_named, 1);
        assert_eq!(spread(lines, 0, 2), None);
        assert_eq!(spread("", 5, 2), None);
    }
}
