//! The ways that are held against the shipped weights.

use std::collections::BTreeMap;

use query::rank::{Feature, Features, Model, Part, Term, candidates};

use crate::learn::by_model;

/// The constant of reciprocal rank fusion (Cormack, Clarke & Büttcher 2009).
const FUSION_OFFSET: f64 = 60.0;

/// How candidates are ranked.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// By a model.
    Weights(Box<Model>),
    /// By the sum of 1 / (60 + place) over the orders that these features give, each of those alone who have it.
    FusedRanks(Vec<Feature>),
}

impl Way {
    /// By a model.
    pub fn by(model: &Model) -> Self {
        Self::Weights(Box::new(model.clone()))
    }

    /// By the model with these weights.
    fn of<T: Into<Term>>(weights: impl IntoIterator<Item = (T, f64)>) -> Self {
        Self::Weights(Box::new(Model::of(weights)))
    }

    /// People, best first, ties by their number.
    pub(super) fn ranked(&self, features: &[Features], limit: usize) -> Vec<u32> {
        match self {
            Self::Weights(model) => by_model(features, model, limit),
            Self::FusedRanks(by) => fused(features, by, limit),
        }
    }
}

fn fused(features: &[Features], by: &[Feature], limit: usize) -> Vec<u32> {
    let pool = candidates(features, limit);
    let mut scores: BTreeMap<u32, f64> = BTreeMap::new();
    for feature in by {
        let mut order: Vec<&Features> =
            pool.iter().copied().filter(|person| person.get(*feature) > 0.0).collect();
        order.sort_by(|a, b| b.get(*feature).total_cmp(&a.get(*feature)).then(a.person.cmp(&b.person)));
        for (place, person) in (1..).zip(order) {
            *scores.entry(person.person).or_default() += 1.0 / (FUSION_OFFSET + f64::from(place));
        }
    }
    let mut people: Vec<(u32, f64)> = scores.into_iter().collect();
    people.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    people.into_iter().map(|(person, _)| person).collect()
}

/// A model without each part that has weights, and each of these parts alone.
pub fn of_parts(model: &Model) -> Vec<(&'static str, String, Way)> {
    let kept = |wanted: &dyn Fn(Part) -> bool| {
        Way::of(model.weights().filter(|(term, _)| wanted(term.feature.part())))
    };
    let weighed: Vec<Part> = Part::ALL
        .into_iter()
        .filter(|part| model.weights().any(|(term, _)| term.feature.part() == *part))
        .collect();
    let without = weighed
        .iter()
        .map(|part| ("a part less", format!("without {}", part.as_str()), kept(&|other| other != *part)));
    let alone = weighed
        .iter()
        .map(|part| ("a part alone", format!("{} alone", part.as_str()), kept(&|other| other == *part)));
    without.chain(alone).collect()
}

/// Voting techniques (Macdonald & Ounis 2006) over the lexical pool, and lexical and dense retrieval, each alone
/// and fused.
pub fn of_retrieval() -> Vec<(&'static str, String, Way)> {
    let voting = [
        ("CombSUM", Feature::Votes),
        ("CombMAX", Feature::Best),
        ("reciprocal ranks", Feature::Ranks),
        ("votes, counted by conversation", Feature::Conversations),
        ("profile", Feature::Profile),
    ];
    let single = |feature| Way::of([(feature, 1.0)]);
    let voting = voting
        .into_iter()
        .map(move |(name, feature)| ("voting, nothing else", name.to_owned(), single(feature)));
    let both = Way::of([(Feature::Votes, 1.0), (Feature::Near, 1.0)]);
    let fusion = [
        ("lexical (CombSUM)", single(Feature::Votes)),
        ("dense (CombSUM)", single(Feature::Near)),
        ("both, z-scores summed", both),
        ("both, reciprocal rank fusion, k = 60", Way::FusedRanks(vec![Feature::Votes, Feature::Near])),
    ];
    voting
        .chain(fusion.into_iter().map(|(name, way)| ("fusion, nothing else", name.to_owned(), way)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fused_ranks_prefer_who_stands_well_in_both_orders_and_leave_out_who_stands_in_none() {
        let somebody = |person, votes, near| {
            let mut features = Features::of(person);
            features.set(Feature::Votes, votes);
            features.set(Feature::Near, near);
            features.set(Feature::ChannelVotes, 1.0);
            features
        };
        let people =
            [somebody(0, 9.0, 0.0), somebody(1, 8.0, 7.0), somebody(2, 0.0, 8.0), somebody(3, 0.0, 0.0)];
        let way = Way::FusedRanks(vec![Feature::Votes, Feature::Near]);
        assert_eq!(way.ranked(&people, 10), [1, 0, 2]);
    }
}
