//! What people are known for: words and pairs of words that they answer about more than others do.
//!
//! Decision: a topic is what askers bring up and answers take up (`words::Used::is_subject`), so that neither verbs
//! nor somebody's way of writing are subjects. Price: what somebody only announces, or is asked once, is none.
//!
//! Decision: topics are made when they are asked for, from a bounded number of documents that the asker may read, and
//! say how many only by band. Nothing is stored, so that nothing has to be taken back when rights, erasures or
//! opt-outs change. Price: some milliseconds for a person, about a second for the list of all, which is then kept for
//! readers with the same rights.

mod likelihood;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use index::{Admission, Row, Store};
use model::{PersonId, Reader, Timestamp};
use text::Language;

use super::Finder;
use crate::Error;
use likelihood::Counts;
use words::{Counted, Key, Used};

/// How many documents of one person are read, the newest.
const OF_ONE: usize = 200;
/// How many in the list of all, and of how many people: those who answered most.
const OF_EACH: usize = 60;
const PEOPLE: usize = 300;
/// How many topics of one person are told.
const MOST: usize = 8;
/// Fewest conversations that make something a topic of somebody.
const FEWEST: u32 = 2;
/// How surprising it must be (χ² with one degree of freedom at one in a thousand).
const SURPRISE: f64 = 10.83;
/// How many words and pairs are looked up in the index.
const CANDIDATES: usize = 120;
/// What stands in more than one document in so many is no subject of its own.
const COMMON: usize = 20;

/// In how many conversations somebody answered about something: never told as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// 2 or 3.
    Some,
    /// 4 to 9.
    Several,
    /// 10 or more.
    Many,
}

/// Something that somebody is known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// One or two words in small letters: also its id.
    pub name: String,
    /// In how many conversations.
    pub band: Band,
    /// When they last answered about it.
    pub last_at: Timestamp,
    /// Quarters of a year in which they did, ascending, such as `2026-Q1`.
    pub quarters: Vec<String>,
}

/// A subject that people are known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// One or two words in small letters: also its id.
    pub name: String,
    /// When somebody last answered about it.
    pub last_at: Timestamp,
    /// Who is known for it, by name, ties on the id: no order of merit.
    pub experts: Vec<(PersonId, String, Band)>,
}

impl Band {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Some => "some",
            Self::Several => "several",
            Self::Many => "many",
        }
    }

    const fn of(documents: u32) -> Self {
        match documents {
            0..4 => Self::Some,
            4..10 => Self::Several,
            _ => Self::Many,
        }
    }
}

impl Finder {
    /// What somebody is known for, in what the reader may read and nobody hides; the most telling first, at most
    /// eight. Reads at most 200 documents, and looks some hundred words up.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if it cannot be told what people hide, [`Error::Index`] if the index or the store fails.
    pub fn topics_of(&self, id: &PersonId, reader: &Reader, now: Timestamp) -> Result<Vec<Topic>, Error> {
        let admission = self.may_know(reader, now)?;
        let Some(number) = self.number(id).filter(|number| self.is_somebody(*number)) else {
            return Ok(Vec::new());
        };
        let rows = self.answers_by(&admission, |person| person == number).remove(&number).unwrap_or_default();
        let all = self.answers_in(&admission);
        let names = self.name_words();
        let newest = rows.iter().rev().take(OF_ONE);
        self.with_store(|store| self.topics_in(newest, store, (&admission, all), &names))
    }

    /// The subjects that people are known for, in what the reader may read and nobody hides, by name: of the 300 who
    /// answered most. Reads 60 documents of each; what came of it is kept for readers with the same rights.
    ///
    /// # Errors
    /// Those of [`Self::topics_of`].
    pub fn subjects(&self, reader: &Reader, now: Timestamp) -> Result<Arc<Vec<Subject>>, Error> {
        let admission = self.may_know(reader, now)?;
        let kept = self.memory.of(&self.snapshot.table, &admission);
        if let Some(known) = kept.subjects() {
            return Ok(known);
        }
        Ok(kept.keep_subjects(Arc::new(self.all_subjects(&admission)?)))
    }

    fn all_subjects(&self, admission: &Admission) -> Result<Vec<Subject>, Error> {
        let mut busiest: Vec<(u32, Vec<Row>)> =
            self.answers_by(admission, |person| self.is_somebody(person)).into_iter().collect();
        busiest.sort_by_key(|(person, rows)| (std::cmp::Reverse(rows.len()), *person));
        busiest.truncate(PEOPLE);
        let all = self.answers_in(admission);
        let names = self.name_words();
        let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
        for (person, rows) in busiest {
            let newest = rows.iter().rev().take(OF_EACH);
            let topics = self.with_store(|store| self.topics_in(newest, store, (admission, all), &names))?;
            let id = self.snapshot.table.people.get(person as usize);
            let Some(person) = id.and_then(|id| self.snapshot.people.get(id)) else { continue };
            for Topic { name, band, last_at, .. } in topics {
                let new = || Subject { name: name.clone(), last_at, experts: Vec::new() };
                let subject = subjects.entry(name.clone()).or_insert_with(new);
                subject.last_at = subject.last_at.max(last_at);
                subject.experts.push((person.id.clone(), person.name.clone(), band));
            }
        }
        let mut subjects: Vec<Subject> = subjects.into_values().collect();
        for subject in &mut subjects {
            subject.experts.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
        }
        Ok(subjects)
    }

    /// How many admitted documents answer something: what somebody's are held against.
    fn answers_in(&self, admission: &Admission) -> u32 {
        let table = &self.snapshot.table;
        let answers = table.admitted(admission).filter(|row| table.roles[row.at()].is_answer());
        u32::try_from(answers.count()).unwrap_or(u32::MAX)
    }

    /// The admitted documents in which people answer, by the person's number, oldest first.
    fn answers_by(&self, admission: &Admission, wanted: impl Fn(u32) -> bool) -> BTreeMap<u32, Vec<Row>> {
        let table = &self.snapshot.table;
        let mut rows: BTreeMap<u32, Vec<Row>> = BTreeMap::new();
        for row in table.admitted(admission).filter(|row| table.roles[row.at()].is_answer()) {
            let person = table.person[row.at()];
            if wanted(person) {
                rows.entry(person).or_default().push(row);
            }
        }
        rows
    }

    fn topics_in<'r>(
        &self,
        rows: impl Iterator<Item = &'r Row>,
        store: &Store,
        (admission, all): (&Admission, u32),
        names: &BTreeSet<String>,
    ) -> Result<Vec<Topic>, Error> {
        let table = &self.snapshot.table;
        let mut counted = Counted::default();
        for row in rows {
            let Some(text) = store.document_text(table.ids[row.at()])? else { continue };
            let audience = text.audience;
            // Rights may have changed since the snapshot was made.
            let Some(text) = admission.mask.show(text, audience) else { continue };
            let text = text.into_inner();
            let language = text.language.as_deref().and_then(Language::parse);
            let is_name = |word: &str| names.contains(word);
            counted.add([&text.own, &text.question], language, table.last_at[row.at()], &is_name);
        }
        self.most_telling(&counted, admission, all)
    }

    /// The words and pairs that the person answers about more than others do, the most telling first; of those that
    /// share a word only the first.
    fn most_telling(&self, counted: &Counted, admission: &Admission, all: u32) -> Result<Vec<Topic>, Error> {
        let mut often: Vec<(&Key, &Used)> =
            counted.used.iter().filter(|(_, used)| used.documents >= FEWEST && used.is_subject()).collect();
        let (table, lexical) = (&self.snapshot.table, self.lexical()?);
        // A small index knows few documents: only what is common in many of them is common.
        let common = (table.len() / COMMON).max(50) as u64;
        let mut rare = Vec::with_capacity(often.len());
        for (key, used) in often.drain(..) {
            if lexical.public_bound(key)? <= common {
                rare.push((key, used));
            }
        }
        rare.sort_by(|a, b| b.1.documents.cmp(&a.1.documents).then(a.0.cmp(b.0)));
        rare.truncate(CANDIDATES);
        let mut rated = Vec::with_capacity(rare.len());
        for (key, used) in rare {
            let with = lexical.admitted_holding(key, table, admission)?.into_iter();
            let all_with = with.filter(|row| table.roles[row.at()].is_answer()).count();
            let all_with = u32::try_from(all_with).unwrap_or(u32::MAX);
            let counts = Counts { own_with: used.documents, own: counted.documents, all_with, all };
            let ratio = counts.ratio();
            if ratio >= SURPRISE {
                rated.push((ratio, key, used));
            }
        }
        rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.len().cmp(&a.1.len())).then(a.1.cmp(b.1)));
        let (mut topics, mut taken) = (Vec::new(), BTreeSet::new());
        for (_, key, used) in rated {
            let (Some(name), Some(last_at)) = (used.spelling(), used.last_at) else { continue };
            if topics.len() == MOST || key.iter().any(|token| taken.contains(token)) {
                continue;
            }
            taken.extend(key.iter());
            let quarters = used.quarters.iter().cloned().collect();
            topics.push(Topic { name: name.to_owned(), band: Band::of(used.documents), last_at, quarters });
        }
        Ok(topics)
    }

    fn name_words(&self) -> BTreeSet<String> {
        words::name_words(self.snapshot.people.values().map(|person| person.name.as_str()))
    }
}
