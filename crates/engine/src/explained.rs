//! What an explanation is asked and what it answers: plain data.
//!
//! Amounts add up: a score is the sum of its parts, a part the sum of its features, a feature what it gives
//! somebody with nothing of it plus what each document adds (see `query::explain`).

use model::PersonId;
use query::rank::View;

use crate::{Evidence, Nothing};

/// What is to be explained besides the people who are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Somebody by an account of theirs or by id: why them, or why not.
    pub person: Option<String>,
    /// Evidence by its id: what would be answered without it.
    pub without: Option<String>,
    /// Leave out everything said in that evidence's conversation, by whomever.
    pub whole_conversation: bool,
}

/// An explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Which question the ranking answers.
    pub view: View,
    /// The people who are shown, best first.
    pub people: Vec<ExplainedPerson>,
    /// Why nobody is shown, if nobody is.
    pub nothing: Option<Nothing>,
    /// Why the person asked for, or why not.
    pub asked_for: Option<AskedFor>,
    /// What would be answered without a piece of evidence.
    pub without: Option<Counterfactual>,
    /// Which build of the index answered.
    pub generation: u64,
}

/// Somebody whose score is taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPerson {
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Their place among those who can be named, from 1; `None` if they cannot be.
    pub place: Option<usize>,
    /// The sum of the parts.
    pub score: f64,
    /// Every part that the model weighs.
    pub parts: Vec<ExplainedPart>,
    /// The best evidence, best first; empty for who is not shown.
    pub evidence: Vec<Evidence>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// Its word.
    pub name: &'static str,
    /// The sum of its features.
    pub amount: f64,
    /// Its weighed features.
    pub features: Vec<ExplainedFeature>,
}

/// One feature of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedFeature {
    /// Its word.
    pub name: String,
    /// Its value, at least 0.
    pub value: f32,
    /// Standard deviations of its logarithm above the mean of the candidates.
    pub z: f64,
    /// Its weight.
    pub weight: f64,
    /// Weight × z.
    pub amount: f64,
    /// What it gives somebody with nothing of it.
    pub of_nothing: f64,
    /// The readable documents that add most to it, at most as many as evidence is wanted; none if it is made of
    /// no single ones.
    pub documents: Vec<ExplainedDocument>,
    /// How many further documents add to it.
    pub n_others: usize,
    /// What those add to the score together.
    pub others: f64,
}

/// One document's part in a feature.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedDocument {
    /// Its id as evidence.
    pub id: String,
    /// What it adds to the feature's value.
    pub value: f64,
    /// What it adds to the score.
    pub amount: f64,
}

/// Why somebody, or why not.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedFor {
    /// As they were asked for.
    pub asked: String,
    /// Their score, taken apart; `None` if no readable evidence makes them a candidate.
    pub person: Option<ExplainedPerson>,
    /// Whether they are shown.
    pub is_shown: bool,
    /// Whom they stand behind: the last who is shown.
    pub behind: Option<Behind>,
    /// What is missing, the most telling first.
    pub missing: Vec<query::explain::Missing>,
}

/// Somebody held against the last who is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Behind {
    /// That person.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Their place.
    pub place: usize,
    /// Their score.
    pub score: f64,
    /// The parts that make the difference, the largest first.
    pub gaps: Vec<query::explain::Gap>,
}

/// What would be answered without some evidence: really ranked again.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterfactual {
    /// The evidence's id.
    pub evidence: String,
    /// How many documents were left out.
    pub n_documents: usize,
    /// The people shown before or after, whoever wrote what was left out, and the person asked for; by their
    /// place before, then after, then id.
    pub people: Vec<Moved>,
}

/// Somebody before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Where they stood; `None` if they were no candidate.
    pub before: Option<Stand>,
    /// Where they would stand.
    pub after: Option<Stand>,
}

/// Where somebody stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// The place among those who can be named, from 1; `None` if they cannot be.
    pub place: Option<usize>,
    /// The score.
    pub score: f64,
    /// Its parts.
    pub parts: Vec<(&'static str, f64)>,
}
