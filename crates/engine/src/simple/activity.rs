//! Who answers much, whatever the question.

use std::collections::BTreeMap;

use index::Row;
use model::Timestamp;

use crate::Finder;
use crate::finder::Scope;

/// Days before the newest evidence that count as of late.
const RECENT_DAYS: f64 = 180.0;

/// The same in one channel, where less is said.
const RECENT_IN_CHANNEL_DAYS: f64 = 365.0;

/// In how many conversations people answered, by the person's number; only of what a search may be answered
/// from. "Of late" counts back from the newest of it: an index that stays behind still knows who was busy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    /// Ever.
    pub(crate) ever: BTreeMap<u32, u32>,
    /// In the last 180 days.
    pub(crate) recent: BTreeMap<u32, u32>,
    /// Ever, in the question's channel; nobody, if all evidence lies in one channel: then it tells nothing.
    pub(crate) ever_in_channel: BTreeMap<u32, u32>,
    /// In the question's channel, in the last year.
    pub(crate) recent_in_channel: BTreeMap<u32, u32>,
    /// Time of the newest evidence.
    pub(crate) newest: Option<Timestamp>,
}

impl Answers {
    /// Counts; costs one pass over the documents.
    pub(crate) fn count(finder: &Finder, scope: &Scope) -> Self {
        let table = &finder.snapshot().table;
        let Scope { admission, channel, .. } = scope;
        let rows: Vec<Row> = table.admitted(admission).collect();
        let mut answers = Self { newest: rows.last().map(|row| table.last_at[row.at()]), ..Self::default() };
        let Some(newest) = answers.newest else { return answers };
        for row in rows.into_iter().map(Row::at).filter(|row| table.roles[*row].is_answer()) {
            let person = table.person[row];
            let age = newest.days_since(table.last_at[row]);
            let add = |counts: &mut BTreeMap<u32, u32>, counted: bool| {
                if counted {
                    *counts.entry(person).or_default() += 1;
                }
            };
            let here = channel.containers.contains(&table.container[row]);
            add(&mut answers.ever, true);
            add(&mut answers.recent, age <= RECENT_DAYS);
            add(&mut answers.ever_in_channel, here);
            add(&mut answers.recent_in_channel, here && age <= RECENT_IN_CHANNEL_DAYS);
        }
        answers
    }
}

/// People by falling count; ties end on the person.
pub(crate) fn ordered(counts: &BTreeMap<u32, u32>) -> Vec<(u32, u32)> {
    let mut people: Vec<(u32, u32)> = counts.iter().map(|(person, count)| (*person, *count)).collect();
    people.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    people
}

pub(super) fn busiest(answers: &Answers) -> Vec<u32> {
    ordered(&answers.recent).into_iter().map(|(person, _)| person).collect()
}

pub(super) fn busiest_in_channel(answers: &Answers) -> Vec<u32> {
    let here = ordered(&answers.recent_in_channel).into_iter();
    let elsewhere = ordered(&answers.recent)
        .into_iter()
        .filter(|(person, _)| !answers.recent_in_channel.contains_key(person));
    here.chain(elsewhere).map(|(person, _)| person).collect()
}
