//! Opt-outs on one snapshot of the index: which documents they take out, and who is silent on which question.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use index::{HiddenRows, Row, Snapshot, Store};
use query::Question;
use text::Language;

use super::{Hides, OptOut};
use crate::Error;

/// Something that is done with the store.
pub(crate) type Work<'w> = dyn FnMut(&Store) -> Result<(), Error> + 'w;
/// Lends the store for some work.
pub(crate) type WithStore<'s> = dyn Fn(&mut Work<'_>) -> Result<(), Error> + 's;

/// Opt-outs, as they hold for one snapshot.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// Documents that no answer may rest on.
    pub(crate) rows: Arc<HiddenRows>,
    /// Numbers of people who hide everything, ascending.
    everything: Vec<u32>,
    /// Numbers of people, each with the tokens of a subject of theirs in one language.
    topics: Vec<(u32, BTreeSet<String>)>,
}

/// What one person hides, by the columns of the document table.
#[derive(Debug, Default)]
struct Wants {
    everything: bool,
    containers: BTreeSet<u32>,
    /// Beginnings and ends, in milliseconds.
    spans: Vec<(i64, i64)>,
}

impl Applied {
    /// Applies opt-outs to a snapshot. Costs a pass over the rows if there are any, a pass over the postings of every
    /// topic, and a reading of the columns of everybody's documents who hides single pieces of evidence.
    pub(crate) fn new(
        list: &[OptOut],
        snapshot: &Snapshot,
        languages: &[Language],
        store: &WithStore<'_>,
    ) -> Result<Self, Error> {
        let mut applied = Self::default();
        let (mut wants, mut rows) = (BTreeMap::<u32, Wants>::new(), Vec::new());
        let mut pieces = BTreeMap::<u32, Vec<&Hides>>::new();
        for one in list {
            for person in owners(one, snapshot) {
                match &one.hides {
                    Hides::Topic(words) => {
                        // A node that leaves words to a cluster cannot tell which documents: then none shows.
                        let Some(lexical) = &snapshot.lexical else {
                            wants.entry(person).or_default().everything = true;
                            continue;
                        };
                        let theirs = |row: &Row| snapshot.table.person[row.at()] == person;
                        for tokens in cuts(words, languages) {
                            let wanted: Vec<String> = tokens.iter().cloned().collect();
                            rows.extend(lexical.rows_holding(&wanted)?.into_iter().filter(theirs));
                            applied.topics.push((person, tokens));
                        }
                    }
                    Hides::Evidence { .. } => pieces.entry(person).or_default().push(&one.hides),
                    hides => wants.entry(person).or_default().take(hides, snapshot),
                }
            }
        }
        for (person, hides) in pieces {
            let Some(id) = snapshot.table.people.get(person as usize) else { continue };
            store(&mut |store| {
                let own = store.own_documents(id)?;
                let hidden = own.iter().filter(|document| hides.iter().any(|hides| hides.holds(document)));
                rows.extend(hidden.filter_map(|document| snapshot.table.row(document.id)));
                Ok(())
            })?;
        }
        if !wants.is_empty() {
            rows.extend(snapshot.table.all().filter(|row| is_wanted(*row, snapshot, &wants)));
        }
        applied.rows = Arc::new(HiddenRows::of(rows));
        applied.everything =
            wants.iter().filter(|(_, wants)| wants.everything).map(|(person, _)| *person).collect();
        Ok(applied)
    }

    /// Everything hidden: for when it cannot be told what is.
    pub(crate) fn all(snapshot: &Snapshot) -> Self {
        Self { rows: Arc::new(HiddenRows::of(snapshot.table.all())), ..Self::default() }
    }

    /// Who is not named in answer to a question, by number, ascending.
    pub(crate) fn silent(&self, question: &str, languages: &[Language]) -> Vec<u32> {
        let mut silent = self.everything.clone();
        if !self.topics.is_empty() {
            let terms = Question::new(question, languages, None).terms;
            let asks = |token: &String| terms.binary_search_by(|term| term.token.cmp(token)).is_ok();
            silent.extend(self.topics.iter().filter(|(_, topic)| topic.iter().all(asks)).map(|(p, _)| *p));
            silent.sort_unstable();
            silent.dedup();
        }
        silent
    }
}

/// The numbers of those who own an account of an opt-out.
fn owners(one: &OptOut, snapshot: &Snapshot) -> BTreeSet<u32> {
    let people = one.accounts.iter().filter_map(|account| snapshot.owners.get(account));
    let numbers = people.filter_map(|id| snapshot.table.people.binary_search(id).ok());
    numbers.filter_map(|number| u32::try_from(number).ok()).collect()
}

/// The tokens of a subject, cut in every way that documents are: in each language, and in none.
pub(crate) fn cuts(words: &str, languages: &[Language]) -> BTreeSet<BTreeSet<String>> {
    let languages = languages.iter().copied().map(Some).chain([None]);
    let cut = |language| text::tokens(words, language).into_iter().collect::<BTreeSet<String>>();
    languages.map(cut).filter(|tokens| !tokens.is_empty()).collect()
}

fn is_wanted(row: Row, snapshot: &Snapshot, wants: &BTreeMap<u32, Wants>) -> bool {
    let table = &snapshot.table;
    let Some(wants) = wants.get(&table.person[row.at()]) else { return false };
    let last = table.last_at[row.at()].as_millis();
    let first = last.saturating_sub(i64::from(table.lasted[row.at()]).saturating_mul(1_000));
    wants.everything
        || wants.containers.contains(&table.container[row.at()])
        || wants.spans.iter().any(|(from, until)| first < *until && last >= *from)
}

impl Wants {
    fn take(&mut self, hides: &Hides, snapshot: &Snapshot) {
        let containers = || (0_u32..).zip(&snapshot.table.containers);
        match hides {
            Hides::Everything => self.everything = true,
            Hides::Source(source) => {
                let of_source =
                    |id: &str| id.split_once(':').is_some_and(|(name, _)| name == source.as_str());
                self.containers
                    .extend(containers().filter(|(_, id)| of_source(id)).map(|(number, _)| number));
            }
            Hides::Channel(wanted) => {
                let is_it = |id: &str| id == wanted.as_str();
                self.containers.extend(containers().filter(|(_, id)| is_it(id)).map(|(number, _)| number));
            }
            Hides::Span { from, until } => self.spans.push((from.as_millis(), until.as_millis())),
            Hides::Topic(_) | Hides::Evidence { .. } => {}
        }
    }
}

impl Hides {
    /// Whether a document is that piece of evidence, or part of it.
    fn holds(&self, document: &index::store::OwnDocument) -> bool {
        let Self::Evidence { container, conversation, messages } = self else { return false };
        let same = document.container == *container && document.conversation == *conversation;
        same || document.messages.iter().any(|message| messages.contains(message))
    }
}
