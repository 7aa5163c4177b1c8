//! The weights, from `model.safetensors` to matrices that can be multiplied with.

use safetensors::{Dtype, SafeTensors};

use super::MODEL_FILE;
use super::forward::{INNER, LAYERS, Layer, Norm, WIDTH};
use super::linear::{Linear, Multiply, Precision, quantize_row};
use crate::Error;

/// Word pieces that the model knows.
pub(super) const PIECES: usize = 30_522;
/// Tokens that the model tells apart by their place.
const PLACES: usize = 512;

/// One row of values for each word piece.
pub(super) enum Pieces {
    F32(Vec<f32>),
    Int8 { codes: Vec<i8>, scales: Vec<f32> },
}

/// The network.
pub(super) struct Weights {
    pieces: Pieces,
    /// One row for each place, with what every token of a single text adds.
    places: Vec<f32>,
    first_norm: Norm,
    pub(super) layers: Vec<Layer>,
}

impl Weights {
    /// Reads the file's bytes.
    ///
    /// # Errors
    /// [`Error::BadModel`] if a tensor is missing or has another type or shape.
    pub(super) fn read(bytes: &[u8], precision: Precision) -> Result<Self, Error> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| bad(error.to_string()))?;
        let file = File(tensors);
        let multiply = Multiply::default();
        let pieces = file.values("embeddings.word_embeddings.weight", &[PIECES, WIDTH])?;
        let pieces = match precision {
            Precision::F32 => Pieces::F32(pieces),
            Precision::Int8 => {
                let (codes, scales): (Vec<Vec<i8>>, Vec<f32>) =
                    pieces.chunks_exact(WIDTH).map(quantize_row).unzip();
                Pieces::Int8 { codes: codes.concat(), scales }
            }
        };
        let mut places = file.values("embeddings.position_embeddings.weight", &[PLACES, WIDTH])?;
        let kinds = file.values("embeddings.token_type_embeddings.weight", &[2, WIDTH])?;
        for place in places.chunks_exact_mut(WIDTH) {
            for (value, kind) in place.iter_mut().zip(&kinds) {
                *value += kind;
            }
        }
        let first_norm = file.norm("embeddings")?;
        let layers: Result<_, _> = (0..LAYERS).map(|layer| file.layer(layer, precision, &multiply)).collect();
        Ok(Self { pieces, places, first_norm, layers: layers? })
    }

    /// What goes into the first layer: a row for each token of a text.
    pub(super) fn embed(&self, pieces: &[u32], tokens: &mut Vec<f32>) {
        let start = tokens.len();
        for (place, &piece) in self.places.chunks_exact(WIDTH).zip(pieces) {
            let at = piece as usize * WIDTH..(piece as usize + 1) * WIDTH;
            match &self.pieces {
                Pieces::F32(rows) => {
                    let row = rows.get(at).unwrap_or_default();
                    tokens.extend(place.iter().zip(row).map(|(place, value)| place + value));
                }
                Pieces::Int8 { codes, scales } => {
                    let row = codes.get(at).unwrap_or_default();
                    let scale = scales.get(piece as usize).copied().unwrap_or_default();
                    let value = |(place, &code): (&f32, &i8)| place + f32::from(code) * scale;
                    tokens.extend(place.iter().zip(row).map(value));
                }
            }
        }
        self.first_norm.apply(tokens.get_mut(start..).unwrap_or_default());
    }
}

struct File<'a>(SafeTensors<'a>);

impl File<'_> {
    fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let tensor = self.0.tensor(name).map_err(|error| bad(error.to_string()))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            let found = (tensor.dtype(), tensor.shape());
            return Err(bad(format!("{name} is {found:?}, expected are f32 and {shape:?}")));
        }
        let (values, _) = tensor.data().as_chunks::<4>();
        let values: Vec<f32> = values.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(bad(format!("{name} holds a value that is not a finite number")));
        }
        Ok(values)
    }

    fn norm(&self, name: &str) -> Result<Norm, Error> {
        let gain = self.values(&format!("{name}.LayerNorm.weight"), &[WIDTH])?;
        Ok(Norm { gain, bias: self.values(&format!("{name}.LayerNorm.bias"), &[WIDTH])? })
    }

    /// Weights and bias of one product.
    fn dense(&self, name: &str, outputs: usize, inputs: usize) -> Result<(Vec<f32>, Vec<f32>), Error> {
        let weights = self.values(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok((weights, self.values(&format!("{name}.bias"), &[outputs])?))
    }

    fn layer(&self, layer: usize, precision: Precision, multiply: &Multiply) -> Result<Layer, Error> {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let linear = |part: &str, outputs, inputs| {
            let (weights, bias) = self.dense(&name(part), outputs, inputs)?;
            Ok::<_, Error>(Linear::new(&weights, bias, precision, multiply))
        };
        // Query, key and value as one product: a token's values are coded once, not three times.
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for part in ["query", "key", "value"] {
            let (more, its_bias) = self.dense(&name(&format!("attention.self.{part}")), WIDTH, WIDTH)?;
            weights.extend(more);
            bias.extend(its_bias);
        }
        Ok(Layer {
            query_key_value: Linear::new(&weights, bias, precision, multiply),
            attended: linear("attention.output.dense", WIDTH, WIDTH)?,
            attended_norm: self.norm(&name("attention.output"))?,
            inner: linear("intermediate.dense", INNER, WIDTH)?,
            outer: linear("output.dense", WIDTH, INNER)?,
            outer_norm: self.norm(&name("output"))?,
        })
    }
}

fn bad(reason: String) -> Error {
    Error::BadModel { file: MODEL_FILE, reason }
}
