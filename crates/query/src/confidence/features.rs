//! What the evidence says of one person, and of a question as a whole: the numbers that probabilities are made of.

use std::collections::{BTreeMap, BTreeSet};

use super::judged::{Judged, Setting, judged};
use super::logistic::{Coefficients, log_odds, probability};
use crate::retrieve::Pool;

/// Names of the features of a person, in their order. Numbers of documents enter as ln(1 + number); only those
/// that are about the question count.
///
/// | name | means |
/// | --- | --- |
/// | `solid` | documents that show know-how in full |
/// | `confirmed` | documents whose own words were confirmed |
/// | `confirmed_strength` | strength of the strongest of these, 0 to 1 |
/// | `recent` | the most of strength × worth, halved for each year of age, 0 to 1 |
/// | `share` | their weight as a share of the strongest person's, 0 to 1 |
/// | `weak_share` | share of their answers that shows no know-how, 0 to 1 |
/// | `asked` | documents in which they only asked |
/// | `idle` | answers that show nothing |
/// | `failed` | answers that did not help |
pub const PERSON: [&str; 9] =
    ["solid", "confirmed", "confirmed_strength", "recent", "share", "weak_share", "asked", "idle", "failed"];

/// Names of the features of an answer, in their order.
///
/// | name | means |
/// | --- | --- |
/// | `strongest` | log odds of the person who most probably knows |
/// | `known` | share of the question's idf held by words that some readable document holds, 0 to 1 |
/// | `strength` | mean strength × worth of the ten strongest documents, 0 to 1 |
/// | `pieces` | 1 if overlapping pieces, which stand in for words, were all there was to compare by, else 0 |
pub const ANSWER: [&str; 4] = ["strongest", "known", "strength", "pieces"];

/// Features of one person, in the order of [`PERSON`].
pub type PersonFeatures = [f64; PERSON.len()];

/// Features of an answer, in the order of [`ANSWER`].
pub type AnswerFeatures = [f64; ANSWER.len()];

/// A document's worth from which it shows know-how in full.
const SOLID_FROM: f64 = 0.9;

/// How many documents the strength of an answer is the mean of.
const BEST: usize = 10;

/// Log odds of a person where nobody is known at all: less than anybody reaches.
const NOBODY: f64 = -8.0;

/// The readable evidence for one question, judged.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    people: BTreeMap<u32, Vec<Judged>>,
    known: f64,
    pieces_alone: bool,
    /// The largest weight of a person.
    heaviest: f64,
}

impl Evidence {
    /// Judges the documents of a pool, which hold nothing that the asker may not read. Cost: one pass over them.
    pub fn of(pool: &Pool, setting: &Setting<'_>) -> Self {
        let mut people: BTreeMap<u32, Vec<Judged>> = BTreeMap::new();
        for unit in judged(pool, setting) {
            people.entry(unit.person).or_default().push(unit);
        }
        let heaviest = people.values().map(|units| weight(units)).fold(0.0, f64::max);
        let (known, pieces_alone) = (f64::from(pool.idf_known), pool.pieces_alone);
        Self { people, known, pieces_alone, heaviest }
    }

    /// Everybody with a document that speaks to the question, ascending by number.
    pub fn people(&self) -> impl Iterator<Item = u32> {
        self.people.keys().copied()
    }

    /// The features of one person, by their number; all 0 for somebody without a document here.
    pub fn person_features(&self, person: u32) -> PersonFeatures {
        self.people.get(&person).map_or([0.0; PERSON.len()], |units| self.features_of(units))
    }

    /// How much a person's documents add up to, by their number; close ones count far more than near ones.
    pub fn weight_of(&self, person: u32) -> f64 {
        self.people.get(&person).map_or(0.0, |units| weight(units))
    }

    /// How long ago a person last showed know-how about the question, in years; `None` if they never did.
    pub fn years_since_shown(&self, person: u32) -> Option<f64> {
        let units = self.people.get(&person)?.iter();
        units.filter(|unit| unit.shows()).map(|unit| unit.years).min_by(f64::total_cmp)
    }

    /// The probability that a person can answer, by their number.
    pub fn person(&self, person: u32, model: &Coefficients<{ PERSON.len() }>) -> f64 {
        probability(&self.person_features(person), model)
    }

    /// The features of the answer as a whole; `person` is the model of people.
    pub fn answer_features(&self, person: &Coefficients<{ PERSON.len() }>) -> AnswerFeatures {
        let odds = self.people.values().map(|units| log_odds(&self.features_of(units), person));
        let mut strengths: Vec<f64> = self.people.values().flatten().map(Judged::shown).collect();
        strengths.sort_unstable_by(|a, b| b.total_cmp(a));
        // Where there are fewer, the mean is over those there are: a young index is no weak one.
        let best: f64 = strengths.iter().take(BEST).sum();
        let shown = strengths.iter().filter(|strength| **strength > 0.0).count();
        let mean = ratio(best, shown.min(BEST) as f64);
        [odds.fold(NOBODY, f64::max), self.known, mean, f64::from(u8::from(self.pieces_alone))]
    }

    fn features_of(&self, units: &[Judged]) -> PersonFeatures {
        let best = |value: &dyn Fn(&Judged) -> f64| units.iter().map(value).fold(0.0, f64::max);
        let number = |wanted: &dyn Fn(&Judged) -> bool| {
            let conversations: BTreeSet<u32> = units
                .iter()
                .filter(|unit| unit.about && wanted(unit))
                .map(|unit| unit.conversation)
                .collect();
            conversations.len() as f64
        };
        let answered = number(&|unit| !unit.asked);
        [
            number(&|unit| unit.worth >= SOLID_FROM).ln_1p(),
            number(&|unit| unit.confirmed).ln_1p(),
            best(&|unit| if unit.confirmed { unit.strength } else { 0.0 }),
            best(&|unit| unit.shown() * (-unit.years).exp2()),
            ratio(weight(units), self.heaviest),
            ratio(number(&|unit| !unit.asked && !unit.shows()), answered),
            number(&|unit| unit.asked).ln_1p(),
            number(&|unit| unit.idle).ln_1p(),
            number(&|unit| unit.failed).ln_1p(),
        ]
    }
}

/// What documents add up to for their person: close ones count far more than near ones.
fn weight(units: &[Judged]) -> f64 {
    units.iter().map(|unit| unit.worth * unit.strength.powi(3)).sum()
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
