//! The documents of a pool, each judged by how it speaks to the question and what it shows of its person.

use index::DocumentTable;
use model::{Mark, Role, Timestamp};

use crate::config::{is_confirmed, is_idle, is_repeated};
use crate::retrieve::{Pool, Unit};
use crate::{ConfidenceConfig, RankConfig};

/// What evidence is judged in: the index, the time, and who may not be named.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub struct Setting<'a> {
    /// Columns of the documents.
    pub table: &'a DocumentTable,
    /// From when ages are told: the time of the newest evidence.
    pub now: Timestamp,
    /// Who is no candidate, by the person's number (the asker, bots): their words are nobody's know-how.
    pub skip: &'a dyn Fn(u32) -> bool,
    /// What roles and marks are worth.
    pub rank: &'a RankConfig,
    /// How strongly a document speaks to the question, and from where on it is about it.
    pub confidence: &'a ConfidenceConfig,
}

/// From this worth on a document shows know-how; see [`Judged::worth`].
const SHOWS_FROM: f64 = 0.5;

/// One document.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the document, and any of them can hold"
)]
pub(super) struct Judged {
    pub(super) person: u32,
    pub(super) conversation: u32,
    /// See [`strength`], 0 to 1.
    pub(super) strength: f64,
    /// What role and marks leave of it as a sign of know-how, 0 to 1.
    pub(super) worth: f64,
    /// Whether it is strong enough to count as being about the question.
    pub(super) about: bool,
    /// Only asked.
    pub(super) asked: bool,
    /// Confirmed, and in the person's own words.
    pub(super) confirmed: bool,
    /// It did not help.
    pub(super) failed: bool,
    /// Its words show nothing.
    pub(super) idle: bool,
    /// Its age, in years of 365 days, at least 0.
    pub(super) years: f64,
}

impl Judged {
    /// Strength × worth, 0 to 1.
    pub(super) fn shown(&self) -> f64 {
        self.strength * self.worth
    }

    /// Whether it is about the question and shows know-how.
    pub(super) fn shows(&self) -> bool {
        self.about && self.worth >= SHOWS_FROM
    }
}

/// Mean of the share of the question's idf a document holds and its cosine, 0 to 1. Neither alone will do: a
/// rare word can match by accident, and a static encoder finds something near for every question. Where nothing was
/// compared by meaning, what stands in for the cosine is reckoned from the words.
pub(crate) fn strength(unit: &Unit, config: &ConfidenceConfig) -> f32 {
    let [least, more] = config.uncompared_cosine;
    let cosine = match unit.cosine {
        Some(cosine) => cosine,
        None if unit.compared => 0.0,
        None => least + more * unit.coverage,
    };
    f32::midpoint(unit.coverage, cosine.clamp(0.0, 1.0))
}

/// Judges every document in one of the two pools whose person may be named.
pub(super) fn judged(pool: &Pool, setting: &Setting<'_>) -> Vec<Judged> {
    let counted = |unit: &&Unit| {
        let in_pool = unit.in_lexical_pool || unit.cosine.is_some();
        in_pool && !(setting.skip)(setting.table.person[unit.row.get().at()])
    };
    pool.units.iter().filter(counted).map(|unit| judge(unit, setting)).collect()
}

fn judge(unit: &Unit, setting: &Setting<'_>) -> Judged {
    let (row, table) = (unit.row.get().at(), setting.table);
    let (roles, marks) = (table.roles[row], table.marks[row]);
    let vote = f64::from(setting.rank.roles.vote(roles)).min(1.0);
    let strength = strength(unit, setting.confidence);
    Judged {
        person: table.person[row],
        conversation: table.conversation[row],
        strength: f64::from(strength),
        worth: vote * f64::from(setting.rank.marks.rest(roles, marks)),
        about: strength >= setting.confidence.about_from,
        asked: roles.contains(Role::Asked) && vote == 0.0,
        confirmed: vote > 0.0 && is_confirmed(roles, marks) && !is_repeated(marks),
        failed: marks.contains(Mark::Failed),
        idle: is_idle(marks),
        years: setting.now.days_since(table.last_at[row]).max(0.0) / 365.0,
    }
}
