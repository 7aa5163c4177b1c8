//! Documents → people: votes, features, and a score that is a sum of named parts.

mod catalog;
mod collect;
mod contribution;
mod model;
mod recency;
mod standardize;
#[cfg(test)]
mod tests;

pub use catalog::{Feature, Part};
pub use collect::{Channel, Circumstances, Entry, Features, Presence, features, topical};
pub use contribution::{Contribution, Scales};
pub use model::{Model, Models, Place, View};
pub use recency::{Ages, Recency};
pub use standardize::standardize;

/// A person while being ranked for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The person's number in the document table.
    pub person: u32,
    /// The sum of the parts.
    pub score: f64,
    /// Each part of the score, in the order of [`Part::ALL`].
    pub parts: [f64; Part::ALL.len()],
}

/// Ranks people by the model's sum over features of weight × z(log(1 + value)), best first, ties by the
/// person's number.
///
/// Features enter as z-scores of their logarithm over the candidates of this question, so that weights mean
/// the same in every organisation. A feature that does not tell candidates apart (all equal) counts nothing.
///
/// ```
/// use query::rank::{rank, Feature, Features, Model};
/// let (mut knows, mut guesses) = (Features::of(0), Features::of(1));
/// knows.set(Feature::Votes, 20.0);
/// guesses.set(Feature::Votes, 2.0);
/// let ranked = rank(&[guesses, knows], &Model::of([(Feature::Votes, 1.0)]), 200);
/// assert_eq!(ranked[0].person, 0);
/// assert_eq!(ranked[0].score, ranked[0].parts.iter().sum::<f64>());
/// ```
pub fn rank(features: &[Features], model: &Model, limit: usize) -> Vec<Candidate> {
    let pool = candidates(features, limit);
    let scales = Scales::over(&pool, model);
    let candidate = |person: &&Features| {
        let mut parts = [0.0; Part::ALL.len()];
        for contribution in scales.contributions(person) {
            parts[contribution.feature.part() as usize] += contribution.amount;
        }
        Candidate { person: person.person, score: parts.iter().sum(), parts }
    };
    let mut ranked: Vec<Candidate> = pool.iter().map(candidate).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.person.cmp(&b.person)));
    ranked
}

/// The candidates as one learns from them: z-scores of the logarithms of all features, a row a candidate.
pub fn standardized(candidates: &[&Features]) -> Vec<[f64; Feature::ALL.len()]> {
    let mut rows = vec![[0.0; Feature::ALL.len()]; candidates.len()];
    for feature in Feature::ALL {
        let values: Vec<f64> = candidates.iter().map(|person| logarithm(person.get(feature))).collect();
        for (row, z) in rows.iter_mut().zip(standardize(&values)) {
            row[feature as usize] = z;
        }
    }
    rows
}

/// How a value enters a score before it is standardized.
fn logarithm(value: f32) -> f64 {
    f64::from(value.max(0.0)).ln_1p()
}

/// By what candidates are chosen where there are more than are compared; who has none of them, is none then.
const ORDERS: [Feature; 4] = [Feature::Votes, Feature::Near, Feature::ChannelVotes, Feature::ChannelAnswers];

/// The people who are compared: the strongest by topic, by meaning and by presence in the channel, in turn,
/// so that none of these decides alone who is looked at; nobody for whom nothing speaks. Ascending by person.
pub fn candidates(features: &[Features], limit: usize) -> Vec<&Features> {
    let features: Vec<&Features> = features.iter().filter(|person| person.speak()).collect();
    if features.len() <= limit {
        let mut all = features;
        all.sort_by_key(|person| person.person);
        return all;
    }
    let mut chosen = std::collections::BTreeMap::new();
    let strongest = |feature: Feature| {
        let mut list: Vec<&Features> =
            features.iter().copied().filter(|person| person.get(feature) > 0.0).collect();
        list.sort_by(|a, b| b.get(feature).total_cmp(&a.get(feature)).then(a.person.cmp(&b.person)));
        list
    };
    let lists = ORDERS.map(strongest);
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
