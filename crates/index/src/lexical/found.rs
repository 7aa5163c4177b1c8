//! What a search by words found elsewhere: the best hits, not all of them.

use super::best::Best;
use super::hits::Hit;
use crate::{DocumentTable, Row};

/// The best readable documents that share a term with the question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundWords {
    /// By row, ascending.
    pub(crate) hits: Vec<Hit>,
    /// Share of the question's idf held by terms that at least one readable document holds, 0 to 1.
    pub idf_known: f32,
    /// What each person's documents among these say together, by the person's number; empty if nothing was weighed.
    pub profiles: Vec<f32>,
}

impl FoundWords {
    /// The rows of the best hits, as [`super::Hits::best`].
    pub fn best(&self, wanted: usize, question_weight: f32) -> Vec<Row> {
        let mut best = Best::new(wanted);
        for hit in &self.hits {
            best.add(hit.row, hit.own + question_weight * hit.question);
        }
        best.finish()
    }

    /// The rows of the hits in some containers, by their numbers in the document table; ascending.
    pub fn within(&self, containers: &[u32], table: &DocumentTable) -> Vec<Row> {
        let here = |row: &Row| table.container.get(row.at()).is_some_and(|one| containers.contains(one));
        self.hits.iter().map(|hit| hit.row).filter(here).collect()
    }

    /// The hit of a row, if it is one.
    pub fn of(&self, row: Row) -> Option<Hit> {
        self.hits.binary_search_by_key(&row, |hit| hit.row).ok().map(|place| self.hits[place])
    }
}
