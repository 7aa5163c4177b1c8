//! What operators see of who is who, and decide about it.

use std::collections::{BTreeMap, BTreeSet};

use index::store::{Decision, DecisionKind, JoinRow};
use ingest::people::Candidate;
use model::{AccountKey, Person, PersonId, Timestamp};

use super::{Indexer, IngestReport, Progress};
use crate::Error;

/// A person with the reasons why their accounts are theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub person: Person,
    /// Why the accounts are one person's, by accounts; one fewer than there are accounts.
    pub joins: Vec<JoinRow>,
}

/// Two people who may be one, with the people they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What speaks for it and against it.
    pub candidate: Candidate,
    /// The person of its left account.
    pub left: Person,
    /// The person of its right account.
    pub right: Person,
}

/// What a decision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The decision's number: `undo` takes it back.
    pub number: i64,
    /// People there are now.
    pub people: usize,
    /// The build of the index that answers now.
    pub generation: u64,
}

impl Indexer {
    /// Everybody with the reasons, ids ascending.
    pub fn identities(&self) -> Result<Vec<Identity>, Error> {
        let people = self.store.people()?;
        let owners = self.store.owners()?;
        let mut joins: BTreeMap<&PersonId, Vec<JoinRow>> = BTreeMap::new();
        for join in self.store.joins()? {
            if let Some(person) = owners.get(&join.left) {
                joins.entry(person).or_default().push(join);
            }
        }
        let identity = |person: Person| {
            let joins = joins.get(&person.id).cloned().unwrap_or_default();
            Identity { person, joins }
        };
        Ok(people.into_iter().map(identity).collect())
    }

    /// Who may be one person and waits for a human, the strongest reason first. Costs a resolution.
    pub fn reviews(&self) -> Result<Vec<Review>, Error> {
        let resolution = self.resolution(&self.store.accounts()?)?;
        let mut owner: BTreeMap<&AccountKey, &Person> = BTreeMap::new();
        for person in &resolution.people {
            owner.extend(person.accounts.iter().map(|key| (key, person)));
        }
        let review = |candidate: &Candidate| {
            let (left, right) = (owner.get(&candidate.left)?, owner.get(&candidate.right)?);
            Some(Review { candidate: candidate.clone(), left: (*left).clone(), right: (*right).clone() })
        };
        Ok(resolution.candidates.iter().filter_map(review).collect())
    }

    /// What operators decided, in the order they did.
    pub fn decisions(&self) -> Result<Vec<Decision>, Error> {
        Ok(self.store.decisions()?)
    }

    /// Makes one person of the owners of two accounts, for good: it holds for every later ingest.
    ///
    /// # Errors
    /// [`Error::NoAccount`] for an account that is not known, [`Error::Identity`] if they are one person already,
    /// an earlier decision holds them apart, or one of them is a bot.
    pub fn merge_people(
        &mut self,
        accounts: (&AccountKey, &AccountKey),
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Decided, Error> {
        let (left, right) = (self.owner_of(accounts.0)?, self.owner_of(accounts.1)?);
        if left.id == right.id {
            return Err(Error::Identity("they are one person already".to_owned()));
        }
        if left.bot != right.bot {
            return Err(Error::Identity("one of them is a bot".to_owned()));
        }
        let holds = |decision: &&Decision| {
            let both = |a: &Person, b: &Person| shares(&decision.left, a) && shares(&decision.right, b);
            decision.kind == DecisionKind::Apart
                && decision.undone_at.is_none()
                && (both(&left, &right) || both(&right, &left))
        };
        if let Some(decision) = self.store.decisions()?.iter().find(holds) {
            let number = decision.number;
            return Err(Error::Identity(format!(
                "decision {number} holds them apart (hint: `whoknows people undo {number}`)"
            )));
        }
        self.decide(DecisionKind::Merge, [named(accounts.0, &left), named(accounts.1, &right)], now, progress)
    }

    /// Holds an account apart from the other accounts of its person, or from the person who owns `from`, for good.
    ///
    /// # Errors
    /// [`Error::NoAccount`] for an account that is not known, [`Error::Identity`] if there is nothing to part.
    pub fn split_people(
        &mut self,
        account: &AccountKey,
        from: Option<&AccountKey>,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Decided, Error> {
        let person = self.owner_of(account)?;
        let other = from.map_or_else(|| Ok(person.clone()), |from| self.owner_of(from))?;
        let (left, right) = match from {
            // Two people stay two, with all that is theirs now.
            Some(_) if other.id != person.id => (named(account, &person), other.accounts),
            // One account leaves, and the named one stays; what hangs on either goes with it.
            Some(from) => (vec![account.clone()], vec![from.clone()]),
            None => {
                let rest = other.accounts.into_iter().filter(|key| key != account).collect();
                (vec![account.clone()], rest)
            }
        };
        if right.is_empty() || left == right {
            return Err(Error::Identity("it is that person's only account".to_owned()));
        }
        self.decide(DecisionKind::Apart, [left, right], now, progress)
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// [`Error::Identity`] if there is no such decision, or it was taken back before.
    pub fn undo_decision(
        &mut self,
        number: i64,
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Decided, Error> {
        self.refuse_other_encoder()?;
        if !self.store.undo_decision(number, now)? {
            return Err(Error::Identity(format!(
                "there is no decision {number} to take back (hint: `whoknows people list --decisions`)"
            )));
        }
        self.apply(number, progress)
    }

    fn decide(
        &mut self,
        kind: DecisionKind,
        [left, right]: [Vec<AccountKey>; 2],
        now: Timestamp,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Decided, Error> {
        self.refuse_other_encoder()?;
        let number = self.store.decide(kind, &left, &right, now)?;
        tracing::info!(number, kind = kind.as_str(), "noted a decision about people");
        self.apply(number, progress)
    }

    /// Brings people, documents and the index in line with the decisions, as an ingest does.
    fn apply(&mut self, number: i64, progress: &mut dyn FnMut(Progress)) -> Result<Decided, Error> {
        let mut report = IngestReport::default();
        self.derive(&mut report, progress)?;
        Ok(Decided { number, people: report.people, generation: self.store.generation()? })
    }

    fn owner_of(&self, account: &AccountKey) -> Result<Person, Error> {
        let unknown = || Error::NoAccount(account.to_string());
        let owner = self.store.owners()?.get(account).cloned().ok_or_else(unknown)?;
        self.store.people()?.into_iter().find(|person| person.id == owner).ok_or_else(unknown)
    }
}

fn shares(keys: &[AccountKey], person: &Person) -> bool {
    keys.iter().any(|key| person.accounts.contains(key))
}

/// A person's accounts, the named one first.
fn named(account: &AccountKey, person: &Person) -> Vec<AccountKey> {
    let others: BTreeSet<&AccountKey> = person.accounts.iter().filter(|key| *key != account).collect();
    std::iter::once(account).chain(others).cloned().collect()
}

#[cfg(test)]
mod tests;
