//! Where the vectors of lists lie: each list in a block of its own, which the next snapshot shares if nothing in it has
//! changed.
//!
//! Decision: whatever the next snapshot is made of is read from the store, and of the one before it keeps only what is
//! equal, byte by byte. So nothing of it is believed, and no note of changes can be wrong. Price: the vectors are read
//! again each time, and a list that one vector joins is copied (some 60 kB at a million messages).

use std::ops::Range;
use std::sync::Arc;

use model::DocumentId;

use super::ListsIndex;
use crate::dense::scan::{bring_home, exchange};
use crate::table::TakesVectors;
use crate::{DocumentTable, Error, Row};

/// The vectors of one list, one after the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    codes: Vec<i8>,
    scales: Vec<f32>,
}

impl Block {
    fn with_room(vectors: usize, dimensions: usize) -> Self {
        Self {
            codes: Vec::with_capacity(vectors.saturating_mul(dimensions)),
            scales: Vec::with_capacity(vectors),
        }
    }

    fn push(&mut self, (codes, scale): (&[i8], f32)) {
        self.codes.extend_from_slice(codes);
        self.scales.push(scale);
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    /// Codes and scales of all of them, for reading from front to back.
    pub(super) fn parts(&self) -> (&[i8], &[f32]) {
        (&self.codes, &self.scales)
    }

    /// Brings vectors that were all read for it into the order of the list. In place: the vectors of a whole index are
    /// not to stand there twice.
    fn sort(&mut self, members: &[(Row, Source)], dimensions: usize) {
        let mut places = vec![0; members.len()];
        for (place, (_, source)) in (0..).zip(members) {
            if let Source::Read(at) = source {
                places[*at as usize] = place;
            }
        }
        bring_home(places, |low, high| exchange((&mut self.codes, &mut self.scales), dimensions, low, high));
        self.codes.shrink_to_fit();
        self.scales.shrink_to_fit();
    }

    /// The vector at a place in the list.
    fn vector(&self, at: u32, dimensions: usize) -> Option<(&[i8], f32)> {
        let start = at as usize * dimensions;
        Some((self.codes.get(start..start + dimensions)?, *self.scales.get(at as usize)?))
    }

    /// Whether that very vector is there.
    fn holds(&self, at: u32, (codes, scale): (&[i8], f32)) -> bool {
        self.vector(at, codes.len())
            .is_some_and(|(ours, of)| of.to_bits() == scale.to_bits() && ours == codes)
    }
}

/// Where a vector is to be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// From that place in the list of the snapshot before.
    Before(u32),
    /// From that place among those of the list that were read.
    Read(u32),
}

/// A list while its vectors come in.
#[derive(Debug, Default)]
struct Gathered {
    /// With which number each came, later its row.
    members: Vec<(Row, Source)>,
    read: Block,
}

/// The snapshot before, and where it has what.
#[derive(Debug)]
struct Before<'b> {
    index: &'b ListsIndex,
    table: &'b DocumentTable,
    /// Place of each row.
    places: Vec<u32>,
}

impl<'b> Before<'b> {
    fn new(index: &'b ListsIndex, table: &'b DocumentTable) -> Self {
        let mut places = vec![u32::MAX; table.len()];
        for (place, row) in (0..).zip(&index.rows) {
            if let Some(slot) = places.get_mut(row.at()) {
                *slot = place;
            }
        }
        Self { index, table, places }
    }

    /// The place in that list where this very vector of that document is.
    fn place(&self, list: usize, id: DocumentId, vector: (&[i8], f32)) -> Option<u32> {
        let place = *self.places.get(self.table.row(id)?.at())? as usize;
        let Range { start, end } = self.index.places(list);
        let at = u32::try_from(place.checked_sub(start)?).ok()?;
        (place < end && self.index.blocks.get(list)?.holds(at, vector)).then_some(at)
    }
}

/// Takes vectors in as they come, list by list.
#[derive(Debug)]
pub(crate) struct Gathering<'b> {
    model: String,
    dimensions: usize,
    /// The list of each document that is in one, by number.
    list_of: Vec<(DocumentId, u32)>,
    before: Option<Before<'b>>,
    /// By list; those without one come last.
    lists: Vec<Gathered>,
}

/// Vectors in lists, each list in order of rows.
#[derive(Debug)]
pub(super) struct InLists {
    pub(super) blocks: Vec<Arc<Block>>,
    /// Rows of all vectors, list after list.
    pub(super) rows: Vec<Row>,
    /// Where each list ends.
    pub(super) ends: Vec<usize>,
}

impl<'b> Gathering<'b> {
    /// For so many lists, where documents are in these; `before` is the snapshot that answers until then, if there is
    /// one.
    pub(crate) fn new(
        (model, dimensions): (&str, usize),
        lists: usize,
        list_of: Vec<(DocumentId, u32)>,
        before: Option<(&'b ListsIndex, &'b DocumentTable)>,
    ) -> Self {
        let before = before.filter(|(index, _)| index.model == model && index.dimensions == dimensions);
        let before = before.map(|(index, table)| Before::new(index, table));
        let mut counts = vec![0; lists + 1];
        for (_, list) in &list_of {
            counts[(*list as usize).min(lists)] += 1;
        }
        // What is shared needs no room. Without it nothing is, and room that grew would stand there twice.
        let gathered = |count: &usize| Gathered {
            members: Vec::with_capacity(*count),
            read: Block::with_room(if before.is_some() { 0 } else { *count }, dimensions),
        };
        let lists = counts.iter().map(gathered).collect();
        Self { model: model.to_owned(), dimensions, list_of, before, lists }
    }

    /// The vectors in their lists, each in its block; with how many blocks are shared with the snapshot before.
    pub(super) fn finish(self) -> (InLists, usize) {
        let Self { dimensions, before, lists, .. } = self;
        let mut made = InLists { blocks: Vec::new(), rows: Vec::new(), ends: Vec::new() };
        made.rows.reserve_exact(lists.iter().map(|list| list.members.len()).sum());
        let mut shared = 0;
        for (number, list) in lists.into_iter().enumerate() {
            made.rows.extend(list.members.iter().map(|(row, _)| *row));
            made.ends.push(made.rows.len());
            let earlier = before.as_ref().and_then(|before| before.index.blocks.get(number));
            let block = list.block(earlier, dimensions);
            shared += usize::from(earlier.is_some_and(|earlier| Arc::ptr_eq(earlier, &block)));
            made.blocks.push(block);
        }
        (made, shared)
    }

    pub(super) fn of(&self) -> (String, usize) {
        (self.model.clone(), self.dimensions)
    }
}

impl Gathered {
    fn block(self, before: Option<&Arc<Block>>, dimensions: usize) -> Arc<Block> {
        let Self { members, mut read } = self;
        let are = |source: fn(u32) -> Source| members.iter().zip(0..).all(|((_, of), at)| *of == source(at));
        if let Some(before) = before.filter(|before| before.len() == members.len() && are(Source::Before)) {
            return Arc::clone(before);
        }
        if read.len() == members.len() {
            read.sort(&members, dimensions);
            return Arc::new(read);
        }
        let mut block = Block::with_room(members.len(), dimensions);
        let vector = |source: Source| match source {
            Source::Before(at) => before?.vector(at, dimensions),
            Source::Read(at) => read.vector(at, dimensions),
        };
        members.iter().filter_map(|(_, source)| vector(*source)).for_each(|vector| block.push(vector));
        Arc::new(block)
    }
}

impl TakesVectors for Gathering<'_> {
    fn wanted(&self) -> &str {
        &self.model
    }

    /// Each list has the room that it needs from the beginning.
    fn reserve(&mut self, _: usize) {}

    fn take(&mut self, came: Row, id: DocumentId, vector: (&[i8], f32)) -> Result<(), Error> {
        if vector.0.len() != self.dimensions {
            return Err(Error::Dimensions { expected: self.dimensions, given: vector.0.len() });
        }
        let without = self.lists.len() - 1;
        let place = self.list_of.binary_search_by_key(&id, |(id, _)| *id);
        let number = place.map_or(without, |at| (self.list_of[at].1 as usize).min(without));
        let known = self.before.as_ref().and_then(|before| before.place(number, id, vector));
        let list = &mut self.lists[number];
        let source = if let Some(at) = known {
            Source::Before(at)
        } else {
            list.read.push(vector);
            Source::Read(list.read.len() as u32 - 1)
        };
        list.members.push((came, source));
        Ok(())
    }

    fn sort(&mut self, order: &[u32]) {
        let mut rows = vec![Row(0); order.len()];
        for (row, came) in (0..).map(Row).zip(order) {
            rows[*came as usize] = row;
        }
        for list in &mut self.lists {
            for (row, _) in &mut list.members {
                *row = rows[row.at()];
            }
            list.members.sort_unstable_by_key(|(row, _)| *row);
        }
    }
}

#[cfg(test)]
mod tests;
