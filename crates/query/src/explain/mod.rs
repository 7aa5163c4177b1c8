//! Why somebody was named: their evidence, in the order of its share, and the reasons it adds up to.
//!
//! Takes evidence only as readable units (`Visible`), so that nothing unreadable can be explained with.

mod channels;
mod past;
mod reasons;
#[cfg(test)]
mod tests;

pub use channels::{Place, channels};
pub use past::{SPARE, past_answers};
pub use reasons::{Reason, reasons};

use index::{DocumentTable, Row};
use model::{Timestamp, Visible};

use crate::confidence::is_on_topic;
use crate::retrieve::{Pool, Unit};
use crate::{ConfidenceConfig, RankConfig};

/// A readable document that speaks for somebody, with its share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Which document.
    pub row: Visible<Row>,
    /// What it adds to the person's topical and dense votes, 0 to 1; a person's shares add up to 1.
    pub share: f64,
}

/// The units that vote, by row: at most as many as both pools hold. Everything shown is picked from these.
pub fn voting_units<'p>(pool: &'p Pool, table: &DocumentTable, config: &RankConfig) -> Vec<&'p Unit> {
    let votes = |unit: &&Unit| {
        let counted = unit.in_lexical_pool || unit.cosine.is_some();
        counted && config.roles.vote(table.roles[unit.row.get().at()]) > 0.0
    };
    pool.units.iter().filter(votes).collect()
}

/// Those of them that vote for one person and are about the question: what may be shown for them. Near misses
/// count in the score, as little as they do, but speak for nobody.
pub fn units_of<'p>(
    voting: &[&'p Unit],
    table: &DocumentTable,
    person: u32,
    config: &ConfidenceConfig,
) -> Vec<&'p Unit> {
    let theirs = |unit: &&Unit| table.person[unit.row.get().at()] == person && is_on_topic(unit, config);
    voting.iter().copied().filter(theirs).collect()
}

/// Each unit's share of the person's votes, largest first, ties by row.
pub fn shares(units: &[&Unit], table: &DocumentTable, now: Timestamp, config: &RankConfig) -> Vec<Share> {
    let vote = |unit: &Unit| {
        let row = unit.row.get().at();
        let age = now.days_since(table.last_at[row]).max(0.0);
        f64::from(config.roles.vote(table.roles[row])) * (-age / config.evidence_half_life_days).exp2()
    };
    let lexical = |unit: &Unit| {
        if unit.in_lexical_pool { f64::from(unit.lexical.powf(config.score_power)) * vote(unit) } else { 0.0 }
    };
    let dense =
        |unit: &Unit| f64::from(unit.cosine.unwrap_or(0.0).max(0.0).powf(config.cosine_power)) * vote(unit);
    let part = |value: f64, total: f64| if total > 0.0 { value / total } else { 0.0 };
    let (lexical_total, dense_total): (f64, f64) =
        (units.iter().map(|unit| lexical(unit)).sum(), units.iter().map(|unit| dense(unit)).sum());
    let weight = |total: f64, weight: f64| if total > 0.0 { weight } else { 0.0 };
    let (topical, meaning) = (weight(lexical_total, 1.0), weight(dense_total, 0.5));
    let mut shares: Vec<Share> = units
        .iter()
        .map(|unit| {
            let mixed =
                topical * part(lexical(unit), lexical_total) + meaning * part(dense(unit), dense_total);
            Share { row: unit.row, share: part(mixed, topical + meaning) }
        })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.row.get().cmp(b.row.get())));
    shares
}
