//! Words in a cluster against the lexical index here, on the same documents. The cluster is the stand-in.

use std::sync::Arc;
use std::time::Duration;

use model::{AccountKey, Document, Reader, Timestamp};
use proptest::prelude::*;
use standin::StandIn;
use text::{Language, tokens};

use super::*;
use crate::lexical::{
    FoundWords, Hit, Lexical, LexicalWriter, QueryTerm, ScoreConfig, Weighed, WriterConfig,
};
use crate::testing::{document, numbers, only, store};
use crate::{DocumentTable, Store};

const MODEL: &str = "test";

fn score(b: f32) -> ScoreConfig {
    ScoreConfig { k1: 0.9, b, posting_budget: 1_000_000, min_terms: 8 }
}

fn english() -> Language {
    Language::parse("en").unwrap()
}

fn ana() -> Reader {
    Reader::owning([AccountKey::new("mail:ana@x.example").unwrap()])
}

/// The same documents in a cluster and in a lexical index.
struct World {
    server: StandIn,
    _folder: tempfile::TempDir,
    store: Store,
    table: DocumentTable,
    here: Lexical,
    there: QdrantWords,
    b: f32,
}

impl World {
    fn new(documents: &[Document], b: f32) -> Self {
        let (server, folder, store) =
            (StandIn::start().unwrap(), tempfile::tempdir().unwrap(), store(documents));
        store.note_encoder(MODEL).unwrap();
        store.set_setting("languages", "en").unwrap();
        for id in numbers(&store) {
            store.put_vector(id, MODEL, &[127, 0], 1.0 / 127.0).unwrap();
        }
        let writer = WriterConfig { memory_bytes: 15_000_000 };
        let mut writer = LexicalWriter::open(folder.path(), &[english()], &writer).unwrap();
        let mut texts = Vec::new();
        let collect = &mut |document| {
            texts.push(document);
            Ok(())
        };
        store.each_document_to_index(collect).unwrap();
        writer.put(&texts).unwrap();
        writer.commit(1).unwrap();
        let table = DocumentTable::load(&store, None).unwrap();
        let here = Lexical::open(folder.path(), 1, &table).unwrap().unwrap();
        let config = ClusterConfig {
            url: server.url(),
            api_key: None,
            uploads: true,
            words: Some(WordsConfig { k1: 0.9, b }),
            shards: 1,
            replicas: 1,
            timeout: Duration::from_secs(5),
        };
        let cluster = Arc::new(Cluster::new(config).unwrap());
        send(&store, &cluster, &mut |_, _| {}).unwrap();
        let place = QdrantIndex::new(cluster, QdrantScope::of(&store, MODEL, 2).unwrap());
        Self { server, _folder: folder, store, table, here, there: QdrantWords::new(place), b }
    }

    fn terms(question: &str) -> Vec<QueryTerm> {
        let tokens = tokens(question, Some(english())).into_iter();
        let mut terms: Vec<QueryTerm> = tokens.map(|token| QueryTerm { token, count: 1 }).collect();
        terms.sort();
        terms.dedup();
        terms
    }

    fn there(&self, question: &str, reader: &Reader, as_of: Timestamp, limit: usize) -> FoundWords {
        let admission = self.table.admission(reader.mask(&self.store.audiences().unwrap()), as_of);
        let weighed = Weighed::by_row(&self.table, &admission, &|_| 1.0);
        let score = score(self.b);
        let wanted = WordsWanted { limit, question_weight: 2.0, containers: &[0], score: &score };
        self.there.search(&Self::terms(question), &self.table, &admission, &weighed, &wanted).unwrap()
    }

    fn here(&self, question: &str, reader: &Reader, as_of: Timestamp) -> (Vec<Hit>, f32) {
        let admission = self.table.admission(reader.mask(&self.store.audiences().unwrap()), as_of);
        let weighed = self.here.unweighed(&self.table, &admission);
        let hits =
            self.here.search(&Self::terms(question), &self.table, &admission, &weighed, &score(self.b));
        let hits = hits.unwrap();
        (hits.by_row(), hits.idf_known)
    }

    #[track_caller]
    fn agrees(&self, question: &str, reader: &Reader, as_of: Timestamp) {
        let (there, (here, known)) =
            (self.there(question, reader, as_of, 100), self.here(question, reader, as_of));
        assert!((there.idf_known - known).abs() < 1e-4, "{} is not {known}", there.idf_known);
        assert_eq!(there.hits.len(), here.len(), "{:?} {here:?}", there.hits);
        for (found, expected) in there.hits.iter().zip(&here) {
            assert_eq!(found.row, expected.row);
            let pairs = [
                (found.own, expected.own),
                (found.question, expected.question),
                (found.coverage, expected.coverage),
            ];
            for (found, expected) in pairs {
                assert!((found - expected).abs() < 2e-3 * (1.0 + expected), "{found} is not {expected}");
            }
        }
    }
}

fn some_documents() -> impl Strategy<Value = Vec<Document>> {
    let text = || {
        prop::collection::vec(prop::sample::select(vec!["pump", "valve", "gasket", "motor", "fuse"]), 0..9)
    };
    prop::collection::vec((text(), text(), prop::bool::weighted(0.7)), 1..25).prop_map(|documents| {
        let each = documents.into_iter().zip(1..).map(|((question, own, open), n)| {
            let document = document(n, &format!("p{}", n % 4), &question.join(" "), &own.join(" "));
            if open { document } else { only(&["mail:ana@x.example"], document) }
        });
        each.collect()
    })
}

const QUESTION: &str = "pump valve fuse crane";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn scores_are_those_of_the_index_here(documents in some_documents(), days in 0_u32..30) {
        let as_of = document(days, "p1", "", "").last_at;
        // Without regard to length everybody's scores agree: mean lengths are the one statistic of the build.
        let world = World::new(&documents, 0.0);
        for reader in [Reader::anyone(), ana()] {
            world.agrees(QUESTION, &reader, Timestamp::MAX);
            world.agrees(QUESTION, &reader, as_of);
        }
        World::new(&documents, 0.4).agrees(QUESTION, &Reader::anyone(), Timestamp::MAX);
    }
}

#[test]
fn what_a_reader_may_not_read_changes_nothing_in_their_answer() {
    let open: Vec<Document> = (1..9)
        .map(|n| document(n, "p1", "which pump", if n % 2 == 0 { "the valve" } else { "pump" }))
        .collect();
    let mut all = open.clone();
    // Older than the others would change their rows.
    all.extend(
        (20..40).map(|n| only(&["mail:ben@x.example"], document(n, "p2", "pump", "valve valve fuse"))),
    );
    let (without, with) = (World::new(&open, 0.4), World::new(&all, 0.4));
    for reader in [Reader::anyone(), ana()] {
        let answer = |world: &World| world.there(QUESTION, &reader, Timestamp::MAX, 5).hits;
        assert_eq!(answer(&without), answer(&with));
    }
}

#[test]
fn the_best_come_and_all_of_the_channel() {
    let documents: Vec<Document> = (1..40).map(|n| document(n, "p1", "", "pump")).collect();
    let world = World::new(&documents, 0.4);
    let found = world.there("pump", &Reader::anyone(), Timestamp::MAX, 3);
    assert_eq!(found.hits.len(), 39, "every match lies in the question's channel");
    assert_eq!(found.best(3, 2.0).len(), 3);
    assert_eq!(found.within(&[0], &world.table).len(), 39);
    assert!(found.profiles[0] > 0.0);
    assert!(found.of(crate::Row(0)).is_some() && found.of(crate::Row(99)).is_none());
}

#[test]
fn words_that_are_weighed_in_another_way_are_sent_anew() {
    let world = World::new(&[document(1, "p1", "", "pump")], 0.4);
    let before = world.server.collections();
    let again = |b, words: bool| {
        let config = ClusterConfig {
            url: world.server.url(),
            api_key: None,
            uploads: true,
            words: words.then_some(WordsConfig { k1: 0.9, b }),
            shards: 1,
            replicas: 1,
            timeout: Duration::from_secs(5),
        };
        send(&world.store, &Cluster::new(config).unwrap(), &mut |_, _| {}).unwrap()
    };
    assert_eq!((again(0.4, true), world.server.collections() == before), (0, true));
    assert_eq!((again(0.5, true), world.server.collections() == before), (1, false));
    assert_eq!((again(0.5, false), again(0.5, false)), (1, 0));
}
