//! Flat talk: messages of a channel that nothing ties together but their time.
//!
//! Decision: pauses cut, mentions bridge, caps bound. A question and the answers right after it stay together;
//! two talks at the same time in one channel are not told apart here.

use std::collections::BTreeSet;

use model::AccountKey;

use super::{Config, MessageHead};

const MINUTE_MILLIS: i64 = 60_000;

/// Cuts flat talk (in the order of time) into stretches: at each pause above `flat_gap_minutes`, unless the
/// message after it names somebody of the stretch within `flat_max_minutes`; and where a stretch grows beyond
/// `flat_max_messages` or `flat_max_minutes`, at the longest pause in its later half, so that a cut falls
/// between two talks rather than between a question and its answer.
/// Every message is in exactly one stretch. Costs O(n · `flat_max_messages`) at most.
pub(super) fn stretches<'t, 'a>(talk: &'t [&'a MessageHead], config: &Config) -> Vec<&'t [&'a MessageHead]> {
    let mut stretches = Vec::new();
    let mut rest = talk;
    while !rest.is_empty() {
        let end = end_of_first(rest, config);
        let (stretch, later) = rest.split_at(end.clamp(1, rest.len()));
        stretches.push(stretch);
        rest = later;
    }
    stretches
}

/// How many messages the first stretch has.
fn end_of_first(talk: &[&MessageHead], config: &Config) -> usize {
    let gap = i64::from(config.flat_gap_minutes) * MINUTE_MILLIS;
    let longest = i64::from(config.flat_max_minutes) * MINUTE_MILLIS;
    let most = config.flat_max_messages.max(1);
    let mut speakers: BTreeSet<&AccountKey> = BTreeSet::new();
    let start = talk.first().map_or(0, |head| head.at.as_millis());
    let mut before = start;
    for (row, head) in talk.iter().enumerate() {
        let at = head.at.as_millis();
        let pause = at.saturating_sub(before);
        let answers = head.mentions.iter().any(|named| *named != head.author && speakers.contains(named));
        if pause > gap && !(answers && pause <= longest) {
            return row;
        }
        if row >= most || at.saturating_sub(start) > longest {
            return longest_pause(talk.get(..=row).unwrap_or(talk));
        }
        speakers.insert(&head.author);
        before = at;
    }
    talk.len()
}

/// Where to cut a stretch whose last message is one too many: after the longest pause in its later half,
/// the latest of several. At least 1 for a stretch of two messages or more.
fn longest_pause(stretch: &[&MessageHead]) -> usize {
    let half = (stretch.len() / 2).max(1);
    let pause = |row: usize| match (stretch.get(row - 1), stretch.get(row)) {
        (Some(before), Some(after)) => after.at.as_millis().saturating_sub(before.at.as_millis()),
        _ => 0,
    };
    (half..stretch.len()).max_by_key(|row| (pause(*row), *row)).unwrap_or(half)
}
