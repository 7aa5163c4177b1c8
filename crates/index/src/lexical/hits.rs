//! What a search by words found.

use super::best::Best;
use super::places::Places;
use super::scratch::Sums;
use crate::Row;

/// A document that shares at least one term with the question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which.
    pub row: Row,
    /// BM25 of the person's own words, at least 0.
    pub own: f32,
    /// BM25 of the question answered, at least 0.
    pub question: f32,
    /// Share of the question's idf that the two fields hold together, 0 to 1.
    pub coverage: f32,
}

/// Every readable document that shares a term with the question.
#[derive(Debug)]
pub struct Hits<'l> {
    pub(super) places: &'l Places,
    pub(super) sums: Vec<Sums>,
    /// Sum of the idf of all terms of the question, also of those that no readable document holds.
    pub idf_total: f32,
    /// Share of that sum held by terms that at least one readable document holds, 0 to 1.
    pub idf_known: f32,
    /// BM25 of each person's weighed documents taken as one, by the person's number; empty if nothing was weighed.
    pub profiles: Vec<f32>,
}

impl Hits<'_> {
    /// The rows of the best hits, at most so many, by own + `question_weight` × question (ties end on the row, the
    /// newest first); ascending.
    pub fn best(&self, wanted: usize, question_weight: f32) -> Vec<Row> {
        let mut best = Best::new(wanted);
        for (sums, row) in self.sums.iter().zip(&self.places.rows) {
            best.add(Row(*row), sums.own + question_weight * sums.question);
        }
        best.finish()
    }

    /// The rows of all hits in some containers, by their numbers in the document table; ascending.
    pub fn within(&self, containers: &[u32]) -> Vec<Row> {
        let Some(last) = containers.iter().max() else { return Vec::new() };
        let mut is_wanted = vec![false; *last as usize + 1];
        for container in containers {
            is_wanted[*container as usize] = true;
        }
        let here = |container: &u32| is_wanted.get(*container as usize).copied().unwrap_or(false);
        let places = self.places.containers.iter().zip(&self.sums).zip(&self.places.rows);
        let found = places.filter(|((container, sums), _)| here(container) && sums.covered > 0.0);
        let mut rows: Vec<Row> = found.map(|(_, row)| Row(*row)).collect();
        rows.sort_unstable();
        rows
    }

    /// All hits by row, ascending.
    pub fn by_row(&self) -> Vec<Hit> {
        let hits = self.sums.iter().zip(&self.places.rows).filter(|(sums, _)| sums.covered > 0.0);
        let mut hits: Vec<Hit> = hits.map(|(sums, row)| self.hit(Row(*row), sums)).collect();
        hits.sort_unstable_by_key(|hit| hit.row);
        hits
    }

    /// The hit of a row, if it is one.
    pub fn of(&self, row: Row) -> Option<Hit> {
        let sums = self.sums.get(self.places.of(row)?)?;
        (sums.covered > 0.0).then(|| self.hit(row, sums))
    }

    fn hit(&self, row: Row, sums: &Sums) -> Hit {
        let coverage = if self.idf_total > 0.0 { sums.covered / self.idf_total } else { 0.0 };
        Hit { row, own: sums.own, question: sums.question, coverage }
    }
}
