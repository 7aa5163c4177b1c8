//! What the ranking weighs, as the options file says it: features, roles and marks.

use std::collections::BTreeMap;

use anyhow::Context;
use query::rank::{Feature, Model, Models, Part, Term};
use query::{MarkWeights, RankConfig, RoleWeights};
use serde::{Deserialize, Serialize};

use super::file::within;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rank {
    score_power: f64,
    cosine_power: f64,
    evidence_half_life_days: f64,
    activity_half_life_days: f64,
    candidates: usize,
    spread: f64,
    hidden_gems: f64,
    knows: BTreeMap<String, f64>,
    helps: BTreeMap<String, f64>,
    anywhere: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    answered: f64,
    resolved: f64,
    assigned: f64,
    announced: f64,
    referred: f64,
    asked: f64,
    credit_bonus: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    slight: f64,
    idle: f64,
    failed: f64,
    silent: f64,
    repeated: f64,
}

impl Rank {
    /// Refuses values that cannot be meant.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        within("query.rank.score_power", self.score_power, 0.1, 10.0)?;
        within("query.rank.cosine_power", self.cosine_power, 0.1, 10.0)?;
        within("query.rank.evidence_half_life_days", self.evidence_half_life_days, 0.1, 100_000.0)?;
        within("query.rank.activity_half_life_days", self.activity_half_life_days, 0.1, 100_000.0)?;
        within("query.rank.candidates", self.candidates as f64, 1.0, 1_000_000.0)?;
        within("query.rank.spread", self.spread, 0.0, 10.0)?;
        within("query.rank.hidden_gems", self.hidden_gems, 0.0, 10.0)?;
        check_weights("knows", &self.knows)?;
        check_weights("helps", &self.helps)?;
        check_weights("anywhere", &self.anywhere)?;
        Ok(())
    }

    pub(super) fn config(&self, roles: &Roles, marks: &Marks) -> RankConfig {
        RankConfig {
            score_power: self.score_power as f32,
            cosine_power: self.cosine_power as f32,
            evidence_half_life_days: self.evidence_half_life_days,
            activity_half_life_days: self.activity_half_life_days,
            roles: RoleWeights {
                answered: roles.answered as f32,
                resolved: roles.resolved as f32,
                assigned: roles.assigned as f32,
                announced: roles.announced as f32,
                referred: roles.referred as f32,
                asked: roles.asked as f32,
                credit_bonus: roles.credit_bonus as f32,
            },
            marks: MarkWeights {
                slight: marks.slight as f32,
                idle: marks.idle as f32,
                failed: marks.failed as f32,
                silent: marks.silent as f32,
                repeated: marks.repeated as f32,
            },
            models: Models::new(&model(&self.knows), model(&self.helps), model(&self.anywhere)),
            candidates: self.candidates,
            spread: self.spread,
            hidden_gems: self.hidden_gems,
        }
    }
}

impl Roles {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let votes = [self.answered, self.resolved, self.assigned, self.announced, self.referred];
        for vote in votes.into_iter().chain([self.asked, self.credit_bonus]) {
            within("a weight under query.roles", vote, 0.0, 100.0)?;
        }
        Ok(())
    }
}

impl Marks {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for rest in [self.slight, self.idle, self.failed, self.silent, self.repeated] {
            within("a weight under query.marks", rest, 0.0, 1.0)?;
        }
        Ok(())
    }
}

/// Refuses weights of features that do not exist, and presence where it must not count.
fn check_weights(view: &str, weights: &BTreeMap<String, f64>) -> anyhow::Result<()> {
    for (name, weight) in weights {
        let feature = Term::parse(name).map(|term| term.feature).with_context(|| {
            let all = Feature::ALL.map(Feature::as_str).join(", ");
            format!(
                "query.rank.{view}.{name} is no feature; there are {all}, each also with _share behind it"
            )
        })?;
        anyhow::ensure!(
            feature.part() != Part::Spread,
            "query.rank.{view}.{name} has an option of its own: query.rank.spread"
        );
        anyhow::ensure!(
            view != "knows" || !feature.tells_presence(),
            "query.rank.knows.{name} tells who is there, not who knows: it counts only in query.rank.helps"
        );
        within(&format!("query.rank.{view}.{name}"), *weight, -1_000.0, 1_000.0)?;
    }
    Ok(())
}

fn model(weights: &BTreeMap<String, f64>) -> Model {
    Model::of(weights.iter().filter_map(|(name, weight)| Some((Term::parse(name)?, *weight))))
}
