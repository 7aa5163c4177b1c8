//! In process: an exact scan over int8 vectors. Perfect recall, rights and time as a mask, nothing to build.

use embed::QuantizedVector;
use simsimd::SpatialSimilarity;

use super::VectorIndex;
use crate::{Admission, DocumentTable, Error, Row};

/// All vectors in one block of memory, one byte a dimension.
#[derive(Debug)]
pub struct ScanIndex {
    model: String,
    dimensions: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
    rows: Vec<Row>,
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
        if question.codes().len() != self.dimensions {
            return Err(Error::Dimensions { expected: self.dimensions, given: question.codes().len() });
        }
        if limit == 0 || self.dimensions == 0 {
            return Ok(Vec::new());
        }
        let by_cosine = |a: &(Row, f32), b: &(Row, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        // Once enough are found, what is no better than the last of them is passed over.
        let (enough, mut least) = (limit.saturating_mul(4), f32::NEG_INFINITY);
        let mut found: Vec<(Row, f32)> = Vec::with_capacity(enough.min(self.rows.len()));
        let vectors = self.codes.chunks_exact(self.dimensions).zip(&self.scales).zip(&self.rows);
        // Rows ascend: what is too young lies at the end.
        let old_enough = self.rows.partition_point(|row| row.at() < admission.rows_before());
        for ((codes, scale), row) in vectors.take(old_enough) {
            let dot = i8::dot(codes, question.codes()).unwrap_or(0.0) as f32;
            let cosine = dot * scale * question.scale();
            // Few come as far as the check of rights, which so costs nothing; nothing is ranked before it.
            if cosine < least || !table.admits(*row, admission) {
                continue;
            }
            found.push((*row, cosine));
            if found.len() == enough {
                least = found.select_nth_unstable_by(limit - 1, by_cosine).1.1;
                found.truncate(limit);
            }
        }
        if found.len() > limit {
            found.select_nth_unstable_by(limit - 1, by_cosine);
            found.truncate(limit);
        }
        found.sort_unstable_by(by_cosine);
        Ok(found)
    }
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
