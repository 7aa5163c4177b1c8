//! What a reader may read, counted and weighed: the same for every question of theirs.

use super::statistics::Totals;
use super::{Lexical, TermLists};
use crate::{Admission, DocumentTable, Row};

/// How many documents are admitted and how long they are, what each weighs in its person's profile, and how long
/// profiles are: all that scoring needs to know of an admission besides the question, so that it can be kept for
/// the next one. True for that admission only.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    pub(super) totals: Totals,
    /// By place; 0 for what is not admitted. Empty where no profiles are wanted.
    weights: Vec<f32>,
    /// Length of each person's weighed documents together, by the person's number.
    lengths: Vec<f32>,
    /// Mean length of the profiles that are not empty, at least one token.
    mean: f32,
}

impl Lexical {
    /// Counts what is admitted and weighs it by `weigh`, at least 0. Costs one pass over the rows, and four bytes
    /// a document.
    pub fn weigh(&self, table: &DocumentTable, admission: &Admission, weigh: &dyn Fn(Row) -> f32) -> Weighed {
        let mut weights = vec![0.0; self.places_of(admission)];
        let mut lengths = vec![0.0; table.people.len()];
        for row in table.admitted(admission) {
            let Some(slot) = self.places.of(row).and_then(|place| weights.get_mut(place)) else { continue };
            let weight = weigh(row);
            if weight > 0.0 {
                *slot = weight;
                let (own, question) = self.places.lengths(row);
                lengths[table.person[row.at()] as usize] += weight * (own + question) as f32;
            }
        }
        let people = lengths.iter().filter(|length| **length > 0.0).count().max(1);
        let mean = (lengths.iter().sum::<f32>() / people as f32).max(1.0);
        Weighed { weights, lengths, mean, ..self.unweighed(table, admission) }
    }

    /// Counts what is admitted, for a search without profiles. A look-up, but one pass over the rows for a reader
    /// with accounts.
    pub fn unweighed(&self, table: &DocumentTable, admission: &Admission) -> Weighed {
        let totals = self.statistics.admitted(table, admission, &self.places);
        Weighed { totals, weights: Vec::new(), lengths: Vec::new(), mean: 1.0 }
    }
}

/// Scores of people while terms are added one after the other: BM25 with everything that somebody's weighed
/// documents hold taken as one document.
pub(super) struct Profiles<'w> {
    weighed: &'w Weighed,
    frequencies: Vec<f32>,
    touched: Vec<u32>,
    pub(super) scores: Vec<f32>,
}

impl<'w> Profiles<'w> {
    /// BM25's k1 and b. Profiles are long and their lengths differ by orders of magnitude, so that both lie higher
    /// than for documents: at the ends of the ranges that Robertson & Zaragoza (*The Probabilistic Relevance
    /// Framework*, 2009) call good in many circumstances (1.2 to 2; 0.5 to 0.8).
    const K: f32 = 2.0;
    /// See [`Self::K`].
    const B: f32 = 0.5;

    pub(super) fn new(weighed: &'w Weighed) -> Self {
        let people = weighed.lengths.len();
        Self { weighed, frequencies: vec![0.0; people], touched: Vec::new(), scores: vec![0.0; people] }
    }

    /// Adds a term; `people` are the people of the places.
    pub(super) fn add(&mut self, lists: &TermLists, people: &[u32]) {
        if self.weighed.weights.is_empty() {
            return;
        }
        for (place, frequency) in lists.own.iter().chain(&lists.question) {
            let place = *place as usize;
            let weight = self.weighed.weights[place];
            if weight <= 0.0 {
                continue;
            }
            let sum = &mut self.frequencies[people[place] as usize];
            if *sum == 0.0 {
                self.touched.push(people[place]);
            }
            *sum += weight * *frequency as f32;
        }
        for person in self.touched.drain(..) {
            let place = person as usize;
            let frequency = std::mem::take(&mut self.frequencies[place]);
            let norm = Self::K * (1.0 - Self::B + Self::B * self.weighed.lengths[place] / self.weighed.mean);
            self.scores[place] += lists.weight * lists.idf * frequency * (Self::K + 1.0) / (frequency + norm);
        }
    }
}
