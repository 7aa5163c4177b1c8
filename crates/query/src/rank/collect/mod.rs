//! What is known of each candidate for a question.

mod counted;
mod presence;
mod topic;
mod trace;

use std::collections::BTreeMap;

use index::{Admission, DocumentTable, NOBODY, Row};
use model::{Role, RoleSet, Timestamp};

pub use counted::Presence;
pub use trace::Entry;

use super::ORDERS;
use super::catalog::Feature;
use super::recency::{Ages, days};
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
    /// What everybody answered: of this very admission, `newest` and `ages`.
    pub presence: &'a Presence,
    /// The half-lives of `config`.
    pub ages: &'a Ages,
    /// Weights and exponents.
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
struct People<'c> {
    /// Places in `known` by the person's number; [`NOBODY`] for who is not in.
    places: Vec<u32>,
    known: Vec<Features>,
    circumstances: &'c Circumstances<'c>,
    row: Option<Row>,
}

impl<'c> People<'c> {
    fn new(circumstances: &'c Circumstances<'c>) -> Self {
        let places = vec![NOBODY; circumstances.table.people.len()];
        Self { places, known: Vec::new(), circumstances, row: None }
    }

    /// Somebody's features; who is not in yet, is now.
    fn of(&mut self, person: u32) -> &mut Features {
        let place = &mut self.places[person as usize];
        if *place == NOBODY {
            *place = u32::try_from(self.known.len()).unwrap_or(NOBODY);
            self.known.push(self.circumstances.somebody(person));
        }
        let features = &mut self.known[*place as usize];
        features.see(self.row);
        features
    }

    /// Whether somebody is in.
    fn has(&self, person: u32) -> bool {
        self.places[person as usize] != NOBODY
    }

    /// Those who are in, by number: sums are made in this order, whoever came in first.
    fn by_number(&self) -> impl Iterator<Item = &Features> {
        self.places.iter().filter_map(|place| self.known.get(*place as usize))
    }

    /// Those who are in, in any order.
    fn each(&mut self) -> impl Iterator<Item = &mut Features> {
        self.known.iter_mut()
    }

    /// Says which document is looked at; `None` after the last.
    const fn see(&mut self, row: Option<Row>) {
        self.row = row;
    }

    fn finish(mut self) -> Vec<Features> {
        self.known.sort_unstable_by_key(|person| person.person);
        self.known
    }
}

/// Collects the features of everybody who can be compared ([`super::candidates`]), by person number: whom a readable
/// document in the pool credits, who answered in the channel, and, where that is few people, whose profile speaks.
///
/// Only admitted documents are looked at. Costs one pass over the pool, one over the people and one over the answers
/// in the channel; where somebody is watched, one over all rows besides.
pub fn features(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let mut people = People::new(circumstances);
    let shares = topic::collect(pool, circumstances, &mut people);
    let all_in = topic::let_in(pool, circumstances, &mut people);
    presence::collect(&shares, circumstances, &mut people);
    topic::tell_profiles(pool, &mut people);
    let mut features = people.finish();
    if !all_in {
        // Those who are left out must not make a crowd of the others look like few.
        features.retain(|person| ORDERS.into_iter().any(|feature| person.get(feature) > 0.0));
    }
    features
}

/// The same of those features alone that come from the documents which speak to the question, of watched people
/// alone. Costs a pass over the pool.
pub fn topical(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let unwatched = |person: u32| circumstances.watched.binary_search(&person).is_err();
    let circumstances = &Circumstances { skip: &unwatched, ..*circumstances };
    let mut people = People::new(circumstances);
    topic::collect(pool, circumstances, &mut people);
    topic::let_in(pool, circumstances, &mut people);
    topic::tell_profiles(pool, &mut people);
    people.finish()
}
