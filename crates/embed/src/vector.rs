//! Vectors of length one, so that a dot product is a cosine.

use crate::{Error, QuantizedVector};

/// A vector of length 1 (to within f32 rounding), or the zero vector of a text in which the model knew nothing.
///
/// Only [`UnitVector::normalized`] and [`UnitVector::zero`] make one, so whoever holds one need not check.
/// The zero vector has cosine 0 with everything: such a text is found by its words or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitVector(Vec<f32>);

impl UnitVector {
    /// Scales finite values to length 1; if all are zero they stay so.
    ///
    /// # Errors
    /// [`Error::NotFinite`] with the place of the first infinite value or NaN.
    pub fn normalized(mut values: Vec<f32>) -> Result<Self, Error> {
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::NotFinite { position });
        }
        // In f64 neither the largest nor the smallest f32 leaves the range when squared.
        let length = values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        if length > 0.0 {
            for value in &mut values {
                *value = (f64::from(*value) / length) as f32;
            }
        }
        Ok(Self(values))
    }

    /// The zero vector.
    pub fn zero(dimensions: usize) -> Self {
        Self(vec![0.0; dimensions])
    }

    /// The values, each in -1..=1.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// How many values there are.
    pub fn dimensions(&self) -> usize {
        self.0.len()
    }

    /// Whether the model knew nothing in the text.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|&value| value == 0.0)
    }

    /// The cosine of the angle between the two, in -1..=1 to within rounding; 0 if either is zero.
    ///
    /// # Errors
    /// [`Error::Dimensions`] if the two are not of one length.
    pub fn dot(&self, other: &Self) -> Result<f32, Error> {
        if self.dimensions() != other.dimensions() {
            return Err(Error::Dimensions { left: self.dimensions(), right: other.dimensions() });
        }
        Ok(self.0.iter().zip(&other.0).map(|(left, right)| left * right).sum())
    }

    /// The same direction in a quarter of the bytes: see [`QuantizedVector`].
    pub fn quantize(&self) -> QuantizedVector {
        QuantizedVector::of(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(vector: &UnitVector) -> f64 {
        vector.as_slice().iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn the_ends_of_f32_are_scaled_without_overflow() {
        for value in [f32::MAX, f32::MIN_POSITIVE, 1e-45] {
            let vector = UnitVector::normalized(vec![value; 256]).unwrap();
            assert!((length(&vector) - 1.0).abs() < 1e-6, "{value}");
        }
    }

    #[test]
    fn zero_stays_zero_and_has_no_neighbors() {
        let zero = UnitVector::normalized(vec![0.0, -0.0]).unwrap();
        assert!(zero.is_zero());
        assert_eq!(zero, UnitVector::zero(2));
        let other = UnitVector::normalized(vec![3.0, 4.0]).unwrap();
        assert!(zero.dot(&other).unwrap().abs() < f32::MIN_POSITIVE);
    }

    #[test]
    fn a_value_that_is_no_number_is_refused_with_its_place() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let result = UnitVector::normalized(vec![1.0, bad]);
            assert!(matches!(result, Err(Error::NotFinite { position: 1 })), "{bad}");
        }
    }

    #[test]
    fn vectors_of_different_models_do_not_meet() {
        let result = UnitVector::zero(2).dot(&UnitVector::zero(3));
        assert!(matches!(result, Err(Error::Dimensions { left: 2, right: 3 })));
    }

    proptest! {
        #[test]
        fn any_finite_values_come_out_with_length_one(values in prop::collection::vec(-1e30_f32..1e30, 1..300)) {
            let vector = UnitVector::normalized(values.clone()).unwrap();
            prop_assume!(!vector.is_zero());
            prop_assert!((length(&vector) - 1.0).abs() < 1e-5);
            let same = vector.dot(&vector).unwrap();
            prop_assert!((same - 1.0).abs() < 1e-4);
        }
    }
}
