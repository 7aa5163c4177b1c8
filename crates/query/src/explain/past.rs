//! Earlier answers to questions like this one.

use std::collections::BTreeSet;

use index::{DocumentTable, Row};
use model::{Role, Visible};

use crate::ConfidenceConfig;
use crate::confidence::strength;
use crate::config::is_credited;
use crate::retrieve::{Pool, Unit};

/// How many candidates are handed out for each answer that is wanted: some turn out to be no answers when
/// their text is read.
pub const SPARE: usize = 4;

/// What an acknowledged answer is worth beside one that nobody acknowledged.
const CREDITED: f32 = 1.15;

/// The readable answers whose question is most like this one, best first, one a conversation, and [`SPARE`]
/// times as many as are wanted; none below the strength from which people are named.
pub fn past_answers(
    pool: &Pool,
    table: &DocumentTable,
    limit: usize,
    config: &ConfidenceConfig,
) -> Vec<Visible<Row>> {
    let is_answer = |unit: &&Unit| {
        let roles = table.roles[unit.row.get().at()];
        roles.contains(Role::Answered) && unit.question > 0.0 && strength(unit) >= config.about_from
    };
    let score = |unit: &Unit| {
        let credit = if is_credited(table.roles[unit.row.get().at()]) { CREDITED } else { 1.0 };
        strength(unit) * credit
    };
    let mut answers: Vec<&Unit> = pool.units.iter().filter(is_answer).collect();
    answers.sort_by(|a, b| score(b).total_cmp(&score(a)).then(b.row.get().cmp(a.row.get())));
    let mut seen = BTreeSet::new();
    let first = |unit: &&Unit| seen.insert(table.conversation[unit.row.get().at()]);
    answers.into_iter().filter(first).take(limit.saturating_mul(SPARE)).map(|unit| unit.row).collect()
}
