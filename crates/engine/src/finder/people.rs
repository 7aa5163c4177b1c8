//! Looking people up: as far as the asker may know of them.
//!
//! Somebody is there for an asker who may read a document of theirs, and for nobody else: whoever is hidden is
//! missing, in a list as on their own page.

use std::collections::BTreeMap;

use index::Admission;
use model::{AccountKey, EmploymentStatus, PersonId, Reader, Timestamp};

use super::{Finder, Nameable};
use crate::Error;

/// How many channels are told of somebody.
const CHANNELS: usize = 5;

/// Somebody, as far as the asker may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Job title, if an export says it.
    pub title: Option<String>,
    /// Team, if an export says it.
    pub team: Option<String>,
    /// IANA time zone, if an export says it.
    pub timezone: Option<String>,
    /// Whether they can be asked at all.
    pub status: EmploymentStatus,
    /// All their accounts, ascending.
    pub accounts: Vec<AccountKey>,
    /// Time of their newest readable document.
    pub last_evidence_at: Timestamp,
    /// Whether that is recent.
    pub fresh: bool,
    /// Where they answer most, in what the asker may read: most first, at most five.
    pub channels: Vec<Channel>,
    /// Whether they are there; only where a desk of asks was asked.
    pub presence: Option<routing::Presence>,
}

/// A channel, list or project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name.
    pub name: String,
    /// Its source.
    pub source: String,
}

/// Somebody in a list of people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Their name, folded: lists are in its order.
    pub folded: String,
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Job title, if an export says it.
    pub title: Option<String>,
    /// Team, if an export says it.
    pub team: Option<String>,
}

/// A list of people, and whose place in it comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// In the order of their folded names, ties on the id.
    pub people: Vec<Listed>,
    /// Whether there are more behind the last of them.
    pub more: bool,
}

impl Finder {
    /// Somebody by their id; `None` if there is nobody of it whom the reader may know of. Costs a pass over the
    /// documents, whoever it is.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if it cannot be told what people hide.
    pub fn profile(&self, id: &PersonId, reader: &Reader, now: Timestamp) -> Result<Option<Profile>, Error> {
        let table = &self.snapshot.table;
        let admission = self.may_know(reader, now)?;
        // Nobody has this number, so that an id that is not there costs what a hidden one does.
        let number = self.number(id).unwrap_or(u32::MAX);
        let (mut newest, mut answered) = (None, BTreeMap::<u32, usize>::new());
        for row in table.admitted(&admission).filter(|row| table.person[row.at()] == number) {
            newest = newest.max(Some(table.last_at[row.at()]));
            if table.roles[row.at()].is_answer() {
                *answered.entry(table.container[row.at()]).or_default() += 1;
            }
        }
        let Some(person) = self.snapshot.people.get(id) else { return Ok(None) };
        let Some(last_evidence_at) = newest.filter(|_| self.is_somebody(number)) else { return Ok(None) };
        Ok(Some(Profile {
            person: id.clone(),
            name: person.name.clone(),
            title: person.directory.title.clone(),
            team: person.directory.team.clone(),
            timezone: person.directory.timezone.clone(),
            status: self.status(number, now),
            accounts: person.accounts.clone(),
            last_evidence_at,
            fresh: now.days_since(last_evidence_at) <= self.config.fresh_days,
            channels: self.most_answered(answered),
            presence: None,
        }))
    }

    /// People whose name has a word that begins with each word of `text` (everybody for an empty one), behind
    /// `after` in the order of folded name and id; at most `limit`. Costs a pass over the documents.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if it cannot be told what people hide.
    pub fn people_named(
        &self,
        text: &str,
        after: Option<(&str, &PersonId)>,
        limit: usize,
        reader: &Reader,
        now: Timestamp,
    ) -> Result<People, Error> {
        let table = &self.snapshot.table;
        let admission = self.may_know(reader, now)?;
        let mut seen = vec![false; table.people.len()];
        for row in table.admitted(&admission) {
            seen[table.person[row.at()] as usize] = true;
        }
        let wanted = folded(text);
        let listed = |number: usize| {
            let person = self.snapshot.people.get(table.people.get(number)?)?;
            let name = folded(&person.name);
            let begins = |word: &str| name.split(' ').any(|own| own.starts_with(word));
            wanted.split(' ').all(begins).then(|| Listed {
                folded: name.clone(),
                person: person.id.clone(),
                name: person.name.clone(),
                title: person.directory.title.clone(),
                team: person.directory.team.clone(),
            })
        };
        let there = (0..seen.len()).filter(|number| seen[*number] && self.is_somebody(*number as u32));
        let behind =
            |one: &Listed| after.is_none_or(|(name, id)| (one.folded.as_str(), &one.person) > (name, id));
        let mut people: Vec<Listed> = there.filter_map(listed).filter(behind).collect();
        people.sort_unstable();
        let more = people.len() > limit;
        people.truncate(limit);
        Ok(People { people, more })
    }

    /// What a reader may know of people from: what they may read, and nobody hides.
    pub(super) fn may_know(&self, reader: &Reader, now: Timestamp) -> Result<Admission, Error> {
        let admission = self.snapshot.table.admission(reader.mask(&self.snapshot.audiences), now);
        Ok(admission.hiding(&self.applied()?.rows))
    }

    pub(super) fn is_somebody(&self, number: u32) -> bool {
        self.nameable.get(number as usize).is_some_and(|nameable| *nameable != Nameable::Never)
    }

    fn status(&self, number: u32, now: Timestamp) -> EmploymentStatus {
        let left = match self.nameable.get(number as usize) {
            Some(Nameable::Until(end)) => now >= *end,
            _ => true,
        };
        let id = self.snapshot.table.people.get(number as usize);
        let stated = id.and_then(|id| self.snapshot.people.get(id)?.directory.status);
        if left { EmploymentStatus::Departed } else { stated.unwrap_or(EmploymentStatus::Active) }
    }

    fn most_answered(&self, answered: BTreeMap<u32, usize>) -> Vec<Channel> {
        let mut numbers: Vec<(u32, usize)> = answered.into_iter().collect();
        numbers.sort_by_key(|(container, count)| (std::cmp::Reverse(*count), *container));
        let table = &self.snapshot.table;
        let named = numbers.iter().filter_map(|(container, _)| {
            let container = self.snapshot.containers.get(table.containers.get(*container as usize)?)?;
            Some(Channel { name: container.name.clone(), source: container.id.source().to_owned() })
        });
        named.take(CHANNELS).collect()
    }
}

/// A name's words, folded, with one blank between them.
fn folded(name: &str) -> String {
    name.split_whitespace().map(|word| text::fold(&word.to_lowercase())).collect::<Vec<_>>().join(" ")
}
