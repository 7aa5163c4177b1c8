//! How far two ways to part messages into conversations agree.
//!
//! The measures of Kummerfeld et al., "A Large-Scale Corpus for Conversation Disentanglement" (ACL 2019),
//! whose one-to-one overlap is that of Elsner and Charniak (2008) and whose variation of information is
//! Meilă's (2007), scaled. All are from 0 to 1, and 1 is perfect.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// How far a partition agrees with the truth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Agreement {
    /// Share of messages that agree when conversations are paired one to one as well as can be.
    pub one_to_one: f64,
    /// 1 − variation of information / log₂ of the number of messages.
    pub variation: f64,
    /// Harmonic mean of the shares of conversations that are exactly right, among those found and among the
    /// true ones; conversations of one message count in neither.
    pub exact_f1: f64,
    /// How many messages were compared.
    pub messages: usize,
}

impl Agreement {
    /// Compares what was found with the truth: each message's conversation by number. Messages beyond the
    /// shorter list do not count. Costs O(c · e log e) with c conversations that overlap in e pairs.
    pub fn of(found: &[usize], truth: &[usize]) -> Self {
        let messages = found.len().min(truth.len());
        let mut overlaps: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for pair in found.iter().copied().zip(truth.iter().copied()) {
            *overlaps.entry(pair).or_insert(0) += 1;
        }
        let (mut sizes_found, mut sizes_true) = (BTreeMap::new(), BTreeMap::new());
        for ((left, right), count) in &overlaps {
            *sizes_found.entry(*left).or_insert(0_u64) += count;
            *sizes_true.entry(*right).or_insert(0_u64) += count;
        }
        if messages == 0 {
            return Self::default();
        }
        let n = messages as f64;
        Self {
            one_to_one: best_pairing(&overlaps) as f64 / n,
            variation: scaled_variation(&overlaps, &sizes_found, &sizes_true, n),
            exact_f1: exact_f1(&overlaps, &sizes_found, &sizes_true),
            messages,
        }
    }

    /// The mean over several containers, each as heavy as its messages.
    pub fn mean(parts: &[Self]) -> Self {
        let messages: usize = parts.iter().map(|part| part.messages).sum();
        let mean = |figure: fn(&Self) -> f64| {
            let sum: f64 = parts.iter().map(|part| figure(part) * part.messages as f64).sum();
            if messages == 0 { 0.0 } else { sum / messages as f64 }
        };
        Self {
            one_to_one: mean(|part| part.one_to_one),
            variation: mean(|part| part.variation),
            exact_f1: mean(|part| part.exact_f1),
            messages,
        }
    }
}

/// Harmonic mean of precision and recall of links: for each message the one it answers, itself if it opens
/// (as Kummerfeld et al. count); `None` in the truth leaves the message out.
pub fn link_f1(found: &[usize], truth: &[Option<usize>]) -> f64 {
    let told: Vec<(usize, usize)> =
        found.iter().copied().zip(truth).filter_map(|(found, truth)| Some((found, (*truth)?))).collect();
    // One link a message on both sides: precision, recall and their mean are one share.
    let right = told.iter().filter(|(found, truth)| found == truth).count();
    if told.is_empty() { 0.0 } else { right as f64 / told.len() as f64 }
}

/// Entropies by Meilă: H(found | truth) + H(truth | found), in bits.
fn scaled_variation(
    overlaps: &BTreeMap<(usize, usize), u64>,
    found: &BTreeMap<usize, u64>,
    truth: &BTreeMap<usize, u64>,
    n: f64,
) -> f64 {
    if n <= 1.0 {
        return 1.0;
    }
    let size = |sizes: &BTreeMap<usize, u64>, key: &usize| sizes.get(key).copied().unwrap_or(1) as f64;
    let mut variation = 0.0;
    for ((left, right), count) in overlaps {
        let count = *count as f64;
        variation -= count / n * ((count / size(found, left)).log2() + (count / size(truth, right)).log2());
    }
    1.0 - variation / n.log2()
}

fn exact_f1(
    overlaps: &BTreeMap<(usize, usize), u64>,
    found: &BTreeMap<usize, u64>,
    truth: &BTreeMap<usize, u64>,
) -> f64 {
    let exact = overlaps
        .iter()
        .filter(|((left, right), count)| {
            **count > 1 && found.get(left) == Some(count) && truth.get(right) == Some(count)
        })
        .count();
    let several = |sizes: &BTreeMap<usize, u64>| sizes.values().filter(|size| **size > 1).count();
    let all = several(found) + several(truth);
    if all == 0 { 1.0 } else { 2.0 * exact as f64 / all as f64 }
}

/// The most messages that a pairing of conversations one to one can agree on: a matching of largest weight,
/// by shortest augmenting paths with potentials.
fn best_pairing(overlaps: &BTreeMap<(usize, usize), u64>) -> u64 {
    let number = |keys: BTreeSet<usize>| -> BTreeMap<usize, usize> { keys.into_iter().zip(0..).collect() };
    let lefts = number(overlaps.keys().map(|(left, _)| *left).collect());
    let rights = number(overlaps.keys().map(|(_, right)| *right).collect());
    let mut edges: Vec<Vec<(usize, i64)>> = vec![Vec::new(); lefts.len()];
    for ((left, right), count) in overlaps {
        let (Some(left), Some(right)) = (lefts.get(left), rights.get(right)) else { continue };
        edges[*left].push((*right, *count as i64));
    }
    Pairing::new(&edges, rights.len()).solve()
}

/// A matching while it grows. Conversations without a partner are worth nothing, so each left one may also
/// stay alone.
struct Pairing<'e> {
    edges: &'e [Vec<(usize, i64)>],
    /// Prices: `left + right ≥ weight` on every edge, with equality on those of the matching.
    left_price: Vec<i64>,
    right_price: Vec<i64>,
    of_right: Vec<Option<usize>>,
    of_left: Vec<Option<usize>>,
}

impl<'e> Pairing<'e> {
    fn new(edges: &'e [Vec<(usize, i64)>], rights: usize) -> Self {
        let heaviest = |row: &Vec<(usize, i64)>| row.iter().map(|(_, weight)| *weight).max().unwrap_or(0);
        Self {
            edges,
            left_price: edges.iter().map(heaviest).collect(),
            right_price: vec![0; rights],
            of_right: vec![None; rights],
            of_left: vec![None; edges.len()],
        }
    }

    fn solve(mut self) -> u64 {
        for left in 0..self.edges.len() {
            self.place(left);
        }
        let weight = |(left, right): (usize, &Option<usize>)| {
            let right = (*right)?;
            self.edges[left].iter().find(|(to, _)| *to == right).map(|(_, weight)| *weight as u64)
        };
        self.of_left.iter().enumerate().filter_map(weight).sum()
    }

    /// Finds the cheapest way to give `start` a partner, or to leave it or one whom it displaces alone.
    fn place(&mut self, start: usize) {
        let mut reached_left: BTreeMap<usize, i64> = BTreeMap::from([(start, 0)]);
        let mut reached_right: BTreeMap<usize, (i64, usize)> = BTreeMap::new();
        let mut settled: BTreeSet<usize> = BTreeSet::new();
        let mut queue: BinaryHeap<Reverse<(i64, usize)>> = BinaryHeap::new();
        // Leaving a left one alone costs its price.
        let mut best: (i64, usize, Option<usize>) = (self.left_price[start], start, None);
        let mut at = Some((start, 0));
        while let Some((left, distance)) = at {
            for (right, weight) in &self.edges[left] {
                let cost = distance + self.left_price[left] + self.right_price[*right] - weight;
                if reached_right.get(right).is_none_or(|(known, _)| cost < *known) {
                    reached_right.insert(*right, (cost, left));
                    queue.push(Reverse((cost, *right)));
                }
            }
            at = None;
            while let Some(Reverse((cost, right))) = queue.pop() {
                if cost >= best.0 {
                    break;
                }
                if !settled.insert(right) {
                    continue;
                }
                let Some(partner) = self.of_right[right] else {
                    best = (cost, start, Some(right));
                    break;
                };
                reached_left.insert(partner, cost);
                if cost + self.left_price[partner] < best.0 {
                    best = (cost + self.left_price[partner], partner, None);
                }
                at = Some((partner, cost));
                break;
            }
        }
        let (cost, alone, free) = best;
        for (left, distance) in &reached_left {
            self.left_price[*left] -= (cost - distance).max(0);
        }
        for right in &settled {
            let distance = reached_right.get(right).map_or(cost, |(distance, _)| *distance);
            self.right_price[*right] += (cost - distance).max(0);
        }
        let mut right = free.or_else(|| self.of_left[alone].take());
        while let Some(here) = right {
            let Some((_, left)) = reached_right.get(&here).copied() else { break };
            self.of_right[here] = Some(left);
            right = self.of_left[left].replace(here);
            if left == start {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9, "{left} is not {right}");
    }

    #[test]
    fn the_same_partition_under_other_numbers_agrees() {
        let agreement = Agreement::of(&[7, 7, 3, 3, 9], &[0, 0, 1, 1, 2]);
        assert_eq!(agreement, Agreement { one_to_one: 1.0, variation: 1.0, exact_f1: 1.0, messages: 5 });
    }

    #[test]
    fn one_conversation_and_every_message_alone_agree_a_little() {
        let truth = [0, 0, 1, 1];
        let one = Agreement::of(&[0; 4], &truth);
        near(one.one_to_one, 0.5);
        // H(truth) = 1 bit of log2(4) = 2.
        near(one.variation, 0.5);
        near(one.exact_f1, 0.0);
        let alone = Agreement::of(&[0, 1, 2, 3], &truth);
        near(alone.one_to_one, 0.5);
        near(alone.variation, 0.5);
        near(alone.exact_f1, 0.0);
    }

    #[test]
    fn a_message_in_the_wrong_place_costs_both_conversations() {
        let agreement = Agreement::of(&[0, 0, 0, 1, 1, 2, 2], &[0, 0, 1, 1, 1, 2, 2]);
        near(agreement.one_to_one, 6.0 / 7.0);
        near(agreement.exact_f1, 1.0 / 3.0);
    }

    #[test]
    fn the_best_pairing_is_not_the_greedy_one() {
        // Greedy pairs the 3 and is left with 0 + 1; the best pairs 2 + 3.
        let found = [0, 0, 0, 0, 0, 1, 1, 1];
        let truth = [0, 0, 0, 1, 1, 0, 0, 0];
        // Overlaps: (0,0) 3, (0,1) 2, (1,0) 3.
        near(Agreement::of(&found, &truth).one_to_one, 5.0 / 8.0);
    }

    #[test]
    fn links_are_shares_of_messages_whose_parent_is_right() {
        near(link_f1(&[0, 0, 1, 3], &[Some(0), Some(0), Some(0), None]), 2.0 / 3.0);
        near(link_f1(&[], &[]), 0.0);
    }

    #[test]
    fn nothing_to_compare_is_nothing() {
        assert_eq!(Agreement::of(&[], &[]), Agreement::default());
        near(Agreement::of(&[4], &[2]).variation, 1.0);
    }

    /// All ways to pair, tried.
    fn slow(weights: &[Vec<u64>], row: usize, taken: &mut Vec<usize>) -> u64 {
        let Some(columns) = weights.get(row) else { return 0 };
        let mut best = slow(weights, row + 1, taken);
        for (column, weight) in columns.iter().enumerate() {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.max(weight + slow(weights, row + 1, taken));
                taken.pop();
            }
        }
        best
    }

    proptest::proptest! {
        #[test]
        fn the_pairing_is_the_best_of_all(pairs in proptest::collection::vec((0usize..5, 0usize..5), 0..40)) {
            let mut weights = vec![vec![0; 5]; 5];
            for (left, right) in &pairs {
                weights[*left][*right] += 1;
            }
            let mut overlaps = BTreeMap::new();
            for pair in pairs {
                *overlaps.entry(pair).or_insert(0) += 1;
            }
            proptest::prop_assert_eq!(best_pairing(&overlaps), slow(&weights, 0, &mut Vec::new()));
        }

        #[test]
        fn agreement_is_a_share_and_symmetric(
            pairs in proptest::collection::vec((0usize..6, 0usize..6), 1..40),
        ) {
            let (found, truth): (Vec<usize>, Vec<usize>) = pairs.into_iter().unzip();
            let (one, other) = (Agreement::of(&found, &truth), Agreement::of(&truth, &found));
            for (left, right) in [
                (one.one_to_one, other.one_to_one),
                (one.variation, other.variation),
                (one.exact_f1, other.exact_f1),
            ] {
                proptest::prop_assert!((left - right).abs() < 1e-9);
                proptest::prop_assert!((-1e-9..=1.0 + 1e-9).contains(&left));
            }
        }
    }
}
