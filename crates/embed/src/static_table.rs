//! The encoder that ships inside the binary: a table with one row for each word piece.

use std::fmt;

use rayon::prelude::*;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use crate::tokens::{WordPieces, first_characters};
use crate::{Embedder, Error, ModelId, UnitVector};

const MANIFEST: &str = include_str!("../../../data/models/minilm-static-256/manifest.toml");
const TOKENIZER: &[u8] = include_bytes!("../../../data/models/minilm-static-256/tokenizer.json");
const TABLE: &[u8] = include_bytes!("../../../data/models/minilm-static-256/table.safetensors");

/// From this many texts on, a batch is shared among the cores; below, waking them costs more than it saves.
const PARALLEL_FROM: usize = 64;

/// The part of a model's `manifest.toml` that reading it needs.
#[derive(Debug, Deserialize)]
struct Manifest {
    model: String,
    dimensions: usize,
    rows: usize,
}

/// Sums the rows of a text's word pieces and scales the sum to length 1.
///
/// A row is its int8 codes times its scale; the scale carries the piece's weight, which is near 0 for "the"
/// and 0 for punctuation. Unknown pieces count nothing, nor do pieces without a letter of ASCII. A text that is mostly
/// of other scripts than Latin (Japanese, Russian, Greek …) gets the zero vector: the few words that are known in it
/// would stand for all of it. Of a text the first 4,000 characters are read, and of
/// those the first 512 word pieces.
pub struct StaticEmbedder {
    model: ModelId,
    dimensions: usize,
    pieces: WordPieces,
    /// All rows' codes, one after the other, as they lie in the file: an i8 in each byte.
    codes: &'static [u8],
    /// One scale for each row.
    scales: Vec<f32>,
}

impl fmt::Debug for StaticEmbedder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the table: 8 million numbers help nobody.
        formatter.debug_struct("StaticEmbedder").field("model", &self.model).finish_non_exhaustive()
    }
}

impl StaticEmbedder {
    /// The table that is built into the binary: 256 dimensions, English first.
    ///
    /// Takes some milliseconds, most of them for the vocabulary; make one and share it.
    ///
    /// # Errors
    /// [`Error::BadModel`] or [`Error::BadModelId`] if the files were damaged before the build.
    pub fn shipped() -> Result<Self, Error> {
        Self::read(MANIFEST, TOKENIZER, TABLE)
    }

    fn read(manifest: &str, tokenizer: &[u8], table: &'static [u8]) -> Result<Self, Error> {
        let manifest: Manifest = toml::from_str(manifest)
            .map_err(|error| Error::BadModel { file: "manifest.toml", reason: error.message().to_owned() })?;
        let pieces = WordPieces::read(tokenizer)?;
        let tensors = SafeTensors::deserialize(table).map_err(|error| bad_table(error.to_string()))?;
        let tensor = |name: &str, kind: Dtype, shape: &[usize]| {
            let tensor = tensors.tensor(name).map_err(|error| bad_table(error.to_string()))?;
            if tensor.dtype() != kind || tensor.shape() != shape {
                let found = (tensor.dtype(), tensor.shape());
                return Err(bad_table(format!("{name} is {found:?}, the manifest says {:?}", (kind, shape))));
            }
            Ok(tensor.data())
        };
        let codes = tensor("codes", Dtype::I8, &[manifest.rows, manifest.dimensions])?;
        let scales = tensor("scales", Dtype::F32, &[manifest.rows])?;
        let (scales, _) = scales.as_chunks::<4>();
        let mut scales: Vec<f32> = scales.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if manifest.dimensions == 0 || scales.iter().any(|scale| !scale.is_finite()) {
            return Err(bad_table("it has no dimensions, or a scale that is not a finite number".to_owned()));
        }
        // Of other scripts the vocabulary holds single letters and a few endings: any two sentences of one language
        // would be alike, which is worse than not to compare them.
        for piece in pieces.foreign() {
            if let Some(scale) = scales.get_mut(piece as usize) {
                *scale = 0.0;
            }
        }
        let model = ModelId::new(manifest.model)?;
        Ok(Self { model, dimensions: manifest.dimensions, pieces, codes, scales })
    }

    fn vector(&self, position: usize, text: &str) -> Result<UnitVector, Error> {
        if is_mostly_foreign(text) {
            return UnitVector::normalized(vec![0.0; self.dimensions]);
        }
        let pieces = self.pieces.cut(text).map_err(|reason| Error::Tokens { position, reason })?;
        let mut sum = vec![0.0_f32; self.dimensions];
        for piece in pieces {
            let start = piece as usize * self.dimensions;
            let row = self.codes.get(start..start + self.dimensions);
            let (Some(row), Some(&scale)) = (row, self.scales.get(piece as usize)) else {
                return Err(bad_table(format!("word piece {piece} has no row")));
            };
            for (total, &code) in sum.iter_mut().zip(row) {
                *total += f32::from(code as i8) * scale;
            }
        }
        UnitVector::normalized(sum)
    }
}

/// Whether of the letters that are read more are of other scripts than Latin.
fn is_mostly_foreign(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let is_latin = |c: char| c < '\u{370}' || matches!(c, '\u{1e00}'..='\u{1eff}');
    let letters = first_characters(text).chars().filter(|c| c.is_alphabetic());
    letters.map(|c| if is_latin(c) { -1 } else { 1 }).sum::<i32>() > 0
}

fn bad_table(reason: String) -> Error {
    Error::BadModel { file: "table.safetensors", reason }
}

impl Embedder for StaticEmbedder {
    fn model_id(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
        if texts.len() < PARALLEL_FROM {
            return texts.iter().enumerate().map(|(position, text)| self.vector(position, text)).collect();
        }
        texts.par_iter().enumerate().map(|(position, text)| self.vector(position, text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static SHIPPED: LazyLock<StaticEmbedder> = LazyLock::new(|| StaticEmbedder::shipped().unwrap());

    fn check_bad(manifest: &str, tokenizer: &[u8], table: &'static [u8], expected: &str) {
        let found = StaticEmbedder::read(manifest, tokenizer, table).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_damaged_model_is_refused_with_the_file_and_the_reason() {
        check_bad("model = 3", TOKENIZER, TABLE, "manifest.toml");
        check_bad(MANIFEST, b"{}", TABLE, "tokenizer.json");
        check_bad(MANIFEST, TOKENIZER, &TABLE[..1000], "table.safetensors");
        check_bad(MANIFEST, TOKENIZER, b"", "table.safetensors");
        let other_size = MANIFEST.replace("dimensions = 256", "dimensions = 128");
        check_bad(&other_size, TOKENIZER, TABLE, "[30522, 128]");
        let no_id = MANIFEST.replace("model = \"minilm", "model = \"mini lm");
        check_bad(&no_id, TOKENIZER, TABLE, "mini lm");
    }

    #[test]
    fn every_word_piece_has_a_row() {
        assert!(SHIPPED.pieces.largest().is_some_and(|largest| (largest as usize) < SHIPPED.scales.len()));
    }

    #[test]
    fn other_scripts_say_nothing_and_a_text_that_is_mostly_of_them_neither() {
        let nothing = UnitVector::normalized(vec![0.0; SHIPPED.dimensions()]).unwrap();
        for text in ["ドライバが動かない", "где лежит ключ", "πού είναι", "nvidiaのドライバが動かない"]
        {
            assert_eq!(SHIPPED.vector(0, text).unwrap(), nothing, "{text}");
        }
        let vector = |text| SHIPPED.vector(0, text).unwrap();
        assert_eq!(vector("which driver does nvidia 東京 need"), vector("which driver does nvidia need"));
        assert_ne!(vector("qué pasó aquí"), nothing, "accents are Latin");
    }

    #[test]
    fn debug_does_not_print_the_table() {
        assert!(format!("{:?}", *SHIPPED).len() < 100);
    }

    proptest! {
        #[test]
        fn any_text_has_a_vector(text in "\\PC{0,200}|[\\x00-\\u{3000}]{0,200}") {
            let vector = SHIPPED.embed_one(&text).unwrap();
            prop_assert_eq!(vector.dimensions(), 256);
            prop_assert_eq!(&vector, &SHIPPED.embed_one(&text).unwrap());
        }
    }
}
