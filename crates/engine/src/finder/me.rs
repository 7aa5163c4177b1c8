//! Somebody, for themselves: who they are here, and what they want hidden.

use std::collections::BTreeSet;

use model::{AccountKey, ContainerId, PersonId, Timestamp};

use super::Finder;
use super::people::Profile;
use super::show::evidence_id;
use crate::Error;
use crate::optout::{Hides, OptOut};

/// Somebody, for themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Me {
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// The accounts that are proven to be theirs, ascending.
    pub accounts: Vec<AccountKey>,
    /// Further accounts that are credited to them because they look alike, ascending: they open nothing.
    pub alike: Vec<AccountKey>,
    /// What others may be told of them, if everybody could read what they can; `None` if there is nothing, or all of
    /// it is hidden.
    pub profile: Option<Profile>,
    /// What they hide, oldest first.
    pub opt_outs: Vec<OptOut>,
}

/// What somebody wants hidden, as people say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Everything.
    Everything,
    /// A source, by its name.
    Source(String),
    /// A channel, list or project, by name or id.
    Channel(String),
    /// A subject, in words.
    Topic(String),
    /// From one time to another.
    Span(Timestamp, Timestamp),
    /// A piece of evidence, by the id under which it is shown.
    Evidence(String),
}

impl Finder {
    /// Somebody by an account of theirs, for themselves; `None` if nobody known owns it.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if it cannot be told what people hide.
    pub fn me(&self, account: &AccountKey, now: Timestamp) -> Result<Option<Me>, Error> {
        let known = self.person_of(account).and_then(|id| self.snapshot.people.get(id));
        let Some(person) = known else { return Ok(None) };
        let reader = self.reader_for(account);
        let (mine, alike) = person.accounts.iter().cloned().partition(|key| reader.accounts().contains(key));
        Ok(Some(Me {
            person: person.id.clone(),
            name: person.name.clone(),
            accounts: mine,
            alike,
            profile: self.profile(&person.id, &reader, now)?,
            opt_outs: self.opt_outs().of(reader.accounts())?,
        }))
    }

    /// The accounts for which an operator hides something of whoever a text means (an account, a mail address, a
    /// person id), with the person if there is one: all of theirs. Somebody may hide before anything of theirs was
    /// ever read.
    ///
    /// # Errors
    /// [`Error::NoSubject`] if nobody is known under that name and it is no account either.
    pub fn accounts_meant(&self, text: &str) -> Result<(Option<PersonId>, BTreeSet<AccountKey>), Error> {
        let text = text.trim();
        if let Some(person) = self.snapshot.people.values().find(|person| person.is_meant_by(text)) {
            return Ok((Some(person.id.clone()), person.accounts.iter().cloned().collect()));
        }
        let mail = || AccountKey::new(format!("mail:{}", text.to_lowercase())).ok();
        let account = AccountKey::new(text).ok().or_else(|| mail().filter(|_| text.contains('@')));
        let account = account.ok_or_else(|| Error::NoSubject(text.to_owned()))?;
        Ok((None, BTreeSet::from([account])))
    }

    /// The ids of everybody known, ascending; whoever may know of them.
    pub fn known_ids(&self) -> Vec<String> {
        self.snapshot.people.keys().map(ToString::to_string).collect()
    }

    /// What a wish comes to for a person, as it is kept: one thing, or one for each channel of that name.
    ///
    /// # Errors
    /// [`Error::OptOut`] if it means nothing, [`Error::NoEvidence`] for evidence that is not theirs.
    pub fn hides(&self, wanted: &Wanted, person: Option<&PersonId>) -> Result<Vec<Hides>, Error> {
        let one = match wanted {
            Wanted::Everything => Hides::Everything,
            Wanted::Source(name) => {
                let source = name.trim().to_lowercase().parse();
                Hides::Source(source.map_err(|_| Error::OptOut("that is no name of a source".to_owned()))?)
            }
            Wanted::Channel(name) => return self.channels_meant(name, person),
            Wanted::Topic(words) => Hides::topic(words)?,
            Wanted::Span(from, until) => Hides::span(*from, *until)?,
            Wanted::Evidence(id) => self.evidence_meant(id, person)?,
        };
        Ok(vec![one])
    }

    /// The channels of that name or id in which the person has evidence, whoever may read it; an id of any other.
    fn channels_meant(&self, name: &str, person: Option<&PersonId>) -> Result<Vec<Hides>, Error> {
        let table = &self.snapshot.table;
        let number = person.and_then(|id| self.number(id));
        let theirs = table.all().filter(|row| Some(table.person[row.at()]) == number);
        let theirs: BTreeSet<u32> = theirs.map(|row| table.container[row.at()]).collect();
        let wanted = name.trim().trim_start_matches('#').to_lowercase();
        let ids = theirs.into_iter().filter_map(|container| table.containers.get(container as usize));
        let named = ids.filter_map(|id| self.snapshot.containers.get(id)).filter(|container| {
            container.name.to_lowercase() == wanted || container.id.as_str() == name.trim()
        });
        let mut found: Vec<Hides> = named.map(|container| Hides::Channel(container.id.clone())).collect();
        if found.is_empty() {
            found.extend(ContainerId::new(name.trim()).ok().map(Hides::Channel));
        }
        if found.is_empty() {
            return Err(Error::OptOut("there is no evidence from a channel of that name".to_owned()));
        }
        Ok(found)
    }

    fn evidence_meant(&self, id: &str, person: Option<&PersonId>) -> Result<Hides, Error> {
        let missing = || Error::NoEvidence(id.to_owned());
        let person = person.ok_or_else(missing)?;
        let own = self.with_store(|store| Ok(store.own_documents(person)?))?;
        let is_it = |one: &index::store::OwnDocument| {
            evidence_id(&[&one.container, &one.conversation, person.as_str()]) == id
        };
        let found = own.into_iter().find(is_it).ok_or_else(missing)?;
        let index::store::OwnDocument { container, conversation, messages, .. } = found;
        Ok(Hides::Evidence { container, conversation, messages })
    }
}
