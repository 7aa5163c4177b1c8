//! In process: a scan over int8 vectors, rights and time as a mask, nothing to build. Exact, until there are so many
//! that their signs are asked first which are worth it.

use embed::QuantizedVector;
use simsimd::SpatialSimilarity;

use super::VectorIndex;
use super::bits::Bits;
use crate::{Admission, DocumentTable, Error, Row};

/// Up to so many vectors each is looked at whole, which takes some 2.5 ms of them at 256 dimensions.
const EXACT_UP_TO: usize = 100_000;
/// Beyond that, so many times what is asked for is looked at whole: of 300, recall is .97 (`benches/README.md`).
const CLOSER_LOOKS: usize = 32;

/// All vectors in one block of memory, one byte and one bit a dimension.
#[derive(Debug)]
pub struct ScanIndex {
    model: String,
    dimensions: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
    rows: Vec<Row>,
    bits: Bits,
    exact_up_to: usize,
}

impl ScanIndex {
    /// An empty index for vectors of one model.
    pub fn new(model: impl Into<String>, dimensions: usize) -> Self {
        Self {
            model: model.into(),
            dimensions,
            codes: Vec::new(),
            scales: Vec::new(),
            rows: Vec::new(),
            bits: Bits::new(dimensions),
            exact_up_to: EXACT_UP_TO,
        }
    }

    /// The same, exact up to so many vectors.
    #[must_use]
    pub fn exact_up_to(self, exact_up_to: usize) -> Self {
        Self { exact_up_to, ..self }
    }

    /// Adds a document's vector; rows must ascend.
    pub fn push(&mut self, row: Row, codes: &[i8], scale: f32) -> Result<(), Error> {
        if codes.len() != self.dimensions {
            return Err(Error::Dimensions { expected: self.dimensions, given: codes.len() });
        }
        self.bits.push(codes);
        self.codes.extend_from_slice(codes);
        self.scales.push(scale);
        self.rows.push(row);
        Ok(())
    }
}

impl ScanIndex {
    /// The nearest of some places, by cosine.
    fn best(
        &self,
        question: &QuantizedVector,
        limit: usize,
        places: impl Iterator<Item = usize>,
        admits: &dyn Fn(usize) -> bool,
    ) -> Vec<(Row, f32)> {
        let by_cosine = |a: &(Row, f32), b: &(Row, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        // Once enough are found, what is no better than the last of them is passed over.
        let (enough, mut least) = (limit.saturating_mul(4), f32::NEG_INFINITY);
        let mut found: Vec<(Row, f32)> = Vec::with_capacity(enough.min(self.rows.len()));
        for place in places {
            let codes = &self.codes[place * self.dimensions..][..self.dimensions];
            let dot = i8::dot(codes, question.codes()).unwrap_or(0.0) as f32;
            let cosine = dot * self.scales[place] * question.scale();
            if cosine < least || !admits(place) {
                continue;
            }
            found.push((self.rows[place], cosine));
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
        found
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
        // Rows ascend: what is too young lies at the end.
        let old_enough = self.rows.partition_point(|row| row.at() < admission.rows_before());
        let admits = |place: usize| table.admits(self.rows[place], admission);
        if old_enough <= self.exact_up_to {
            // Few come as far as the check of rights, which so costs nothing; nothing is ranked before it.
            return Ok(self.best(question, limit, 0..old_enough, &admits));
        }
        let wanted = limit.saturating_mul(CLOSER_LOOKS);
        let near = self.bits.near(question.codes(), wanted, old_enough, &admits);
        Ok(self.best(question, limit, near.into_iter(), &|_| true))
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
    fn so_it_does_where_signs_are_asked_first() {
        conformance::check(&|vectors, _| {
            let mut index = ScanIndex::new("test", 4).exact_up_to(0);
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
