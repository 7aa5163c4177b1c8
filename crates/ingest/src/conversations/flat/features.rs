//! The figures that speak for going on with a conversation, and for opening one; `weights.rs` says what each
//! is and what it is worth, in the same order.

use super::super::MessageHead;
use super::open::{Channel, Open, Speaker};

/// How many figures describe going on with one conversation.
pub const JOINING: usize = 26;
/// How many describe opening a new one.
pub const OPENING: usize = 12;

const MINUTE_MILLIS: f32 = 60_000.0;
/// The same person's messages within so many minutes are said in one breath.
const BREATH_MINUTES: f32 = 3.0;

fn on(yes: bool) -> f32 {
    if yes { 1.0 } else { 0.0 }
}

/// Minutes from one time to a later one.
fn minutes(from: i64, to: i64) -> f32 {
    to.saturating_sub(from).max(0) as f32 / MINUTE_MILLIS
}

/// A message that looks for its conversation.
#[derive(Debug)]
pub(super) struct Looking<'h> {
    pub(super) head: &'h MessageHead,
    pub(super) speaker: Speaker,
    /// Whom it names that has spoken here.
    pub(super) named: Vec<Speaker>,
    /// The rarity of each of its terms, 0 of the common ones.
    pub(super) rarity: Vec<f32>,
    /// The same of what it quotes.
    pub(super) quoted_rarity: Vec<f32>,
    /// Milliseconds since 1970.
    pub(super) at: i64,
}

/// What speaks for going on with `open`, before which `newer` other conversations spoke last.
pub(super) fn joining(looking: &Looking<'_>, open: &Open, newer: usize, channel: &Channel) -> [f32; JOINING] {
    let cues = &looking.head.cues();
    let speaker = looking.speaker;
    let quiet = minutes(open.last_at, looking.at);
    let mine = open.said_by(speaker);
    let my_last = channel.last_of(speaker);
    let by_other = open.last_speaker != speaker;
    let (all, shared, in_last) = overlap(&cues.terms, &looking.rarity, open);
    let (quoted_all, quoted_shared, _) = overlap(&cues.quoted, &looking.quoted_rarity, open);
    let names_here = looking.named.iter().any(|named| *named != speaker && open.said_by(*named).is_some());
    let breath = quiet <= BREATH_MINUTES && newer == 0 && !by_other;
    let turns_to_all = cues.moves.asks || cues.moves.greets;
    let named_me = open.addressed.contains(&speaker);
    [
        quiet.ln_1p(),
        (quiet / 1440.0).max(1.0).ln(),
        (newer as f32).ln_1p(),
        on(breath),
        on(mine.is_some()),
        on(my_last == Some(open.number)),
        on(open.opener == speaker),
        mine.map_or(0.0, |at| minutes(at, looking.at).ln_1p()),
        on(my_last.is_some_and(|last| last != open.number)),
        on(names_here),
        on(!names_here && !looking.named.is_empty()),
        on(named_me),
        share(shared, all),
        shared.ln_1p(),
        share(in_last, all),
        share(quoted_shared, quoted_all),
        on(open.asked && !open.answered && open.opener != speaker && !cues.moves.asks),
        on(open.last_asks && by_other && !cues.moves.asks),
        on(cues.moves.thanks && open.opener == speaker && by_other),
        on(cues.moves.replies && by_other),
        on(turns_to_all && mine.is_none() && !names_here && shared <= 0.0),
        (open.messages as f32).ln(),
        on(open.messages == 1),
        on(by_other && mine.is_some() && open.before_last == Some(speaker)),
        if mine.is_some() { quiet.ln_1p() } else { 0.0 },
        if names_here || named_me { quiet.ln_1p() } else { 0.0 },
    ]
}

/// What speaks for a new conversation, with so many open ones.
pub(super) fn opening(looking: &Looking<'_>, open: usize, channel: &Channel) -> [f32; OPENING] {
    let cues = &looking.head.cues();
    let since = channel.last_at.map_or(f32::from(u16::MAX), |at| minutes(at, looking.at));
    let breath = since <= BREATH_MINUTES && channel.last_speaker == Some(looking.speaker);
    [
        1.0,
        on(cues.moves.asks),
        on(cues.moves.greets),
        on(cues.moves.replies),
        on(cues.moves.thanks),
        on(!looking.named.is_empty()),
        since.ln_1p(),
        f32::from(cues.words).ln_1p(),
        on(channel.last_of(looking.speaker).is_some()),
        on(breath),
        (open as f32).ln_1p(),
        on(!cues.quoted.is_empty()),
    ]
}

/// The rarity of all these terms, of those that the conversation has, and of those that its last message has.
fn overlap(terms: &[u32], rarity: &[f32], open: &Open) -> (f32, f32, f32) {
    let (mut all, mut shared, mut in_last) = (0.0, 0.0, 0.0);
    for (term, rarity) in terms.iter().zip(rarity).filter(|(_, rarity)| **rarity > 0.0) {
        all += rarity;
        if open.terms.binary_search(term).is_ok() {
            shared += rarity;
            if open.last_terms.binary_search(term).is_ok() {
                in_last += rarity;
            }
        }
    }
    (all, shared, in_last)
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
