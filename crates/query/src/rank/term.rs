//! The terms of a model: each feature in two forms, so that what it is worth need not be a straight line.

use super::{Feature, Features};

/// How a feature's value enters a score before it is standardized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// log(1 + value): the first answers count more than the hundredth.
    Logarithm,
    /// The value as a share of the highest among the candidates, 0 to 1: apart from the logarithm it tells the
    /// one who stands out from those who follow. Together they bend what a feature is worth near the top.
    Share,
}

/// A feature in one of its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The feature.
    pub feature: Feature,
    /// Its form.
    pub form: Form,
}

/// What the name of a share ends with.
const SHARE: &str = "_share";

impl Term {
    /// How many there are.
    pub const COUNT: usize = 2 * Feature::ALL.len();

    /// Every term: the logarithms in the order of the features' numbers, then the shares.
    pub fn all() -> impl Iterator<Item = Self> {
        [Form::Logarithm, Form::Share]
            .into_iter()
            .flat_map(|form| Feature::ALL.into_iter().map(move |feature| Self { feature, form }))
    }

    /// Its place in [`Term::all`].
    pub const fn number(self) -> usize {
        match self.form {
            Form::Logarithm => self.feature as usize,
            Form::Share => Feature::ALL.len() + self.feature as usize,
        }
    }

    /// The word in options and reports: the feature's, with `_share` behind it for the share.
    pub fn name(self) -> String {
        match self.form {
            Form::Logarithm => self.feature.as_str().to_owned(),
            Form::Share => format!("{}{SHARE}", self.feature.as_str()),
        }
    }

    /// Reads the word.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(feature) = Feature::parse(name) {
            return Some(feature.into());
        }
        let feature = Feature::parse(name.strip_suffix(SHARE)?)?;
        Some(Self { feature, form: Form::Share })
    }

    /// What to measure values of this term against: the highest of these people's.
    pub(super) fn highest(self, people: &[&Features]) -> f64 {
        let value = |person: &&Features| f64::from(person.get(self.feature));
        people.iter().map(value).fold(0.0, f64::max)
    }

    /// How a value enters a score before it is standardized, at least 0.
    pub(super) fn raised(self, value: f32, highest: f64) -> f64 {
        let value = f64::from(value.max(0.0));
        match self.form {
            Form::Logarithm => value.ln_1p(),
            Form::Share if highest > 0.0 => value / highest,
            Form::Share => 0.0,
        }
    }
}

impl From<Feature> for Term {
    fn from(feature: Feature) -> Self {
        Self { feature, form: Form::Logarithm }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_a_number_and_a_name_of_its_own() {
        for (number, term) in Term::all().enumerate() {
            assert_eq!(term.number(), number);
            assert_eq!(Term::parse(&term.name()), Some(term));
        }
        assert_eq!(Term::all().count(), Term::COUNT);
        assert_eq!(Term::parse("votes_shares"), None);
    }

    #[test]
    fn a_share_is_of_the_highest() {
        let mut people = [Features::of(0), Features::of(1)];
        people[0].set(Feature::Votes, 2.0);
        people[1].set(Feature::Votes, 8.0);
        let share = Term { feature: Feature::Votes, form: Form::Share };
        let highest = share.highest(&[&people[0], &people[1]]);
        assert!((share.raised(2.0, highest) - 0.25).abs() < 1e-12);
        assert!(share.raised(2.0, 0.0).abs() < 1e-12);
    }
}
