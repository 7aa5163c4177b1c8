//! Flat talk: messages of a channel that nothing ties together, parted into conversations.
//!
//! Decision: message by message, in the order of time. Each goes on with one of the conversations that may
//! still go on, or opens one, whichever has the highest sum of named figures times weights: time and turns,
//! who spoke in it and who is named, questions, replies and thanks, and terms that both have, the rarer the
//! more. The figures are those that the literature found to carry (Elsner and Charniak, "You talking to me?",
//! ACL 2008; Kummerfeld et al., "A Large-Scale Corpus for Conversation Disentanglement", ACL 2019); the
//! weights are fitted (`weights.rs`). What is decided rests on earlier messages alone, the rarity of terms
//! too, so a message at the end moves none before it. The price: a wrong turn is never taken back, and no
//! word tells that a later message ended a conversation.

mod features;
mod open;
mod weights;

use model::AccountKey;

use super::{Config, MessageHead};
use features::Looking;
pub use features::{JOINING, OPENING};
use open::{Channel, Said};
pub use weights::{JOINING_FIGURES, OPENING_FIGURES, Weights};

const MINUTE_MILLIS: i64 = 60_000;

/// The name that an account shows, if it is known.
pub type ShownName<'n> = dyn Fn(&AccountKey) -> Option<&'n str> + 'n;

/// What a message may do: go on with one of these conversations, or open a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The message's row in the talk.
    pub row: usize,
    /// Conversations that may go on, the one that was quiet for longest first.
    pub open: Vec<Candidate>,
    /// What speaks for a new one.
    pub opening: [f32; OPENING],
}

/// A conversation that a message may go on with.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The conversation's number in the talk.
    pub conversation: usize,
    /// The row of the message in it that would be answered: the last of whom this one names, else its last.
    pub answers: usize,
    /// What speaks for it.
    pub joining: [f32; JOINING],
}

/// Where a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The conversation's number, in the order of first messages.
    pub conversation: usize,
    /// The row of the message that it answers; `None` if it opens.
    pub answers: Option<usize>,
}

/// Reads a talk (in the order of time) message by message; `decide` says which of the open conversations each
/// goes on with, by place; `None` opens one. Costs O(n · `flat_open`).
pub fn read(
    talk: &[&MessageHead],
    shown: &ShownName<'_>,
    config: &Config,
    decide: &mut dyn FnMut(&Choice) -> Option<usize>,
) -> Vec<Placed> {
    let longest = i64::from(config.flat_quiet_minutes) * MINUTE_MILLIS;
    let mut channel = Channel::default();
    let mut placed = Vec::with_capacity(talk.len());
    for (row, head) in talk.iter().enumerate() {
        let at = head.at.as_millis();
        channel.close(at, longest, config.flat_max_messages.max(1), config.flat_open.max(1));
        let looking = Looking {
            head,
            named: channel.named(head),
            speaker: channel.speaker(&head.author, shown(&head.author)),
            rarity: channel.rarity(&head.cues().terms),
            quoted_rarity: channel.rarity(&head.cues().quoted),
            at,
        };
        let newest = channel.open.len();
        let candidate = |(place, open): (usize, &open::Open)| Candidate {
            conversation: open.number,
            answers: open.answered_by(looking.speaker, &looking.named),
            joining: features::joining(&looking, open, newest - place - 1, &channel),
        };
        let choice = Choice {
            row,
            open: channel.open.iter().enumerate().map(candidate).collect(),
            opening: features::opening(&looking, newest, &channel),
        };
        let place = decide(&choice).filter(|place| *place < newest);
        let answers = place.and_then(|place| choice.open.get(place)).map(|open| open.answers);
        let said = Said { head, speaker: looking.speaker, named: &looking.named, at };
        placed.push(Placed { conversation: channel.put(row, &said, place), answers });
    }
    placed
}

/// Each message's conversation and what it answers, by the shipped weights.
pub fn place(talk: &[&MessageHead], shown: &ShownName<'_>, config: &Config) -> Vec<Placed> {
    read(talk, shown, config, &mut |choice| Weights::SHIPPED.decide(choice))
}

/// The talk in conversations, in the order of first messages.
pub(super) fn conversations<'a>(
    talk: &[&'a MessageHead],
    shown: &ShownName<'_>,
    config: &Config,
) -> Vec<Vec<&'a MessageHead>> {
    let mut found: Vec<Vec<&MessageHead>> = Vec::new();
    for (head, placed) in talk.iter().zip(place(talk, shown, config)) {
        if placed.conversation == found.len() {
            found.push(Vec::new());
        }
        if let Some(conversation) = found.get_mut(placed.conversation) {
            conversation.push(head);
        }
    }
    found
}

#[cfg(test)]
mod tests;
