//! In process, beyond the size for an exact scan: vectors in lists, each list around a centre (an inverted file,
//! Jégou, Douze & Schmid 2011); a question looks at the lists whose centres are nearest.
//!
//! The centres are made of documents that everyone may read (`arrange.rs`), and how far a search goes is counted in
//! documents that the asker may read: what they may not read changes nothing in what they find. Who may read little
//! is so searched exactly. A list is only a guess where to look: vectors, rights and cosines are those of the exact
//! scan, so a wrong or old one costs completeness, never truth. Vectors without a list are looked at always.

mod arrange;
mod blocks;
mod centres;
mod train;

use std::ops::Range;
use std::sync::Arc;

use embed::QuantizedVector;
use model::{AudienceId, DocumentId};

use super::best::Best;
use super::scan::{check, cosine};
use super::{ScanIndex, VectorIndex};
use crate::table::TakesVectors as _;
use crate::{Admission, DocumentTable, Error, Row};

pub use arrange::{Arranged, Wanted, arrange};
pub use centres::Centres;

pub(crate) use blocks::Gathering;
use blocks::{Block, InLists};

/// So many vectors that the asker may read, for each list that there is, a search looks at before it ends.
const ENOUGH: usize = 50;
/// Of which at least one of so many may be read, a list is walked through without gaps.
const GAPS: usize = 3;

/// Vectors in lists.
#[derive(Debug)]
pub struct ListsIndex {
    model: String,
    dimensions: usize,
    /// The vectors of each list, rows ascending; those without a list come last.
    blocks: Vec<Arc<Block>>,
    /// Row of each vector, list after list.
    rows: Vec<Row>,
    /// Who may read each vector, in the same order: rights are asked without leaping through the table.
    audiences: Vec<AudienceId>,
    centres: Centres,
    /// Where each list ends in these; the last is those without one.
    ends: Vec<usize>,
    enough: usize,
    /// How many lists are those of the snapshot before.
    shared: usize,
}

impl ListsIndex {
    /// Puts vectors into lists. `list_of` says which list a document's vector is in, if it is in any. For a moment the
    /// vectors stand in memory twice.
    ///
    /// # Errors
    /// [`Error::Dimensions`] if vectors and centres are not of one length.
    pub fn new(
        vectors: &ScanIndex,
        centres: Centres,
        list_of: impl Fn(DocumentId) -> Option<u32>,
        table: &DocumentTable,
    ) -> Result<Self, Error> {
        let id = |row: &Row| table.ids.get(row.at()).copied();
        let lists = vectors.rows.iter().filter_map(id).filter_map(|id| Some((id, list_of(id)?)));
        let mut lists: Vec<(DocumentId, u32)> = lists.collect();
        lists.sort_unstable();
        let mut gathering = Gathering::new((vectors.model(), vectors.dimensions), centres.len(), lists, None);
        for (row, vector) in vectors.each() {
            if let Some(id) = id(&row) {
                gathering.take(row, id, vector)?;
            }
        }
        Ok(Self::gathered(gathering, centres, table))
    }

    /// Of vectors that were taken in and sorted by these rows.
    pub(crate) fn gathered(gathering: Gathering<'_>, centres: Centres, table: &DocumentTable) -> Self {
        let (model, dimensions) = gathering.of();
        let (InLists { blocks, rows, ends }, shared) = gathering.finish();
        let audience = |row: &Row| table.audience.get(row.at()).copied().unwrap_or(AudienceId::NOBODY);
        let audiences = rows.iter().map(audience).collect();
        let enough = ENOUGH * centres.len();
        Self { model, dimensions, blocks, rows, audiences, centres, ends, enough, shared }
    }

    /// The same, whose searches end after so many vectors that the asker may read.
    #[cfg(test)]
    fn ending_after(self, enough: usize) -> Self {
        Self { enough, ..self }
    }

    /// How many lists are those of the snapshot before, memory and all.
    pub fn shared(&self) -> usize {
        self.shared
    }

    /// How many vectors are in no list, and so are looked at by every search.
    pub fn without_list(&self) -> usize {
        self.places(self.centres.len()).len()
    }

    /// Looks at the vectors of a list that may be read; returns how many those are. `readable` is room that is used
    /// again.
    fn look(&self, list: usize, asked: &Asked<'_>, readable: &mut Vec<usize>, best: &mut Best) -> usize {
        let Asked { question, table, admission } = asked;
        let places = self.places(list);
        let Some(block) = self.blocks.get(list) else { return 0 };
        let (dimensions, (codes, scales)) = (self.dimensions, block.parts());
        // Rows ascend: what is too young lies at the end.
        let rows = self.rows.get(places.clone()).unwrap_or_default();
        let old_enough = rows.partition_point(|row| row.at() < admission.rows_before());
        let audiences = self.audiences.get(places.start..places.start + old_enough).unwrap_or_default();
        // First whom the mask lets read, without a branch on it: a processor that guesses wrong at every second
        // vector waits for the memory of each.
        readable.clear();
        readable.resize(audiences.len(), 0);
        let mut count = 0;
        for (place, audience) in (0..).zip(audiences) {
            if let Some(next) = readable.get_mut(count) {
                *next = place;
            }
            count += usize::from(admission.mask.admits(*audience));
        }
        readable.truncate(count);
        if admission.leaves_some_out() {
            readable.retain(|place| table.show_of(rows[*place], audiences[*place], admission).is_some());
        }
        let mut look_at = |place: usize| {
            let (start, row) = (place * dimensions, rows[place]);
            let cosine = cosine(&codes[start..start + dimensions], scales[place], question);
            // Few come as far as the check of rights; the table has the last word.
            if best.may_take(cosine) && table.admits(row, admission) {
                best.take(row, cosine);
            }
        };
        // Memory that is read without gaps comes so much faster that reading what is not needed costs less.
        if readable.len() * GAPS >= audiences.len() {
            for place in 0..old_enough {
                look_at(place);
            }
        } else {
            for place in readable.iter() {
                look_at(*place);
            }
        }
        readable.len()
    }

    fn places(&self, list: usize) -> Range<usize> {
        let end = |list: usize| self.ends.get(list).copied().unwrap_or(self.rows.len());
        list.checked_sub(1).map_or(0, end)..end(list)
    }
}

/// What a search is told.
struct Asked<'a> {
    question: &'a QuantizedVector,
    table: &'a DocumentTable,
    admission: &'a Admission,
}

impl VectorIndex for ListsIndex {
    fn model(&self) -> &str {
        &self.model
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn lists(&self) -> Option<&ListsIndex> {
        Some(self)
    }

    fn nearest(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error> {
        check(self.dimensions, question)?;
        if limit == 0 || self.dimensions == 0 {
            return Ok(Vec::new());
        }
        let asked = Asked { question, table, admission };
        let (mut best, mut readable) = (Best::new(limit, self.len()), Vec::new());
        self.look(self.centres.len(), &asked, &mut readable, &mut best);
        let mut looked_at = 0;
        for list in self.centres.nearest_first(question.codes()) {
            looked_at += self.look(list as usize, &asked, &mut readable, &mut best);
            if looked_at >= self.enough {
                break;
            }
        }
        Ok(best.finish())
    }
}

#[cfg(test)]
mod tests;
