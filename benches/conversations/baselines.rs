//! What every way to part talk must beat.

use ingest::conversations::flat::Placed;

use crate::talks::Talk;

/// Every message a conversation of its own.
pub(crate) fn alone(talk: &Talk) -> Vec<Placed> {
    (0..talk.messages.len()).map(|conversation| Placed { conversation, answers: None }).collect()
}

/// The whole channel one conversation, in which each message answers the one before it.
pub(crate) fn one(talk: &Talk) -> Vec<Placed> {
    let placed = |row: usize| Placed { conversation: 0, answers: row.checked_sub(1) };
    (0..talk.messages.len()).map(placed).collect()
}

/// A new conversation after each pause of more than ten minutes, unless the message names somebody of the
/// stretch before, within two hours; at most forty messages, then cut at the longest pause of the later half.
/// This is what whoknows did before.
pub(crate) fn pauses(talk: &Talk) -> Vec<Placed> {
    let mut placed = Vec::with_capacity(talk.messages.len());
    let mut start = 0;
    let mut conversation = 0;
    while start < talk.messages.len() {
        let end = start + first_stretch(talk, start).max(1);
        for row in start..end {
            placed.push(Placed { conversation, answers: (row > start).then(|| row - 1) });
        }
        conversation += 1;
        start = end;
    }
    placed
}

/// How many messages the stretch has that begins at `start`.
fn first_stretch(talk: &Talk, start: usize) -> usize {
    let rest = &talk.messages[start..];
    let at = |row: usize| rest[row].at.as_millis() / 60_000;
    for row in 1..rest.len() {
        let pause = at(row) - at(row - 1);
        let named = rest[row].mentions.iter().any(|named| {
            *named != rest[row].author && rest[..row].iter().any(|before| before.author == *named)
        });
        if pause > 10 && !(named && pause <= 120) {
            return row;
        }
        if row >= 40 || at(row) - at(0) > 120 {
            let longest = (row.div_ceil(2)..=row).max_by_key(|cut| (at(*cut) - at(cut - 1), *cut));
            return longest.unwrap_or(row);
        }
    }
    rest.len()
}
