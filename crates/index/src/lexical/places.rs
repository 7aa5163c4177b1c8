//! Where documents stand in the segments: what scoring reads of each lies in the order of the postings.

use model::AudienceId;
use tantivy::fieldnorm::FieldNormReader;

use crate::{Admission, DocumentTable, Row};

/// The number of no place and of no row.
pub(super) const NONE: u32 = u32::MAX;

/// What scoring reads of every document, by *place*: segment after segment, those of the public partition first.
///
/// Decision: sums are kept by place and not by row, because postings ascend by place: all columns are read from
/// front to back. Price: the columns stand in memory a second time (20 bytes a document).
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Row of each place; [`NONE`] for a document that was taken out, or that the table does not know.
    pub(super) rows: Vec<u32>,
    /// What every posting looks up.
    pub(super) spots: Vec<Spot>,
    /// Number of its container.
    pub(super) containers: Vec<u32>,
    /// How many places belong to the public partition.
    pub(super) n_public: usize,
    /// Whether each of those has a row.
    public_is_whole: bool,
    /// Place of each row; [`NONE`] for a row that no partition holds.
    of_rows: Vec<u32>,
}

/// What scoring needs of a document whenever one of its postings is read: together, so that it is one line of
/// memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Number of the person whom the document credits.
    pub(super) person: u32,
    /// Lengths of its fields.
    pub(super) own: Length,
    /// See `own`.
    pub(super) question: Length,
}

/// Length of a field as the index keeps it, in a byte: exact up to 39 tokens, then to within an eighth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length(u8);

impl Length {
    /// How many there can be.
    const COUNT: usize = 256;

    /// The code that a field norm reader gives.
    pub(super) const fn of_code(code: u8) -> Self {
        Self(code)
    }

    pub(super) fn tokens(self) -> u32 {
        FieldNormReader::id_to_fieldnorm(self.0)
    }
}

/// A number for each length.
pub(super) struct ByLength([f32; Length::COUNT]);

impl ByLength {
    pub(super) fn new(number: impl Fn(u32) -> f32) -> Self {
        let mut all = [0.0; Length::COUNT];
        for (code, slot) in (0..=u8::MAX).zip(&mut all) {
            *slot = number(Length(code).tokens());
        }
        Self(all)
    }

    #[inline]
    pub(super) fn of(&self, length: Length) -> f32 {
        self.0[usize::from(length.0)]
    }
}

impl Places {
    pub(super) fn new(table: &DocumentTable) -> Self {
        Self { of_rows: vec![NONE; table.len()], ..Self::default() }
    }

    /// Adds the next place; `row` with the lengths of its fields, if it has one and belongs to the partition.
    pub(super) fn push(&mut self, row: Option<(Row, Length, Length)>, table: &DocumentTable) {
        let none = (NONE, Length(0), Length(0));
        let (row, own, question) = row.map_or(none, |(row, own, question)| (row.0, own, question));
        let place = u32::try_from(self.rows.len()).unwrap_or(NONE);
        if let Some(slot) = self.of_rows.get_mut(row as usize) {
            *slot = place;
        }
        self.rows.push(row);
        let person = table.person.get(row as usize).copied().unwrap_or(NONE);
        self.spots.push(Spot { person, own, question });
        self.containers.push(table.container.get(row as usize).copied().unwrap_or(NONE));
    }

    /// Says that the public partition ends here.
    pub(super) fn end_public(&mut self) {
        self.n_public = self.rows.len();
        self.public_is_whole = !self.rows.contains(&NONE);
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
        let spot = self.of(row).and_then(|place| self.spots.get(place));
        spot.map_or((0, 0), |spot| (spot.own.tokens(), spot.question.tokens()))
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
    /// Whether everything that stands in the partition is admitted.
    open: bool,
}

impl<'a> Gate<'a> {
    pub(super) fn new(
        places: &'a Places,
        table: &'a DocumentTable,
        admission: &'a Admission,
        public: bool,
    ) -> Self {
        let by_time = public && admission.mask.admits(AudienceId::EVERYONE) && admission.leaves_nobody_out();
        let open =
            by_time && places.public_is_whole && admission.is_whole(table) && !admission.leaves_some_out();
        Self { rows: &places.rows, table, admission, by_time, open }
    }

    /// Whether nothing has to be asked place by place, since all of them are admitted.
    pub(super) const fn is_open(&self) -> bool {
        self.open
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
