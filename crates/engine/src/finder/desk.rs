//! Who is there, and whom to ask: what a desk of asks knows and needs.

use model::{AccountKey, EmploymentStatus, PersonId, Reader, Timestamp};
use query::Question;
use query::rank::View;
use routing::{Desk, Directory, Presence, Somebody, Standing};

use super::Finder;
use crate::{Detail, Error, Expert, Search};

/// Whom to ask, and where if nobody takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helpers {
    /// The account that each is asked by, best first.
    pub list: Vec<AccountKey>,
    /// The channel that the asker named, or the best that they may read.
    pub channel: Option<String>,
}

/// Who owns which account at a time.
#[derive(Debug, Clone, Copy)]
pub struct Present<'f> {
    /// Who knows.
    pub finder: &'f Finder,
    /// When.
    pub now: Timestamp,
}

impl Directory for Present<'_> {
    fn somebody(&self, account: &AccountKey) -> Option<Somebody> {
        let snapshot = &self.finder.snapshot;
        let person = snapshot.people.get(snapshot.owners.get(account)?)?;
        let directory = &person.directory;
        if person.bot || directory.kind.is_some_and(|kind| !kind.is_somebody()) {
            return None;
        }
        let home = person.accounts.first()?;
        Some(Somebody {
            home: home.clone(),
            accounts: person.accounts.clone(),
            proven: self.finder.proven_with(home),
            status: directory.status_at(self.now).unwrap_or(EmploymentStatus::Active),
            timezone: directory.timezone.clone(),
        })
    }
}

impl Finder {
    /// All accounts that are proven to be the same person's as this one, itself first.
    pub fn proven_with(&self, account: &AccountKey) -> Vec<AccountKey> {
        let reader = self.reader_for(account);
        let others = reader.accounts().iter().filter(|key| *key != account).cloned();
        std::iter::once(account.clone()).chain(others).collect()
    }

    /// The account that somebody is asked by; `None` if there is nobody of this id whom the reader may know of.
    pub fn home_of(&self, id: &PersonId, reader: &Reader, now: Timestamp) -> Option<AccountKey> {
        self.profile(id, reader, now).ok()??.accounts.into_iter().next()
    }

    /// The id and name of who owns an account.
    pub fn called(&self, account: &AccountKey) -> Option<(PersonId, String)> {
        let person = self.snapshot.people.get(self.snapshot.owners.get(account)?)?;
        Some((person.id.clone(), person.name.clone()))
    }

    /// Whether somebody is there.
    ///
    /// # Errors
    /// What the desk says.
    pub fn presence_of(
        &self,
        desk: &Desk,
        account: &AccountKey,
        now: Timestamp,
    ) -> Result<Option<Presence>, Error> {
        let somebody = Present { finder: self, now }.somebody(account);
        Ok(somebody.map(|somebody| desk.presence(&somebody, now)).transpose()?)
    }

    /// Whom to ask a question, with the asker's rights: `first`, if somebody is named, then as many as the search
    /// says of those who will help now, whether they are there or not; and where to ask if nobody takes it.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub fn helpers(&self, search: &Search, first: Option<AccountKey>) -> Result<Helpers, Error> {
        super::check(search)?;
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let session = self.session(search, &question, self.scope(search))?;
        let named = self.named(&session, search.limit, &|_| true);
        let homes = named.experts.into_iter().filter_map(|expert| expert.accounts.into_iter().next());
        let mut list: Vec<AccountKey> = first.into_iter().collect();
        for home in homes {
            if !list.contains(&home) {
                list.push(home);
            }
        }
        list.truncate(search.limit);
        let best = || self.fallback(search, &session.pool, &session.scope).into_iter().next();
        let channel = search.channel.clone().or_else(|| best().map(|fallback| fallback.channel));
        Ok(Helpers { list, channel })
    }

    /// Tells of everybody whether they are there, and whether they are to be named.
    pub(super) fn attendance<'a>(
        &'a self,
        search: &'a Search,
        desk: Option<&'a Desk>,
    ) -> impl Fn(&mut Expert) -> bool + 'a {
        let passes_over = search.view == View::Helps && search.available && search.detail == Detail::Full;
        move |expert| {
            let (Some(desk), Some(home)) = (desk, expert.accounts.first()) else { return true };
            match self.presence_of(desk, home, search.as_of) {
                Ok(presence) => expert.presence = presence,
                Err(error) => tracing::warn!(%error, "the desk does not tell who is there"),
            }
            !passes_over || expert.presence.is_none_or(|presence| presence.standing == Standing::Available)
        }
    }
}
