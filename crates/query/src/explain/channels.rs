//! Where to ask when nobody is named: the channels in which things like this were talked about.
//!
//! Every role votes: who asked about it shows where it is asked. How many of a channel's questions were answered,
//! and how busy it is, were tried and gained nothing (`benches/quality/README.md`); a little of the latter says
//! where to ask when nothing speaks to the question at all.

use std::collections::{BTreeMap, BTreeSet};

use index::{DocumentTable, Row};
use model::Timestamp;

use crate::rank::{Ages, Presence};
use crate::retrieve::{Pool, Unit};
use crate::{ChannelWeights, Config};

/// A readable channel with what speaks for asking there; each part is a share of all readable channels, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Its number in the document table.
    pub container: u32,
    /// Its share of the votes of the best lexical documents.
    pub words: f64,
    /// Its share of the votes of the nearest documents.
    pub meaning: f64,
    /// Its share of all recent answers.
    pub busy: f64,
}

impl Place {
    /// The weighted sum of its parts.
    pub fn score(&self, weights: &ChannelWeights) -> f64 {
        weights.words * self.words + weights.meaning * self.meaning + weights.busy * self.busy
    }
}

/// The readable channels, best first, ties by number; only those that something speaks for. `presence` is of the
/// asker's admission. Cost: one pass over the pool and one over the channels.
pub fn channels(
    pool: &Pool,
    table: &DocumentTable,
    presence: &Presence,
    now: Timestamp,
    ages: &Ages,
    config: &Config,
) -> Vec<Place> {
    let (rank, weights) = (&config.rank, &config.channels);
    let words = votes(pool, table, &|unit, row| {
        let vote =
            f64::from(unit.lexical.powf(rank.score_power) * ages.evidence.of(table.last_at[row.at()], now));
        if unit.in_lexical_pool { vote } else { 0.0 }
    });
    let meaning = votes(pool, table, &|unit, row| {
        let cosine = unit.cosine.unwrap_or(0.0).max(0.0);
        f64::from(cosine.powf(rank.cosine_power) * ages.evidence.of(table.last_at[row.at()], now))
    });
    let busy = (0..).zip(presence.busy().iter().copied()).filter(|(_, answers)| *answers > 0.0);
    let busy = shares(busy.collect());
    let share = |of: &BTreeMap<u32, f64>, container: u32| of.get(&container).copied().unwrap_or(0.0);
    let containers: BTreeSet<u32> = busy.keys().chain(words.keys()).chain(meaning.keys()).copied().collect();
    let mut places: Vec<Place> = containers
        .into_iter()
        .map(|container| Place {
            container,
            words: share(&words, container),
            meaning: share(&meaning, container),
            busy: share(&busy, container),
        })
        .filter(|place| place.score(weights) > 0.0)
        .collect();
    places.sort_by(|a, b| b.score(weights).total_cmp(&a.score(weights)).then(a.container.cmp(&b.container)));
    places
}

/// Each channel's share of the votes; a conversation votes once, with its strongest document.
fn votes(pool: &Pool, table: &DocumentTable, vote: &dyn Fn(&Unit, Row) -> f64) -> BTreeMap<u32, f64> {
    let mut conversations: BTreeMap<u32, (u32, f64)> = BTreeMap::new();
    for unit in &pool.units {
        let row = *unit.row.get();
        let entry =
            conversations.entry(table.conversation[row.at()]).or_insert((table.container[row.at()], 0.0));
        entry.1 = entry.1.max(vote(unit, row));
    }
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    for (container, vote) in conversations.into_values().filter(|(_, vote)| *vote > 0.0) {
        *sums.entry(container).or_default() += vote;
    }
    shares(sums)
}

fn shares(mut sums: BTreeMap<u32, f64>) -> BTreeMap<u32, f64> {
    let total: f64 = sums.values().sum();
    if total > 0.0 {
        for sum in sums.values_mut() {
            *sum /= total;
        }
    }
    sums
}
