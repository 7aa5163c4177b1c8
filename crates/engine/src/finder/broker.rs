//! Whom to ask blindly: the one place that reads with everybody's rights.

use model::{AccountKey, Reader};

use super::Finder;
use crate::{Error, Search};

impl Finder {
    /// Whom to ask a question, best first, by everything that anybody may read, opt-outs obeyed: as many as the
    /// search says, whether they are there or not. The search's own reader is not asked. Only whom it names may be
    /// told of it, each of themselves alone.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn brokered(&self, mut search: Search) -> Result<Vec<AccountKey>, Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the place: accounts go to the desk, which hides them"
        )]
        {
            search.reader = Reader::broker();
        }
        Ok(self.helpers(&search, None)?.list)
    }
}
