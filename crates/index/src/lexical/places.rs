//! Where documents stand in the segments: what scoring reads of each lies in the order of the postings.

use model::AudienceId;

use crate::{Admission, DocumentTable, Row};

/// The number of no place and of no row.
pub(super) const NONE: u32 = u32::MAX;

/// What scoring reads of every document, by *place*: segment after segment, those of the public partition first.
///
/// Decision: sums are kept by place and not by row, because postings ascend by place: all columns are read from
/// front to back. Price: the columns stand in memory a second time (24 bytes a document).
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Row of each place; [`NONE`] for a document that was taken out, or that the table does not know.
    pub(super) rows: Vec<u32>,
    /// Number of the person whom the document credits.
    pub(super) people: Vec<u32>,
    /// Number of its container.
    pub(super) containers: Vec<u32>,
    /// Length of the field `own`, in tokens.
    pub(super) own: Vec<u32>,
    /// Length of the field `question`, in tokens.
    pub(super) question: Vec<u32>,
    /// How many places belong to the public partition.
    pub(super) n_public: usize,
    /// Place of each row; [`NONE`] for a row that no partition holds.
    of_rows: Vec<u32>,
}

impl Places {
    pub(super) fn new(table: &DocumentTable) -> Self {
        Self { of_rows: vec![NONE; table.len()], ..Self::default() }
    }

    /// Adds the next place; `row` with the lengths of its fields, if it has one and belongs to the partition.
    pub(super) fn push(&mut self, row: Option<(Row, u32, u32)>, table: &DocumentTable) {
        let (row, own, question) = row.map_or((NONE, 0, 0), |(row, own, question)| (row.0, own, question));
        let place = u32::try_from(self.rows.len()).unwrap_or(NONE);
        if let Some(slot) = self.of_rows.get_mut(row as usize) {
            *slot = place;
        }
        self.rows.push(row);
        self.people.push(table.person.get(row as usize).copied().unwrap_or(NONE));
        self.containers.push(table.container.get(row as usize).copied().unwrap_or(NONE));
        self.own.push(own);
        self.question.push(question);
    }

    /// Says that the public partition ends here.
    pub(super) fn end_public(&mut self) {
        self.n_public = self.rows.len();
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place of a row.
    pub(super) fn of(&self, row: Row) -> Option<usize> {
        self.of_rows.get(row.at()).filter(|place| **place != NONE).map(|place| *place as usize)
    }

    /// Lengths of `own` and `question` of a row, in tokens.
    pub(super) fn lengths(&self, row: Row) -> (u32, u32) {
        self.of(row).map_or((0, 0), |place| (self.own[place], self.question[place]))
    }
}

/// Which places of one partition are admitted.
#[derive(Clone, Copy)]
pub(super) struct Gate<'a> {
    rows: &'a [u32],
    table: &'a DocumentTable,
    admission: &'a Admission,
    /// Whether time, and what is hidden, alone decide: every row of the public partition is for everyone.
    by_time: bool,
}

impl<'a> Gate<'a> {
    pub(super) fn new(
        places: &'a Places,
        table: &'a DocumentTable,
        admission: &'a Admission,
        public: bool,
    ) -> Self {
        let by_time = public && admission.mask.admits(AudienceId::EVERYONE) && admission.leaves_nobody_out();
        Self { rows: &places.rows, table, admission, by_time }
    }

    /// Whether what stands there is admitted.
    #[inline]
    pub(super) fn admits(&self, place: u32) -> bool {
        let Some(row) = self.rows.get(place as usize) else { return false };
        // No row is old enough to be none.
        (*row as usize) < self.admission.rows_before()
            && if self.by_time {
                !self.admission.hides(Row(*row))
            } else {
                self.table.admits(Row(*row), self.admission)
            }
    }
}
