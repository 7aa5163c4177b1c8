//! What is known of each candidate for a question.

mod presence;
mod topic;

use std::collections::BTreeMap;

use index::{Admission, DocumentTable, Row};
use model::{Role, RoleSet, Timestamp};

use super::catalog::Feature;
use super::recency::Recency;
use crate::RankConfig;
use crate::retrieve::Pool;

/// What is known of one person for one question: a value of at least 0 for every [`Feature`].
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    /// The person's number in the document table.
    pub person: u32,
    values: [f32; Feature::ALL.len()],
}

impl Features {
    /// Somebody of whom nothing is known.
    pub const fn of(person: u32) -> Self {
        Self { person, values: [0.0; Feature::ALL.len()] }
    }

    /// The value of a feature.
    pub const fn get(&self, feature: Feature) -> f32 {
        self.values[feature as usize]
    }

    /// Sets a feature.
    pub const fn set(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] = value;
    }

    /// Adds to a feature.
    pub const fn add(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] += value;
    }

    /// Raises a feature to at least this.
    pub const fn raise(&mut self, feature: Feature, value: f32) {
        self.values[feature as usize] = self.values[feature as usize].max(value);
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
    /// Weights and half-lives.
    pub config: &'a RankConfig,
}

/// Features of people by their number, made when first asked for.
struct People(Vec<Option<Features>>);

impl People {
    fn of(&mut self, person: u32) -> &mut Features {
        self.0[person as usize].get_or_insert(Features::of(person))
    }
}

/// Collects the features of everybody whom a readable document credits, by person number.
///
/// Only admitted documents are looked at. Costs one pass over the pool and one over the answers that the
/// asker may read.
pub fn features(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let mut people = People(vec![None; circumstances.table.people.len()]);
    let shares = topic::collect(pool, circumstances, &mut people);
    presence::collect(&shares, circumstances, &mut people);
    people.0.into_iter().flatten().filter(is_candidate).collect()
}

/// Whether anything speaks for somebody: asking alone, or being about elsewhere, does not.
fn is_candidate(features: &Features) -> bool {
    const SPEAK: [Feature; 5] =
        [Feature::Votes, Feature::Near, Feature::Profile, Feature::ChannelVotes, Feature::ChannelEver];
    SPEAK.into_iter().any(|feature| features.get(feature) > 0.0)
}

/// Whether a document shows an answer.
fn is_answer(roles: RoleSet) -> bool {
    roles.contains(Role::Answered) || roles.contains(Role::Resolved)
}
