//! Accounts into people.
//!
//! Decision: two accounts are one person only on proof (the same verified mail address, or a directory record
//! that names both), never on a name: a wrong merge credits somebody with another's know-how and shows them
//! what the other may read. The price is that somebody without a proof stays two people until merged by hand.

mod address;
pub(crate) use address::is_role;
mod merge;
pub(crate) mod union;

use std::collections::{BTreeMap, BTreeSet};

pub use merge::person;

use model::{Account, AccountKey, Person, SourceName};

use address::Proofs;
use union::UnionFind;

/// The source whose records are a directory: `jsonl:<id>` may name `<S>:<id>` of other sources.
const DIRECTORY_SOURCE: &str = "jsonl";

/// Accounts into people, by proof.
///
/// Two accounts are joined if they carry the same verified mail address (trimmed, lower case), or if one is
/// `jsonl:<id>` and the other `<S>:<id>` with S in `directory_sources`, the sources whose native ids a jsonl
/// directory also uses. Joins carry on: a = b and b = c make one person of three accounts. A bot is joined
/// to bots only.
///
/// No proof is an address that more than three accounts of one source claim, or whose local part is nobody's
/// own (`noreply`, `support`, …).
///
/// Of the accounts' directories, each field is the first that is not empty, accounts ascending; the status
/// is departed only if every account that states one says departed, else away if one says so, else active.
/// Where personnel data (source `hr`) states a status, the others are not asked, and its fields come first.
///
/// Gives each account to exactly one person; people ascend by id, accounts and addresses ascend within a
/// person, and the order of `accounts` changes nothing. Several entries for one key count as one account.
pub fn resolve(accounts: &[Account], directory_sources: &BTreeSet<SourceName>) -> Vec<Person> {
    let rows = merge::distinct(accounts);
    let mut sets = UnionFind::new(rows.len());
    for group in Proofs::of(&rows).groups() {
        join_all(&mut sets, group);
    }
    join_directory(&mut sets, &rows, directory_sources);
    let mut people: Vec<Person> = sets
        .sets(rows.len())
        .into_iter()
        .filter_map(|members| {
            let owned: Vec<&Account> = members.iter().map(|row| &rows[*row]).collect();
            merge::person(&owned)
        })
        .collect();
    people.sort_by(|left, right| left.id.cmp(&right.id));
    people
}

fn join_all(sets: &mut UnionFind, rows: &[usize]) {
    for pair in rows.windows(2) {
        if let [left, right] = pair {
            sets.union(*left, *right);
        }
    }
}

/// Joins each directory record with the accounts that carry its id in the sources it speaks of.
fn join_directory(sets: &mut UnionFind, rows: &[Account], directory_sources: &BTreeSet<SourceName>) {
    let by_key: BTreeMap<&AccountKey, usize> =
        rows.iter().enumerate().map(|(row, account)| (&account.key, row)).collect();
    for (row, account) in rows.iter().enumerate() {
        if account.key.source() != DIRECTORY_SOURCE {
            continue;
        }
        for source in directory_sources {
            let named = AccountKey::from_native(source, account.key.native()).ok();
            let Some(other) = named.and_then(|key| by_key.get(&key).copied()) else { continue };
            if rows[other].bot == account.bot {
                sets.union(row, other);
            }
        }
    }
}

#[cfg(test)]
mod tests;
