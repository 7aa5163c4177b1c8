//! The client against a server that speaks Qdrant's protocol. Without `QDRANT_URL` that is the stand-in of the crate
//! `standin` (an exact search in memory); with it the suite runs against the real one there, too.

use std::sync::Arc;
use std::time::Duration;

use embed::{QuantizedVector, UnitVector};
use model::{AccountKey, Reader, Timestamp};
use proptest::prelude::*;
use standin::StandIn;

use super::*;
use crate::dense::{ScanIndex, VectorIndex, conformance};
use crate::testing::{document, numbers, only, store, sync};
use crate::{DocumentTable, Error, Row, Store};

const MODEL: &str = "test";

fn cluster(url: &str) -> Arc<Cluster> {
    let timeout = Duration::from_secs(5);
    let config = ClusterConfig {
        url: url.to_owned(),
        api_key: None,
        uploads: true,
        words: None,
        shards: 1,
        replicas: 1,
        timeout,
    };
    Arc::new(Cluster::new(config).unwrap())
}

/// What the store says, asked of a cluster.
fn index(store: &Store, cluster: &Arc<Cluster>) -> QdrantIndex {
    QdrantIndex::new(Arc::clone(cluster), QdrantScope::of(store, MODEL, 2).unwrap())
}

fn put_vector(store: &Store, place: usize, vector: [f32; 2]) {
    let vector = UnitVector::normalized(vector.to_vec()).unwrap().quantize();
    store.put_vector(numbers(store)[place], MODEL, vector.codes(), vector.scale()).unwrap();
}

/// A store of three documents, the second for one reader, with vectors at growing angles from the first axis.
fn three() -> Store {
    let restricted = only(&["mail:ana@x.example"], document(2, "p2", "", "b"));
    let store = store(&[document(1, "p1", "", "a"), restricted, document(3, "p3", "", "c")]);
    store.note_encoder(MODEL).unwrap();
    for (place, vector) in [[1.0, 0.1], [1.0, 0.2], [1.0, 0.3]].into_iter().enumerate() {
        put_vector(&store, place, vector);
    }
    store
}

fn send_all(store: &Store, cluster: &Cluster) -> Result<u64, Error> {
    send(store, cluster, &mut |_, _| {})
}

/// The nearest rows to the first axis.
fn nearest(store: &Store, index: &QdrantIndex, reader: &Reader) -> Result<Vec<u32>, Error> {
    let table = DocumentTable::load(store, None).unwrap();
    let mask = reader.mask(&store.audiences().unwrap());
    let question = UnitVector::normalized(vec![1.0, 0.0]).unwrap().quantize();
    let found = index.nearest(&question, 9, &table, &table.admission(mask, Timestamp::MAX))?;
    Ok(found.into_iter().map(|(row, _)| row.0).collect())
}

fn ana() -> Reader {
    Reader::owning([AccountKey::new("mail:ana@x.example").unwrap()])
}

/// Makes an index in the cluster at `url`, by way of a store's own upload.
fn make(url: &str, vectors: &[(Row, QuantizedVector)], table: &DocumentTable) -> QdrantIndex {
    let cluster = cluster(url);
    // An id by chance: a real server outlives the test.
    let names = Names::new(&Store::in_memory().unwrap().make_cluster_id().unwrap(), MODEL);
    let dimensions = vectors.first().map_or(1, |(_, vector)| vector.codes().len());
    let build = cluster.next_build(&names).unwrap();
    cluster.create(&names, build, dimensions).unwrap();
    let point = |(row, vector): &(Row, QuantizedVector)| VectorToSend {
        id: table.ids[row.at()],
        audience: table.audience[row.at()],
        at: table.last_at[row.at()],
        codes: vector.codes().to_vec(),
        scale: vector.scale(),
        container: String::new(),
        words: None,
    };
    let points: Vec<VectorToSend> = vectors.iter().map(point).collect();
    cluster.put(&names, build, &points, &[]).unwrap();
    cluster.publish(&names, Published { build, generation: 0 }).unwrap();
    let (len, names) = (vectors.len(), Some(names));
    let scope = QdrantScope { model: MODEL.to_owned(), dimensions, len, generation: 0, names };
    QdrantIndex::new(cluster, scope)
}

#[test]
fn it_does_what_every_vector_index_must() {
    let server = StandIn::start().unwrap();
    conformance::check(&move |vectors, table| Box::new(make(&server.url(), vectors, table)));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where a real server is")]
fn a_real_one_does_too() {
    let Ok(url) = std::env::var("QDRANT_URL") else {
        println!("SKIPPED: QDRANT_URL is not set");
        return;
    };
    conformance::check(&move |vectors, table| Box::new(make(&url, vectors, table)));
}

fn some_vector() -> impl Strategy<Value = QuantizedVector> {
    prop::collection::vec(-1.0_f32..1.0, 6)
        .prop_map(|values| UnitVector::normalized(values).unwrap_or_else(|_| UnitVector::zero(6)).quantize())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn it_finds_what_the_scan_finds(
        vectors in prop::collection::vec((some_vector(), any::<bool>()), 1..40),
        question in some_vector(),
        limit in 1_usize..50,
        days in 0_u32..45,
    ) {
        let documents: Vec<_> = vectors.iter().zip(1..).map(|((_, open), n)| {
            let document = document(n, "p1", "", "a");
            if *open { document } else { only(&["mail:ana@x.example"], document) }
        }).collect();
        let store = store(&documents);
        let table = DocumentTable::load(&store, None).unwrap();
        let rows: Vec<(Row, QuantizedVector)> =
            table.all().zip(vectors.iter().map(|(vector, _)| vector.clone())).collect();
        let server = StandIn::start().unwrap();
        let there = make(&server.url(), &rows, &table);
        let mut here = ScanIndex::new(MODEL, 6);
        for (row, vector) in &rows {
            here.push(*row, vector.codes(), vector.scale()).unwrap();
        }
        let as_of = document(days, "p1", "", "").last_at;
        for reader in [Reader::anyone(), ana()] {
            let admission = table.admission(reader.mask(&store.audiences().unwrap()), as_of);
            let found = there.nearest(&question, limit, &table, &admission).unwrap();
            let expected = here.nearest(&question, limit, &table, &admission).unwrap();
            prop_assert_eq!(found.len(), expected.len());
            for ((_, cosine), (_, exact)) in found.iter().zip(&expected) {
                prop_assert!((cosine - exact).abs() < 1e-5, "{} is not {}", cosine, exact);
            }
        }
    }
}

#[test]
fn a_store_is_sent_and_then_only_what_changed() {
    let (server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    assert!(matches!(nearest(&store, &index(&store, &cluster), &ana()), Err(Error::NoCollection)));
    assert_eq!(send_all(&store, &cluster).unwrap(), 3);
    let sizes: Vec<usize> = server.collections().into_iter().map(|(_, points)| points).collect();
    assert_eq!(sizes, [2, 1], "open and restricted");
    let found = index(&store, &cluster);
    assert_eq!(nearest(&store, &found, &Reader::anyone()).unwrap(), [0, 2]);
    assert_eq!(nearest(&store, &found, &ana()).unwrap(), [0, 1, 2]);
    assert!(!found.is_behind() && !store.is_sending().unwrap());
    assert_eq!(send_all(&store, &cluster).unwrap(), 0);

    // The first goes, the third becomes one reader's.
    let documents = [&["mail:ana@x.example"], &["mail:ben@x.example"]];
    let (second, third) = (document(2, "p2", "", "b"), document(3, "p3", "", "c"));
    sync(&store, &[only(documents[0], second), only(documents[1], third)]);
    put_vector(&store, 1, [1.0, 0.3]);
    store.next_generation().unwrap();
    let newer = index(&store, &cluster);
    assert_eq!(
        nearest(&store, &newer, &Reader::anyone()).unwrap(),
        [0_u32; 0],
        "rights are those of the store"
    );
    assert!(newer.is_behind());
    assert_eq!(send_all(&store, &cluster).unwrap(), 2);
    let sizes: Vec<usize> = server.collections().into_iter().map(|(_, points)| points).collect();
    assert_eq!(sizes, [0, 2]);
    assert_eq!(server.aliases().len(), 1);
    assert_eq!(nearest(&store, &index(&store, &cluster), &ana()).unwrap(), [0]);
}

#[test]
fn what_was_missed_while_it_was_down_goes_there_when_it_is_back() {
    let (mut server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    server.stop();
    assert!(matches!(send_all(&store, &cluster), Err(Error::ClusterDown)));
    server.come_back().unwrap();
    // It fails in the middle: the open collection is filled, the other is not.
    server.fail_after(Some(10));
    assert!(matches!(send_all(&store, &cluster), Err(Error::ClusterDown)));
    assert!(store.is_sending().unwrap());
    server.fail_after(None);
    send_all(&store, &cluster).unwrap();
    assert!(!store.is_sending().unwrap());
    assert_eq!(nearest(&store, &index(&store, &cluster), &ana()).unwrap(), [0, 1, 2]);
    assert_eq!(server.collections().len(), 2, "what was begun and left is gone");
}

#[test]
fn a_cluster_that_lost_everything_is_filled_anew() {
    let (server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    send_all(&store, &cluster).unwrap();
    server.lose_everything();
    assert!(matches!(nearest(&store, &index(&store, &cluster), &ana()), Err(Error::NoCollection)));
    assert_eq!(send_all(&store, &cluster).unwrap(), 3);
    assert_eq!(nearest(&store, &index(&store, &cluster), &ana()).unwrap(), [0, 1, 2]);
}

#[test]
fn a_build_from_nothing_takes_the_place_of_the_one_that_answers() {
    let (server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    send_all(&store, &cluster).unwrap();
    let before = server.collections();
    let open_since = index(&store, &cluster);
    assert_eq!(nearest(&store, &open_since, &ana()).unwrap(), [0, 1, 2]);
    store.forget_sent().unwrap();
    assert_eq!(send_all(&store, &cluster).unwrap(), 3);
    let after = server.collections();
    assert!(after.len() == 2 && after.iter().all(|one| !before.contains(one)), "{after:?}");
    assert_eq!(
        nearest(&store, &open_since, &ana()).unwrap(),
        [0, 1, 2],
        "a reader finds the new one by itself"
    );
}

#[test]
fn nothing_old_stays_when_nothing_is_left_or_another_model_comes() {
    let (server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    send_all(&store, &cluster).unwrap();
    let before = server.collections();
    store.note_encoder("other").unwrap();
    for id in numbers(&store) {
        store.put_vector(id, "other", &[127], 1.0 / 127.0).unwrap();
    }
    assert!(is_wanting(&store).unwrap());
    assert_eq!(send_all(&store, &cluster).unwrap(), 3);
    let after = server.collections();
    assert!(after.len() == 2 && after.iter().all(|one| !before.contains(one)), "{after:?}");
    sync(&store, &[]);
    store.forget_sent().unwrap();
    assert!(is_wanting(&store).unwrap(), "what was erased lies there still");
    send_all(&store, &cluster).unwrap();
    assert_eq!((server.collections(), server.aliases()), (vec![], vec![]));
    assert!(!is_wanting(&store).unwrap());
}

#[test]
fn every_interruption_is_survived() {
    // Whichever call is the last that succeeds, the next upload ends well.
    for calls in 0..18 {
        let (server, store) = (StandIn::start().unwrap(), three());
        let cluster = cluster(&server.url());
        server.fail_after(Some(calls));
        let _ = send_all(&store, &cluster);
        server.fail_after(None);
        send_all(&store, &cluster).unwrap();
        assert_eq!(nearest(&store, &index(&store, &cluster), &ana()).unwrap(), [0, 1, 2], "{calls}");
        assert_eq!((server.collections().len(), server.aliases().len()), (2, 1), "{calls}");
    }
}

#[test]
fn nobody_waits_for_a_cluster_that_is_gone() {
    let (mut server, store) = (StandIn::start().unwrap(), three());
    let cluster = cluster(&server.url());
    send_all(&store, &cluster).unwrap();
    let found = index(&store, &cluster);
    nearest(&store, &found, &ana()).unwrap();
    server.stop();
    for _ in 0..3 {
        assert!(matches!(nearest(&store, &found, &ana()), Err(Error::ClusterDown)));
    }
    assert!(cluster.is_down(), "after three failures it is left alone");
    server.come_back().unwrap();
    let calls = server.calls();
    assert!(matches!(nearest(&store, &found, &ana()), Err(Error::ClusterDown)));
    assert_eq!(server.calls(), calls, "nobody asks");
    send_all(&store, &cluster).unwrap();
    assert_eq!(
        nearest(&store, &found, &ana()).unwrap(),
        [0, 1, 2],
        "an upload that works closes the circuit"
    );
}

#[test]
fn two_stores_share_a_cluster_and_never_meet() {
    let server = StandIn::start().unwrap();
    let cluster = cluster(&server.url());
    let (one, other) = (three(), three());
    send_all(&one, &cluster).unwrap();
    put_vector(&other, 0, [-1.0, 0.0]);
    send_all(&other, &cluster).unwrap();
    assert_eq!(server.collections().len(), 4);
    assert_eq!(nearest(&one, &index(&one, &cluster), &ana()).unwrap(), [0, 1, 2]);
    assert_eq!(nearest(&other, &index(&other, &cluster), &ana()).unwrap(), [1, 2, 0]);
}

#[test]
fn options_that_cannot_work_are_refused() {
    let refused = |url: &str, key: Option<&str>, shards| {
        let (api_key, timeout) = (key.map(str::to_owned), Duration::from_secs(1));
        Cluster::new(ClusterConfig {
            url: url.to_owned(),
            api_key,
            uploads: true,
            words: None,
            shards,
            replicas: 1,
            timeout,
        })
        .is_err()
    };
    assert!(refused("qdrant:6334", None, 1) && refused("http://", None, 1));
    assert!(refused("http://qdrant.example:6334", Some("k"), 1), "a key in the clear");
    assert!(!refused("https://qdrant.example:6334", Some("k"), 1));
    assert!(!refused("http://localhost:6334", Some("k"), 1) && refused("http://localhost:6334", None, 0));
}
