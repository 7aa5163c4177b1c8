//! Documents → people: votes, features, and a score that is a sum of named parts.

mod catalog;
mod collect;
mod contribution;
mod model;
mod recency;
mod standardize;
mod term;
#[cfg(test)]
mod tests;

pub use catalog::{Feature, Part};
pub use collect::{Channel, Circumstances, Entry, Features, Presence, features, topical};
pub use contribution::{Contribution, Scales};
pub use model::{Model, Models, Place, View};
pub use recency::{Ages, Recency};
pub use standardize::standardize;
pub use term::{Form, Term};

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

/// Ranks people by the model's sum over terms of weight × z(value in the term's form), best first, ties by the
/// person's number.
///
/// Terms enter as z-scores over the candidates of this question, so that weights mean
/// the same in every organisation. A term that does not tell candidates apart (all equal) counts nothing.
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
    let scales = Scales::among(&pool, model);
    let candidate = |person: &&Features| {
        let mut parts = [0.0; Part::ALL.len()];
        for contribution in scales.contributions(person) {
            parts[contribution.term.feature.part() as usize] += contribution.amount;
        }
        Candidate { person: person.person, score: parts.iter().sum(), parts }
    };
    let mut ranked: Vec<Candidate> = pool.iter().map(candidate).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.person.cmp(&b.person)));
    ranked
}

/// The candidates as a model sees them: z-scores of every term ([`Term::number`]), a row a candidate.
pub fn standardized(candidates: &[&Features]) -> Vec<[f64; Term::COUNT]> {
    let mut rows = vec![[0.0; Term::COUNT]; candidates.len()];
    for term in Term::all() {
        let highest = term.highest(candidates);
        let raised = |person: &&Features| term.raised(person.get(term.feature), highest);
        let values: Vec<f64> = candidates.iter().map(raised).collect();
        for (row, z) in rows.iter_mut().zip(standardize(&values)) {
            row[term.number()] = z;
        }
    }
    rows
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
