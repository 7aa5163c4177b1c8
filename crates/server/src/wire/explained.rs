//! A score, taken apart: for administrators, and for oneself.

use engine::explained::{ExplainedDocument, ExplainedFeature, ExplainedPart, ExplainedPerson};
use serde::Serialize;
use utoipa::ToSchema;

/// A score as the sum of its parts. Numbers mean something within one answer only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub(crate) struct WireExplanation {
    /// The place among those who can be named, from 1; absent for who cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<usize>,
    /// The sum of the parts.
    score: f64,
    parts: Vec<WirePart>,
}

/// A part of a score: the sum of its features.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Part)]
pub(crate) struct WirePart {
    name: &'static str,
    amount: f64,
    features: Vec<WireFeature>,
}

/// A feature: what it gives somebody with nothing of it, what each document adds, and what all others add.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feature)]
pub(crate) struct WireFeature {
    name: String,
    value: f32,
    weight: f64,
    amount: f64,
    of_nothing: f64,
    documents: Vec<WireShare>,
    n_others: usize,
    others: f64,
}

/// What one piece of evidence adds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Share)]
pub(crate) struct WireShare {
    id: String,
    amount: f64,
}

impl From<ExplainedPerson> for WireExplanation {
    fn from(person: ExplainedPerson) -> Self {
        let parts = person.parts.into_iter().map(WirePart::from).collect();
        Self { place: person.place, score: person.score, parts }
    }
}

impl From<ExplainedPart> for WirePart {
    fn from(part: ExplainedPart) -> Self {
        let features = part.features.into_iter().map(WireFeature::from).collect();
        Self { name: part.name, amount: part.amount, features }
    }
}

impl From<ExplainedFeature> for WireFeature {
    fn from(feature: ExplainedFeature) -> Self {
        let share = |document: ExplainedDocument| WireShare { id: document.id, amount: document.amount };
        Self {
            name: feature.name,
            value: feature.value,
            weight: feature.weight,
            amount: feature.amount,
            of_nothing: feature.of_nothing,
            documents: feature.documents.into_iter().map(share).collect(),
            n_others: feature.n_others,
            others: feature.others,
        }
    }
}
