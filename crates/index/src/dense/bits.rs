//! A vector's signs, a bit a dimension: an eighth of its bytes, which tell apart what is worth a closer look.
//!
//! How many signs differ estimates the angle between two vectors (Charikar, "Similarity estimation techniques from
//! rounding algorithms", STOC 2002).

use simsimd::BinarySimilarity;

/// The signs of all vectors, in their order.
#[derive(Debug)]
pub(super) struct Bits {
    /// Bytes of one vector: its dimensions in eights, rounded up.
    width: usize,
    bytes: Vec<u8>,
}

impl Bits {
    pub(super) fn new(dimensions: usize) -> Self {
        Self { width: dimensions.div_ceil(8), bytes: Vec::new() }
    }

    pub(super) fn push(&mut self, codes: &[i8]) {
        self.bytes.extend(signs(codes));
    }

    /// The places of the `wanted` admitted vectors, or somewhat more, whose signs differ least from the question's,
    /// among the first `among`; ascending. Which those are depends on admitted vectors alone, and as many as differ
    /// equally come along.
    ///
    /// Costs a pass over the bits, some 4 ns a vector of 256 dimensions; `admits` is asked for few of them.
    pub(super) fn near(
        &self,
        question: &[i8],
        wanted: usize,
        among: usize,
        admits: &dyn Fn(usize) -> bool,
    ) -> Vec<usize> {
        let question: Vec<u8> = signs(question).collect();
        if wanted == 0 || self.width == 0 {
            return Vec::new();
        }
        // How many were found at each distance, and the largest distance that can still matter: so many lie within it
        // that the next smaller one alone would not do.
        let mut at = vec![0_usize; self.width * 8 + 1];
        let (mut farthest, mut within) = (self.width * 8, 0);
        let mut found = Vec::new();
        for (place, signs) in self.bytes.chunks_exact(self.width).take(among).enumerate() {
            let distance = differing(signs, &question);
            if distance > farthest || !admits(place) {
                continue;
            }
            found.push((place, distance));
            at[distance] += 1;
            within += 1;
            while within - at[farthest] >= wanted {
                within -= at[farthest];
                farthest -= 1;
            }
        }
        found.retain(|(_, distance)| *distance <= farthest);
        found.into_iter().map(|(place, _)| place).collect()
    }
}

fn signs(codes: &[i8]) -> impl Iterator<Item = u8> + '_ {
    let byte = |eight: &[i8]| eight.iter().fold(0, |byte: u8, code| byte << 1 | u8::from(*code > 0));
    codes.chunks(8).map(byte)
}

/// In how many places two sets of signs differ.
fn differing(signs: &[u8], others: &[u8]) -> usize {
    // A count of bits: a small whole number, whatever type the crate gives it in.
    BinarySimilarity::hamming(signs, others).map_or(signs.len() * 8, |distance| distance as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_nearest_by_sign_are_found_whatever_is_hidden(
            vectors in prop::collection::vec((prop::collection::vec(-3_i8..4, 11), any::<bool>()), 0..60),
            question in prop::collection::vec(-3_i8..4, 11),
            wanted in 0_usize..20,
        ) {
            let mut bits = Bits::new(11);
            for (codes, _) in &vectors {
                bits.push(codes);
            }
            let found = bits.near(&question, wanted, vectors.len(), &|place| vectors[place].1);
            let far = |codes: &[i8]| -> usize {
                codes.iter().zip(&question).filter(|(a, b)| (**a > 0) != (**b > 0)).count()
            };
            let open: Vec<usize> = (0..vectors.len()).filter(|place| vectors[*place].1).collect();
            let mut distances: Vec<usize> = open.iter().map(|place| far(&vectors[*place].0)).collect();
            distances.sort_unstable();
            let last = wanted.checked_sub(1).map(|last| distances.get(last).copied().unwrap_or(11));
            let expected: Vec<usize> =
                open.into_iter().filter(|place| last.is_some_and(|last| far(&vectors[*place].0) <= last)).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
