//! Disjoint sets of numbered things: what is joined step by step ends up in one set.

use std::collections::BTreeMap;

/// Disjoint sets over the numbers `0..len`. The smallest member names its set, so that the outcome does not
/// depend on the order of joining. Near-linear: path halving, no recursion.
#[derive(Debug, Clone)]
pub(crate) struct UnionFind {
    parents: Vec<usize>,
}

impl UnionFind {
    /// `len` sets of one member each.
    pub(crate) fn new(len: usize) -> Self {
        Self { parents: (0..len).collect() }
    }

    /// The smallest member of the set that holds `member` (which must be below `len`).
    pub(crate) fn find(&mut self, mut member: usize) -> usize {
        while self.parents[member] != member {
            let grandparent = self.parents[self.parents[member]];
            self.parents[member] = grandparent;
            member = grandparent;
        }
        member
    }

    /// Joins the sets of two members and gives the smallest member of the joint set.
    pub(crate) fn union(&mut self, left: usize, right: usize) -> usize {
        let (left, right) = (self.find(left), self.find(right));
        let (smaller, larger) = if left < right { (left, right) } else { (right, left) };
        self.parents[larger] = smaller;
        smaller
    }

    /// The sets over the first `count` members, each ascending, in the order of their smallest members.
    pub(crate) fn sets(&mut self, count: usize) -> Vec<Vec<usize>> {
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for member in 0..count {
            rows.entry(self.find(member)).or_default().push(member);
        }
        let mut sets: Vec<_> = rows.into_values().collect();
        sets.sort_unstable();
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_members_share_their_smallest_member() {
        let mut sets = UnionFind::new(5);
        sets.union(4, 2);
        sets.union(2, 1);
        assert_eq!((sets.find(4), sets.find(0)), (1, 0));
        assert_eq!(sets.sets(5), [vec![0], vec![1, 2, 4], vec![3]]);
    }

    #[test]
    fn a_chain_of_a_million_neither_overflows_nor_crawls() {
        let mut sets = UnionFind::new(1_000_000);
        for member in (1..1_000_000).rev() {
            sets.union(member, member - 1);
        }
        assert_eq!(sets.find(999_999), 0);
    }
}
