//! What a search is answered from: worked out once, and the same for every step.

use std::sync::Arc;

use index::lexical::Weighed;
use index::{Admission, HiddenRows, Row};
use model::{PersonId, Timestamp};
use query::rank::{Channel, Presence};

use super::Finder;
use super::kept::Kept;
use crate::Search;

/// What a search is answered from, and whom it does not name.
#[derive(Debug)]
pub(crate) struct Scope {
    /// Rights, time, and what counts as if it had never been written.
    pub(crate) admission: Admission,
    /// Where it is asked.
    pub(crate) channel: Channel,
    /// The time of the newest admitted evidence, from which ages are told; that of the search if there is none.
    pub(crate) newest: Timestamp,
    /// Who asks, by the person's number in the document table, ascending.
    pub(crate) askers: Vec<u32>,
    /// Who is not named in answer to this question because of what they hide, by number, ascending.
    pub(super) silent: Vec<u32>,
    /// What of it is the same for every question.
    kept: Arc<Kept>,
    /// Who is no candidate, by the person's number: those who ask, who may not be named, and who hide.
    skipped: Vec<bool>,
}

impl Scope {
    /// Whether somebody takes themselves out of answers to this question.
    pub(super) fn is_silent(&self, person: u32) -> bool {
        self.silent.binary_search(&person).is_ok()
    }

    /// Whether somebody is no candidate.
    pub(crate) fn skips(&self, person: u32) -> bool {
        self.skipped.get(person as usize).copied().unwrap_or(true)
    }
}

impl Finder {
    /// What a search is answered from: the reader's rights, and nothing from `as_of` or `evidence_before` on.
    pub(crate) fn scope(&self, search: &Search) -> Scope {
        self.scope_from(search, self.admission(search))
    }

    /// The same for what is admitted.
    pub(super) fn scope_from(&self, search: &Search, admission: Admission) -> Scope {
        let channel = self.channel(search, &admission);
        let newest = self.snapshot.table.newest(&admission).unwrap_or(search.as_of);
        let askers = self.askers(search);
        let nameable = self.nameable.iter();
        let mut skipped: Vec<bool> = nameable.map(|nameable| !nameable.in_answer_to(search)).collect();
        let silent = self.applied_or_all().silent(&search.question, &self.languages);
        for asker in askers.iter().chain(&silent).chain(&self.filtered_people(&search.filters)) {
            skipped[*asker as usize] = true;
        }
        // What is narrowed is asked for once, and would push out what others ask for again.
        let narrowed = search.filters.narrows_evidence();
        let kept = if narrowed { Arc::default() } else { self.memory.of(&self.snapshot.table, &admission) };
        Scope { admission, channel, newest, askers, silent, kept, skipped }
    }

    /// The admitted documents, counted, and weighed by role × recency. Costs a pass over the rows for the first who
    /// asks with these rights.
    pub(super) fn weighed<'s>(&self, scope: &'s Scope) -> &'s Weighed {
        let (table, roles) = (&self.snapshot.table, &self.config.query.rank.roles);
        let weigh = |row: Row| {
            let vote = roles.vote(table.roles[row.at()]);
            if vote > 0.0 { vote * self.ages.evidence.of(table.last_at[row.at()], scope.newest) } else { 0.0 }
        };
        scope.kept.weighed(|| match (&self.snapshot.words, &self.snapshot.lexical) {
            (None, Some(lexical)) => lexical.weigh(table, &scope.admission, &weigh),
            _ => Weighed::by_row(table, &scope.admission, &weigh),
        })
    }

    /// What everybody answered. Costs as much.
    pub(super) fn presence<'s>(&self, scope: &'s Scope) -> &'s Presence {
        let (table, Scope { admission, newest, .. }) = (&self.snapshot.table, scope);
        scope.kept.presence(|| Presence::of(table, admission, *newest, &self.ages))
    }

    /// What is admitted: what the reader may read from before `as_of` and `evidence_before`, and nobody hides.
    pub(crate) fn admission(&self, search: &Search) -> Admission {
        let mask = search.reader.mask(&self.snapshot.audiences);
        let before = search.evidence_before.map_or(search.as_of, |before| before.min(search.as_of));
        let admission = self.snapshot.table.admission(mask, before).hiding(&self.out_of_answers(search));
        if search.without_people.is_empty() {
            return admission;
        }
        admission.without(search.without_people.iter().filter_map(|id| self.number(id)).collect())
    }

    /// What does not count, whoever asks: what people take out of answers, and what the search leaves out.
    fn out_of_answers(&self, search: &Search) -> Arc<HiddenRows> {
        let hidden = &self.applied_or_all().rows;
        if !search.filters.narrows_evidence() {
            return Arc::clone(hidden);
        }
        Arc::new(HiddenRows::of(self.filtered_rows(&search.filters).chain(hidden.rows().iter().copied())))
    }

    /// The containers that the question's channel names, by name or id; none where everything that is admitted
    /// lies in one container, because then the channel tells nothing.
    fn channel(&self, search: &Search, admission: &Admission) -> Channel {
        let Some(wanted) = search.channel.as_deref().map(|name| name.trim_start_matches('#').to_lowercase())
        else {
            return Channel::default();
        };
        let table = &self.snapshot.table;
        let mut admitted = table.admitted(admission);
        let first = admitted.next().map(|row| table.container[row.at()]);
        if wanted.is_empty() || admitted.all(|row| Some(table.container[row.at()]) == first) {
            return Channel::default();
        }
        let named = |id: &str| self.is_called(id, &wanted);
        let numbers = (0_u32..).zip(&table.containers).filter(|(_, id)| named(id)).map(|(number, _)| number);
        Channel { containers: numbers.collect() }
    }

    /// Who asks, by the person's number in the document table, ascending.
    pub(super) fn askers(&self, search: &Search) -> Vec<u32> {
        let owner = |account| self.snapshot.owners.get(account);
        let owners = search.asked_by.iter().filter_map(owner);
        let mut askers: Vec<u32> = owners.filter_map(|id| self.number(id)).collect();
        askers.sort_unstable();
        askers.dedup();
        askers
    }

    /// Somebody's number in the document table; `None` for who is in no document.
    pub(crate) fn number(&self, id: &PersonId) -> Option<u32> {
        // People are numbered in the order of their ids.
        u32::try_from(self.snapshot.table.people.binary_search(id).ok()?).ok()
    }
}
