//! What only the owner of an account is told and may change.

use engine::erase::export_own;
use engine::optout::OptOut;
use engine::{Error, Me, Wanted};
use model::{AccountKey, Timestamp};
use serde_json::Value;

use super::FinderCell;

/// What only the owner of an account is told and may change.
pub(crate) trait Own: Send + Sync {
    /// Who they are here; `None` for nobody known.
    fn me(&self, account: &AccountKey, now: Timestamp) -> Result<Option<Me>, Error>;

    /// What they hide, oldest first.
    fn hidden(&self, account: &AccountKey) -> Result<Vec<OptOut>, Error>;

    /// Hides something, on the disk when it returns; one opt-out, or one for each channel of a name.
    fn hide(
        &self,
        account: &AccountKey,
        wanted: &Wanted,
        is_wrong: bool,
        now: Timestamp,
    ) -> Result<Vec<OptOut>, Error>;

    /// Shows again what they hide under an id; whether they hid it.
    fn show(&self, account: &AccountKey, id: &str) -> Result<bool, Error>;

    /// What is known of them.
    fn export(&self, account: &AccountKey, now: Timestamp) -> Result<Value, Error>;
}

impl Own for FinderCell {
    fn me(&self, account: &AccountKey, now: Timestamp) -> Result<Option<Me>, Error> {
        self.current().me(account, now)
    }

    fn hidden(&self, account: &AccountKey) -> Result<Vec<OptOut>, Error> {
        let finder = self.current();
        finder.opt_outs().of(finder.reader_for(account).accounts())
    }

    fn hide(
        &self,
        account: &AccountKey,
        wanted: &Wanted,
        is_wrong: bool,
        now: Timestamp,
    ) -> Result<Vec<OptOut>, Error> {
        let finder = self.current();
        // What only looks like theirs is not theirs to hide by.
        let reader = finder.reader_for(account);
        let hides = finder.hides(wanted, finder.person_of(account))?;
        let hide = |hides| finder.opt_outs().hide(reader.accounts(), hides, (is_wrong, false), now);
        hides.into_iter().map(hide).collect()
    }

    fn show(&self, account: &AccountKey, id: &str) -> Result<bool, Error> {
        let finder = self.current();
        Ok(finder.opt_outs().show(finder.reader_for(account).accounts(), id)?.is_some())
    }

    fn export(&self, account: &AccountKey, now: Timestamp) -> Result<Value, Error> {
        export_own(&self.current(), account, now)
    }
}
