//! Text to unit vector, and which model made it.
//!
//! Decision: the model that ships is a table, not a network. Each of 30,522 word pieces has 256 codes and a
//! scale, distilled once from all-MiniLM-L6-v2; a text is the sum of its pieces' rows. It costs some 8 MB of
//! the binary and microseconds a text, needs no file, server or accelerator, and gives every machine the same
//! vector. The price is that it sees words without their order: "A calls B" and "B calls A" are one point,
//! and on question → reply it finds about seven in ten of what its teacher finds (README.md). It is therefore
//! the second retriever beside the lexical one, never the only one.

#[doc(hidden)]
pub mod conformance;
mod embedder;
mod error;
mod http;
mod minilm;
pub mod models;
mod quantized;
#[cfg(feature = "rust-bert")]
mod rust_bert;
mod static_table;
mod tokens;
mod trie;
mod vector;

pub use embedder::{Embedder, ModelId};
pub use error::Error;
pub use http::{HttpConfig, HttpEmbedder};
pub use minilm::{MiniLm, Precision};
pub use quantized::QuantizedVector;
#[cfg(feature = "rust-bert")]
pub use rust_bert::RustBert;
pub use static_table::StaticEmbedder;
pub use vector::UnitVector;
