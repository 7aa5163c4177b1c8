//! The columns of all documents that ranking reads: a document is a row, rows are in order of time.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use model::{AudienceId, AudienceMask, DocumentId, MarkSet, PersonId, RoleSet, Timestamp, Visible};

use crate::HiddenRows;

mod load;

pub(crate) use load::TakesVectors;

/// The number of nobody in a column of people.
pub const NOBODY: u32 = u32::MAX;

/// A row of a [`DocumentTable`]: rows ascend with `last_at`, ties with the document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u32);

impl Row {
    /// The row as an index into columns.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// What a question may be answered from: rights and time, checked before anything is counted or ranked.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Which audiences the reader belongs to.
    pub mask: AudienceMask,
    /// Rows below this one are old enough.
    rows_before: u32,
    /// Numbers of people whose documents do not count, ascending.
    without: Vec<u32>,
    /// Documents that do not count, ascending.
    without_rows: Vec<Row>,
    /// Documents that those whom they credit took out of answers.
    hidden: Option<Arc<HiddenRows>>,
}

/// Columns of all documents that somebody may read.
#[derive(Debug, Default)]
pub struct DocumentTable {
    /// Document numbers.
    pub ids: Vec<DocumentId>,
    /// Number of the person in [`Self::people`].
    pub person: Vec<u32>,
    /// Number of the conversation, meaningful only for comparing.
    pub conversation: Vec<u32>,
    /// Number of the container in [`Self::containers`].
    pub container: Vec<u32>,
    /// Roles of the person.
    pub roles: Vec<RoleSet>,
    /// What the person's part shows; here with [`model::Mark::Canned`] and [`model::Mark::Copied`].
    pub marks: Vec<MarkSet>,
    /// Number in [`Self::people`] of the person who asked; [`NOBODY`] if that is the person themselves, or
    /// nobody known.
    pub asker: Vec<u32>,
    /// Newest thing the document is made of.
    pub last_at: Vec<Timestamp>,
    /// How long before that the person wrote first in it, in seconds, at most 136 years.
    pub lasted: Vec<u32>,
    /// Who may read it.
    pub audience: Vec<AudienceId>,
    /// People that documents credit or name as askers, ascending: the order of two people depends on nobody
    /// else.
    pub people: Vec<PersonId>,
    /// Container ids, ascending.
    pub containers: Vec<String>,
    rows: HashMap<DocumentId, Row, RandomState>,
}

impl DocumentTable {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The row of a document number.
    pub fn row(&self, id: DocumentId) -> Option<Row> {
        self.rows.get(&id).copied()
    }

    /// All rows, oldest first.
    pub fn all(&self) -> impl Iterator<Item = Row> + use<> {
        (0..u32::try_from(self.ids.len()).unwrap_or(u32::MAX)).map(Row)
    }

    /// The admitted rows, oldest first. Costs a look at every row that is old enough.
    pub fn admitted<'a>(&'a self, admission: &'a Admission) -> impl Iterator<Item = Row> + 'a {
        self.all().take(admission.rows_before()).filter(|row| self.admits(*row, admission))
    }

    /// What a reader may be answered from at a time: documents whose every part is older than `as_of`.
    pub fn admission(&self, mask: AudienceMask, as_of: Timestamp) -> Admission {
        let rows = self.last_at.partition_point(|at| *at < as_of);
        let rows_before = u32::try_from(rows).unwrap_or(u32::MAX);
        Admission { mask, rows_before, without: Vec::new(), without_rows: Vec::new(), hidden: None }
    }

    /// The time of the newest admitted document; `None` if there is none.
    pub fn newest(&self, admission: &Admission) -> Option<Timestamp> {
        let mut rows = (0..admission.rows_before).rev().map(Row);
        rows.find(|row| self.admits(*row, admission)).map(|row| self.last_at[row.at()])
    }

    /// Hands out a row as readable, if it is.
    pub fn show(&self, row: Row, admission: &Admission) -> Option<Visible<Row>> {
        self.show_of(row, *self.audience.get(row.at())?, admission)
    }

    /// The same, where the row's audience is at hand and this table's is far in memory.
    #[inline]
    pub(crate) fn show_of(
        &self,
        row: Row,
        audience: AudienceId,
        admission: &Admission,
    ) -> Option<Visible<Row>> {
        let counts = row.0 < admission.rows_before
            && (admission.without.is_empty()
                || admission.without.binary_search(self.person.get(row.at())?).is_err())
            && (admission.without_rows.is_empty() || admission.without_rows.binary_search(&row).is_err())
            && !admission.hides(row);
        if counts { admission.mask.show(row, audience) } else { None }
    }

    /// Whether a row is readable and old enough.
    pub fn admits(&self, row: Row, admission: &Admission) -> bool {
        self.show(row, admission).is_some()
    }
}

impl Admission {
    /// Rows at or after this one are too young.
    pub const fn rows_before(&self) -> usize {
        self.rows_before as usize
    }

    /// The same without the documents of these people, by their numbers: what would be found if they had never
    /// written. For evaluation: totals over all documents (BM25's count and mean lengths) keep theirs.
    #[must_use]
    pub fn without(mut self, mut people: Vec<u32>) -> Self {
        people.sort_unstable();
        self.without = people;
        self
    }

    /// The same without these documents: what would be found if they had never been written. Totals over all
    /// documents leave them out, too; what they made of other documents (a mark of repeating them, a role)
    /// stays.
    #[must_use]
    pub fn without_documents(mut self, mut rows: Vec<Row>) -> Self {
        rows.sort_unstable();
        rows.dedup();
        self.without_rows = rows;
        self
    }

    /// The same without documents that those whom they credit took out of answers. Totals over all documents leave
    /// them out, too; what they made of other documents (a mark of repeating them, a role) stays.
    #[must_use]
    pub fn hiding(mut self, hidden: &Arc<HiddenRows>) -> Self {
        self.hidden = (!hidden.is_empty()).then(|| Arc::clone(hidden));
        self
    }

    /// What those whom it credits took out of answers; `None`: nothing.
    pub const fn hidden(&self) -> Option<&Arc<HiddenRows>> {
        self.hidden.as_ref()
    }

    /// Whether a row was taken out of answers.
    #[inline]
    pub(crate) fn hides(&self, row: Row) -> bool {
        self.hidden.as_ref().is_some_and(|hidden| hidden.has(row))
    }

    /// Whether everything counts that the mask lets read and nobody hid: no row is too young, none is left out.
    /// Then the mask, and what is hidden, alone say what is admitted.
    pub fn is_whole(&self, table: &DocumentTable) -> bool {
        self.rows_before() == table.len() && self.leaves_nobody_out()
    }

    /// Whether rights, time and what is hidden alone say what is admitted.
    pub(crate) fn leaves_nobody_out(&self) -> bool {
        self.without.is_empty() && self.without_rows.is_empty()
    }

    /// Whether some documents do not count although they are readable and old enough.
    pub(crate) fn leaves_some_out(&self) -> bool {
        self.hidden.is_some() || !self.leaves_nobody_out()
    }

    /// The documents that do not count although they are readable and old enough; none twice.
    pub(crate) fn left_out(&self) -> impl Iterator<Item = Row> + '_ {
        let hidden = self.hidden.iter().flat_map(|hidden| hidden.rows()).copied();
        self.without_rows.iter().copied().filter(|row| !self.hides(*row)).chain(hidden)
    }
}
