//! The columns of all documents that ranking reads: a document is a row, rows are in order of time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use foldhash::fast::RandomState;
use model::{AudienceId, AudienceMask, DocumentId, MarkSet, PersonId, Role, RoleSet, Timestamp, Visible};

use crate::repeats::{Repeats, Writing};
use crate::store::StoredDocument;
use crate::{Error, HiddenRows};

/// Documents that are handed from the thread that reads to the one that puts in place, and how many times so many may
/// wait between them.
const BATCH: usize = 512;
const BATCHES: usize = 4;

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

/// Gives equal texts equal numbers, in the order they are first seen.
#[derive(Debug, Default)]
struct Interner(HashMap<String, u32, RandomState>);

impl Interner {
    fn number(&mut self, text: &str) -> (u32, bool) {
        if let Some(number) = self.0.get(text) {
            return (*number, false);
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(text.to_owned(), number);
        (number, true)
    }
}

/// Fills a [`DocumentTable`] row by row.
#[derive(Debug, Default)]
struct TableBuilder {
    table: DocumentTable,
    people: Interner,
    conversations: Interner,
    containers: Interner,
    repeats: Repeats,
}

impl TableBuilder {
    /// Adds the next row; rows must come by time, then number.
    fn push(&mut self, document: &StoredDocument) {
        let person = self.person(&document.person);
        let asker = document.asker.as_ref().map_or(NOBODY, |asker| self.person(asker));
        let (conversation, _) =
            self.conversations.number(&format!("{}\n{}", document.container, document.conversation));
        let (container, new_container) = self.containers.number(&document.container);
        let table = &mut self.table;
        if new_container {
            table.containers.push(document.container.clone());
        }
        let row = Row(u32::try_from(table.ids.len()).unwrap_or(u32::MAX));
        table.rows.insert(document.id, row);
        table.ids.push(document.id);
        table.person.push(person);
        table.conversation.push(conversation);
        table.container.push(container);
        table.roles.push(document.roles);
        // Who opened a conversation answers nothing in it; what they wrote can still be copied by others.
        let opened = document.roles.contains(Role::Asked) || document.roles.contains(Role::Announced);
        let repeats = document.fingerprint.map_or(MarkSet::EMPTY, |fingerprint| {
            let (first_at, last_at, audience) = (document.first_at, document.last_at, document.audience);
            self.repeats.next(Writing { fingerprint, person, conversation, first_at, last_at, audience })
        });
        table.marks.push(if opened { document.marks } else { document.marks.and(repeats) });
        table.asker.push(asker);
        table.last_at.push(document.last_at);
        let lasted = document.last_at.as_millis().saturating_sub(document.first_at.as_millis()).max(0);
        table.lasted.push(u32::try_from((lasted as u64).div_ceil(1_000)).unwrap_or(u32::MAX));
        table.audience.push(document.audience);
    }

    fn person(&mut self, id: &PersonId) -> u32 {
        let (number, new) = self.people.number(id.as_str());
        if new {
            self.table.people.push(id.clone());
        }
        number
    }

    /// Numbers people and containers by their ids: an order by first document would let documents that a
    /// reader may not read decide how ties end.
    fn finish(mut self) -> DocumentTable {
        let table = &mut self.table;
        renumber(&mut table.people, &mut [&mut table.person, &mut table.asker]);
        renumber(&mut table.containers, &mut [&mut table.container]);
        self.table
    }
}

/// Sorts names, and makes the columns of their numbers follow; [`NOBODY`] stays.
fn renumber<T: Ord>(names: &mut Vec<T>, columns: &mut [&mut Vec<u32>]) {
    let mut order: Vec<(T, u32)> = names.drain(..).zip(0..).collect();
    order.sort();
    let mut new = vec![0; order.len()];
    for ((_, old), number) in order.iter().zip(0..) {
        new[*old as usize] = number;
    }
    names.extend(order.into_iter().map(|(name, _)| name));
    for number in columns.iter_mut().flat_map(|column| column.iter_mut()).filter(|number| **number != NOBODY)
    {
        *number = new[*number as usize];
    }
}

impl DocumentTable {
    /// Reads the columns of every document that somebody may read, and hands each vector of `model` with its
    /// row to `vector`, rows ascending. One thread reads, another puts in place.
    pub fn load(
        store: &crate::Store,
        model: &str,
        vector: &mut (dyn FnMut(Row, Vec<i8>, f32) -> Result<(), Error> + Send),
    ) -> Result<Self, Error> {
        std::thread::scope(|scope| {
            let (read, documents) = sync_channel::<Vec<StoredDocument>>(BATCHES);
            let building = scope.spawn(move || {
                let mut builder = TableBuilder::default();
                for mut document in documents.into_iter().flatten() {
                    let row = Row(u32::try_from(builder.table.len()).unwrap_or(u32::MAX));
                    if let Some((codes, scale)) = document.vector.take() {
                        vector(row, codes, scale)?;
                    }
                    builder.push(&document);
                }
                Ok(builder.finish())
            });
            let mut batch = Vec::with_capacity(BATCH);
            let mut sent = Ok(());
            let reading = store.each_document(model, &mut |document| {
                batch.push(document);
                if batch.len() == BATCH && sent.is_ok() {
                    // It is only refused where putting in place has failed, which is told below.
                    sent = read.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
                }
                Ok(())
            });
            if sent.is_ok() {
                sent = read.send(batch);
            }
            drop((sent, read));
            let built = building.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            reading.and(built)
        })
    }

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

#[cfg(test)]
mod tests {
    use super::{NOBODY, renumber};

    #[test]
    fn numbers_follow_their_sorted_names() {
        let (mut names, mut column, mut other) = (vec!["c", "a", "b"], vec![0, 1, 2, 0], vec![NOBODY, 2]);
        renumber(&mut names, &mut [&mut column, &mut other]);
        assert_eq!((names, column, other), (vec!["a", "b", "c"], vec![2, 0, 1, 2], vec![NOBODY, 1]));
    }
}
