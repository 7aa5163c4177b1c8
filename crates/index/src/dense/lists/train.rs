//! Where the centres lie: k-means over a sample, on the sphere (Dhillon & Modha 2001): each vector joins the centre
//! of the largest cosine, each centre moves to the mean of its vectors, a few times.

use embed::{QuantizedVector, UnitVector};
use rayon::prelude::*;

use super::centres::Centres;

/// How often vectors are shared out among the centres anew.
const ROUNDS: usize = 5;
/// Vectors that one thread takes at a time.
const TOGETHER: usize = 256;

/// Makes `lists` centres of a sample; fewer if the sample is smaller. The first ones are the sample's first: it
/// should come in no order that means anything. The same sample gives the same centres, on any number of threads.
/// Costs [`ROUNDS`] cosines of each vector with each centre.
pub(super) fn train(dimensions: usize, sample: &[QuantizedVector], lists: usize) -> Centres {
    let mut centres = Centres::new(dimensions);
    for vector in sample.iter().take(lists) {
        centres.push(vector);
    }
    for _ in 0..ROUNDS {
        centres = moved(&centres, sample);
    }
    centres
}

/// The number of the centre that each vector is nearest to; 0 where there is no centre.
pub(super) fn shared_out(centres: &Centres, vectors: &[QuantizedVector]) -> Vec<u32> {
    let of = |vector: &QuantizedVector| centres.nearest(vector.codes()).unwrap_or(0);
    vectors.par_iter().with_min_len(TOGETHER).map(of).collect()
}

/// Each centre in the middle of its vectors; one that has none stays.
fn moved(centres: &Centres, sample: &[QuantizedVector]) -> Centres {
    let dimensions = centres.dimensions();
    let mut sums = vec![0.0_f32; centres.len() * dimensions];
    for (vector, list) in sample.iter().zip(shared_out(centres, sample)) {
        let start = list as usize * dimensions;
        let Some(sum) = sums.get_mut(start..start + dimensions) else { continue };
        for (sum, code) in sum.iter_mut().zip(vector.codes()) {
            *sum += f32::from(*code) * vector.scale();
        }
    }
    let mut moved = Centres::new(dimensions);
    for (sum, (codes, scale)) in sums.chunks_exact(dimensions.max(1)).zip(centres.each()) {
        let mean = UnitVector::normalized(sum.to_vec()).ok().map(|mean| mean.quantize());
        let mean = mean.filter(|mean| mean.scale() > 0.0);
        let before = || QuantizedVector::new(codes.to_vec(), scale).ok();
        if let Some(centre) = mean.or_else(before) {
            moved.push(&centre);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(values: [f32; 3]) -> QuantizedVector {
        UnitVector::normalized(values.to_vec()).unwrap().quantize()
    }

    #[test]
    fn vectors_that_lie_together_get_a_centre_in_their_middle() {
        let sample = [[1.0, 0.2, 0.0], [0.0, 0.2, 1.0], [1.0, -0.2, 0.0], [0.0, -0.2, 1.0]].map(unit);
        let centres = train(3, &sample, 2);
        let middle = |number: usize| centres.each().nth(number).map(|(codes, _)| codes.to_vec());
        assert_eq!((middle(0), middle(1)), (Some(vec![127, 0, 0]), Some(vec![0, 0, 127])));
        assert_eq!(shared_out(&centres, &sample), [0, 1, 0, 1]);
    }

    #[test]
    fn a_small_sample_makes_few_centres_and_none_makes_none() {
        assert_eq!(train(3, &[unit([1.0, 0.0, 0.0])], 5).len(), 1);
        assert!(train(3, &[], 5).is_empty());
        assert_eq!(shared_out(&Centres::new(3), &[unit([1.0, 0.0, 0.0])]), [0]);
    }
}
