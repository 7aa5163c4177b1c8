//! How many documents a reader may read, and how long they are: what BM25 needs besides postings.

use model::AudienceId;

use super::places::Places;
use crate::{Admission, DocumentTable};

/// Counts over a set of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    pub(super) documents: u64,
    pub(super) own_tokens: u64,
    pub(super) question_tokens: u64,
}

/// Running totals over the documents that everyone may read, in row order.
#[derive(Debug)]
pub(super) struct Statistics {
    /// `before[r]`: totals over public rows below r.
    before: Vec<Totals>,
}

impl Totals {
    fn add(&mut self, (own, question): (u32, u32)) {
        self.documents += 1;
        self.own_tokens += u64::from(own);
        self.question_tokens += u64::from(question);
    }

    fn remove(&mut self, (own, question): (u32, u32)) {
        self.documents = self.documents.saturating_sub(1);
        self.own_tokens = self.own_tokens.saturating_sub(u64::from(own));
        self.question_tokens = self.question_tokens.saturating_sub(u64::from(question));
    }

    /// Mean length of `own`, at least one token.
    pub(super) fn mean_own(&self) -> f32 {
        (self.own_tokens as f32 / self.documents.max(1) as f32).max(1.0)
    }

    /// Mean length of `question`, at least one token.
    pub(super) fn mean_question(&self) -> f32 {
        (self.question_tokens as f32 / self.documents.max(1) as f32).max(1.0)
    }
}

impl Statistics {
    pub(super) fn new(table: &DocumentTable, places: &Places) -> Self {
        let mut before = Vec::with_capacity(table.len() + 1);
        let mut totals = Totals::default();
        before.push(totals);
        for row in table.all() {
            if table.audience[row.at()] == AudienceId::EVERYONE {
                totals.add(places.lengths(row));
            }
            before.push(totals);
        }
        Self { before }
    }

    /// Totals over what is admitted, but with the documents of left-out people: a look-up, plus one pass over the
    /// rows for a reader with accounts.
    pub(super) fn admitted(&self, table: &DocumentTable, admission: &Admission, places: &Places) -> Totals {
        let mut totals = self.before.get(admission.rows_before()).copied().unwrap_or_default();
        if admission.mask.reads_more_than_everyone() {
            for row in table.all().take(admission.rows_before()) {
                let audience = table.audience[row.at()];
                if audience != AudienceId::EVERYONE && admission.mask.admits(audience) {
                    totals.add(places.lengths(row));
                }
            }
        }
        for row in admission.left_out().filter(|row| row.at() < admission.rows_before()) {
            if table.audience.get(row.at()).is_some_and(|audience| admission.mask.admits(*audience)) {
                totals.remove(places.lengths(row));
            }
        }
        totals
    }
}
