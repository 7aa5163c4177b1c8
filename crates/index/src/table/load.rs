//! Reading the columns from the store: as they lie there, then put in order, for SQLite would sort all columns and
//! vectors.

use std::collections::HashMap;
use std::sync::mpsc::sync_channel;

use foldhash::fast::RandomState;
use model::{AudienceId, DocumentId, Fingerprint, MarkSet, PersonId, Role, RoleSet, Timestamp};

use super::{DocumentTable, NOBODY, Row};
use crate::dense::ScanIndex;
use crate::repeats::{Repeats, Writing};
use crate::store::StoredDocument;
use crate::threads::joined;
use crate::{Error, Store};

/// Documents that are handed from the thread that reads to the one that puts in place, and how many times so many may
/// wait between them.
const BATCH: usize = 512;
const BATCHES: usize = 4;

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

/// Where the vectors go that are read with the columns.
pub(crate) trait TakesVectors: Send + std::fmt::Debug {
    /// The model whose vectors are wanted.
    fn wanted(&self) -> &str;

    /// Makes room, if it is not known already how much is needed: for at most so many vectors.
    fn reserve(&mut self, vectors: usize);

    /// Takes the vector of the document that came as that number, instead of a row that is not known yet.
    ///
    /// # Errors
    /// [`Error::Dimensions`] for a vector of another length.
    fn take(&mut self, came: Row, id: DocumentId, vector: (&[i8], f32)) -> Result<(), Error>;

    /// Gives every vector its row instead of that number; `order` has those numbers in order of rows.
    fn sort(&mut self, order: &[u32]);
}

/// Gives conversations numbers, in the order they are first seen. Keeps hashes of their names: the names of all
/// conversations would take three times the memory, and nobody finds two names with one hash of 128 bits.
#[derive(Debug, Default)]
struct ConversationNumbers(HashMap<u128, u32, RandomState>);

impl ConversationNumbers {
    fn number(&mut self, container: &str, conversation: &str) -> u32 {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(container.len() as u64).to_le_bytes());
        hasher.update(container.as_bytes());
        hasher.update(conversation.as_bytes());
        let mut hash = [0; 16];
        hasher.finalize_xof().fill(&mut hash);
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(u128::from_le_bytes(hash)).or_insert(next)
    }
}

/// A document whose row is not known yet; people, conversation and container by number.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    id: DocumentId,
    person: u32,
    asker: u32,
    conversation: u32,
    container: u32,
    roles: RoleSet,
    marks: MarkSet,
    fingerprint: Option<Fingerprint>,
    first_at: Timestamp,
    last_at: Timestamp,
    audience: AudienceId,
}

/// Makes a [`DocumentTable`] of documents that come in any order.
#[derive(Debug, Default)]
struct TableBuilder {
    waiting: Vec<Waiting>,
    people: Vec<PersonId>,
    containers: Vec<String>,
    person_numbers: Interner,
    conversation_numbers: ConversationNumbers,
    container_numbers: Interner,
}

impl TableBuilder {
    fn push(&mut self, document: &StoredDocument) {
        let person = self.person(&document.person);
        let asker = document.asker.as_ref().map_or(NOBODY, |asker| self.person(asker));
        let conversation = self.conversation_numbers.number(&document.container, &document.conversation);
        let (container, new_container) = self.container_numbers.number(&document.container);
        if new_container {
            self.containers.push(document.container.clone());
        }
        self.waiting.push(Waiting {
            id: document.id,
            person,
            asker,
            conversation,
            container,
            roles: document.roles,
            marks: document.marks,
            fingerprint: document.fingerprint,
            first_at: document.first_at,
            last_at: document.last_at,
            audience: document.audience,
        });
    }

    fn person(&mut self, id: &PersonId) -> u32 {
        let (number, new) = self.person_numbers.number(id.as_str());
        if new {
            self.people.push(id.clone());
        }
        number
    }
}

/// The numbers of the documents, as they came, in the order of their rows.
fn order_of(documents: &[Waiting]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(documents.len()).collect();
    order.sort_unstable_by_key(|at| {
        let document = &documents[*at as usize];
        (document.last_at, document.id)
    });
    order
}

/// What each document shows, with what only other documents tell of it.
fn marks_of(documents: &[Waiting], order: &[u32]) -> Vec<MarkSet> {
    let mut repeats = Repeats::default();
    let of = |at: &u32| {
        let Waiting { person, conversation, roles, marks, fingerprint, first_at, last_at, audience, .. } =
            documents[*at as usize];
        let repeated = fingerprint.map_or(MarkSet::EMPTY, |fingerprint| {
            repeats.next(Writing { fingerprint, person, conversation, first_at, last_at, audience })
        });
        // Who opened a conversation answers nothing in it; what they wrote can still be copied by others.
        let opened = roles.contains(Role::Asked) || roles.contains(Role::Announced);
        if opened { marks } else { marks.and(repeated) }
    };
    order.iter().map(of).collect()
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
    /// Reads the columns of every document that somebody may read, and into `vectors`, if given, the vectors of its
    /// model. One thread reads, another puts in place. Takes some 200 bytes a document for as long as it runs.
    ///
    /// # Errors
    /// What the store says; [`Error::Dimensions`] for a vector of another length.
    pub fn load(store: &Store, vectors: Option<&mut ScanIndex>) -> Result<Self, Error> {
        Self::load_into(store, vectors.map(|scan| -> &mut dyn TakesVectors { scan }))
    }

    /// The same with vectors that go anywhere.
    pub(crate) fn load_into(store: &Store, vectors: Option<&mut dyn TakesVectors>) -> Result<Self, Error> {
        // No model has an empty id: then the vectors stay where they are.
        let model = vectors.as_ref().map_or(String::new(), |vectors| vectors.wanted().to_owned());
        let count = store.documents()?;
        std::thread::scope(|scope| {
            let (read, documents) = sync_channel::<Vec<StoredDocument>>(BATCHES);
            let building = scope.spawn(move || build(documents.into_iter().flatten(), count, vectors));
            let mut batch = Vec::with_capacity(BATCH);
            let mut sent = Ok(());
            let reading = store.each_document_as_it_lies(&model, &mut |document| {
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
            let built = joined(building);
            reading.and(built)
        })
    }

    /// All columns but the marks. People and containers are numbered by their ids: an order by first document would
    /// let documents that a reader may not read decide how ties end.
    fn without_marks(
        documents: &[Waiting],
        order: &[u32],
        people: Vec<PersonId>,
        containers: Vec<String>,
    ) -> Self {
        let mut table = Self { people, containers, ..Self::with_room(order.len()) };
        for (row, at) in (0..).map(Row).zip(order) {
            table.push(row, &documents[*at as usize]);
        }
        renumber(&mut table.people, &mut [&mut table.person, &mut table.asker]);
        renumber(&mut table.containers, &mut [&mut table.container]);
        table
    }

    fn with_room(rows: usize) -> Self {
        Self {
            ids: Vec::with_capacity(rows),
            person: Vec::with_capacity(rows),
            conversation: Vec::with_capacity(rows),
            container: Vec::with_capacity(rows),
            roles: Vec::with_capacity(rows),
            asker: Vec::with_capacity(rows),
            last_at: Vec::with_capacity(rows),
            lasted: Vec::with_capacity(rows),
            audience: Vec::with_capacity(rows),
            rows: HashMap::with_capacity_and_hasher(rows, RandomState::default()),
            ..Self::default()
        }
    }

    /// Adds the next row but for its marks.
    fn push(&mut self, row: Row, document: &Waiting) {
        self.rows.insert(document.id, row);
        self.ids.push(document.id);
        self.person.push(document.person);
        self.conversation.push(document.conversation);
        self.container.push(document.container);
        self.roles.push(document.roles);
        self.asker.push(document.asker);
        self.last_at.push(document.last_at);
        let lasted = document.last_at.as_millis().saturating_sub(document.first_at.as_millis()).max(0);
        self.lasted.push(u32::try_from((lasted as u64).div_ceil(1_000)).unwrap_or(u32::MAX));
        self.audience.push(document.audience);
    }
}

fn build(
    documents: impl Iterator<Item = StoredDocument>,
    count: usize,
    mut vectors: Option<&mut dyn TakesVectors>,
) -> Result<DocumentTable, Error> {
    // Growing would hold all of them twice, for a moment.
    let mut builder = TableBuilder { waiting: Vec::with_capacity(count), ..TableBuilder::default() };
    if let Some(vectors) = vectors.as_mut() {
        vectors.reserve(count);
    }
    for (came, mut document) in (0..).map(Row).zip(documents) {
        if let (Some(vectors), Some((codes, scale))) = (vectors.as_mut(), document.vector.take()) {
            vectors.take(came, document.id, (&codes, scale))?;
        }
        builder.push(&document);
    }
    // What gave the numbers goes here, before more is made.
    let TableBuilder { waiting, people, containers, .. } = { builder };
    let order = order_of(&waiting);
    // Beside each other: none needs the others, and whoever starts a server waits for all.
    Ok(std::thread::scope(|scope| {
        let marks = scope.spawn(|| marks_of(&waiting, &order));
        let sorting = vectors.map(|vectors| scope.spawn(|| vectors.sort(&order)));
        let mut table = DocumentTable::without_marks(&waiting, &order, people, containers);
        table.marks = joined(marks);
        sorting.map(joined);
        table
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{document, numbers, store};

    #[test]
    fn numbers_follow_their_sorted_names() {
        let (mut names, mut column, mut other) = (vec!["c", "a", "b"], vec![0, 1, 2, 0], vec![NOBODY, 2]);
        renumber(&mut names, &mut [&mut column, &mut other]);
        assert_eq!((names, column, other), (vec!["a", "b", "c"], vec![2, 0, 1, 2], vec![NOBODY, 1]));
    }

    #[test]
    fn rows_are_by_time_however_the_documents_lie_and_vectors_follow_them() {
        let days = [5, 2, 9, 2, 7, 1];
        let documents: Vec<_> = (0..)
            .zip(days)
            .map(|(n, day)| model::Document {
                last_at: Timestamp::from_millis(day * 86_400_000),
                ..document(n, &format!("p:{}", 9 - n), "", "words")
            })
            .collect();
        let store = store(&documents);
        let ids = numbers(&store);
        // One has no vector, and one has one of another model.
        for (place, model) in [(0, "m"), (1, "m"), (2, "m"), (3, "other"), (5, "m")] {
            store.put_vector(ids[place], model, &[place as i8, 1], 0.5 + place as f32).unwrap();
        }
        let mut vectors = ScanIndex::new("m", 2);
        let table = DocumentTable::load(&store, Some(&mut vectors)).unwrap();
        let by_time = [5, 1, 3, 0, 4, 2];
        assert_eq!(table.ids, by_time.map(|place| ids[place]));
        assert!(by_time.iter().zip(0..).all(|(place, row)| table.row(ids[*place]) == Some(Row(row))));
        let people: Vec<&str> =
            table.person.iter().map(|number| table.people[*number as usize].as_str()).collect();
        assert_eq!(people, by_time.map(|place| format!("p:{}", 9 - place)));
        assert_eq!(vectors.rows, [0, 1, 3, 5].map(Row));
        assert_eq!(vectors.codes, [5, 1, 1, 1, 0, 1, 2, 1]);
        assert_eq!(vectors.scales, [5.5, 1.5, 0.5, 2.5]);
        assert_eq!(DocumentTable::load(&store, None).unwrap().ids, table.ids);
    }

    #[test]
    fn a_vector_of_another_length_is_refused() {
        let store = store(&[document(1, "p:a", "", "words")]);
        store.put_vector(numbers(&store)[0], "m", &[1, 2, 3], 1.0).unwrap();
        let refused = DocumentTable::load(&store, Some(&mut ScanIndex::new("m", 2)));
        assert!(matches!(refused, Err(Error::Dimensions { expected: 2, given: 3 })));
    }
}
