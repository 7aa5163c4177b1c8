//! Chance from a seed: the same seed throws the same dice on every machine and with every release.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of chance.
///
/// Only whole words are drawn from the generator; ranges are cut here, because the way a library maps words
/// to ranges may change between its releases and would change every file.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    seed: u64,
    words: ChaCha8Rng,
}

impl Dice {
    /// The stream of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, words: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// An independent stream for one purpose: what is thrown for one topic does not shift the next.
    pub(crate) fn fork(&self, purpose: &str) -> Self {
        // FNV-1a, 64 bit.
        let mixed = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64 ^ self.seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self::new(mixed)
    }

    /// A number in `0..n`; 0 for an empty range.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.words.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number in `low..=high`; `low` if the range is empty.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = usize::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0);
        low.saturating_add(self.below(width) as i64)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, if there are any.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len());
        items.get(at)
    }

    /// One of the texts; nothing if there are none.
    pub(crate) fn word<'a>(&mut self, texts: &'a [String]) -> &'a str {
        self.pick(texts).map_or("", String::as_str)
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }

    /// A text of so many characters of the alphabet.
    pub(crate) fn token(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).filter_map(|_| self.pick(&letters).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_met_at_both_ends_and_never_left() {
        let mut dice = Dice::new(7);
        let thrown: std::collections::BTreeSet<_> = (0..200).map(|_| dice.between(-2, 2)).collect();
        assert_eq!(thrown.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
        assert_eq!((dice.below(0), dice.between(5, 4)), (0, 5));
    }

    #[test]
    fn a_fork_does_not_depend_on_what_was_thrown_before() {
        let mut used = Dice::new(7);
        let fresh = Dice::new(7).fork("mail").token("abcdef", 12);
        used.below(100);
        assert_eq!(used.fork("mail").token("abcdef", 12), fresh);
        assert_ne!(used.fork("chat").token("abcdef", 12), fresh);
    }
}
