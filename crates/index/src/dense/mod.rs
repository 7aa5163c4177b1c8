//! The dense side: nearest vectors among what the reader may read.

mod best;
#[cfg(test)]
mod conformance;
pub mod lists;
pub mod qdrant;
mod scan;

pub use lists::ListsIndex;
pub use scan::ScanIndex;

use embed::QuantizedVector;

use crate::{Admission, DocumentTable, Error, Row};

/// A place that finds the nearest vectors.
///
/// Contract: rights and time are obeyed before anything is ranked; results are cosines in −1 to 1,
/// descending, ties by row; the same index gives the same answer; a question vector of another length than
/// the index's is [`Error::Dimensions`].
pub trait VectorIndex: Send + Sync + std::fmt::Debug {
    /// Id of the model whose vectors these are; vectors of another model must not be asked for.
    fn model(&self) -> &str;

    /// How many vectors there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether vectors of the newest documents are still on their way here: answers are right, and may lack some.
    fn is_behind(&self) -> bool {
        false
    }

    /// Itself, if its vectors lie in lists of this process: the next snapshot shares those that stay as they are.
    fn lists(&self) -> Option<&ListsIndex> {
        None
    }

    /// The at most `limit` nearest admitted documents.
    fn nearest(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error>;
}
