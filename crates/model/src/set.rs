//! A set of a few named things, one bit each: what roles and marks are kept in.

use std::fmt;
use std::marker::PhantomData;

/// Things that a [`Set`] can hold: at most sixteen, each with a number and a word.
pub trait Named: Copy + 'static {
    /// All of them, in the order of their numbers; the first has the number 0.
    const ALL: &'static [Self];

    /// The number: the same for ever, because sets lie in the store.
    fn number(self) -> u16;

    /// The word in answers, options and tests.
    fn as_str(self) -> &'static str;
}

/// A set of these, one bit each, as it lies in the store.
pub struct Set<T>(u16, PhantomData<T>);

impl<T: Named> Set<T> {
    /// The set that holds nothing.
    pub const EMPTY: Self = Self(0, PhantomData);

    /// The set that the stored bits name; unknown bits are dropped.
    pub fn from_bits(bits: u16) -> Self {
        let known = T::ALL.iter().fold(0, |known, one| known | 1 << one.number());
        Self(bits & known, PhantomData)
    }

    /// The bits that are stored: bit n is the thing of number n.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// This set with one more in it.
    #[must_use]
    pub fn with(self, one: T) -> Self {
        Self(self.0 | 1 << one.number(), PhantomData)
    }

    /// What is in either of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0, PhantomData)
    }

    /// Whether it is in the set.
    pub fn contains(self, one: T) -> bool {
        self.0 & (1 << one.number()) != 0
    }

    /// Whether one of them is in the set.
    pub fn contains_any(self, some: &[T]) -> bool {
        some.iter().any(|one| self.contains(*one))
    }

    /// What is in the set, in the order of the numbers.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |one| self.contains(*one))
    }
}

// Written out, because a derived one would ask for what `T` need not have.
impl<T> Clone for Set<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Set<T> {}

impl<T> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Set<T> {}

impl<T: Named> Default for Set<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T: Named> fmt::Debug for Set<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter().map(Named::as_str)).finish()
    }
}

impl<T: Named> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        things.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mark, Role};

    fn check<T: Named + PartialEq + fmt::Debug>() {
        let all: Set<T> = T::ALL.iter().copied().collect();
        assert_eq!(Set::from_bits(all.bits()), all);
        assert_eq!(Set::from_bits(u16::MAX), all, "unknown bits are dropped");
        assert_eq!(all.iter().collect::<Vec<_>>(), T::ALL);
        for (number, one) in (0_u16..).zip(T::ALL) {
            let same_word = T::ALL.iter().filter(|other| other.as_str() == one.as_str());
            assert_eq!((one.number(), same_word.count()), (number, 1));
            let alone = Set::EMPTY.with(*one);
            assert_eq!((alone.bits(), alone.contains(*one)), (1 << number, true));
            assert!(!Set::EMPTY.contains(*one) && all.and(alone) == all);
        }
    }

    #[test]
    fn every_role_and_mark_has_a_bit_and_a_word_of_its_own() {
        check::<Role>();
        check::<Mark>();
    }

    #[test]
    fn a_set_is_read_in_the_order_of_numbers_whatever_order_it_was_given() {
        let set: Set<Mark> = [Mark::AsksBack, Mark::First].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Mark::First, Mark::AsksBack]);
        assert!(set.contains_any(&[Mark::Canned, Mark::First]) && !set.contains_any(&[Mark::Canned]));
    }
}
