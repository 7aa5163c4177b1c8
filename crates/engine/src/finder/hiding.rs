//! What people take out of answers, as it holds at this moment.

use std::sync::{Arc, Mutex, PoisonError};

use super::Finder;
use crate::optout::{Applied, OptOutFile, Stamp, Work};
use crate::{DataFolder, Error};

/// The file of opt-outs, and what it last came to on this finder's snapshot.
#[derive(Debug)]
pub(super) struct Hiding {
    file: OptOutFile,
    last: Mutex<Option<(Option<Stamp>, Arc<Applied>)>>,
}

impl Hiding {
    pub(super) fn new(folder: &DataFolder) -> Self {
        Self { file: OptOutFile::new(folder), last: Mutex::default() }
    }
}

impl Finder {
    /// The opt-outs as they are now. Costs one look at the state of their file; where that has changed, a reading of
    /// it, and what [`Applied::new`] costs, while which others wait.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if the file does not read: then nobody can be named.
    pub(crate) fn applied(&self) -> Result<Arc<Applied>, Error> {
        let mut last = self.hiding.last.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.hiding.file.stamp()?;
        if let Some((known, applied)) = last.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(applied));
        }
        let list = self.hiding.file.read()?;
        let store = |run: &mut Work<'_>| self.with_store(|store| run(store));
        let applied = Arc::new(Applied::new(&list, &self.snapshot, &self.languages, &store)?);
        *last = Some((stamp, Arc::clone(&applied)));
        Ok(applied)
    }

    /// The same; everything hidden where it cannot be told what is. What answers a request asks [`Self::applied`]
    /// first, so that it can say why.
    pub(super) fn applied_or_all(&self) -> Arc<Applied> {
        self.applied().unwrap_or_else(|error| {
            tracing::error!(%error, "it cannot be told what is hidden: nothing is shown");
            Arc::new(Applied::all(&self.snapshot))
        })
    }

    /// The file of opt-outs.
    pub fn opt_outs(&self) -> &OptOutFile {
        &self.hiding.file
    }
}
