//! Where evidence rests: `store` (SQLite, the truth), `lexical` (tantivy), `dense` (vectors), and `table`,
//! the columns of all documents that ranking reads.
//!
//! Decision: SQLite holds every message, document and vector; tantivy and the vector index are built from it
//! and can be thrown away at any time. Ranking never reads SQLite: it works on columns in memory, in which a
//! document is a row number. The price is about 75 bytes of memory a document beside its vector.

pub mod dense;
mod error;
mod hidden;
pub mod lexical;
mod repeats;
mod snapshot;
pub mod store;
mod table;
#[cfg(test)]
mod testing;
mod threads;

pub use error::{Error, is_full};
pub use hidden::HiddenRows;
pub use snapshot::{OpenConfig, Snapshot};
pub use store::{Store, copy_database};
pub use table::{Admission, DocumentTable, NOBODY, Row};
