//! The exact scan, as the product does it.

use simsimd::SpatialSimilarity;

use crate::data::{Vector, Vectors};
use crate::{Engine, Wanted};

/// All vectors, one after the other.
pub(crate) struct Exact<'a>(pub(crate) &'a Vectors);

impl Engine for Exact<'_> {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let by_cosine = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        let limit = wanted.limit;
        let (enough, mut least) = (limit * 4, f32::NEG_INFINITY);
        let mut found = Vec::with_capacity(enough);
        for (number, (codes, scale)) in (0..).zip(self.0.each()) {
            let cosine = i8::dot(codes, &question.codes).unwrap_or(0.0) as f32 * scale;
            if cosine < least || !wanted.asker.admits(number) {
                continue;
            }
            found.push((number, cosine));
            if found.len() == enough {
                least = found.select_nth_unstable_by(limit - 1, by_cosine).1.1;
                found.truncate(limit);
            }
        }
        found.sort_unstable_by(by_cosine);
        found.truncate(limit);
        Ok(found.into_iter().map(|(number, _)| number).collect())
    }
}
