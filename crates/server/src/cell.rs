//! The finder that answers now, and its seam: what the routes ask of it.

mod own;

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use engine::explained::{Explained, Wish};
use engine::{
    Error, Finder, Found, Helpers, People, Present, Profile, Search, SourceStanding, Standing, Subject, Topic,
};
use model::{AccountKey, PersonId, Reader, Timestamp};
use routing::{Desk, Directory as _, Somebody};

pub(crate) use own::Own;

/// What the routes ask of the engine; made answers take its place in the tests of the routes.
pub(crate) trait Answerer: Send + Sync + 'static {
    /// Answers a question from one snapshot, with the rights that the asker has there: those of everybody who
    /// is proven to own the account, or of anyone.
    fn search(&self, search: Search, asker: Option<&AccountKey>) -> Result<Found, Error>;

    /// Who owns an account, if anybody known does.
    fn person_of(&self, account: &AccountKey) -> Option<PersonId>;

    /// Somebody by their id, as far as the asker may know.
    fn profile(
        &self,
        id: &PersonId,
        asker: Option<&AccountKey>,
        now: Timestamp,
    ) -> Result<Option<Profile>, Error>;

    /// People by name, as far as the asker may know.
    fn people(&self, list: &Listing, asker: Option<&AccountKey>, now: Timestamp) -> Result<People, Error>;

    /// The score of everybody whom an answer names, taken apart; of the asker too, with `of_asker`.
    fn why(&self, search: Search, asker: Option<&AccountKey>, of_asker: bool) -> Result<Explained, Error>;

    /// What somebody is known for, as far as the asker may know.
    fn topics_of(
        &self,
        id: &PersonId,
        asker: Option<&AccountKey>,
        now: Timestamp,
    ) -> Result<Vec<Topic>, Error>;

    /// The subjects that people are known for, as far as the asker may know.
    fn subjects(&self, asker: Option<&AccountKey>, now: Timestamp) -> Result<Arc<Vec<Subject>>, Error>;

    /// The ids of everybody known, ascending: for telling whom the audit log means.
    fn known_ids(&self) -> Vec<String>;

    /// What only the owner of an account is told and may change.
    fn own(&self) -> &dyn Own;

    /// What the snapshot of this moment holds.
    fn standing(&self) -> Standing;

    /// Whom to ask a question, with the asker's rights: `first`, if somebody is named, then those who will help.
    fn helpers(
        &self,
        search: Search,
        asker: &AccountKey,
        first: Option<AccountKey>,
    ) -> Result<Helpers, Error>;

    /// Whom to ask a question blindly: by everything that anybody may read.
    fn brokered(&self, search: Search) -> Result<Vec<AccountKey>, Error>;

    /// Who owns an account, as somebody who can be asked.
    fn somebody(&self, account: &AccountKey, now: Timestamp) -> Option<Somebody>;

    /// The accounts that are proven to be the same person's, this one first.
    fn proven_with(&self, account: &AccountKey) -> Vec<AccountKey>;

    /// The account that somebody is asked by, as far as the asker may know of them.
    fn home_of(&self, id: &PersonId, asker: &AccountKey, now: Timestamp) -> Option<AccountKey>;

    /// The id and name of who owns an account.
    fn called(&self, account: &AccountKey) -> Option<(PersonId, String)>;

    /// What each source brought, and the kept builds.
    fn operation(&self) -> Result<Operation, Error>;

    /// Has answers tell who is there.
    fn take_desk(&self, desk: Arc<Desk>);
}

/// What each source brought, and the kept builds with whether each is the one that answers.
pub(crate) type Operation = (Vec<SourceStanding>, Vec<(u64, bool)>);

/// Which people a list is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listing {
    /// What a word of the name begins with; several words all count; empty: everybody.
    pub(crate) name: String,
    /// Behind whom it begins, by folded name and id.
    pub(crate) after: Option<(String, PersonId)>,
    pub(crate) limit: usize,
}

/// Holds the [`Finder`] of the newest generation, and swaps in the next one while requests run.
/// Every request takes one snapshot and keeps it to its end.
pub struct FinderCell {
    current: RwLock<Arc<Finder>>,
    desk: OnceLock<Arc<Desk>>,
}

impl FinderCell {
    /// A cell that answers from this snapshot.
    pub fn new(finder: Arc<Finder>) -> Self {
        Self { current: RwLock::new(finder), desk: OnceLock::new() }
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

/// Whose rights hold: those of everybody who is proven to own the account, or of anyone.
fn rights(finder: &Finder, asker: Option<&AccountKey>) -> Reader {
    asker.map_or_else(Reader::anyone, |account| finder.reader_for(account))
}

impl Answerer for FinderCell {
    fn search(&self, mut search: Search, asker: Option<&AccountKey>) -> Result<Found, Error> {
        // Rights and answer come from the same snapshot.
        let finder = self.current();
        search.reader = rights(&finder, asker);
        search.asked_by = asker.into_iter().cloned().collect();
        finder.search_among(&search, self.desk.get().map(Arc::as_ref))
    }

    fn person_of(&self, account: &AccountKey) -> Option<PersonId> {
        self.current().person_of(account).cloned()
    }

    fn profile(
        &self,
        id: &PersonId,
        asker: Option<&AccountKey>,
        now: Timestamp,
    ) -> Result<Option<Profile>, Error> {
        let finder = self.current();
        let mut known = finder.profile(id, &rights(&finder, asker), now)?;
        if let (Some(profile), Some(desk)) = (&mut known, self.desk.get())
            && let Some(home) = profile.accounts.first()
        {
            profile.presence = finder.presence_of(desk, home, now)?;
        }
        Ok(known)
    }

    fn people(&self, list: &Listing, asker: Option<&AccountKey>, now: Timestamp) -> Result<People, Error> {
        let finder = self.current();
        let after = list.after.as_ref().map(|(name, id)| (name.as_str(), id));
        finder.people_named(&list.name, after, list.limit, &rights(&finder, asker), now)
    }

    fn why(
        &self,
        mut search: Search,
        asker: Option<&AccountKey>,
        of_asker: bool,
    ) -> Result<Explained, Error> {
        let finder = self.current();
        search.reader = rights(&finder, asker);
        search.asked_by = asker.into_iter().cloned().collect();
        let person = asker.filter(|_| of_asker).map(ToString::to_string);
        finder.why(&search, &Wish { person, ..Wish::default() })
    }

    fn topics_of(
        &self,
        id: &PersonId,
        asker: Option<&AccountKey>,
        now: Timestamp,
    ) -> Result<Vec<Topic>, Error> {
        let finder = self.current();
        finder.topics_of(id, &rights(&finder, asker), now)
    }

    fn subjects(&self, asker: Option<&AccountKey>, now: Timestamp) -> Result<Arc<Vec<Subject>>, Error> {
        let finder = self.current();
        finder.subjects(&rights(&finder, asker), now)
    }

    fn known_ids(&self) -> Vec<String> {
        self.current().known_ids()
    }

    fn own(&self) -> &dyn Own {
        self
    }

    fn standing(&self) -> Standing {
        self.current().standing()
    }

    fn helpers(
        &self,
        mut search: Search,
        asker: &AccountKey,
        first: Option<AccountKey>,
    ) -> Result<Helpers, Error> {
        let finder = self.current();
        search.reader = finder.reader_for(asker);
        search.asked_by = vec![asker.clone()];
        finder.helpers(&search, first)
    }

    fn brokered(&self, search: Search) -> Result<Vec<AccountKey>, Error> {
        self.current().brokered(search)
    }

    fn somebody(&self, account: &AccountKey, now: Timestamp) -> Option<Somebody> {
        Present { finder: &self.current(), now }.somebody(account)
    }

    fn proven_with(&self, account: &AccountKey) -> Vec<AccountKey> {
        self.current().proven_with(account)
    }

    fn home_of(&self, id: &PersonId, asker: &AccountKey, now: Timestamp) -> Option<AccountKey> {
        let finder = self.current();
        finder.home_of(id, &finder.reader_for(asker), now)
    }

    fn called(&self, account: &AccountKey) -> Option<(PersonId, String)> {
        self.current().called(account)
    }

    fn operation(&self) -> Result<Operation, Error> {
        let finder = self.current();
        Ok((finder.sources(), finder.generations()?))
    }

    fn take_desk(&self, desk: Arc<Desk>) {
        // The first stays: a server has one.
        let _ = self.desk.set(desk);
    }
}

impl fmt::Debug for FinderCell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FinderCell").finish_non_exhaustive()
    }
}
