//! In a Qdrant cluster: the vectors lie there, filtered by the server with the asker's rights; documents are
//! counted, ranked and shown from the table and the store here.
//!
//! Decision: what everyone may read and what has named readers are two collections, as in the lexical index: an
//! approximate index is a graph over all of its points, and hidden ones must not bend the way through it.
//! Decision: what the server gives is checked against the table once more, and more is asked for in the place of
//! what is refused: while an upload lags behind the store, rights are those of the store.
//! Decision: no text goes there. A point is a vector, the numbers of its audience and container, and a time; with
//! `words`, digests of single words.

mod breaker;
mod client;
mod names;
mod search;
mod send;
mod sparse;
mod upload;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod words_tests;

pub use client::{Cluster, ClusterConfig};
pub use names::{Build, Names, Published};
pub use search::{QdrantIndex, QdrantScope};
pub use send::{is_wanting, send};
pub use sparse::{SparseWords, WordsConfig};
pub use upload::VectorToSend;
pub use words::{QdrantWords, WordsWanted};
