//! Builds beside the one that answers: swapped in whole, gone back to, removed, and never half of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use embed::{Embedder, ModelId, StaticEmbedder, UnitVector};
use index::Store;
use model::{Reader, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::erase::{Erasure, ErasureRequest, Target};
use crate::testing::{finder_config, indexer_config};
use crate::{Detail, Finder, Indexer, IngestOptions, Search};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        place.tell(&mut place.indexer(), 1, "ana");
        place
    }

    fn data(&self) -> DataFolder {
        DataFolder::new(self.folder.path().join("data"))
    }

    fn indexer(&self) -> Indexer {
        Indexer::open(self.data(), Arc::new(StaticEmbedder::shipped().unwrap()), indexer_config()).unwrap()
    }

    /// Ingests one more question that somebody answers.
    fn tell(&self, indexer: &mut Indexer, number: u32, who: &str) {
        let record = |id: u32, author: &str, text: &str| {
            format!(
                "{{\"source\":\"desk\",\"id\":\"{number}-{id}\",\"at\":\"2026-03-{:02}T09:0{id}:00Z\",\"channel\":\"pumps\",\
                 \"conversation\":\"{number}\",\"author\":{{\"id\":\"{author}\",\"name\":\"{author}\"}},\
                 \"text\":\"{text}\",\"visibility\":\"everyone\"}}\n",
                number + 1
            )
        };
        let lines = record(1, "zoe", "Which gasket fits the old coolant pump?")
            + &record(2, who, "The green gasket fits the old coolant pump.");
        let export = self.folder.path().join("desk.jsonl");
        fs_err::write(&export, lines).unwrap();
        indexer.ingest(&[export], &IngestOptions::at(NOW), &mut |_| {}).unwrap();
    }

    fn finder(&self) -> Finder {
        let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
        Finder::open(&self.data(), Some(embedder), finder_config()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        names(&self.finder())
    }

    fn numbers(&self) -> Vec<u64> {
        self.data().kept().unwrap().iter().map(Generation::number).collect()
    }
}

fn names(finder: &Finder) -> Vec<String> {
    let question = "Which gasket fits the old coolant pump?".to_owned();
    let search =
        Search { detail: Detail::Ranking, limit: 20, ..Search::new(question, Reader::anyone(), NOW) };
    let experts = finder.search(&search).unwrap().experts.into_iter();
    let mut names: Vec<String> = experts.map(|expert| expert.name).filter(|name| name != "zoe").collect();
    names.sort();
    names
}

#[test]
fn a_build_is_swapped_in_whole_and_the_one_before_is_kept() {
    let place = Place::new();
    let old = place.finder();
    let mut indexer = place.indexer();
    let report = indexer.reindex(&mut |_| {}).unwrap();
    assert_eq!(place.data().current().unwrap().number(), report.number);
    assert_eq!(place.numbers(), [0, report.number]);
    assert!(!old.is_newest().unwrap() && place.finder().is_newest().unwrap());
    assert_eq!((names(&old), place.names()), (vec!["ana".to_owned()], vec!["ana".to_owned()]));
    assert!(place.finder().standing().generation > old.standing().generation);
    // What comes now goes into the new one.
    place.tell(&mut indexer, 2, "bob");
    assert_eq!(place.names(), ["ana", "bob"]);
    assert_eq!(names(&old), ["ana"]);
}

#[test]
fn going_back_loses_no_message_and_needs_nothing_made_if_none_came() {
    let place = Place::new();
    let mut indexer = place.indexer();
    let first = place.finder().standing().generation;
    let made = indexer.reindex(&mut |_| {}).unwrap();
    let back = indexer.roll_back(None, &mut |_| panic!("nothing has to be made")).unwrap();
    assert_eq!((back.number, back.generation, back.messages), (0, first, 0));
    assert_eq!(place.finder().standing().generation, first);
    let forth = indexer.roll_back(Some(made.number), &mut |_| {}).unwrap();
    assert_eq!(forth.generation, made.generation);
    place.tell(&mut indexer, 2, "bob");
    let back = indexer.roll_back(None, &mut |_| {}).unwrap();
    assert_eq!((back.number, back.messages), (0, 2));
    assert!(back.generation > made.generation, "a number answers for one content only");
    assert_eq!(place.names(), ["ana", "bob"]);
    assert!(matches!(indexer.roll_back(None, &mut |_| {}), Err(Error::NoGeneration { .. })));
    assert!(matches!(indexer.roll_back(Some(77), &mut |_| {}), Err(Error::NoGeneration { .. })));
}

#[test]
fn only_so_many_are_kept_and_none_that_somebody_answers_from_is_taken_away() {
    let place = Place::new();
    let mut indexer = place.indexer();
    let first = place.finder();
    let one = indexer.reindex(&mut |_| {}).unwrap().number;
    let two = indexer.reindex(&mut |_| {}).unwrap().number;
    assert_eq!(place.numbers(), [0, one, two], "the first is still answered from");
    assert_eq!(names(&first), ["ana"]);
    drop(first);
    let three = indexer.reindex(&mut |_| {}).unwrap().number;
    assert_eq!(place.numbers(), [two, three]);
    assert!(!place.folder.path().join("data/whoknows.sqlite").exists());
    assert_eq!(place.names(), ["ana"]);
}

#[test]
fn what_comes_while_a_build_is_made_is_in_it_when_it_answers() {
    let place = Place::new();
    let mut indexer = place.indexer();
    let mut builder = Builder::start(&indexer).unwrap();
    place.tell(&mut indexer, 2, "bob");
    builder.make(&mut |_| {}).unwrap();
    place.tell(&mut indexer, 3, "cem");
    assert_eq!(place.names(), ["ana", "bob", "cem"], "the old one goes on meanwhile");
    let followed = builder.keep_up(&mut |_| {}).unwrap();
    assert_eq!((followed.put, followed.deleted), (4, 0));
    let (mut writer, _) = builder.publish().unwrap();
    drop(indexer);
    assert_eq!(place.names(), ["ana", "bob", "cem"]);
    place.tell(&mut writer, 4, "dan");
    assert_eq!(place.names(), ["ana", "bob", "cem", "dan"]);
}

#[test]
fn a_build_that_stops_leaves_the_old_one_and_nothing_else() {
    let place = Place::new();
    let mut indexer = place.indexer();
    let stop = Arc::new(AtomicBool::new(false));
    indexer.stop_by(Arc::clone(&stop));
    let before = place.finder().standing();
    let stopping = &mut |_| stop.store(true, Ordering::Relaxed);
    assert!(matches!(indexer.reindex(stopping), Err(Error::Stopped)));
    assert_eq!((place.numbers(), place.data().unfinished().unwrap()), (vec![0], vec![]));
    assert_eq!(place.finder().standing(), before);
    stop.store(false, Ordering::Relaxed);
    indexer.reindex(&mut |_| {}).unwrap();
    assert_eq!(place.names(), ["ana"]);
}

#[test]
fn what_a_killed_build_left_answers_nothing_is_told_and_goes() {
    let place = Place::new();
    let left = place.data().generation(7);
    fs_err::create_dir_all(left.lexical()).unwrap();
    fs_err::copy(place.data().store(), left.store()).unwrap();
    assert_eq!(place.numbers(), [0]);
    let findings = crate::doctor::examine(&place.data()).unwrap();
    let told: Vec<&str> = findings.iter().map(|finding| finding.place.as_str()).collect();
    assert!(
        told.contains(&"generations/7") && findings.iter().all(|finding| !finding.damage),
        "{findings:?}"
    );
    let made = place.indexer().reindex(&mut |_| {}).unwrap();
    assert_eq!(place.data().unfinished().unwrap(), []);
    assert_eq!(place.numbers(), [0, made.number]);
}

#[test]
fn a_pointer_that_leads_nowhere_is_damage_and_nothing_is_made_in_its_place() {
    let place = Place::new();
    for content in ["7\n", "none"] {
        fs_err::write(place.data().pointer(), content).unwrap();
        let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
        let opened = Indexer::open(place.data(), embedder, indexer_config());
        assert!(matches!(opened, Err(Error::Generation { .. })), "{content}");
        assert!(crate::doctor::examine(&place.data()).unwrap().iter().any(|finding| finding.damage));
        assert!(!place.data().generation(7).store().exists());
    }
}

#[test]
fn an_erasure_takes_the_kept_generations_with_it() {
    let place = Place::new();
    let mut indexer = place.indexer();
    let made = indexer.reindex(&mut |_| {}).unwrap();
    assert_eq!(place.numbers(), [0, made.number]);
    let request = crate::erase::ErasureRequest {
        target: crate::erase::Target::Person("desk:ana".to_owned()),
        mode: ingest::policy::Erasure::Both,
        now: NOW,
        fresh_key: [9; 32],
    };
    let receipt = indexer.forget(&request, &mut |_| {}).unwrap();
    assert_eq!(receipt.erased["kept_generations"], 1);
    assert_eq!(place.numbers(), [made.number]);
    let store = Store::open_read_only(&place.data().store()).unwrap();
    assert!(store.messages_by(&"desk:ana".parse().unwrap()).unwrap().is_empty());
}

/// Readers open and ask all the time while builds come, are gone back to and are taken away (trust.md R16).
#[test]
fn no_reader_fails_while_generations_come_and_go() {
    let place = Place::new();
    let done = AtomicBool::new(false);
    let embedder: Arc<StaticEmbedder> = Arc::new(StaticEmbedder::shipped().unwrap());
    let read = || {
        let mut looks = 0;
        while !done.load(Ordering::Relaxed) || looks == 0 {
            let finder = Finder::open(&place.data(), Some(embedder.clone()), finder_config()).unwrap();
            for _ in 0..3 {
                assert_eq!(names(&finder), ["ana"]);
                let question = "Which gasket fits the old coolant pump?".to_owned();
                // Texts come from the store of the finder's own generation, whatever answers by now.
                let found = finder.search(&Search::new(question, Reader::anyone(), NOW)).unwrap();
                assert!(found.experts.iter().all(|expert| !expert.evidence.is_empty()));
                finder.is_newest().unwrap();
            }
            looks += 1;
        }
    };
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(read)).collect();
        let mut indexer = place.indexer();
        for round in 0..12 {
            indexer.reindex(&mut |_| {}).unwrap();
            if round % 3 == 0 {
                indexer.roll_back(None, &mut |_| {}).unwrap();
            }
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

/// The table that ships under another name: another model, as far as anybody can tell.
#[derive(Debug)]
struct Renamed(StaticEmbedder, ModelId);

impl Embedder for Renamed {
    fn model_id(&self) -> &ModelId {
        &self.1
    }

    fn dimensions(&self) -> usize {
        self.0.dimensions()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, embed::Error> {
        self.0.embed(texts)
    }
}

#[test]
fn only_the_next_generation_takes_another_encoder() {
    let place = Place::new();
    let shipped: Arc<dyn Embedder> = Arc::new(StaticEmbedder::shipped().unwrap());
    let other: Arc<dyn Embedder> =
        Arc::new(Renamed(StaticEmbedder::shipped().unwrap(), ModelId::new("other").unwrap()));
    let open = |embedder: &Arc<dyn Embedder>| {
        Finder::open(&place.data(), Some(Arc::clone(embedder)), finder_config())
    };
    let mut indexer = Indexer::open(place.data(), Arc::clone(&other), indexer_config()).unwrap();
    let before = place.finder().standing().generation;
    assert!(matches!(indexer.recover(), Err(Error::OtherEncoder { .. })));
    assert!(matches!(indexer.catch_up(), Err(Error::OtherEncoder { .. })));
    assert!(matches!(indexer.undo_decision(1, NOW, &mut |_| {}), Err(Error::OtherEncoder { .. })));
    assert_eq!((place.names(), place.finder().standing().generation), (vec!["ana".to_owned()], before));
    // A restored directory is made anew beside what was restored; so is what a reindex makes.
    indexer.settle().unwrap();
    assert!(matches!(open(&shipped), Err(Error::OtherEncoder { .. })));
    assert_eq!(names(&open(&other).unwrap()), ["ana"]);
    place.tell(&mut indexer, 2, "bob");
    // And back, with the encoder of what is gone back to.
    assert!(matches!(indexer.roll_back(None, &mut |_| {}), Err(Error::OtherEncoder { .. })));
    indexer.encode_by(Some(shipped));
    assert_eq!(indexer.roll_back(None, &mut |_| {}).unwrap().number, 0);
    assert_eq!(place.names(), ["ana", "bob"]);
    // Erasing waits for nothing.
    indexer.encode_by(Some(Arc::clone(&other)));
    let target = Target::Person("desk:bob".to_owned());
    let request = ErasureRequest { target, mode: Erasure::Both, now: NOW, fresh_key: [7; 32] };
    indexer.forget(&request, &mut |_| {}).unwrap();
    assert_eq!(names(&open(&other).unwrap()), ["ana"]);
}
