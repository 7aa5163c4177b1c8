//! Sets of accounts that look like one person without a proof: which are joined, and which a human looks at.
//!
//! Decision: what an account *is called* never joins anything by itself. A join needs a key that an
//! organisation gives to one person only (a user name, an address at one domain) and a name that agrees; and
//! everything that speaks against it (two accounts in one system, another middle name, a number that tells
//! namesakes apart, a common name) sends it to review instead.

mod crowd;
mod profile;

use std::collections::{BTreeMap, BTreeSet};

use model::Account;

use super::sets::Sets;
use super::{Candidate, Rule};

use crowd::Crowd;
use profile::Profile;

/// What one round joins tells the next one who is whose namesake; a third changes next to nothing.
const ROUNDS: usize = 3;

/// Two sets that may be one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    /// The strongest rules first.
    rule: Rule,
    left: usize,
    right: usize,
    shared: String,
    /// Why a human has to look at it; `None` if it may be joined.
    doubt: Option<&'static str>,
}

/// Joins what is alike beyond doubt (only with `joins`), and gives what is alike with some doubt; each pair once,
/// the strongest rule and then the smallest accounts first. `own` are the organisation's domains.
/// Costs O(n log n) in the number of accounts: groups that share a name or user name are compared only while
/// they are small.
pub(super) fn join(
    sets: &mut Sets<'_>,
    rows: &[Account],
    own: &BTreeSet<String>,
    joins: bool,
) -> Vec<Candidate> {
    for _ in 1..ROUNDS {
        let (any, doubtful) = round(sets, rows, own, joins);
        if !any {
            // The next round would see the same sets and say the same.
            return doubtful;
        }
    }
    round(sets, rows, own, joins).1
}

/// One round: whether anything was joined, and what is doubtful now.
fn round(
    sets: &mut Sets<'_>,
    rows: &[Account],
    own: &BTreeSet<String>,
    joins: bool,
) -> (bool, Vec<Candidate>) {
    let crowd = Crowd::of(sets, rows, own);
    let mut any = false;
    let mut pairs = crowd.sharing_user_names();
    pairs.extend(crowd.namesakes());
    pairs.sort();
    let switched_off = (!joins).then_some("joining by likeness is switched off");
    // Of sets that this round joined; all others are as the crowd knows them.
    let mut joined: BTreeMap<usize, Profile> = BTreeMap::new();
    let mut doubtful: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
    for mut pair in pairs {
        let (left, right) = (sets.root(pair.left), sets.root(pair.right));
        if left == right || sets.held_apart(left, right) {
            continue;
        }
        let profile = |root: usize| joined.get(&root).or_else(|| crowd.profile(root));
        let against = match (profile(left), profile(right)) {
            (Some(left), Some(right)) => left.against(right, pair.rule),
            _ => None,
        };
        pair.doubt = against.or(pair.doubt).or(switched_off);
        if pair.doubt.is_none() && sets.join(pair.left, pair.right, pair.rule, &pair.shared) {
            any = true;
            let (kept, gone) = (left.min(right), left.max(right));
            let mut take =
                |root| joined.remove(&root).or_else(|| crowd.profile(root).cloned()).unwrap_or_default();
            let (mut profile, gone) = (take(kept), take(gone));
            profile.absorb(gone);
            joined.insert(kept, profile);
        } else {
            doubtful.entry((pair.left, pair.right)).or_insert(pair);
        }
    }
    let mut left_over: Vec<Pair> = doubtful.into_values().collect();
    left_over.sort();
    let mut seen = BTreeSet::new();
    let mut candidates = Vec::new();
    for pair in left_over {
        let (left, right) = (sets.root(pair.left), sets.root(pair.right));
        let open = left != right && !sets.held_apart(left, right);
        if open && seen.insert((left.min(right), left.max(right))) {
            candidates.push(Candidate {
                left: rows[left.min(right)].key.clone(),
                right: rows[left.max(right)].key.clone(),
                rule: pair.rule,
                shared: pair.shared,
                doubt: pair.doubt.unwrap_or("one of them is a bot"),
            });
        }
    }
    (any, candidates)
}
