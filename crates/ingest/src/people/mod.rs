//! Accounts into people.
//!
//! Decision: a proof joins (the same verified mail address, a directory record that names both, an operator's
//! word); a likeness joins only where an organisation gives the shared key to one person (a user name, an
//! address at its domain), the name agrees and nothing speaks against it; a name alone never. What is
//! doubtful goes to review. Every join keeps its reason, and what an operator holds apart stays apart.
//! The price is that somebody without a shared key stays two people until merged by hand.
//!
//! Decision: a likeness credits, but opens nothing: what somebody may read is told by proofs alone
//! ([`Resolution::proven`]), so that a wrong guess, or an account made to look like another's, shows nobody
//! what is not theirs.

mod address;
mod domain;
mod kind;
mod likeness;
mod mailmap;
mod merge;
mod names;
mod sets;
pub(crate) mod union;

pub(crate) use address::is_role;

use std::collections::{BTreeMap, BTreeSet};

pub use mailmap::mailmap;
pub use merge::person;

use model::{Account, AccountKey, Person, SourceName};

use address::Proofs;
use sets::Sets;

/// The source whose records are a directory: `jsonl:<id>` may name `<S>:<id>` of other sources.
const DIRECTORY_SOURCE: &str = "jsonl";

/// Why accounts were joined, or may be one person's; the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An operator said so.
    Operator,
    /// A file of the operator's says so.
    Asserted,
    /// The same verified mail address.
    Address,
    /// A directory record speaks for an account with its id.
    Directory,
    /// The same user name in two systems, and names that agree.
    UserName,
    /// The same user name, made of the family name that one of them had before.
    NewName,
    /// The same full name and two addresses made of it at one organisation's domain.
    NameAtDomain,
    /// The same full name and nothing else: for review only.
    Name,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 8] = [
        Self::Operator,
        Self::Asserted,
        Self::Address,
        Self::Directory,
        Self::UserName,
        Self::NewName,
        Self::NameAtDomain,
        Self::Name,
    ];

    /// The words in the store and in what commands print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "merged by hand",
            Self::Asserted => "asserted by file",
            Self::Address => "same verified address",
            Self::Directory => "directory record",
            Self::UserName => "same user name",
            Self::NewName => "same user name, new family name",
            Self::NameAtDomain => "same name at one domain",
            Self::Name => "same name",
        }
    }

    /// Reads the stored words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == text)
    }

    /// Whether it is a proof: then each of the accounts may read what the other may.
    pub const fn is_proof(self) -> bool {
        matches!(self, Self::Operator | Self::Asserted | Self::Address | Self::Directory)
    }
}

/// Why two accounts are one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The smaller account.
    pub left: AccountKey,
    /// The other.
    pub right: AccountKey,
    /// By which rule.
    pub rule: Rule,
    /// What they share: an address, a user name, a domain, a line of a file, the number of a decision.
    pub shared: String,
}

/// Two people who may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The smallest account of one of them.
    pub left: AccountKey,
    /// The smallest account of the other; greater than `left`.
    pub right: AccountKey,
    /// What speaks for it.
    pub rule: Rule,
    /// What they share.
    pub shared: String,
    /// What speaks against it, in words.
    pub doubt: &'static str,
}

/// An operator's word that these are one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The decision's number.
    pub number: i64,
    /// One account.
    pub left: AccountKey,
    /// The other.
    pub right: AccountKey,
}

/// An operator's word that no account of one side is the same person's as one of the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// One side.
    pub left: Vec<AccountKey>,
    /// The other.
    pub right: Vec<AccountKey>,
}

/// A line of an operator's file: everything in it is one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The line, from 1.
    pub line: usize,
    /// Addresses in lower case, and account keys.
    pub same: Vec<String>,
}

/// What is known besides the accounts.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    /// Sources whose native ids a jsonl directory also uses.
    pub directory_sources: BTreeSet<SourceName>,
    /// The organisation's mail domains; empty: the commonest one outside of mail.
    pub own_domains: BTreeSet<String>,
    /// Whether likeness joins; without it everything alike goes to review.
    pub join_alike: bool,
    /// Lines of the operator's file.
    pub assertions: Vec<Assertion>,
    /// Merges by hand, in the order they were made.
    pub merges: Vec<Merge>,
    /// What must stay apart: goes before everything else.
    pub apart: Vec<Apart>,
}

/// Accounts as people, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Every account belongs to exactly one; ids ascending, accounts and addresses ascending within a person.
    pub people: Vec<Person>,
    /// Why: each person's joins hold their accounts together; by accounts.
    pub joins: Vec<Join>,
    /// Who may be one person and is not, the strongest first.
    pub candidates: Vec<Candidate>,
    /// The smallest account that each account is proven to share its owner with; itself if there is none.
    pub proven: BTreeMap<AccountKey, AccountKey>,
}

/// Accounts into people, by proof, then by likeness.
///
/// In this order, and never across what `apart` holds apart or between a bot and a human:
///
/// 1. Merges by hand, then the lines of the operator's file.
/// 2. The same verified mail address (trimmed, lower case); not one that more than three accounts of one source
///    claim, or whose local part is nobody's own (`noreply`, `support`, …).
/// 3. `jsonl:<id>` and `<S>:<id>` with S in `directory_sources`.
/// 4. With `join_alike`, what is alike beyond doubt (`likeness.rs`): the same user name in two systems and an
///    agreeing name; the same user name made of an earlier family name; the same uncommon full name in two
///    addresses at one organisation's domain. Not if both have an account in one system outside of mail.
///
/// Joins carry on: a = b and b = c make one person of three accounts.
///
/// Of the accounts' directories, each field is the first that is not empty, accounts ascending; the status
/// is departed only if every account that states one says departed, else away if one says so, else active.
/// Where personnel data (source `hr`) states a status, the others are not asked, and its fields come first.
///
/// The order of `accounts` changes nothing. Several entries for one key count as one account.
/// Costs O(n log n).
pub fn resolve(accounts: &[Account], knowledge: &Knowledge) -> Resolution {
    let rows = merge::distinct(accounts);
    let own = domain::own(&rows, &knowledge.own_domains);
    let mut sets = Sets::new(&rows, &knowledge.apart);
    join_proven(&mut sets, &rows, knowledge);
    let proven =
        (0..rows.len()).map(|row| (rows[row].key.clone(), rows[sets.root(row)].key.clone())).collect();
    let candidates = likeness::join(&mut sets, &rows, &own, knowledge.join_alike);
    let owned = |members: Vec<usize>| {
        let accounts: Vec<&Account> = members.iter().map(|row| &rows[*row]).collect();
        let mut person = merge::person(&accounts)?;
        person.directory.kind = kind::kind(&accounts, &own);
        Some(person)
    };
    let mut people: Vec<Person> = sets.groups().into_iter().filter_map(owned).collect();
    people.sort_by(|left, right| left.id.cmp(&right.id));
    let mut joins = sets.into_joins();
    joins.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
    Resolution { people, joins, candidates, proven }
}

/// Joins by an operator's word, by address and by directory.
fn join_proven(sets: &mut Sets<'_>, rows: &[Account], knowledge: &Knowledge) {
    for merge in &knowledge.merges {
        if let (Some(left), Some(right)) = (sets.row(&merge.left), sets.row(&merge.right)) {
            sets.join(left, right, Rule::Operator, &merge.number.to_string());
        }
    }
    let named = mailmap::Named::of(rows);
    for assertion in &knowledge.assertions {
        join_all(sets, &named.rows(assertion), Rule::Asserted, &format!("line {}", assertion.line));
    }
    for (address, group) in Proofs::of(rows).groups() {
        join_all(sets, group, Rule::Address, address);
    }
    join_directory(sets, rows, &knowledge.directory_sources);
}

fn join_all(sets: &mut Sets<'_>, rows: &[usize], rule: Rule, shared: &str) {
    // Each with the first that it may be joined with: what is held apart does not part the others.
    for (at, right) in rows.iter().enumerate() {
        let _ = rows.iter().take(at).any(|left| sets.join(*left, *right, rule, shared));
    }
}

/// Joins each directory record with the accounts that carry its id in the sources it speaks of.
fn join_directory(sets: &mut Sets<'_>, rows: &[Account], directory_sources: &BTreeSet<SourceName>) {
    for (row, account) in rows.iter().enumerate() {
        if account.key.source() != DIRECTORY_SOURCE {
            continue;
        }
        for source in directory_sources {
            let named = AccountKey::from_native(source, account.key.native()).ok();
            if let Some(other) = named.and_then(|key| sets.row(&key)) {
                sets.join(row, other, Rule::Directory, account.key.native());
            }
        }
    }
}

#[cfg(test)]
mod tests;
