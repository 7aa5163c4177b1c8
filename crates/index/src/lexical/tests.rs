//! What the lexical side finds, scores and keeps apart.

use std::path::Path;
use std::sync::Arc;

use model::{AccountKey, Document, Reader, Timestamp};
use proptest::prelude::*;
use text::{Language, tokens};

use super::{Hits, Lexical, LexicalWriter, QueryTerm, ScoreConfig, WriterConfig, built_for};
use crate::testing::{document, only, store};
use crate::{Admission, DocumentTable, HiddenRows, Row, Store};

const WRITER: WriterConfig = WriterConfig { memory_bytes: 15_000_000 };
const SCORE: ScoreConfig = ScoreConfig { k1: 0.9, b: 0.4, posting_budget: 1_000_000, min_terms: 8 };

struct World {
    _folder: tempfile::TempDir,
    store: Store,
    table: DocumentTable,
    lexical: Lexical,
}

fn english() -> Language {
    Language::parse("en").unwrap()
}

fn build(store: &Store, folder: &Path, generation: u64) {
    let mut writer = LexicalWriter::open(folder, &[english()], &WRITER).unwrap();
    let mut documents = Vec::new();
    let collect = &mut |document| {
        documents.push(document);
        Ok(())
    };
    store.each_document_to_index(collect).unwrap();
    writer.put(&documents).unwrap();
    writer.commit(generation).unwrap();
}

impl World {
    fn new(documents: &[Document]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store(documents);
        build(&store, folder.path(), 1);
        let table = DocumentTable::load(&store, None).unwrap();
        let lexical = Lexical::open(folder.path(), 1, &table).unwrap().unwrap();
        Self { _folder: folder, store, table, lexical }
    }

    fn ask(&self, question: &str, reader: &Reader, as_of: Timestamp) -> Hits<'_> {
        let mut terms: Vec<QueryTerm> = tokens(question, Some(english()))
            .into_iter()
            .map(|token| QueryTerm { token, count: 1 })
            .collect();
        terms.sort();
        terms.dedup();
        let mask = reader.mask(&self.store.audiences().unwrap());
        self.search(&terms, &self.table.admission(mask, as_of))
    }

    fn search(&self, terms: &[QueryTerm], admission: &Admission) -> Hits<'_> {
        let weighed = self.lexical.weigh(&self.table, admission, &|_| 1.0);
        self.lexical.search(terms, &self.table, admission, &weighed, &SCORE).unwrap()
    }

    /// What anyone is answered: who, and with which scores.
    fn anyone(&self, question: &str) -> Vec<(String, f32, f32, f32)> {
        let hits = self.ask(question, &Reader::anyone(), Timestamp::MAX);
        let person = |row: crate::Row| self.table.people[self.table.person[row.at()] as usize].to_string();
        hits.by_row().iter().map(|hit| (person(hit.row), hit.own, hit.question, hit.coverage)).collect()
    }
}

fn people(found: &[(String, f32, f32, f32)]) -> Vec<&str> {
    found.iter().map(|(person, ..)| person.as_str()).collect()
}

#[test]
fn both_fields_are_found_and_the_rarer_word_weighs_more() {
    let world = World::new(&[
        document(1, "p1", "how do I rotate keys?", "use the console"),
        document(2, "p2", "printer broken", "rotate the paper tray"),
        document(3, "p3", "printer on fire", "call the printer people"),
    ]);
    let found = world.anyone("rotating a key");
    assert_eq!(people(&found), ["p1", "p2"]);
    assert!(found[0].2 > 0.0 && found[0].1 == 0.0, "the question field alone matched");
    assert!(found[0].3 > found[1].3, "two words of the question cover more than one");
}

#[test]
fn bm25_is_the_textbook_formula() {
    // One field of four tokens in each of two documents: the mean length is the length, so the norm is k1.
    let world = World::new(&[
        document(1, "p1", "", "quorum quorum ledger replica"),
        document(2, "p2", "", "ledger replica shard snapshot"),
    ]);
    let found = world.anyone("quorum");
    let idf = (1.0_f32 + (2.0 - 1.0 + 0.5) / (1.0 + 0.5)).ln();
    let expected = idf * 2.0 * 1.9 / (2.0 + 0.9);
    assert!((found[0].1 - expected).abs() < 1e-5, "{} is not {expected}", found[0].1);
}

#[test]
fn a_word_that_nobody_wrote_lowers_the_coverage() {
    let world = World::new(&[document(1, "p1", "", "ledger replica shard")]);
    let hits = world.ask("ledger zeppelin", &Reader::anyone(), Timestamp::MAX);
    assert!(hits.idf_known < 0.5 && hits.by_row()[0].coverage < 0.5);
}

#[test]
fn only_documents_older_than_the_question_are_found() {
    let world = World::new(&[document(1, "p1", "", "ledger"), document(2, "p2", "", "ledger")]);
    let second_day = world.table.last_at[1];
    assert_eq!(world.ask("ledger", &Reader::anyone(), second_day).by_row().len(), 1);
}

#[test]
fn a_reader_finds_what_names_them_and_nobody_else_does() {
    let world = World::new(&[
        document(1, "p1", "", "ledger"),
        only(&["mail:ana@x.example"], document(2, "p2", "", "ledger")),
    ]);
    let ana = Reader::owning([AccountKey::new("mail:ana@x.example").unwrap()]);
    let bo = Reader::owning([AccountKey::new("mail:bo@x.example").unwrap()]);
    assert_eq!(world.ask("ledger", &ana, Timestamp::MAX).by_row().len(), 2);
    assert_eq!(world.ask("ledger", &bo, Timestamp::MAX).by_row().len(), 1);
    assert_eq!(world.ask("ledger", &Reader::anyone(), Timestamp::MAX).by_row().len(), 1);
}

#[test]
fn an_index_of_another_generation_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&[document(1, "p1", "", "ledger")]);
    let table = DocumentTable::load(&store, None).unwrap();
    assert_eq!(built_for(folder.path()), None);
    assert!(Lexical::open(folder.path(), 1, &table).unwrap().is_none());
    build(&store, folder.path(), 1);
    assert_eq!(built_for(folder.path()), Some(1));
    assert!(Lexical::open(folder.path(), 2, &table).unwrap().is_none());
    assert!(Lexical::open(folder.path(), 1, &table).unwrap().is_some());
}

#[test]
fn a_broken_index_counts_as_none_and_can_be_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&[document(1, "p1", "", "ledger")]);
    build(&store, folder.path(), 1);
    fs_err::write(folder.path().join("public/meta.json"), "{").unwrap();
    assert_eq!(built_for(folder.path()), None);
    LexicalWriter::create(folder.path(), &[english()], &WRITER).unwrap().commit(2).unwrap();
    assert_eq!(built_for(folder.path()), Some(2));
}

#[test]
fn a_document_that_is_put_again_replaces_itself_even_across_partitions() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&[document(1, "p1", "", "ledger")]);
    build(&store, folder.path(), 1);
    crate::testing::sync(&store, &[only(&["mail:ana@x.example"], document(1, "p1", "", "replica"))]);
    build(&store, folder.path(), 2);
    let table = DocumentTable::load(&store, None).unwrap();
    let lexical = Lexical::open(folder.path(), 2, &table).unwrap().unwrap();
    let world = World { _folder: folder, store, table, lexical };
    let ana = Reader::owning([AccountKey::new("mail:ana@x.example").unwrap()]);
    assert!(world.anyone("ledger replica").is_empty());
    assert_eq!(world.ask("replica", &ana, Timestamp::MAX).by_row().len(), 1);
    assert!(world.ask("ledger", &ana, Timestamp::MAX).by_row().is_empty());
}

#[test]
fn without_a_document_it_is_as_if_it_had_never_been_written() {
    let all = [document(1, "p1", "ledger", "replica"), document(2, "p2", "ledger shard", "ledger lease")];
    let never = [all[0].clone(), document(3, "p3", "", "shard")];
    let (with, without) = (World::new(&[never.as_slice(), &all[1..]].concat()), World::new(&never));
    let terms = ["ledger", "shard"].map(|token| QueryTerm { token: token.to_owned(), count: 1 });
    let mask = Reader::anyone().mask(&with.store.audiences().unwrap());
    let whole = with.table.admission(mask, Timestamp::MAX);
    let hidden = Arc::new(HiddenRows::of([Row(1)]));
    let left_out = [whole.clone().without_documents(vec![Row(1)]), whole.hiding(&hidden)];
    let hits = |world: &World, admission: &Admission| {
        let scores = world.search(&terms, admission).by_row();
        scores.iter().map(|hit| (hit.own, hit.question, hit.coverage)).collect::<Vec<_>>()
    };
    let mask = Reader::anyone().mask(&without.store.audiences().unwrap());
    let never = hits(&without, &without.table.admission(mask, Timestamp::MAX));
    // Left out for one question, or hidden by whom it credits.
    for admission in left_out.iter().chain([&left_out[0].clone().hiding(&hidden)]) {
        assert_eq!(hits(&with, admission), never);
    }
}

#[test]
fn documents_are_found_by_all_of_their_tokens_whoever_may_read_them() {
    let all = [
        document(1, "p1", "ledger", "replica"),
        only(&["mail:ana@x.example"], document(2, "p2", "ledger", "replica shard")),
    ];
    let world = World::new(&all);
    let holding = |tokens: &[&str]| {
        let tokens: Vec<String> = tokens.iter().map(|token| (*token).to_owned()).collect();
        let mask = Reader::anyone().mask(&world.store.audiences().unwrap());
        let admission = world.table.admission(mask, Timestamp::MAX);
        let admitted = world.lexical.admitted_holding(&tokens, &world.table, &admission).unwrap();
        (world.lexical.rows_holding(&tokens).unwrap().len(), admitted.len())
    };
    assert_eq!(holding(&["ledger", "replica"]), (2, 1));
    assert_eq!(holding(&["ledger", "shard"]), (1, 0));
    assert_eq!(holding(&["ledger", "lease"]), (0, 0));
    assert_eq!(holding(&[]), (0, 0));
}

const WORDS: [&str; 8] = ["ledger", "replica", "shard", "quorum", "snapshot", "cursor", "lease", "epoch"];

fn words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 1..8).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Non-interference (Büttcher & Clarke 2005): what a reader may not read changes no score, no order and
    /// no coverage of theirs, to the last bit.
    #[test]
    fn hidden_documents_change_nothing(
        public in prop::collection::vec(words(), 1..6),
        hidden in prop::collection::vec(words(), 1..6),
        question in words(),
    ) {
        let open = (1..).zip(&public).map(|(n, text)| document(n, &format!("p{n}"), text, text));
        let closed = (100..).zip(&hidden).map(|(n, text)| {
            only(&["mail:ana@x.example"], document(n, &format!("h{n}"), text, text))
        });
        let without = World::new(&open.clone().collect::<Vec<_>>());
        let with = World::new(&open.chain(closed).collect::<Vec<_>>());
        prop_assert_eq!(without.anyone(&question), with.anyone(&question));
        let bo = Reader::owning([AccountKey::new("mail:bo@x.example").unwrap()]);
        let (a, b) = (without.ask(&question, &bo, Timestamp::MAX), with.ask(&question, &bo, Timestamp::MAX));
        prop_assert_eq!(a.by_row(), b.by_row());
        let profiles = |world: &World, hits: &Hits<'_>| {
            let people = world.table.people.iter().map(ToString::to_string).zip(hits.profiles.clone());
            people.filter(|(_, score)| *score > 0.0).collect::<Vec<_>>()
        };
        prop_assert_eq!(profiles(&without, &a), profiles(&with, &b));
        prop_assert_eq!((a.idf_total, a.idf_known), (b.idf_total, b.idf_known));
    }
}

#[test]
fn a_file_that_nobody_knows_of_is_in_nobodys_way() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store(&[document(1, "p1", "question", "answer")]));
    build(&store, folder.path(), 1);
    let public = folder.path().join(super::fields::PUBLIC);
    let names = fs_err::read_dir(&public).unwrap().map(|entry| entry.unwrap().file_name());
    let terms = { names }.find_map(|name| Some(name.to_str()?.strip_suffix(".term")?.to_owned())).unwrap();
    // What a power cut left of a commit: the file, and no note of it.
    for deleted in 1..40 {
        fs_err::write(public.join(format!("{terms}.{deleted}.del")), "half").unwrap();
    }
    build(&store, folder.path(), 2);
    assert_eq!(built_for(folder.path()), Some(2));
}

#[test]
fn an_index_that_lacks_a_file_is_none() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store(&[document(1, "p1", "question", "answer")]));
    build(&store, folder.path(), 1);
    assert_eq!(built_for(folder.path()), Some(1));
    let public = folder.path().join(super::fields::PUBLIC);
    let terms = fs_err::read_dir(&public).unwrap().map(|entry| entry.unwrap().path());
    let terms = { terms }.find(|path| path.extension().is_some_and(|end| end == "term")).unwrap();
    fs_err::remove_file(terms).unwrap();
    assert_eq!(built_for(folder.path()), None);
}
