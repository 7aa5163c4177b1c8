//! Why somebody was named: their evidence, in the order of its share, and the reasons it adds up to.
//!
//! Takes evidence only as readable units (`Visible`), so that nothing unreadable can be explained with.
//!
//! Convention: a contribution is weight × z. Above that of somebody who has nothing of the feature lies its *lift*,
//! and the lift is split over the documents in proportion to what each added to the feature. So a person's score
//! is the sum over features of what nothing gives plus what each document adds, exactly; a feature that is no sum
//! over documents (a rate, a span) has none, and a maximum has the one document it stands in.

mod breakdown;
mod channels;
mod missing;
mod past;
mod reasons;
#[cfg(test)]
mod tests;

pub use breakdown::{Breakdown, DocumentAmount, FeatureAmount, PartAmount, Share, breakdown, shares};
pub use channels::{Place, channels};
pub use missing::{Gap, Missing, Seen, gaps, missing};
pub use past::{SPARE, past_answers};
pub use reasons::{Reason, reasons};

use index::DocumentTable;

use crate::confidence::is_on_topic;
use crate::retrieve::{Pool, Unit};
use crate::{ConfidenceConfig, RankConfig};

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
