//! In process, beyond the size for an exact scan: vectors in lists, each list around a centre (an inverted file,
//! Jégou, Douze & Schmid 2011); a question looks at the lists whose centres are nearest.
//!
//! The centres are made of documents that everyone may read (`arrange.rs`), and how far a search goes is counted in
//! documents that the asker may read: what they may not read changes nothing in what they find. Who may read little
//! is so searched exactly. A list is only a guess where to look: vectors, rights and cosines are those of the exact
//! scan, so a wrong or old one costs completeness, never truth. Vectors without a list are looked at always.

mod arrange;
mod centres;
mod train;

use std::ops::Range;

use embed::QuantizedVector;
use model::{AudienceId, DocumentId};

use super::best::Best;
use super::scan::cosine;
use super::{ScanIndex, VectorIndex};
use crate::{Admission, DocumentTable, Error, Row};

pub use arrange::{Arranged, Wanted, arrange};
pub use centres::Centres;

/// So many vectors that the asker may read, for each list that there is, a search looks at before it ends.
const ENOUGH: usize = 50;
/// Of which at least one of so many may be read, a list is walked through without gaps.
const GAPS: usize = 3;

/// Vectors in lists.
#[derive(Debug)]
pub struct ListsIndex {
    /// List after list, rows ascending in each; those without a list come last.
    vectors: ScanIndex,
    /// Who may read each vector, in the same order: rights are asked without leaping through the table.
    audiences: Vec<AudienceId>,
    centres: Centres,
    /// Where each list ends.
    ends: Vec<usize>,
    enough: usize,
}

impl ListsIndex {
    /// Puts vectors into lists, in place. `list_of` says which list a document's vector is in, if it is in any.
    pub fn new(
        vectors: ScanIndex,
        centres: Centres,
        list_of: impl Fn(DocumentId) -> Option<u32>,
        table: &DocumentTable,
    ) -> Self {
        let enough = ENOUGH * centres.len();
        Self::that_ends_after(enough, vectors, centres, list_of, table)
    }

    /// One whose searches end after so many vectors that the asker may read.
    fn that_ends_after(
        enough: usize,
        mut vectors: ScanIndex,
        centres: Centres,
        list_of: impl Fn(DocumentId) -> Option<u32>,
        table: &DocumentTable,
    ) -> Self {
        let without = centres.len();
        let list = |row: &Row| {
            let list = table.ids.get(row.at()).and_then(|id| list_of(*id));
            list.map_or(without, |list| (list as usize).min(without))
        };
        let lists: Vec<u32> = vectors.rows.iter().map(|row| list(row) as u32).collect();
        let mut ends = vec![0; without + 1];
        for list in &lists {
            ends[*list as usize] += 1;
        }
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        // Now each is where its list starts; counting up while places are given leaves it where the list ends.
        let mut places: Vec<u32> = Vec::with_capacity(lists.len());
        for list in lists {
            let next = &mut ends[list as usize];
            places.push(*next as u32);
            *next += 1;
        }
        vectors.rearrange(places);
        let audience = |row: &Row| table.audience.get(row.at()).copied().unwrap_or(AudienceId::NOBODY);
        let audiences = vectors.rows.iter().map(audience).collect();
        ends.truncate(without);
        Self { vectors, audiences, centres, ends, enough }
    }

    /// How many vectors are in no list, and so are looked at by every search.
    pub fn without_list(&self) -> usize {
        self.vectors.rows.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// Looks at the vectors at these places that may be read; returns how many those are. `readable` is room that
    /// is used again.
    fn look(
        &self,
        places: Range<usize>,
        asked: &Asked<'_>,
        readable: &mut Vec<usize>,
        best: &mut Best,
    ) -> usize {
        let Asked { question, table, admission } = asked;
        let ScanIndex { dimensions, codes, scales, rows, .. } = &self.vectors;
        // Rows ascend: what is too young lies at the end.
        let old_enough = rows.get(places.clone()).unwrap_or_default();
        let old_enough = old_enough.partition_point(|row| row.at() < admission.rows_before());
        let audiences = self.audiences.get(places.start..places.start + old_enough).unwrap_or_default();
        // First whom the mask lets read, without a branch on it: a processor that guesses wrong at every second
        // vector waits for the memory of each.
        readable.clear();
        readable.resize(audiences.len(), 0);
        let mut count = 0;
        for (place, audience) in (places.start..).zip(audiences) {
            if let Some(next) = readable.get_mut(count) {
                *next = place;
            }
            count += usize::from(admission.mask.admits(*audience));
        }
        readable.truncate(count);
        if admission.leaves_some_out() {
            readable.retain(|place| table.show_of(rows[*place], self.audiences[*place], admission).is_some());
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
            for place in places.start..places.start + old_enough {
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
        let end = |list: usize| self.ends.get(list).copied().unwrap_or(0);
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
        self.vectors.model()
    }

    fn len(&self) -> usize {
        self.vectors.len()
    }

    fn nearest(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error> {
        self.vectors.check(question)?;
        if limit == 0 || self.vectors.dimensions == 0 {
            return Ok(Vec::new());
        }
        let asked = Asked { question, table, admission };
        let (mut best, mut readable) = (Best::new(limit, self.len()), Vec::new());
        let total = self.len();
        self.look(total - self.without_list()..total, &asked, &mut readable, &mut best);
        let mut looked_at = 0;
        for list in self.centres.nearest_first(question.codes()) {
            looked_at += self.look(self.places(list as usize), &asked, &mut readable, &mut best);
            if looked_at >= self.enough {
                break;
            }
        }
        Ok(best.finish())
    }
}

#[cfg(test)]
mod tests;
