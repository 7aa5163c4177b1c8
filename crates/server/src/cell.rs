//! The finder that answers now, and its seam: what the routes ask of it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use engine::{Error, Finder, Found, Search, Standing};

/// What the routes ask of the engine; made answers take its place in the tests of the routes.
pub(crate) trait Answerer: Send + Sync + 'static {
    /// Answers a question from one snapshot.
    fn search(&self, search: &Search) -> Result<Found, Error>;

    /// What the snapshot of this moment holds.
    fn standing(&self) -> Standing;
}

/// Holds the [`Finder`] of the newest generation, and swaps in the next one while requests run.
/// Every request takes one snapshot and keeps it to its end.
pub struct FinderCell {
    current: RwLock<Arc<Finder>>,
}

impl FinderCell {
    /// A cell that answers from this snapshot.
    pub fn new(finder: Arc<Finder>) -> Self {
        Self { current: RwLock::new(finder) }
    }

    /// The snapshot of this moment.
    pub fn current(&self) -> Arc<Finder> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts the next generation in place and gives back the one before it.
    pub fn swap(&self, finder: Arc<Finder>) -> Arc<Finder> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, finder)
    }
}

impl Answerer for FinderCell {
    fn search(&self, search: &Search) -> Result<Found, Error> {
        self.current().search(search)
    }

    fn standing(&self) -> Standing {
        self.current().standing()
    }
}

impl fmt::Debug for FinderCell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FinderCell").finish_non_exhaustive()
    }
}
