//! The options under `query.confidence`: thresholds, and the coefficients of three logistic models.

use std::collections::BTreeMap;

use anyhow::Context;
use query::ConfidenceConfig;
use query::confidence::{ANSWER, Coefficients, PERSON};
use serde::{Deserialize, Serialize};

use super::file::within;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confidence {
    about_from: f64,
    uncompared_cosine: [f64; 2],
    name_from: f64,
    show_from: f64,
    lapsed_days: f64,
    medium_from: f64,
    high_from: f64,
    person: BTreeMap<String, f64>,
    known: BTreeMap<String, f64>,
    answered: BTreeMap<String, f64>,
}

impl Confidence {
    /// What it becomes; refuses values that cannot be meant.
    pub(super) fn config(&self) -> anyhow::Result<ConfidenceConfig> {
        let thresholds = [self.about_from, self.name_from, self.show_from, self.medium_from, self.high_from];
        for threshold in thresholds {
            within("a threshold under query.confidence", threshold, 0.0, 1.0)?;
        }
        for part in self.uncompared_cosine {
            within("query.confidence.uncompared_cosine", part, 0.0, 1.0)?;
        }
        within("query.confidence.lapsed_days", self.lapsed_days, 1.0, 100_000.0)?;
        anyhow::ensure!(
            self.medium_from <= self.high_from,
            "query.confidence.medium_from is above query.confidence.high_from"
        );
        Ok(ConfidenceConfig {
            about_from: self.about_from as f32,
            uncompared_cosine: self.uncompared_cosine.map(|part| part as f32),
            name_from: self.name_from,
            show_from: self.show_from,
            lapsed_days: self.lapsed_days,
            medium_from: self.medium_from,
            high_from: self.high_from,
            person: model("person", &PERSON, &self.person)?,
            known: model("known", &ANSWER, &self.known)?,
            answered: model("answered", &ANSWER, &self.answered)?,
        })
    }
}

fn model<const N: usize>(
    table: &str,
    names: &[&str; N],
    values: &BTreeMap<String, f64>,
) -> anyhow::Result<Coefficients<N>> {
    let all = names.join(", ");
    for (name, value) in values {
        let is_known = name == "bias" || names.contains(&name.as_str());
        anyhow::ensure!(is_known, "query.confidence.{table}.{name} is no feature; there are bias, {all}");
        within(&format!("query.confidence.{table}.{name}"), *value, -1_000.0, 1_000.0)?;
    }
    Coefficients::named(names, &|name| values.get(name).copied())
        .with_context(|| format!("query.confidence.{table} needs bias, {all}"))
}
