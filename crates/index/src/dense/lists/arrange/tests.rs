//! Lists are made, kept, made anew and dropped as they should be, and hidden documents have no part in it.

use embed::UnitVector;

use super::*;
use crate::dense::lists::Centres;
use crate::testing::{document, numbers, only, sync};

const MODEL: &str = "m";
const WANTED: Wanted<'_> = Wanted { model: MODEL, dimensions: 8, from: 40, anew: false };

/// A made vector, all values decided by the number.
fn made(number: u64) -> QuantizedVector {
    let hash = blake3::hash(&number.to_le_bytes());
    let values = hash.as_bytes().iter().take(8).map(|byte| f32::from(*byte) - 127.5).collect();
    UnitVector::normalized(values).unwrap().quantize()
}

/// A store with documents of these days, those of `hidden` for one reader only; the vector is the day's.
fn store(days: std::ops::Range<u32>, hidden: impl Fn(u32) -> bool) -> Store {
    let store = Store::in_memory().unwrap();
    fill(&store, days, hidden);
    store
}

fn fill(store: &Store, days: std::ops::Range<u32>, hidden: impl Fn(u32) -> bool) {
    let of = |day: u32| {
        let document = document(day, "p", "", "words");
        if hidden(day) { only(&["mail:ana@x.example"], document) } else { document }
    };
    let documents: Vec<_> = days.clone().map(of).collect();
    sync(store, &documents);
    let mut ids = Vec::new();
    let note = &mut |document: crate::store::StoredDocument| {
        ids.push((document.id, document.vector.is_some()));
        Ok(())
    };
    store.each_document(MODEL, note).unwrap();
    for ((id, has_vector), day) in ids.into_iter().zip(days) {
        let vector = made(u64::from(day));
        if !has_vector {
            store.put_vector(id, MODEL, vector.codes(), vector.scale()).unwrap();
        }
    }
}

fn run(store: &Store) -> Arranged {
    arrange(store, WANTED, &|| true).unwrap()
}

fn centres(store: &Store) -> Option<Centres> {
    store.centres(MODEL, 8).unwrap()
}

#[test]
fn lists_come_with_enough_vectors_stay_while_they_do_and_go_again() {
    let store = store(0..39, |_| false);
    assert_eq!((run(&store), centres(&store)), (Arranged::None, None));
    fill(&store, 0..50, |_| false);
    assert_eq!(run(&store), Arranged::Anew { lists: 14, vectors: 50 });
    assert_eq!(store.lists().unwrap().len(), 50);
    let before = centres(&store);
    fill(&store, 0..99, |_| false);
    assert_eq!((run(&store), centres(&store)), (Arranged::Kept, before.clone()));
    assert_eq!(store.lists().unwrap().len(), 50, "what came since is searched beside the lists");
    fill(&store, 0..100, |_| false);
    assert_eq!(run(&store), Arranged::Anew { lists: 20, vectors: 100 });
    assert_ne!(centres(&store), before);
    let never = Wanted { from: 0, ..WANTED };
    assert_eq!(arrange(&store, never, &|| true).unwrap(), Arranged::None);
    assert_eq!((centres(&store), store.lists().unwrap().len()), (None, 0));
}

#[test]
fn every_vector_is_in_the_list_of_its_nearest_centre() {
    let store = store(0..60, |day| day % 3 == 0);
    assert_eq!(run(&store), Arranged::Anew { lists: 12, vectors: 60 });
    let (centres, lists) = (centres(&store).unwrap(), store.lists().unwrap());
    let check = &mut |id, _, vector: QuantizedVector| {
        assert!(lists.contains(&(id, centres.nearest(vector.codes()).unwrap())), "{id:?}");
        Ok(true)
    };
    store.each_vector(MODEL, check).unwrap();
}

#[test]
fn hidden_documents_change_neither_whether_there_are_lists_nor_where_their_centres_lie() {
    let (with, without) = (store(0..80, |day| day >= 50), store(0..50, |_| false));
    run(&with);
    run(&without);
    assert!(centres(&with).is_some());
    assert_eq!(centres(&with), centres(&without));
    // Their numbers come first, and move those of the others.
    let (with, without) = (store(0..80, |day| day < 35), store(35..80, |_| false));
    run(&with);
    run(&without);
    assert_eq!(centres(&with), centres(&without));
    let hidden = store(0..80, |day| day >= 39);
    assert_eq!(run(&hidden), Arranged::None, "they do not count");
}

#[test]
fn a_vector_that_changes_leaves_its_list_and_a_document_that_goes_too() {
    let store = store(0..50, |_| false);
    run(&store);
    let ids = numbers(&store);
    let other = made(1_000);
    store.put_vector(ids[3], MODEL, other.codes(), other.scale()).unwrap();
    assert!(!store.lists().unwrap().iter().any(|(id, _)| *id == ids[3]));
    store.put_in_list(ids[3], 2, false).unwrap();
    assert!(store.lists().unwrap().contains(&(ids[3], 2)));
    let documents: Vec<_> = (0..49).map(|day| document(day, "p", "", "words")).collect();
    sync(&store, &documents);
    assert_eq!(store.lists().unwrap().len(), 49);
}

#[test]
fn lists_are_made_anew_when_what_taught_them_is_closed_or_they_are_told_to() {
    let store = store(0..60, |_| false);
    run(&store);
    assert_eq!(run(&store), Arranged::Kept);
    // The same words, for fewer readers: the vector goes with the text and comes back.
    fill(&store, 0..60, |day| day == 7);
    let before = centres(&store);
    let again = arrange(&store, Wanted { anew: true, ..WANTED }, &|| true).unwrap();
    assert_eq!(again, Arranged::Anew { lists: 15, vectors: 60 });
    assert_ne!(centres(&store), before, "one of its teachers is not everyone's any more");
    assert_eq!(run(&store), Arranged::Kept);
    store.execute(
        "UPDATE document SET audience = 2 WHERE number = (SELECT document FROM vector_list WHERE taught)",
    );
    assert!(matches!(run(&store), Arranged::Anew { .. }));
}

#[test]
fn what_is_damaged_is_not_used_and_made_anew() {
    for damage in [
        "UPDATE vector_centre SET vector = substr(vector, 1, 5) WHERE list = 3",
        "UPDATE vector_centre SET scale = -1 WHERE list = 0",
        "DELETE FROM vector_centre WHERE list = 5",
        "DELETE FROM vector_centre",
        "UPDATE setting SET value = 'another' WHERE name = 'lists.model'",
    ] {
        let store = store(0..50, |_| false);
        run(&store);
        let before = centres(&store);
        store.execute(damage);
        assert_eq!(centres(&store), None, "{damage}");
        assert!(matches!(run(&store), Arranged::Anew { .. }), "{damage}");
        assert_eq!(centres(&store), before, "the same vectors give the same lists");
    }
}

#[test]
fn whoever_stops_it_or_kills_it_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let store = Store::open(&path).unwrap();
    fill(&store, 0..50, |_| false);
    let asked = std::cell::Cell::new(0);
    let some = || {
        asked.set(asked.get() + 1);
        asked.get() < 70
    };
    assert_eq!(arrange(&store, WANTED, &some).unwrap(), Arranged::Stopped);
    assert_eq!((centres(&store), store.lists().unwrap().len()), (None, 0));
    run(&store);
    let before = (centres(&store), store.lists().unwrap());
    // A process that is killed closes nothing and ends no transaction.
    store.begin().unwrap();
    store.drop_lists().unwrap();
    drop(store);
    let store = Store::open(&path).unwrap();
    assert_eq!((centres(&store), store.lists().unwrap()), before);
}
