//! A matrix of weights, ready to be multiplied with: in f32, or in eight bits.

use rten_gemm::{BiasVector, GemmError, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::SimdOp;
use rten_tensor::Matrix;
use rten_vecmath::{ExtendInit, MinMax, Quantize};

/// Largest code of an activation: seven bits. Processors without a wide dot product add two products of
/// u8 × i8 in sixteen bits, which overflow from eight bits on; with seven every machine gets the same integers.
const LARGEST_ACTIVATION: f32 = 127.0;

/// How numbers are multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Weights in eight bits, one scale for each output; activations in seven bits, scale and zero for each
    /// token, so that a text's vector does not depend on its neighbours in the batch.
    Int8,
    /// The weights as they were trained: the reference, for comparisons.
    F32,
}

/// The multipliers, chosen for the processor: cheap to make, and not to be sent between threads.
#[derive(Default)]
pub(super) struct Multiply {
    int8: GemmExecutor<u8, i8, i32>,
    pub(super) f32: GemmExecutor<f32, f32, f32>,
}

/// Buffers that are used again from layer to layer.
#[derive(Default)]
pub(super) struct Scratch {
    codes: Vec<u8>,
    zeros: Vec<i32>,
    scales: Vec<f32>,
    sums: Vec<i32>,
}

/// `y = x · Wᵀ + b`.
pub(super) struct Linear {
    weights: Weights,
    bias: Vec<f32>,
    inputs: usize,
}

enum Weights {
    F32(PackedBMatrix<f32>),
    /// Of each output: what its codes are multiplied with, and their sum.
    Int8 {
        codes: PackedBMatrix<i8>,
        scales: Vec<f32>,
        sums: Vec<i32>,
    },
}

impl Linear {
    /// Takes weights as they lie in the file: a row for each output.
    pub(super) fn new(weights: &[f32], bias: Vec<f32>, precision: Precision, multiply: &Multiply) -> Self {
        let (outputs, inputs) = (bias.len(), weights.len() / bias.len().max(1));
        let weights = match precision {
            Precision::F32 => {
                let rows = Matrix::from_data([outputs, inputs], weights);
                Weights::F32(multiply.f32.prepack_b(rows.transposed()))
            }
            Precision::Int8 => {
                let (codes, scales): (Vec<Vec<i8>>, Vec<f32>) =
                    weights.chunks_exact(inputs.max(1)).map(quantize_row).unzip();
                let sums = codes.iter().map(|row| row.iter().map(|&code| i32::from(code)).sum()).collect();
                let codes = codes.concat();
                let rows = Matrix::from_data([outputs, inputs], codes.as_slice());
                let codes = multiply.int8.prepack_b(rows.transposed());
                Weights::Int8 { codes, scales, sums }
            }
        };
        Self { weights, bias, inputs }
    }

    /// Outputs for every row of `x`, in `y`, whose content is written over.
    pub(super) fn apply(
        &self,
        x: &[f32],
        y: &mut Vec<f32>,
        scratch: &mut Scratch,
        multiply: &Multiply,
    ) -> Result<(), GemmError> {
        let rows = x.len() / self.inputs.max(1);
        y.resize(rows * self.bias.len(), 0.0);
        match &self.weights {
            Weights::F32(weights) => {
                let a = GemmInputA::Unpacked(Matrix::from_data([rows, self.inputs], x));
                let bias = Some(BiasVector::Row(&self.bias));
                let options = GemmOptions { bias, ..GemmOptions::default() };
                multiply.f32.gemm(y, a, GemmInputB::Packed(weights), options)
            }
            Weights::Int8 { codes, scales, sums: totals } => {
                scratch.quantize(x, self.inputs);
                scratch.sums.resize(y.len(), 0);
                let a = Matrix::from_data([rows, self.inputs], scratch.codes.as_slice());
                let (a, b) = (GemmInputA::Unpacked(a), GemmInputB::Packed(codes));
                multiply.int8.gemm(&mut scratch.sums, a, b, GemmOptions::default())?;
                let outputs = self.bias.len().max(1);
                let rows = scratch.sums.chunks_exact(outputs).zip(&scratch.zeros).zip(&scratch.scales);
                for (y, ((sums, zero), row)) in y.chunks_exact_mut(outputs).zip(rows) {
                    let outputs = sums.iter().zip(totals).zip(scales).zip(&self.bias);
                    for (y, (((sum, total), scale), bias)) in y.iter_mut().zip(outputs) {
                        // The zero is taken off here: the crate's own zeros (0.27) are those of the first rows.
                        *y = (sum - zero * total) as f32 * (row * scale) + bias;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Scratch {
    /// Seven bits for every value of `x`, scale and zero for each row.
    fn quantize(&mut self, x: &[f32], inputs: usize) {
        self.codes.clear();
        self.codes.reserve(x.len());
        self.zeros.clear();
        self.scales.clear();
        for row in x.chunks_exact(inputs.max(1)) {
            let (min, max) = MinMax::new(row).dispatch();
            let (min, max) = (min.min(0.0), max.max(0.0));
            let scale = if max > min { (max - min) / LARGEST_ACTIVATION } else { 1.0 };
            let zero = (-min / scale).round() as u8;
            self.codes.extend_init(|rest| {
                let (here, _) = rest.split_at_mut(row.len());
                Quantize::new(row, here, 1.0 / scale, zero).dispatch()
            });
            self.zeros.push(i32::from(zero));
            self.scales.push(scale);
        }
    }
}

/// Codes in -127..=127 and what they are multiplied with to get the values back.
pub(super) fn quantize_row(values: &[f32]) -> (Vec<i8>, f32) {
    let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    (values.iter().map(|value| (value / scale).round() as i8).collect(), scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers in -1..=1 that follow from their place.
    fn numbers(count: usize, salt: usize) -> Vec<f32> {
        (0..count).map(|at| (((at * 7919 + salt * 104_729) % 2_001) as f32 - 1_000.0) / 1_000.0).collect()
    }

    fn apply(precision: Precision, x: &[f32]) -> Vec<f32> {
        let multiply = Multiply::default();
        let linear = Linear::new(&numbers(40 * 64, 1), numbers(40, 2), precision, &multiply);
        let mut y = Vec::new();
        linear.apply(x, &mut y, &mut Scratch::default(), &multiply).unwrap();
        y
    }

    #[test]
    fn it_multiplies_with_the_transposed_and_adds_the_bias() {
        let (weights, bias, x) = (numbers(40 * 64, 1), numbers(40, 2), numbers(5 * 64, 3));
        let y = apply(Precision::F32, &x);
        for row in 0..5 {
            for output in 0..40 {
                let products = (0..64).map(|at| x[row * 64 + at] * weights[output * 64 + at]);
                let expected = products.sum::<f32>() + bias[output];
                assert!((y[row * 40 + output] - expected).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn eight_bits_are_near_and_do_not_depend_on_other_rows() {
        let x = numbers(300 * 64, 3);
        let (exact, coarse) = (apply(Precision::F32, &x), apply(Precision::Int8, &x));
        let worst = exact.iter().zip(&coarse).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 0.15, "{worst}");
        for row in [0, 1, 17, 130, 299] {
            let alone = apply(Precision::Int8, &x[row * 64..(row + 1) * 64]);
            assert_eq!(alone, coarse[row * 40..(row + 1) * 40], "{row}");
        }
    }

    #[test]
    fn rows_of_one_sign_or_none_keep_their_zero() {
        for row in [vec![0.0; 64], vec![0.5; 64], vec![-0.5; 64]] {
            let (exact, coarse) = (apply(Precision::F32, &row), apply(Precision::Int8, &row));
            assert!(exact.iter().zip(&coarse).all(|(a, b)| (a - b).abs() < 0.15));
        }
    }
}
