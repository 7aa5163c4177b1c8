//! A score, taken apart: parts → features → documents.

use std::collections::BTreeMap;

use index::{Admission, DocumentTable, Row};
use model::Visible;

use crate::rank::{Contribution, Features, Part, Scales};
use crate::retrieve::Unit;

/// A score, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdown {
    /// The person's number in the document table.
    pub person: u32,
    /// The sum of the parts.
    pub score: f64,
    /// Every part that the model weighs, in the order of [`Part::ALL`].
    pub parts: Vec<PartAmount>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct PartAmount {
    /// Which.
    pub part: Part,
    /// The sum of its features.
    pub amount: f64,
    /// Its weighed features, in the order of their numbers.
    pub features: Vec<FeatureAmount>,
}

/// One feature of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureAmount {
    /// Value, z-score, weight, and what comes of them.
    pub contribution: Contribution,
    /// The readable documents it is made of, the largest first, ties by row; none if it is made of no single
    /// ones. Their values add up to its value, their amounts to its lift.
    pub documents: Vec<DocumentAmount>,
}

/// One document's part in a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DocumentAmount {
    /// Which document.
    pub row: Visible<Row>,
    /// What it adds to the feature's value.
    pub value: f64,
    /// What it adds to the score through this feature.
    pub amount: f64,
}

/// A readable document that speaks for somebody, with its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Which document.
    pub row: Visible<Row>,
    /// What it adds to the person's score by speaking to the question, as a share of what all of them add, 0 to
    /// 1; a person's shares add up to 1.
    pub share: f64,
}

/// Takes a candidate's score apart; documents are told for watched people
/// ([`crate::rank::Circumstances::watched`]).
pub fn breakdown(
    person: &Features,
    scales: &Scales,
    table: &DocumentTable,
    admission: &Admission,
) -> Breakdown {
    let mut parts: BTreeMap<Part, Vec<FeatureAmount>> = BTreeMap::new();
    for contribution in scales.contributions(person) {
        let documents = documents(person, &contribution, table, admission);
        let features = parts.entry(contribution.term.feature.part()).or_default();
        features.push(FeatureAmount { contribution, documents });
    }
    let part = |(part, features): (Part, Vec<FeatureAmount>)| {
        let amount = features.iter().map(|feature| feature.contribution.amount).sum();
        PartAmount { part, amount, features }
    };
    let parts: Vec<PartAmount> = parts.into_iter().map(part).collect();
    Breakdown { person: person.person, score: parts.iter().map(|part| part.amount).sum(), parts }
}

fn documents(
    person: &Features,
    contribution: &Contribution,
    table: &DocumentTable,
    admission: &Admission,
) -> Vec<DocumentAmount> {
    let mut values: BTreeMap<Row, f64> = BTreeMap::new();
    for entry in person.entries().iter().filter(|entry| entry.feature == contribution.term.feature) {
        *values.entry(entry.row).or_default() += f64::from(entry.value);
    }
    let total: f64 = values.values().sum();
    let document = |(row, value): (Row, f64)| {
        let share = value / total;
        let (value, amount) = (share * f64::from(contribution.value), share * contribution.lift());
        Some(DocumentAmount { row: table.show(row, admission)?, value, amount })
    };
    let mut documents: Vec<DocumentAmount> = values.into_iter().filter_map(document).collect();
    documents.sort_by(|a, b| b.value.total_cmp(&a.value).then(a.row.get().cmp(b.row.get())));
    documents
}

/// Each unit's share of what the person's documents add to their score by speaking to the question (presence
/// aside), largest first, ties by row. What takes from a score speaks for nobody: it has no share. `person` is
/// watched.
pub fn shares(units: &[&Unit], person: &Features, scales: &Scales) -> Vec<Share> {
    let mut amounts: BTreeMap<Row, f64> = BTreeMap::new();
    for (feature, pull) in scales.pull(person).filter(|(feature, _)| !feature.tells_presence()) {
        let entries = || person.entries().iter().filter(|entry| entry.feature == feature);
        let total: f64 = entries().map(|entry| f64::from(entry.value)).sum();
        for entry in entries() {
            *amounts.entry(entry.row).or_default() += pull * f64::from(entry.value) / total;
        }
    }
    let amount = |unit: &Unit| amounts.get(unit.row.get()).copied().unwrap_or(0.0).max(0.0);
    let total: f64 = units.iter().map(|unit| amount(unit)).sum();
    let share = |unit: &Unit| if total > 0.0 { amount(unit) / total } else { 1.0 / units.len() as f64 };
    let mut shares: Vec<Share> =
        units.iter().map(|unit| Share { row: unit.row, share: share(unit) }).collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.row.get().cmp(b.row.get())));
    shares
}
