//! In process: an exact scan over int8 vectors. Perfect recall, rights and time as a mask, nothing to build.

use embed::QuantizedVector;
use model::DocumentId;
use simsimd::SpatialSimilarity;

use super::VectorIndex;
use super::best::Best;
use crate::table::TakesVectors;
use crate::{Admission, DocumentTable, Error, Row};

/// All vectors in one block of memory, one byte a dimension.
#[derive(Debug)]
pub struct ScanIndex {
    model: String,
    pub(super) dimensions: usize,
    pub(crate) codes: Vec<i8>,
    pub(crate) scales: Vec<f32>,
    pub(crate) rows: Vec<Row>,
}

impl ScanIndex {
    /// An empty index for vectors of one model.
    pub fn new(model: impl Into<String>, dimensions: usize) -> Self {
        Self { model: model.into(), dimensions, codes: Vec::new(), scales: Vec::new(), rows: Vec::new() }
    }

    /// Makes room for so many vectors at once, rather than bit by bit.
    pub fn reserve(&mut self, vectors: usize) {
        self.codes.reserve_exact(vectors.saturating_mul(self.dimensions));
        self.scales.reserve_exact(vectors);
        self.rows.reserve_exact(vectors);
    }

    /// Adds a document's vector; rows must ascend.
    pub fn push(&mut self, row: Row, codes: &[i8], scale: f32) -> Result<(), Error> {
        if codes.len() != self.dimensions {
            return Err(Error::Dimensions { expected: self.dimensions, given: codes.len() });
        }
        self.codes.extend_from_slice(codes);
        self.scales.push(scale);
        self.rows.push(row);
        Ok(())
    }

    /// Gives every vector its row instead of the number it was added with, and brings them in order of rows. `order`
    /// has those numbers in order of rows.
    fn put_in_order(&mut self, order: &[u32]) {
        let mut added = vec![None; order.len()];
        for (at, number) in self.rows.iter().enumerate() {
            added[number.at()] = Some(at);
        }
        let mut places = vec![0; self.rows.len()];
        let vectors =
            (0..).map(Row).zip(order).filter_map(|(row, number)| Some((row, added[*number as usize]?)));
        for (place, (row, at)) in (0..).zip(vectors) {
            places[at] = place;
            self.rows[at] = row;
        }
        bring_home(places, |low, high| self.exchange(low, high));
    }

    /// Every vector with its row, in the order they lie.
    pub(super) fn each(&self) -> impl Iterator<Item = (Row, (&[i8], f32))> {
        let vectors = self.codes.chunks_exact(self.dimensions.max(1)).zip(self.scales.iter().copied());
        self.rows.iter().copied().zip(vectors)
    }

    fn exchange(&mut self, low: usize, high: usize) {
        exchange((&mut self.codes, &mut self.scales), self.dimensions, low, high);
        self.rows.swap(low, high);
    }
}

/// Moves each of some things to its place, without room for another copy; `places` holds each number below its length
/// once, and `exchange` is told the smaller of two places first.
pub(super) fn bring_home(mut places: Vec<u32>, mut exchange: impl FnMut(usize, usize)) {
    for at in 0..places.len() {
        // Each exchange brings one home.
        while places[at] as usize != at {
            let to = places[at] as usize;
            exchange(at.min(to), at.max(to));
            places.swap(at, to);
        }
    }
}

/// Lets two vectors change places.
pub(super) fn exchange((codes, scales): (&mut [i8], &mut [f32]), dimensions: usize, low: usize, high: usize) {
    let (before, after) = codes.split_at_mut(high * dimensions);
    let start = low * dimensions;
    if let (Some(one), Some(other)) = (before.get_mut(start..start + dimensions), after.get_mut(..dimensions))
    {
        one.swap_with_slice(other);
    }
    scales.swap(low, high);
}

impl TakesVectors for ScanIndex {
    fn wanted(&self) -> &str {
        &self.model
    }

    fn reserve(&mut self, vectors: usize) {
        Self::reserve(self, vectors);
    }

    fn take(&mut self, came: Row, _: DocumentId, (codes, scale): (&[i8], f32)) -> Result<(), Error> {
        self.push(came, codes, scale)
    }

    fn sort(&mut self, order: &[u32]) {
        self.put_in_order(order);
    }
}

/// # Errors
/// [`Error::Dimensions`] if the question is of another length than the vectors.
pub(super) fn check(dimensions: usize, question: &QuantizedVector) -> Result<(), Error> {
    if question.codes().len() == dimensions {
        return Ok(());
    }
    Err(Error::Dimensions { expected: dimensions, given: question.codes().len() })
}

impl VectorIndex for ScanIndex {
    fn model(&self) -> &str {
        &self.model
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn nearest(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error> {
        check(self.dimensions, question)?;
        if limit == 0 || self.dimensions == 0 {
            return Ok(Vec::new());
        }
        let mut best = Best::new(limit, self.rows.len());
        let vectors = self.codes.chunks_exact(self.dimensions).zip(&self.scales).zip(&self.rows);
        // Rows ascend: what is too young lies at the end.
        let old_enough = self.rows.partition_point(|row| row.at() < admission.rows_before());
        for ((codes, scale), row) in vectors.take(old_enough) {
            let cosine = cosine(codes, *scale, question);
            // Few come as far as the check of rights, which so costs nothing; nothing is ranked before it.
            if best.may_take(cosine) && table.admits(*row, admission) {
                best.take(*row, cosine);
            }
        }
        Ok(best.finish())
    }
}

/// The cosine of a stored vector with a question of its length.
#[inline]
pub(super) fn cosine(codes: &[i8], scale: f32, question: &QuantizedVector) -> f32 {
    let dot = i8::dot(codes, question.codes()).unwrap_or(0.0) as f32;
    dot * scale * question.scale()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::conformance;

    #[test]
    fn the_scan_does_what_every_vector_index_must() {
        conformance::check(&|vectors, _| {
            let mut index = ScanIndex::new("test", 4);
            for (row, vector) in vectors {
                index.push(*row, vector.codes(), vector.scale()).unwrap();
            }
            Box::new(index)
        });
    }

    #[test]
    fn a_vector_of_another_length_is_refused() {
        let refused = ScanIndex::new("test", 4).push(Row(0), &[1, 2], 1.0);
        assert!(matches!(refused, Err(Error::Dimensions { expected: 4, given: 2 })));
    }
}
