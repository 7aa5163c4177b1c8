//! Exports of any size, from a seed: what ingestion is timed with and what its memory is bounded by.
//!
//! The shape is that of a large chat: 224 characters a message on average with a long tail, words, people and
//! channels by Zipf's law, several conversations at once in every channel, one channel in twenty for named
//! readers only. What is said means nothing, so nothing but speed and memory can be told from it.
//!
//! Decision: written while it is thrown, nothing is held: ten million messages need no more memory than ten.

mod jsonl;
mod slack;
mod talk;
mod words;

pub use jsonl::write_jsonl;
pub use slack::write_slack;

use crate::dice::Dice;
use talk::Talk;
use words::Words;

/// How much there is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bulk {
    /// Everything follows from it.
    pub seed: u64,
    /// How many messages.
    pub messages: u64,
    /// How many people write them, at least 1.
    pub people: usize,
    /// In how many channels, at least 1; with a single one, everything is said there, for everyone to read.
    pub channels: usize,
}

impl Bulk {
    /// So many messages of ten thousand people, a channel for every ten thousand messages.
    pub fn of(seed: u64, messages: u64) -> Self {
        Self {
            seed,
            messages,
            people: 10_000,
            channels: usize::try_from(messages / 10_000).unwrap_or(0).max(5),
        }
    }

    /// Members of a channel that is not for everyone.
    fn members(&self, channel: usize) -> Option<Vec<usize>> {
        let closed = channel % 20 == 19;
        closed.then(|| (0..60).map(|place| (channel * 131 + place * 17) % self.people.max(1)).collect())
    }
}

/// From when on something is said, in seconds since 1970, and for how long.
const FROM: u64 = 1_546_300_800;
const SPAN_SECONDS: u64 = 4 * 365 * 86_400;

/// What is the same for both kinds of export.
struct Cast {
    dice: Dice,
    words: Words,
    /// Who writes, by Zipf's law.
    people: words::Zipf,
    channels: words::Zipf,
}

impl Cast {
    fn of(bulk: &Bulk) -> Self {
        let mut dice = Dice::new(bulk.seed).fork("bulk");
        let words = Words::made(&mut dice);
        let people = words::Zipf::new(bulk.people.max(1), 0.8);
        let channels = words::Zipf::new(bulk.channels.max(1), 0.9);
        Self { dice, words, people, channels }
    }

    /// Who writes in a channel: everybody, or its members.
    fn author(&mut self, members: Option<&[usize]>) -> usize {
        match members {
            Some(members) => self.dice.pick(members).copied().unwrap_or_default(),
            None => self.people.throw(&mut self.dice),
        }
    }
}

/// First and last name of somebody: made of the number, so that everybody has their own.
fn name(person: usize) -> (String, String) {
    const FIRST: [&str; 20] = [
        "Ana", "Bela", "Cyril", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jana", "Kemal", "Lea", "Milo",
        "Nora", "Oto", "Pia", "Remy", "Sara", "Timo", "Uma",
    ];
    const SYLLABLES: [&str; 10] = ["ba", "ren", "kov", "li", "mar", "tes", "dun", "fal", "gor", "win"];
    let mut number = person / FIRST.len();
    let mut last = String::new();
    for _ in 0..4 {
        last.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    let mut letters = last.chars();
    let last = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    (FIRST[person % FIRST.len()].to_owned(), last)
}

#[cfg(test)]
mod tests;
