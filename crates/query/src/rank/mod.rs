//! Documents → people: votes, features, and a score that is a sum of named parts.

mod features;
mod standardize;
#[cfg(test)]
mod tests;

pub use features::{Channel, Circumstances, Features, features};
pub use standardize::standardize;

use crate::RankConfig;

/// The named parts of a score, in the order they are shown.
pub const PARTS: [&str; 6] =
    ["topical", "dense", "breadth", "channel_topical", "channel_activity", "credited"];

/// A person while being ranked for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The person's number in the document table.
    pub person: u32,
    /// The sum of the parts.
    pub score: f64,
    /// Each part's share of the score, in the order of [`PARTS`]: weight × standardized feature.
    pub parts: [f64; PARTS.len()],
}

/// A part's weight, and the feature it is made of.
type Column = (f64, fn(&Features) -> f64);

/// Ranks people by the sum over parts of weight × z(log(1 + feature)), best first, ties by the person's
/// number.
///
/// The form is the linear "H4" of the design study: features enter as z-scores of their logarithm over the
/// candidates of this question, so that weights mean the same in every organisation. Where a feature does
/// not tell candidates apart (all equal), its part is 0.
///
/// ```
/// # use query::rank::{rank, Features};
/// # let config = query::RankConfig {
/// #     score_power: 1.0, cosine_power: 1.0, evidence_half_life_days: 365.0, activity_half_life_days: 60.0,
/// #     roles: query::RoleWeights { answered: 1.0, resolved: 1.0, assigned: 1.0, announced: 0.5,
/// #         referred: 0.5, asked: 0.0, credit_bonus: 0.0 },
/// #     topical: 1.0, dense: 0.5, breadth: 0.5, channel_topical: 1.0, channel_activity: 0.5, credited: 0.5,
/// #     candidates: 200 };
/// let knows = Features { person: 0, topical: 20.0, ..Features::default() };
/// let guesses = Features { person: 1, topical: 2.0, ..Features::default() };
/// let ranked = rank(&[guesses, knows], &config);
/// assert_eq!(ranked[0].person, 0);
/// assert_eq!(ranked[0].score, ranked[0].parts.iter().sum::<f64>());
/// ```
pub fn rank(features: &[Features], config: &RankConfig) -> Vec<Candidate> {
    let pool = candidates(features, config.candidates);
    let mut ranked: Vec<Candidate> = pool
        .iter()
        .map(|person| Candidate { person: person.person, score: 0.0, parts: [0.0; PARTS.len()] })
        .collect();
    let columns: [Column; PARTS.len()] = [
        (config.topical, |person| person.topical),
        (config.dense, |person| person.dense),
        (config.breadth, |person| person.breadth),
        (config.channel_topical, |person| person.channel_topical),
        (config.channel_activity, |person| person.channel_activity),
        (config.credited, |person| person.credited),
    ];
    for (part, (weight, read)) in columns.into_iter().enumerate() {
        let values: Vec<f64> = pool.iter().map(|person| read(person).max(0.0).ln_1p()).collect();
        for (candidate, z) in ranked.iter_mut().zip(standardize(&values)) {
            candidate.parts[part] = weight * z;
        }
    }
    for candidate in &mut ranked {
        candidate.score = candidate.parts.iter().sum();
    }
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.person.cmp(&b.person)));
    ranked
}

/// The people who are compared: the strongest by topic, by meaning and by presence in the channel, in turn,
/// so that none of the three decides alone who is looked at.
fn candidates(features: &[Features], limit: usize) -> Vec<&Features> {
    if features.len() <= limit {
        let mut all: Vec<&Features> = features.iter().collect();
        all.sort_by_key(|person| person.person);
        return all;
    }
    let orders: [fn(&Features) -> f64; 4] =
        [|p| p.topical, |p| p.dense, |p| p.channel_topical, |p| p.channel_activity];
    let mut chosen = std::collections::BTreeMap::new();
    let lists: Vec<Vec<&Features>> = orders
        .iter()
        .map(|read| {
            let mut list: Vec<&Features> = features.iter().filter(|person| read(person) > 0.0).collect();
            list.sort_by(|a, b| read(b).total_cmp(&read(a)).then(a.person.cmp(&b.person)));
            list
        })
        .collect();
    for place in 0..features.len() {
        for list in &lists {
            if chosen.len() >= limit {
                return chosen.into_values().collect();
            }
            if let Some(person) = list.get(place) {
                chosen.insert(person.person, *person);
            }
        }
    }
    chosen.into_values().collect()
}
