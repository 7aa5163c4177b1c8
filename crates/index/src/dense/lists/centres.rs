//! Centres of lists: unit vectors, each speaking for the vectors that are nearer to it than to any other.

use std::collections::BinaryHeap;

use embed::QuantizedVector;
use simsimd::SpatialSimilarity;

/// The centres of all lists, by number; one byte a dimension, as the vectors themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Centres {
    dimensions: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
}

impl Centres {
    /// None yet, for vectors of that length.
    pub const fn new(dimensions: usize) -> Self {
        Self { dimensions, codes: Vec::new(), scales: Vec::new() }
    }

    /// Adds the next one; whether it fits: one of another length is left out.
    pub fn push(&mut self, centre: &QuantizedVector) -> bool {
        let fits = centre.codes().len() == self.dimensions && self.dimensions > 0;
        if fits {
            self.codes.extend_from_slice(centre.codes());
            self.scales.push(centre.scale());
        }
        fits
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Length of the vectors.
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Codes and scale of each, by number.
    pub fn each(&self) -> impl Iterator<Item = (&[i8], f32)> {
        self.codes.chunks_exact(self.dimensions.max(1)).zip(self.scales.iter().copied())
    }

    /// The number of the centre nearest to a vector, the smallest of equals; `None` if there is no centre. About
    /// 12 ns for each centre of 256 dimensions.
    pub fn nearest(&self, codes: &[i8]) -> Option<u32> {
        let mut nearest: Option<(u32, f32)> = None;
        for (number, similarity) in (0..).zip(self.similarities(codes)) {
            if nearest.is_none_or(|(_, best)| similarity > best) {
                nearest = Some((number, similarity));
            }
        }
        nearest.map(|(number, _)| number)
    }

    /// The numbers of all centres, the nearest to a vector first, smaller numbers first among equals; sorted only
    /// as far as they are taken.
    pub fn nearest_first(&self, codes: &[i8]) -> impl Iterator<Item = u32> + use<> {
        let keys = (0_u32..).zip(self.similarities(codes));
        let mut heap: BinaryHeap<u64> = keys
            .map(|(number, similarity)| u64::from(ordered(similarity)) << 32 | u64::from(!number))
            .collect();
        std::iter::from_fn(move || heap.pop().map(|key| !(key as u32)))
    }

    /// Cosines up to the length of the vector, which is the same for all.
    fn similarities<'a>(&'a self, codes: &'a [i8]) -> impl Iterator<Item = f32> + 'a {
        self.each().map(|(centre, scale)| i8::dot(centre, codes).unwrap_or(0.0) as f32 * scale)
    }
}

/// A number that orders as the float does.
fn ordered(value: f32) -> u32 {
    let bits = value.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

#[cfg(test)]
mod tests {
    use embed::UnitVector;

    use super::*;

    fn unit(values: &[f32]) -> QuantizedVector {
        UnitVector::normalized(values.to_vec()).unwrap().quantize()
    }

    #[test]
    fn the_nearest_comes_first_and_equals_by_number() {
        let mut centres = Centres::new(2);
        for values in [[-1.0, 0.0], [0.6, 0.8], [1.0, 0.0], [1.0, 0.0]] {
            assert!(centres.push(&unit(&values)));
        }
        assert!(!centres.push(&unit(&[1.0])), "one of another length is left out");
        let question = unit(&[1.0, 0.1]);
        assert_eq!(centres.nearest(question.codes()), Some(2));
        assert_eq!(centres.nearest_first(question.codes()).collect::<Vec<_>>(), [2, 3, 1, 0]);
        assert_eq!(Centres::new(2).nearest(question.codes()), None);
    }

    #[test]
    fn floats_keep_their_order() {
        let values = [f32::NEG_INFINITY, -2.0, -1e-9, 0.0, 1e-9, 0.5, f32::INFINITY];
        assert!(values.is_sorted_by(|a, b| ordered(*a) < ordered(*b)));
    }
}
