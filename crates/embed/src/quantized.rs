//! Unit vectors as one signed byte a dimension.

use crate::{Error, UnitVector};

/// The largest code: the scale is symmetric, so -128 is never used.
const LARGEST_CODE: i8 = 127;

/// A vector as codes in -127..=127 and one scale: value = code × scale.
///
/// Symmetric per vector: scale = largest absolute value / 127, so each value is off by at most half a scale.
/// A cosine between two of 256 dimensions is off by some thousandths. The zero vector has scale 0.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantizedVector {
    codes: Vec<i8>,
    scale: f32,
}

impl QuantizedVector {
    /// Takes up what was stored.
    ///
    /// # Errors
    /// [`Error::NotQuantized`] if the scale is negative or not finite, or a code is -128: the bytes are damaged.
    pub fn new(codes: Vec<i8>, scale: f32) -> Result<Self, Error> {
        if !scale.is_finite() || scale < 0.0 {
            return Err(Error::NotQuantized("the scale is negative or not a finite number"));
        }
        if codes.contains(&i8::MIN) {
            return Err(Error::NotQuantized("a code is -128"));
        }
        Ok(Self { codes, scale })
    }

    pub(crate) fn of(vector: &UnitVector) -> Self {
        let values = vector.as_slice();
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let scale = largest / f32::from(LARGEST_CODE);
        if scale == 0.0 {
            return Self { codes: vec![0; values.len()], scale: 0.0 };
        }
        // `as` stops at the ends of i8; rounding cannot pass 127 by more than the last bit of the division.
        let code = |value: &f32| ((value / scale).round() as i8).clamp(-LARGEST_CODE, LARGEST_CODE);
        Self { codes: values.iter().map(code).collect(), scale }
    }

    /// One code for each dimension, in -127..=127.
    pub fn codes(&self) -> &[i8] {
        &self.codes
    }

    /// What a code is multiplied with to get the value back; 0 only for the zero vector.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// The cosine between the two, about -1..=1: exact integer sum of the codes' products, times both scales.
    ///
    /// The reference that faster implementations are held against.
    ///
    /// # Errors
    /// [`Error::Dimensions`] if the two are not of one length.
    pub fn dot(&self, other: &Self) -> Result<f32, Error> {
        if self.codes.len() != other.codes.len() {
            return Err(Error::Dimensions { left: self.codes.len(), right: other.codes.len() });
        }
        let products = self.codes.iter().zip(&other.codes);
        let sum: i64 = products.map(|(&left, &right)| i64::from(i32::from(left) * i32::from(right))).sum();
        Ok(sum as f32 * self.scale * other.scale)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_value_gets_the_largest_code() {
        let quantized = UnitVector::normalized(vec![0.6, -0.8, 0.0]).unwrap().quantize();
        assert_eq!(quantized.codes(), [95, -127, 0]);
        assert!((quantized.scale() - 0.8 / 127.0).abs() < 1e-7);
    }

    #[test]
    fn the_zero_vector_stays_zero() {
        let zero = UnitVector::zero(4).quantize();
        assert_eq!(zero, QuantizedVector::new(vec![0; 4], 0.0).unwrap());
        assert!(zero.dot(&zero).unwrap().abs() < f32::MIN_POSITIVE);
    }

    #[test]
    fn damaged_codes_and_scales_are_refused() {
        for (codes, scale) in
            [(vec![1], f32::NAN), (vec![1], -1.0), (vec![1], f32::INFINITY), (vec![-128], 1.0)]
        {
            assert!(matches!(QuantizedVector::new(codes, scale), Err(Error::NotQuantized(_))));
        }
    }

    fn unit() -> impl Strategy<Value = UnitVector> {
        prop::collection::vec(-1.0_f32..1.0, 256).prop_map(|values| UnitVector::normalized(values).unwrap())
    }

    proptest! {
        #[test]
        fn a_cosine_survives_quantization(left in unit(), right in unit()) {
            let exact = left.dot(&right).unwrap();
            let quantized = left.quantize().dot(&right.quantize()).unwrap();
            prop_assert!((exact - quantized).abs() < 0.01, "{exact} {quantized}");
        }

        #[test]
        fn a_value_is_off_by_half_a_scale_at_most(vector in unit()) {
            let quantized = vector.quantize();
            for (value, &code) in vector.as_slice().iter().zip(quantized.codes()) {
                let off = (value - f32::from(code) * quantized.scale()).abs();
                prop_assert!(off <= quantized.scale() * 0.5001);
            }
        }
    }
}
