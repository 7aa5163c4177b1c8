//! all-MiniLM-L6-v2, run in pure Rust from the weights as they were published.
//!
//! Decision: the network is written out here, over the matrix products of one small crate, and not run through
//! an ONNX engine. It reads the published `model.safetensors` (one file, one hash, the same bytes that the
//! libtorch pipeline reads), pads nothing, and codes activations token by token: so a text has one vector,
//! whatever it is batched with, which engines that code a whole batch by one scale do not give. The price is
//! that another network needs another file like this.

mod forward;
mod linear;
mod weights;

use std::fmt;
use std::path::Path;

use rayon::prelude::*;

use crate::tokens::WordPieces;
use crate::{Embedder, Error, ModelId, UnitVector};
use forward::{Buffers, WIDTH};
use linear::Multiply;
pub use linear::Precision;
use weights::{PIECES, Weights};

/// The file of the weights, in a model's folder.
pub(crate) const MODEL_FILE: &str = "model.safetensors";
/// The file of the vocabulary, in a model's folder.
pub(crate) const TOKENIZER_FILE: &str = "tokenizer.json";
/// Tokens of a text that are read, with the two that frame it: as many as the model was published for.
const MAX_TOKENS: usize = 256;
/// Tokens that go through the layers together: enough to fill the matrix products, few enough for the cache.
const TOGETHER: usize = 512;
/// Word pieces of the frame and of what is in no vocabulary.
const START: u32 = 101;
const END: u32 = 102;
const UNKNOWN: u32 = 100;

/// all-MiniLM-L6-v2: 384 dimensions, English; of a text the first 4,000 characters are read, and of those the
/// first 254 word pieces.
///
/// A text in which no word piece is known gets the zero vector. Vectors of one machine are equal bit for bit;
/// between machines the last bits differ with the processor's arithmetic.
pub struct MiniLm {
    model: ModelId,
    pieces: WordPieces,
    weights: Weights,
}

impl fmt::Debug for MiniLm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MiniLm").field("model", &self.model).finish_non_exhaustive()
    }
}

impl MiniLm {
    /// Reads a folder with `model.safetensors` and `tokenizer.json`, as [`crate::models`] puts them there.
    ///
    /// Takes about a third of a second, most of it for the hash. Memory: 25 MB with [`Precision::Int8`],
    /// 90 MB with [`Precision::F32`], and the file's 91 MB while it is read.
    ///
    /// # Errors
    /// [`Error::NoModel`] if a file is not there, [`Error::BadModel`] if it is not the published one.
    pub fn open(folder: &Path, precision: Precision) -> Result<Self, Error> {
        let files = crate::models::MINILM;
        let bytes = files.read(folder, MODEL_FILE)?;
        let tokenizer = files.read(folder, TOKENIZER_FILE)?;
        let model = format!("minilm-{}@{}", precision.as_str(), files.version());
        Self::read(&model, &bytes, &tokenizer, precision)
    }

    fn read(model: &str, bytes: &[u8], tokenizer: &[u8], precision: Precision) -> Result<Self, Error> {
        let pieces = WordPieces::read(tokenizer)?;
        if pieces.largest().is_none_or(|largest| largest as usize >= PIECES) {
            let reason = format!("it has pieces beyond the {PIECES} of the model");
            return Err(Error::BadModel { file: TOKENIZER_FILE, reason });
        }
        let weights = Weights::read(bytes, precision)?;
        Ok(Self { model: ModelId::new(model)?, pieces, weights })
    }

    /// Vectors of some texts, none of them empty.
    fn pass(&self, texts: &[&[u32]]) -> Result<Vec<UnitVector>, Error> {
        let mut tokens = Vec::with_capacity(texts.iter().map(|text| text.len() * WIDTH).sum());
        let mut ends = Vec::with_capacity(texts.len());
        for text in texts {
            self.weights.embed(text, &mut tokens);
            ends.push(tokens.len() / WIDTH);
        }
        let (mut buffers, multiply) = (Buffers::default(), Multiply::default());
        for layer in &self.weights.layers {
            let passed = layer.apply(&mut tokens, &ends, &mut buffers, &multiply);
            passed.map_err(|error| Error::BadModel { file: MODEL_FILE, reason: error.to_string() })?;
        }
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let text = |(start, &end): (usize, &usize)| {
            let mut sum = vec![0.0_f32; WIDTH];
            for token in tokens.get(start * WIDTH..end * WIDTH).unwrap_or_default().chunks_exact(WIDTH) {
                for (sum, value) in sum.iter_mut().zip(token) {
                    *sum += value;
                }
            }
            UnitVector::normalized(sum)
        };
        starts.zip(&ends).map(text).collect()
    }
}

/// The word pieces of a text in their frame; none if nothing of it is known.
pub(crate) fn framed(pieces: &WordPieces, position: usize, text: &str) -> Result<Vec<u32>, Error> {
    let mut pieces = pieces.cut(text).map_err(|reason| Error::Tokens { position, reason })?;
    pieces.truncate(MAX_TOKENS - 2);
    if pieces.iter().all(|&piece| piece == UNKNOWN) {
        return Ok(Vec::new());
    }
    pieces.insert(0, START);
    pieces.push(END);
    Ok(pieces)
}

impl Embedder for MiniLm {
    fn model_id(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        WIDTH
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
        let pieces = |(position, text): (usize, &&str)| framed(&self.pieces, position, text);
        let cut = texts.par_iter().enumerate().map(pieces).collect::<Result<Vec<_>, _>>()?;
        let groups = groups(&cut);
        let passed: Result<Vec<Vec<UnitVector>>, Error> = groups
            .par_iter()
            .map(|group| {
                let texts: Vec<&[u32]> =
                    group.iter().filter_map(|&at| cut.get(at)).map(Vec::as_slice).collect();
                self.pass(&texts)
            })
            .collect();
        let mut vectors = vec![UnitVector::zero(WIDTH); texts.len()];
        for (at, vector) in groups.into_iter().flatten().zip(passed?.into_iter().flatten()) {
            if let Some(place) = vectors.get_mut(at) {
                *place = vector;
            }
        }
        Ok(vectors)
    }
}

/// Places of the texts that are passed together: those of one length beside one another, the longest first, so
/// that all cores end at about the same time. Empty texts are in none.
fn groups(cut: &[Vec<u32>]) -> Vec<Vec<usize>> {
    let length = |at: usize| cut.get(at).map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..cut.len()).filter(|&at| length(at) > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(length(at)));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for at in order {
        tokens += length(at);
        match groups.last_mut() {
            Some(group) if tokens <= TOGETHER => group.push(at),
            _ => {
                tokens = length(at);
                groups.push(vec![at]);
            }
        }
    }
    groups
}

impl Precision {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::F32 => "f32",
        }
    }
}
