//! What is known of each candidate for a question.

mod presence;
mod topic;
mod trace;

use std::collections::BTreeMap;

use index::{Admission, DocumentTable, Row};
use model::{Role, RoleSet, Timestamp};

pub use trace::Entry;

use super::catalog::Feature;
use super::recency::Recency;
use crate::RankConfig;
use crate::retrieve::Pool;
use trace::Trace;

/// What is known of one person for one question: a value of at least 0 for every [`Feature`].
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// The person's number in the document table.
    pub person: u32,
    values: [f32; Feature::ALL.len()],
    /// Which document added what, for those whose score is explained.
    trace: Option<Box<Trace>>,
}

impl Features {
    /// Somebody of whom nothing is known.
    pub const fn of(person: u32) -> Self {
        Self { person, values: [0.0; Feature::ALL.len()], trace: None }
    }

    /// The value of a feature.
    pub const fn get(&self, feature: Feature) -> f32 {
        self.values[feature as usize]
    }

    /// Sets a feature; what documents added to it before is no longer told.
    pub fn set(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] = value;
        if let Some(trace) = &mut self.trace {
            trace.forget(feature);
        }
    }

    /// Adds to a feature.
    pub fn add(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] += value;
        if let Some(trace) = &mut self.trace {
            trace.add(feature, value);
        }
    }

    /// Raises a feature to at least this.
    pub fn raise(&mut self, feature: Feature, value: f32) {
        if value > self.values[feature as usize] {
            self.values[feature as usize] = value;
            if let Some(trace) = &mut self.trace {
                trace.forget(feature);
                trace.add(feature, value);
            }
        }
    }

    /// Takes a feature, and which documents made it, from what was collected elsewhere.
    fn take(&mut self, feature: Feature, found: &Self) {
        self.set(feature, found.get(feature));
        if let (Some(mine), Some(theirs)) = (&mut self.trace, &found.trace) {
            mine.entries.extend(theirs.entries.iter().filter(|entry| entry.feature == feature));
        }
    }

    /// Says from which document the next values come; `None`: from no single one.
    fn see(&mut self, row: Option<Row>) {
        if let Some(trace) = &mut self.trace {
            trace.row = row;
        }
    }

    /// What each document added to features that are sums over documents (or the document that a maximum
    /// stands in), in the order of reading; nothing for people who are not watched ([`Circumstances::watched`]).
    pub fn entries(&self) -> &[Entry] {
        self.trace.as_ref().map_or(&[], |trace| &trace.entries)
    }

    /// Whether anything speaks for the person: asking alone, or being about elsewhere, does not.
    pub fn speak(&self) -> bool {
        const FOR: [Feature; 5] =
            [Feature::Votes, Feature::Near, Feature::Profile, Feature::ChannelVotes, Feature::ChannelEver];
        FOR.into_iter().any(|feature| self.get(feature) > 0.0)
    }

    /// All values, in the order of [`Feature::ALL`].
    pub const fn values(&self) -> &[f32; Feature::ALL.len()] {
        &self.values
    }
}

/// The containers that count as the question's channel.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    /// Numbers of the containers in the document table.
    pub containers: Vec<u32>,
}

/// What a question is ranked in: the index, the asker's rights and channel, the time.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub struct Circumstances<'a> {
    /// Columns of the documents.
    pub table: &'a DocumentTable,
    /// Where the question is asked.
    pub channel: &'a Channel,
    /// What it may be answered from.
    pub admission: &'a Admission,
    /// Its time.
    pub now: Timestamp,
    /// The time of the newest evidence that it may be answered from: how old something is, is told from here.
    /// Everything in an index that has stood still is older, and nothing in it less telling for that.
    pub newest: Timestamp,
    /// Who is no candidate, by the person's number (the asker, bots).
    pub skip: &'a dyn Fn(u32) -> bool,
    /// Numbers of the people who ask.
    pub askers: &'a [u32],
    /// Numbers of the people of whom it is kept which document adds what, ascending: few, for explaining.
    pub watched: &'a [u32],
    /// Weights and half-lives.
    pub config: &'a RankConfig,
}

impl Circumstances<'_> {
    /// Somebody of whom nothing is known yet; watched if they are to be.
    fn somebody(&self, person: u32) -> Features {
        let trace = self.watched.binary_search(&person).is_ok().then(Box::default);
        Features { trace, ..Features::of(person) }
    }
}

/// Features of people by their number, made when first asked for.
struct People<'c>(Vec<Option<Features>>, &'c Circumstances<'c>, Option<Row>);

impl People<'_> {
    fn of(&mut self, person: u32) -> &mut Features {
        let features = self.0[person as usize].get_or_insert_with(|| self.1.somebody(person));
        features.see(self.2);
        features
    }

    /// Says which document is looked at; `None` after the last.
    const fn see(&mut self, row: Option<Row>) {
        self.2 = row;
    }
}

/// Collects the features of everybody whom a readable document credits, by person number.
///
/// Only admitted documents are looked at. Costs one pass over the pool and one over the answers that the
/// asker may read.
pub fn features(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let mut people = People(vec![None; circumstances.table.people.len()], circumstances, None);
    let shares = topic::collect(pool, circumstances, &mut people);
    presence::collect(&shares, circumstances, &mut people);
    people.0.into_iter().flatten().collect()
}

/// The same of those features alone that come from the documents which speak to the question, of watched people
/// alone. Costs a pass over the pool.
pub fn topical(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let unwatched = |person: u32| circumstances.watched.binary_search(&person).is_err();
    let circumstances = &Circumstances { skip: &unwatched, ..*circumstances };
    let mut people = People(vec![None; circumstances.table.people.len()], circumstances, None);
    topic::collect(pool, circumstances, &mut people);
    people.0.into_iter().flatten().collect()
}
