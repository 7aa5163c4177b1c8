//! Earlier answers to questions like this one.

use std::collections::BTreeMap;

use index::{DocumentTable, Row};
use model::{Mark, Role, Timestamp, Visible};

use crate::Config;
use crate::confidence::is_on_topic;
use crate::config::{is_confirmed, is_idle, is_repeated};
use crate::rank::Ages;
use crate::retrieve::{Pool, Unit};

/// How many candidates are handed out for each answer that is wanted: some turn out to be no answers when
/// their text is read.
pub const SPARE: usize = 4;

/// How much of a conversation's likeness goes with its age: what was true is true for longer than who knows it.
const AGING: f32 = 0.3;

/// What a conversation with an acknowledged answer is worth beside one without, and one whose every answer shows
/// nothing. Little: a question that is more alike beats a better answer to another one, as the links of the past
/// say (`benches/quality/README.md`).
const ACKNOWLEDGED: f32 = 1.05;
const WEAK: f32 = 0.9;

/// One conversation.
struct Earlier<'p> {
    likeness: f32,
    /// What is shown of it, and how good that is.
    answer: &'p Unit,
    quality: Quality,
}

/// How good an answer is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    /// It failed, was declined, only asks back, moves the matter along, or repeats somebody.
    Weak,
    Plain,
    Substantive,
    /// Thanked for, accepted, closed as done, or confirmed to work.
    Acknowledged,
}

/// The readable answers to the questions most like this one, best first, the best one of each conversation, and
/// [`SPARE`] times as many as are wanted; none from a conversation without an answer that is about the question.
///
/// A conversation is as much like the question as its most similar answer unit: BM25 of both fields as a share of
/// the best, plus the cosine.
pub fn past_answers(
    pool: &Pool,
    table: &DocumentTable,
    now: Timestamp,
    limit: usize,
    ages: &Ages,
    config: &Config,
) -> Vec<Visible<Row>> {
    let is_answer = |unit: &&Unit| {
        let in_pool = unit.in_lexical_pool || unit.cosine.is_some();
        let answered = table.roles[unit.row.get().at()].contains(Role::Answered);
        in_pool && answered && is_on_topic(unit, &config.confidence)
    };
    let answers: Vec<&Unit> = pool.units.iter().filter(is_answer).collect();
    let most = answers.iter().map(|unit| unit.lexical).fold(f32::MIN_POSITIVE, f32::max);
    let likeness = |unit: &Unit| {
        let fresh = ages.evidence.of(table.last_at[unit.row.get().at()], now);
        (unit.lexical / most + unit.cosine.unwrap_or(0.0)) * (1.0 - AGING + AGING * fresh)
    };
    let mut conversations: BTreeMap<u32, Earlier<'_>> = BTreeMap::new();
    for unit in answers {
        let (row, likeness) = (unit.row.get().at(), likeness(unit));
        let new = Earlier { likeness, answer: unit, quality: quality(table, row) };
        let known = conversations.entry(table.conversation[row]).or_insert(Earlier { ..new });
        // Of equally good answers the last one counts: units come by time.
        if new.quality >= known.quality {
            (known.answer, known.quality) = (new.answer, new.quality);
        }
        known.likeness = known.likeness.max(likeness);
    }
    let mut found: Vec<Earlier<'_>> = conversations.into_values().collect();
    found.sort_by(|a, b| b.score().total_cmp(&a.score()).then(b.answer.row.get().cmp(a.answer.row.get())));
    found.into_iter().take(limit.saturating_mul(SPARE)).map(|earlier| earlier.answer.row).collect()
}

impl Earlier<'_> {
    fn score(&self) -> f32 {
        let factor = match self.quality {
            Quality::Weak => WEAK,
            Quality::Plain | Quality::Substantive => 1.0,
            Quality::Acknowledged => ACKNOWLEDGED,
        };
        self.likeness * factor
    }
}

fn quality(table: &DocumentTable, row: usize) -> Quality {
    let (roles, marks) = (table.roles[row], table.marks[row]);
    let acknowledged = roles.is_acknowledged() || is_confirmed(roles, marks);
    if marks.contains(Mark::Failed) || is_repeated(marks) || (is_idle(marks) && !acknowledged) {
        Quality::Weak
    } else if acknowledged {
        Quality::Acknowledged
    } else if marks.contains(Mark::Substantive) {
        Quality::Substantive
    } else {
        Quality::Plain
    }
}
