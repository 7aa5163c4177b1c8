//! The six layers of the network.
//!
//! Texts of a batch lie one after the other in one matrix, a row for each token: nothing is padded, so short
//! texts cost nothing beside long ones, and no row depends on another text's.

use rten_gemm::{GemmError, GemmInputA, GemmInputB, GemmOptions};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::Matrix;
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

use super::linear::{Linear, Multiply, Scratch};

/// Values of a token between layers.
pub(super) const WIDTH: usize = 384;
/// Values of a token inside a layer's second half.
pub(super) const INNER: usize = 1_536;
/// Layers.
pub(super) const LAYERS: usize = 6;
/// Heads of attention.
const HEADS: usize = 12;
/// Values of a token in one head.
const HEAD: usize = WIDTH / HEADS;
/// Query, key and value of a token lie beside one another.
const QKV: usize = 3 * WIDTH;
/// What keeps a token whose values are all alike from being divided by zero (the model's own).
const EPSILON: f32 = 1e-12;

/// Scales a token's values to mean 0 and variance 1, then by learned factors.
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl Norm {
    /// Normalizes every token.
    pub(super) fn apply(&self, tokens: &mut [f32]) {
        for token in tokens.chunks_exact_mut(WIDTH) {
            let mean = Sum::new(token).dispatch() / WIDTH as f32;
            let variance = SumSquareSub::new(token, mean).dispatch() / WIDTH as f32;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: 1.0 / (variance + EPSILON).sqrt(),
                element_scale: Some(&self.gain),
                bias: 0.0,
                element_bias: Some(&self.bias),
            };
            Normalize::new_mut(token, options).dispatch();
        }
    }
}

/// One layer: attention, then two products with GELU between.
pub(super) struct Layer {
    pub(super) query_key_value: Linear,
    pub(super) attended: Linear,
    pub(super) attended_norm: Norm,
    pub(super) inner: Linear,
    pub(super) outer: Linear,
    pub(super) outer_norm: Norm,
}

/// What a pass through the layers needs besides the weights.
#[derive(Default)]
pub(super) struct Buffers {
    scratch: Scratch,
    qkv: Vec<f32>,
    context: Vec<f32>,
    inner: Vec<f32>,
    out: Vec<f32>,
    scores: Vec<f32>,
    head: Vec<f32>,
}

impl Layer {
    /// Passes `tokens` (a row each) through; texts end at `ends`, counted in tokens.
    pub(super) fn apply(
        &self,
        tokens: &mut [f32],
        ends: &[usize],
        buffers: &mut Buffers,
        multiply: &Multiply,
    ) -> Result<(), GemmError> {
        let Buffers { scratch, qkv, context, inner, out, scores, head } = buffers;
        self.query_key_value.apply(tokens, qkv, scratch, multiply)?;
        context.resize(tokens.len(), 0.0);
        let mut start = 0;
        for &end in ends {
            let text = start * QKV..end * QKV;
            let context = context.get_mut(start * WIDTH..end * WIDTH).unwrap_or_default();
            attend(qkv.get(text).unwrap_or_default(), context, (scores, head), multiply)?;
            start = end;
        }
        self.attended.apply(context, out, scratch, multiply)?;
        add(tokens, out);
        self.attended_norm.apply(tokens);
        self.inner.apply(tokens, inner, scratch, multiply)?;
        Gelu {}.map_mut(inner.as_mut_slice());
        self.outer.apply(inner, out, scratch, multiply)?;
        add(tokens, out);
        self.outer_norm.apply(tokens);
        Ok(())
    }
}

/// Attention within one text: every token's mixture of the values of all, head by head.
fn attend(
    qkv: &[f32],
    context: &mut [f32],
    (scores, mixed): (&mut Vec<f32>, &mut Vec<f32>),
    multiply: &Multiply,
) -> Result<(), GemmError> {
    let tokens = qkv.len() / QKV;
    scores.resize(tokens * tokens, 0.0);
    mixed.resize(tokens * HEAD, 0.0);
    let scaled = GemmOptions { alpha: 1.0 / (HEAD as f32).sqrt(), ..GemmOptions::default() };
    for head in 0..HEADS {
        let part = |which: usize| part_of(qkv, tokens, which * WIDTH + head * HEAD);
        let (query, key, value) = (part(0)?, part(1)?, part(2)?);
        let (a, b) = (GemmInputA::Unpacked(query), GemmInputB::Unpacked(key.transposed()));
        multiply.f32.gemm(scores, a, b, scaled.clone())?;
        for row in scores.chunks_exact_mut(tokens) {
            Softmax::new_mut(row).dispatch();
        }
        let weights = Matrix::from_data([tokens, tokens], scores.as_slice());
        let (a, b) = (GemmInputA::Unpacked(weights), GemmInputB::Unpacked(value));
        multiply.f32.gemm(mixed, a, b, GemmOptions::default())?;
        let places = context.chunks_exact_mut(WIDTH).filter_map(|token| token.get_mut(head * HEAD..));
        for (place, mixed) in places.zip(mixed.chunks_exact(HEAD)) {
            for (place, &value) in place.iter_mut().zip(mixed) {
                *place = value;
            }
        }
    }
    Ok(())
}

/// One head's query, key or value of all tokens, where it lies.
fn part_of(qkv: &[f32], tokens: usize, offset: usize) -> Result<Matrix<'_>, GemmError> {
    // The last row reaches only to the end of its part.
    let part = qkv.get(offset..(tokens - 1) * QKV + offset + HEAD).unwrap_or_default();
    Matrix::from_slice_with_strides([tokens, HEAD], part, [QKV, 1]).map_err(|_| GemmError::KSizeMismatch)
}

fn add(tokens: &mut [f32], more: &[f32]) {
    for (token, more) in tokens.iter_mut().zip(more) {
        *token += more;
    }
}
