//! What shares memory with the snapshot before is what reading everything anew makes.

use std::collections::BTreeMap;

use embed::{QuantizedVector, UnitVector};
use model::{AccountKey, Document, Reader, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::dense::VectorIndex as _;
use crate::dense::lists::Centres;
use crate::testing::{document, numbers, only, store, sync};
use crate::{Row, Store};

const OWNER: &str = "mail:ana@x.example";
const MODEL: &str = "m";

fn unit(values: [f32; 3]) -> QuantizedVector {
    UnitVector::normalized(values.to_vec()).unwrap().quantize()
}

/// A document of a made world, by the number of its conversation.
#[derive(Debug, Clone)]
struct Made {
    /// Its time, which need not follow its number.
    day: i64,
    /// Whose it is: people are erased and merged.
    person: u8,
    hidden: bool,
    values: [f32; 3],
    /// In none beyond the last list.
    list: u32,
    /// One that was not encoded yet.
    encoded: bool,
}

/// What happens between two snapshots.
#[derive(Debug, Clone)]
enum Change {
    /// A document is added or becomes another one.
    Put(u32, Made),
    Remove(u32),
    /// Who may read it changes, and nothing else.
    Rights(u32, bool),
    /// Everything of one person becomes another's.
    Merge(u8, u8),
    Erase(u8),
    /// There are so many lists now, and all documents lie in other ones.
    Arrange(u32),
}

fn made() -> impl Strategy<Value = Made> {
    let value = || (-20_i8..=20).prop_map(|value| f32::from(value) + 0.5);
    let one = (0_i64..12, 0_u8..4, any::<bool>(), [value(), value(), value()], 0_u32..6, 0_u8..8);
    one.prop_map(|(day, person, hidden, values, list, encoded)| Made {
        day,
        person,
        hidden,
        values,
        list,
        encoded: encoded > 0,
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (0_u32..24, made()).prop_map(|(n, made)| Change::Put(n, made)),
        2 => (0_u32..24).prop_map(Change::Remove),
        2 => (0_u32..24, any::<bool>()).prop_map(|(n, hidden)| Change::Rights(n, hidden)),
        1 => (0_u8..4, 0_u8..4).prop_map(|(from, to)| Change::Merge(from, to)),
        1 => (0_u8..4).prop_map(Change::Erase),
        1 => (1_u32..5).prop_map(Change::Arrange),
    ]
}

/// A store, and what is to be in it.
struct World {
    store: Store,
    documents: BTreeMap<u32, Made>,
    lists: u32,
}

impl World {
    fn new() -> Self {
        Self { store: store(&[]), documents: BTreeMap::new(), lists: 4 }
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(n, made) => drop(self.documents.insert(*n, made.clone())),
            Change::Remove(n) => drop(self.documents.remove(n)),
            Change::Rights(n, hidden) => {
                if let Some(made) = self.documents.get_mut(n) {
                    made.hidden = *hidden;
                }
            }
            Change::Merge(from, to) => {
                self.documents
                    .values_mut()
                    .filter(|made| made.person == *from)
                    .for_each(|made| made.person = *to);
            }
            Change::Erase(person) => self.documents.retain(|_, made| made.person != *person),
            Change::Arrange(lists) => self.lists = *lists,
        }
    }

    /// Writes all of it, with vectors and lists.
    fn write(&self) {
        let of = |(n, made): (&u32, &Made)| {
            let at = Timestamp::from_millis(1_767_225_600_000 + made.day * 86_400_000);
            let open = Document {
                first_at: at,
                last_at: at,
                ..document(*n, &format!("p{}", made.person), "", "words")
            };
            if made.hidden { only(&[OWNER], open) } else { open }
        };
        sync(&self.store, &self.documents.iter().map(of).collect::<Vec<_>>());
        let mut centres = Centres::new(3);
        for values in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.5], [0.0, 0.0, 1.0]] {
            let _ = centres.len() < self.lists as usize && centres.push(&unit(values));
        }
        self.store.put_centres(MODEL, &centres, 1).unwrap();
        let number = |conversation: &str| self.documents.get(&conversation.rsplit('/').next()?.parse().ok()?);
        let mut all = Vec::new();
        let mut visit = |stored: crate::store::StoredDocument| {
            all.push((stored.id, number(&stored.conversation).unwrap()));
            Ok(())
        };
        self.store.each_document("none", &mut visit).unwrap();
        assert_eq!(all.len(), numbers(&self.store).len());
        for (id, made) in all.into_iter().filter(|(_, made)| made.encoded) {
            let vector = unit(made.values);
            self.store.put_vector(id, MODEL, vector.codes(), vector.scale()).unwrap();
            if made.list < self.lists {
                self.store.put_in_list(id, made.list, false).unwrap();
            }
        }
    }

    /// Opens it as a snapshot does, after the one before, if that is given.
    fn open(&self, before: Option<&(DocumentTable, ListsIndex)>) -> (DocumentTable, ListsIndex) {
        let centres = self.store.centres(MODEL, 3).unwrap().unwrap();
        let before = before.map(|(table, index)| (index, table));
        let mut lists = Gathering::new((MODEL, 3), centres.len(), self.store.lists().unwrap(), before);
        let table = DocumentTable::load_into(&self.store, Some(&mut lists)).unwrap();
        let index = ListsIndex::gathered(lists, centres, &table);
        (table, index)
    }

    /// What each reader finds: documents and cosines.
    fn found(&self, (table, index): &(DocumentTable, ListsIndex)) -> Vec<Vec<(DocumentId, u32)>> {
        let owner = Reader::owning([AccountKey::new(OWNER).unwrap()]);
        let audiences = self.store.audiences().unwrap();
        let mut all = Vec::new();
        for reader in [Reader::anyone(), owner] {
            for values in [[0.8, 0.5, 0.1], [-0.3, 0.2, 0.9]] {
                let admission = table.admission(reader.mask(&audiences), Timestamp::MAX);
                let found = index.nearest(&unit(values), 5, table, &admission).unwrap();
                all.push(
                    found.into_iter().map(|(row, cosine)| (table.ids[row.at()], cosine.to_bits())).collect(),
                );
            }
        }
        all
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_shared_is_what_would_be_read(
        first in prop::collection::vec(made(), 0..24),
        steps in prop::collection::vec(prop::collection::vec(change(), 0..4), 1..8),
    ) {
        let mut world = World::new();
        world.documents.extend((0..).zip(first));
        world.write();
        let mut before = world.open(None);
        for changes in steps {
            for change in &changes {
                world.apply(change);
            }
            world.write();
            let (next, fresh) = (world.open(Some(&before)), world.open(None));
            prop_assert_eq!(&next.1.rows, &fresh.1.rows);
            prop_assert_eq!(&next.1.audiences, &fresh.1.audiences);
            prop_assert_eq!(&next.1.ends, &fresh.1.ends);
            prop_assert!(next.1.blocks.iter().map(|block| block.parts()).eq(fresh.1.blocks.iter().map(|block| block.parts())));
            let readers: Vec<_> = next.1.rows.iter().map(|row| next.0.audience[row.at()]).collect();
            prop_assert_eq!(&next.1.audiences, &readers, "rights are those of now");
            prop_assert_eq!(world.found(&next), world.found(&fresh));
            if changes.is_empty() {
                prop_assert_eq!(next.1.shared(), next.1.blocks.len(), "nothing stands there twice");
            }
            before = next;
        }
    }
}

#[test]
fn only_the_list_that_something_joins_is_copied() {
    let mut world = World::new();
    let made = |n: u32| Made {
        day: i64::from(n),
        person: 0,
        hidden: false,
        values: [1.0, n as f32, 2.0],
        list: n % 4,
        encoded: true,
    };
    world.documents.extend((0..20).map(|n| (n, made(n))));
    world.write();
    let before = world.open(None);
    world.documents.insert(21, made(21));
    world.write();
    let next = world.open(Some(&before));
    let same: Vec<bool> =
        before.1.blocks.iter().zip(&next.1.blocks).map(|(one, other)| Arc::ptr_eq(one, other)).collect();
    assert_eq!(same, [true, false, true, true, true]);
    assert_eq!(next.1.rows.last(), Some(&Row(19)), "the last list, of 3 and so on to 19");
}

#[test]
fn a_snapshot_of_another_model_lends_nothing() {
    let mut world = World::new();
    world
        .documents
        .insert(1, Made { day: 1, person: 0, hidden: false, values: [1.0; 3], list: 0, encoded: true });
    world.write();
    let (table, index) = world.open(None);
    let other = ListsIndex { model: "other".to_owned(), ..index };
    assert_eq!(world.open(Some(&(table, other))).1.shared(), 0);
}
