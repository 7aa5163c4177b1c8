//! The vectors and questions: real ones from a file, put together two at a time, as in `benches/vectors`.

use std::path::Path;

use anyhow::Context;

/// Codes in one block, one byte a dimension, and a scale for each vector.
pub(crate) struct Vectors {
    pub(crate) dimensions: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
}

/// One vector: value = code × scale.
pub(crate) struct Vector {
    pub(crate) codes: Vec<i8>,
    pub(crate) scale: f32,
}

/// What is searched, and what is asked.
pub(crate) struct World {
    pub(crate) vectors: Vectors,
    pub(crate) questions: Vec<Vector>,
}

impl Vector {
    /// As one byte a dimension, like the product's.
    fn of(values: &[f32]) -> Self {
        let norm = values.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let largest = values.iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let codes = values.iter().map(|value| (value / largest * 127.0).round() as i8).collect();
        Self { codes, scale: largest / 127.0 / norm }
    }

    /// The values that codes stand for, for engines of floats.
    #[cfg(any(feature = "lmdb", feature = "qdrant-edge"))]
    pub(crate) fn values(codes: &[i8], scale: f32) -> Vec<f32> {
        codes.iter().map(|code| f32::from(*code) * scale).collect()
    }
}

impl Vectors {
    pub(crate) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Codes and scale of each.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[i8], f32)> {
        self.codes.chunks_exact(self.dimensions).zip(self.scales.iter().copied())
    }
}

impl World {
    /// Reads what `benches/vectors` wrote: dimensions, number of vectors, number of questions as `u32`, then the
    /// values as `f32`; makes `size` vectors of it.
    pub(crate) fn read(file: &Path, size: usize) -> anyhow::Result<Self> {
        let bytes = std::fs::read(file)?;
        let word = |at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
        let count = |at: usize| word(at).map(u32::from_le_bytes).context("the file is cut off");
        let (dimensions, vectors) = (count(0)? as usize, count(4)? as usize);
        let values: Vec<f32> =
            bytes[12..].as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
        anyhow::ensure!(vectors > 0 && values.len() / dimensions > vectors, "the file is cut off");
        let (real, asked) = values.split_at(vectors * dimensions);
        let real: Vec<&[f32]> = real.chunks_exact(dimensions).collect();
        let mut made = Vectors {
            dimensions,
            codes: Vec::with_capacity(size * dimensions),
            scales: Vec::with_capacity(size),
        };
        for number in 0..size {
            let vector = mixed(&real, number);
            made.codes.extend_from_slice(&vector.codes);
            made.scales.push(vector.scale);
        }
        Ok(Self { vectors: made, questions: asked.chunks_exact(dimensions).map(Vector::of).collect() })
    }
}

/// Two documents' vectors, by weights that a number decides: the same as in `benches/vectors`.
fn mixed(real: &[&[f32]], number: usize) -> Vector {
    let dice = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (dice, share) = (dice ^ dice >> 29, (dice >> 40) as f32 / 16_777_216.0);
    let (one, other) = (&real[dice as usize % real.len()], &real[(dice >> 32) as usize % real.len()]);
    let values: Vec<f32> = one.iter().zip(other.iter()).map(|(a, b)| a * share + b * (1.0 - share)).collect();
    Vector::of(&values)
}

/// Bytes of all files in a folder.
pub(crate) fn size_of(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { size_of(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}
