//! Sets of accounts while they are being joined, with what must stay apart.

use std::collections::{BTreeMap, BTreeSet};

use model::{Account, AccountKey};

use super::union::UnionFind;
use super::{Apart, Join, Rule};

/// Sets of accounts; two are joined only where nothing holds them apart.
#[derive(Debug)]
pub(super) struct Sets<'a> {
    rows: &'a [Account],
    by_key: BTreeMap<&'a AccountKey, usize>,
    union: UnionFind,
    /// By the root of a set: which sides of which decisions are in it.
    sides: BTreeMap<usize, BTreeSet<(usize, bool)>>,
    joins: Vec<Join>,
}

impl<'a> Sets<'a> {
    /// Every account in a set of its own.
    pub(super) fn new(rows: &'a [Account], apart: &[Apart]) -> Self {
        let by_key: BTreeMap<&AccountKey, usize> =
            rows.iter().enumerate().map(|(row, account)| (&account.key, row)).collect();
        let mut sides: BTreeMap<usize, BTreeSet<(usize, bool)>> = BTreeMap::new();
        for (number, decision) in apart.iter().enumerate() {
            for (side, keys) in [(false, &decision.left), (true, &decision.right)] {
                for row in keys.iter().filter_map(|key| by_key.get(key)) {
                    sides.entry(*row).or_default().insert((number, side));
                }
            }
        }
        Self { rows, by_key, union: UnionFind::new(rows.len()), sides, joins: Vec::new() }
    }

    /// The row of an account, if it is known.
    pub(super) fn row(&self, key: &AccountKey) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The smallest row of the set that holds a row.
    pub(super) fn root(&mut self, row: usize) -> usize {
        self.union.find(row)
    }

    /// Whether a decision holds two sets apart.
    pub(super) fn held_apart(&mut self, left: usize, right: usize) -> bool {
        let (left, right) = (self.root(left), self.root(right));
        let (Some(left), Some(right)) = (self.sides.get(&left), self.sides.get(&right)) else { return false };
        left.iter().any(|(number, side)| right.contains(&(*number, !side)))
    }

    /// Joins two sets and notes why, unless a decision holds them apart or only one of the accounts is a bot's.
    /// True if they are one now and were not before.
    pub(super) fn join(&mut self, left: usize, right: usize, rule: Rule, shared: &str) -> bool {
        let (a, b) = (self.root(left), self.root(right));
        if a == b || self.rows[left].bot != self.rows[right].bot || self.held_apart(a, b) {
            return false;
        }
        let root = self.union.union(a, b);
        let sides: BTreeSet<_> = [a, b].iter().filter_map(|old| self.sides.remove(old)).flatten().collect();
        if !sides.is_empty() {
            self.sides.insert(root, sides);
        }
        let (first, second) = (left.min(right), left.max(right));
        self.joins.push(Join {
            left: self.rows[first].key.clone(),
            right: self.rows[second].key.clone(),
            rule,
            shared: shared.to_owned(),
        });
        true
    }

    /// The sets as they are, each ascending, in the order of their smallest members.
    pub(super) fn groups(&mut self) -> Vec<Vec<usize>> {
        self.union.sets(self.rows.len())
    }

    /// Every join that was made.
    pub(super) fn into_joins(self) -> Vec<Join> {
        self.joins
    }
}
