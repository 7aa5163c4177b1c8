//! Organisations whose accounts have known owners: to measure how well accounts are made into people.
//!
//! Written from what directories of companies look like, not from the rules that are measured: namesakes, names
//! changed by marriage, nicknames, several addresses, systems that give user names on their own and collide,
//! role boxes that people write from, outsiders with an employee's name, bots.
//!
//! **What counts as decidable.** Two accounts of one person are left out (and counted) where nothing that was
//! written ties them: ties are the same address, the same user name (unless somebody else has it too, or
//! neither account tells a name), and the same name in two addresses at one domain (unless the person has a
//! namesake). They carry on from account to account. Wrong joins always count, decidable or not.

mod cast;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use model::Account;

use crate::dice::Dice;

/// Accounts with their owners.
#[derive(Debug, Clone)]
pub struct World {
    /// All accounts, in no order that tells anything.
    pub accounts: Vec<Account>,
    /// Whose each is, by position; bots and role boxes are owned by nobody else.
    pub owner: Vec<usize>,
    /// What ties the accounts of one owner, by position: accounts with the same number can be told to be one's.
    pub tied: Vec<usize>,
}

/// How well accounts were made into people, in pairs of accounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pairs {
    /// Joined, and one person's.
    pub right: u64,
    /// Joined, and two people's.
    pub wrong: u64,
    /// One person's, tied by what was written, and not joined.
    pub missed: u64,
    /// One person's, tied by nothing: left out of recall.
    pub undecidable: u64,
}

/// An account as it is being written, with what ties it to others.
#[derive(Debug, Clone)]
struct Draft {
    owner: usize,
    account: Account,
    /// Addresses that are one person's only.
    addresses: Vec<String>,
    /// The user name in the system, and what stands before the `@` of an own address.
    users: Vec<String>,
    /// The name as the owner was called when it was made, if the account tells one in full.
    name: Option<String>,
    /// Domains of its addresses.
    domains: Vec<String>,
}

/// Makes an organisation of so many employees, and the outsiders, bots and boxes around it.
pub fn generate(seed: u64, employees: usize) -> World {
    let dice = Dice::new(seed).fork("identity");
    let cast = cast::cast(employees, &dice);
    let mut drafts = write::accounts(&cast, &dice);
    dice.fork("order").shuffle(&mut drafts);
    let tied = ties(&drafts);
    World {
        owner: drafts.iter().map(|draft| draft.owner).collect(),
        accounts: drafts.into_iter().map(|draft| draft.account).collect(),
        tied,
    }
}

impl World {
    /// Judges a partition: by position, any number that says whose an account was taken for.
    pub fn judge(&self, found: &[usize]) -> Pairs {
        let by = |numbers: &[&[usize]]| -> u64 {
            let mut counts: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
            for row in 0..self.accounts.len() {
                let key = numbers.iter().filter_map(|column| column.get(row).copied()).collect();
                *counts.entry(key).or_default() += 1;
            }
            counts.into_values().map(|n| n * n.saturating_sub(1) / 2).sum()
        };
        let (owned, joined) = (by(&[&self.owner]), by(&[found]));
        let right = by(&[&self.owner, found]);
        let decidable = by(&[&self.owner, &self.tied]);
        let tied_right = by(&[&self.owner, &self.tied, found]);
        Pairs {
            right,
            wrong: joined.saturating_sub(right),
            missed: decidable.saturating_sub(tied_right),
            undecidable: owned.saturating_sub(decidable),
        }
    }
}

impl Pairs {
    /// The share of joined pairs that are one person's; 1 if nothing was joined.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of decidable pairs that were joined; 1 if there are none.
    pub fn recall(&self, decidable: u64) -> f64 {
        share(decidable.saturating_sub(self.missed), decidable)
    }

    /// Adds the pairs of another organisation.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
            undecidable: self.undecidable + other.undecidable,
        }
    }
}

impl World {
    /// Pairs of accounts that are one person's and tied by what was written.
    pub fn decidable(&self) -> u64 {
        self.judge(&(0..self.accounts.len()).collect::<Vec<_>>()).missed
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// By position: the smallest position that an account is tied to, from account to account.
fn ties(drafts: &[Draft]) -> Vec<usize> {
    let mut keys: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    let owners = |key: fn(&Draft) -> Vec<String>| {
        let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for draft in drafts {
            for key in key(draft) {
                owners.entry(key).or_default().insert(draft.owner);
            }
        }
        owners
    };
    let users = owners(|draft| draft.users.clone());
    let names = owners(|draft| draft.name.iter().cloned().collect());
    let alone = |map: &BTreeMap<String, BTreeSet<usize>>, key: &String| {
        map.get(key).is_none_or(|owners| owners.len() == 1)
    };
    for (row, draft) in drafts.iter().enumerate() {
        let mut tie = |key: String| keys.entry((draft.owner, key)).or_default().push(row);
        draft.addresses.iter().for_each(|address| tie(format!("address {address}")));
        draft.users.iter().filter(|user| alone(&users, user)).for_each(|user| tie(format!("user {user}")));
        if let Some(name) = draft.name.as_ref().filter(|name| alone(&names, name)) {
            draft.domains.iter().for_each(|domain| tie(format!("name {name} at {domain}")));
        }
    }
    let mut tied: Vec<usize> = (0..drafts.len()).collect();
    // Few accounts a person: going round until nothing moves is quick.
    loop {
        let mut moved = false;
        for (key, rows) in &keys {
            let told = !key.1.starts_with("user ") || rows.iter().any(|row| drafts[*row].name.is_some());
            let Some(least) = rows.iter().map(|row| tied[*row]).min().filter(|_| told) else { continue };
            for row in rows {
                moved |= tied[*row] != least;
                tied[*row] = least;
            }
        }
        if !moved {
            return tied;
        }
    }
}

#[cfg(test)]
mod tests;
