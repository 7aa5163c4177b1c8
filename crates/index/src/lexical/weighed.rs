//! What a reader may read, counted and weighed: the same for every question of theirs.

use super::Lexical;
use super::hits::Hit;
use super::statistics::Totals;
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

impl Weighed {
    /// Weighs what is admitted where lengths in tokens are not known here: by row, and a profile is as long as the
    /// weights of its documents. Costs one pass over the rows, and four bytes a document.
    pub fn by_row(table: &DocumentTable, admission: &Admission, weigh: &dyn Fn(Row) -> f32) -> Self {
        let mut weights = vec![0.0; table.len()];
        let mut lengths = vec![0.0; table.people.len()];
        for row in table.admitted(admission) {
            let weight = weigh(row).max(0.0);
            weights[row.at()] = weight;
            lengths[table.person[row.at()] as usize] += weight;
        }
        let people = lengths.iter().filter(|length| **length > 0.0).count().max(1);
        let mean = (lengths.iter().sum::<f32>() / people as f32).max(f32::MIN_POSITIVE);
        Self { totals: Totals::default(), weights, lengths, mean }
    }

    /// What the documents that were found say of each person, where postings are not at hand: BM25 of the question
    /// as one term, held by a document as far as it covers it. `self` is by row.
    pub(crate) fn profiles_of(&self, hits: &[Hit], table: &DocumentTable, idf_total: f32) -> Vec<f32> {
        let mut profiles = Profiles::new(self);
        profiles.begin(hits.len());
        for hit in hits {
            let Some(weight) = self.weights.get(hit.row.at()) else { continue };
            let sum = &mut profiles.frequencies[table.person[hit.row.at()] as usize];
            profiles.touched[profiles.n_touched] = table.person[hit.row.at()];
            profiles.n_touched += usize::from(*sum == 0.0);
            *sum += weight * hit.coverage;
        }
        profiles.add(idf_total);
        profiles.scores
    }
}

/// Scores of people while terms are added one after the other: BM25 with everything that somebody's weighed
/// documents hold taken as one document.
pub(super) struct Profiles<'w> {
    weighed: &'w Weighed,
    frequencies: Vec<f32>,
    /// People of the term that is counted; some twice, if their documents weigh nothing.
    touched: Vec<u32>,
    n_touched: usize,
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
        let (frequencies, scores) = (vec![0.0; people], vec![0.0; people]);
        Self { weighed, frequencies, touched: Vec::new(), n_touched: 0, scores }
    }

    /// Makes room for a term with so many postings.
    pub(super) fn begin(&mut self, postings: usize) {
        self.n_touched = 0;
        if self.touched.len() < postings + 1 {
            self.touched.resize(postings + 1, 0);
        }
    }

    /// Adds a posting of the term, at a place that credits that person. Without branches: which way they go could
    /// not be foreseen.
    #[inline]
    pub(super) fn count(&mut self, place: usize, person: u32, frequency: u32) {
        let Some(weight) = self.weighed.weights.get(place) else { return };
        let sum = &mut self.frequencies[person as usize];
        self.touched[self.n_touched] = person;
        self.n_touched += usize::from(*sum == 0.0);
        *sum += weight * frequency as f32;
    }

    /// Adds the term, whose postings are counted.
    pub(super) fn add(&mut self, gain: f32) {
        for person in &self.touched[..self.n_touched] {
            let place = *person as usize;
            let frequency = std::mem::take(&mut self.frequencies[place]);
            let norm = Self::K * (1.0 - Self::B + Self::B * self.weighed.lengths[place] / self.weighed.mean);
            self.scores[place] += gain * frequency * (Self::K + 1.0) / (frequency + norm);
        }
    }
}
