//! What is backed up is restored, byte for byte or not at all; what was erased since stays gone.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use embed::StaticEmbedder;
use model::{Reader, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::erase::{Erasure, ErasureRequest, Target};
use crate::testing::{finder_config, indexer_config};
use crate::{DataFolder, Detail, Finder, Indexer, IngestOptions, Search};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
static GO_ON: AtomicBool = AtomicBool::new(false);

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let play = "#pumps 2026-03-02 source=desk visibility=everyone
            09:00 zoe: Which gasket fits the old coolant pump?
            09:05 ana > zoe: The green gasket fits the old coolant pump.
            10:00 zoe: Which grease fits the old coolant pump?
            10:05 bob > zoe: The blue grease fits the old coolant pump.";
        let export = place.0.path().join("play.jsonl");
        fs_err::write(&export, synth::screenplay(play).unwrap()).unwrap();
        let options = IngestOptions::at(NOW);
        indexer(&place.data()).ingest(&[export], &options, &mut |_| {}).unwrap();
        place
    }

    fn data(&self) -> DataFolder {
        DataFolder::new(self.0.path().join("data"))
    }

    fn other(&self) -> DataFolder {
        DataFolder::new(self.0.path().join("other"))
    }

    fn backup(&self) -> std::path::PathBuf {
        self.0.path().join("backup")
    }
}

fn indexer(data: &DataFolder) -> Indexer {
    Indexer::open(data.clone(), Arc::new(StaticEmbedder::shipped().unwrap()), indexer_config()).unwrap()
}

fn names(data: &DataFolder) -> Vec<String> {
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let finder = Finder::open(data, Some(embedder), finder_config()).unwrap();
    let question = "What fits the old coolant pump?".to_owned();
    let search =
        Search { detail: Detail::Ranking, limit: 20, ..Search::new(question, Reader::anyone(), NOW) };
    let mut names: Vec<String> =
        finder.search(&search).unwrap().experts.into_iter().map(|one| one.name).collect();
    names.sort();
    names
}

#[test]
fn a_backup_restores_what_there_was_whatever_generation_answered() {
    let place = Place::new();
    fs_err::write(place.data().path().join("keys.json"), "{}").unwrap();
    fs_err::write(place.data().path().join("log.jsonl"), "{\"whole\":1}\n{\"half").unwrap();
    indexer(&place.data()).reindex(&mut |_| {}).unwrap();
    let manifest = backup(&place.data(), &place.backup(), NOW, &GO_ON).unwrap();
    assert!(manifest.lexical && manifest.files.contains_key("keys.json"));
    let restored = restore(&place.backup(), &place.other(), None).unwrap();
    assert_eq!((&restored.manifest, restored.erased_since), (&manifest, 0));
    assert_eq!(names(&place.other()), names(&place.data()));
    let log = fs_err::read_to_string(place.other().path().join("log.jsonl")).unwrap();
    assert_eq!(log, "{\"whole\":1}\n");
    indexer(&place.other()).settle().unwrap();
    assert!(crate::doctor::examine(&place.other()).unwrap().iter().all(|finding| !finding.damage));
}

#[test]
fn a_file_that_changed_or_is_missing_restores_nothing() {
    let place = Place::new();
    let manifest = backup(&place.data(), &place.backup(), NOW, &GO_ON).unwrap();
    for name in manifest.files.keys() {
        let path = place.backup().join(name);
        let bytes = fs_err::read(&path).unwrap();
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        if let Some(byte) = changed.get_mut(middle) {
            *byte ^= 1;
        } else {
            changed.push(1);
        }
        fs_err::write(&path, changed).unwrap();
        assert!(restore(&place.backup(), &place.other(), None).is_err(), "{name}");
        fs_err::remove_file(&path).unwrap();
        assert!(restore(&place.backup(), &place.other(), None).is_err(), "{name}");
        fs_err::write(&path, bytes).unwrap();
        assert!(!place.other().path().exists());
    }
    restore(&place.backup(), &place.other(), None).unwrap();
}

#[test]
fn what_was_erased_after_the_backup_stays_gone() {
    let place = Place::new();
    backup(&place.data(), &place.backup(), NOW, &GO_ON).unwrap();
    let request = ErasureRequest {
        target: Target::Person("desk:ana".to_owned()),
        mode: Erasure::Both,
        now: NOW,
        fresh_key: [9; 32],
    };
    indexer(&place.data()).forget(&request, &mut |_| {}).unwrap();
    // Told by the directory that is there still, or by the list alone, put where the index shall be.
    let alone = DataFolder::new(place.0.path().join("alone"));
    alone.create().unwrap();
    for name in ["suppression.key", "suppression.list"] {
        fs_err::copy(place.data().path().join(name), alone.path().join(name)).unwrap();
    }
    for (data, erased) in [(place.other(), Some(place.data())), (alone, None)] {
        let restored = restore(&place.backup(), &data, erased.as_ref().map(DataFolder::path)).unwrap();
        assert!(restored.erased_since > 0);
        indexer(&data).settle().unwrap();
        assert!(!names(&data).contains(&"ana".to_owned()) && names(&data).contains(&"bob".to_owned()));
    }
}

#[test]
fn only_an_empty_directory_and_only_a_manifest_of_ours_will_do() {
    let place = Place::new();
    backup(&place.data(), &place.backup(), NOW, &GO_ON).unwrap();
    assert!(matches!(restore(&place.backup(), &place.data(), None), Err(Error::Backup { .. })));
    assert!(matches!(backup(&place.data(), &place.backup(), NOW, &GO_ON), Err(Error::Backup { .. })));
    let stopped = backup(&place.data(), &place.0.path().join("next"), NOW, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(Error::Stopped)) && !place.0.path().join("next.partial").exists());
    let path = place.backup().join(MANIFEST);
    let text = fs_err::read_to_string(&path).unwrap();
    for (from, to) in [("\"version\": 1", "\"version\": 2"), ("\"whoknows.sqlite\"", "\"../out\"")] {
        fs_err::write(&path, text.replace(from, to)).unwrap();
        assert!(matches!(restore(&place.backup(), &place.other(), None), Err(Error::Backup { .. })), "{to}");
        assert!(!place.other().path().exists());
    }
}

#[test]
fn a_backup_while_somebody_writes_is_whole_all_the_same() {
    let place = Place::new();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = indexer(&place.data());
            let mut number = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                number += 1;
                let play = format!(
                    "#valves{number} 2026-03-03 source=desk visibility=everyone
                    09:00 zoe: Which valve number {number} fits the old coolant pump?
                    09:05 cem > zoe: The red valve number {number} fits the old coolant pump."
                );
                let export = place.0.path().join("more.jsonl");
                fs_err::write(&export, synth::screenplay(&play).unwrap()).unwrap();
                writer.ingest(&[export], &IngestOptions::at(NOW), &mut |_| {}).unwrap();
            }
        });
        for number in 0..4 {
            let to = place.0.path().join(format!("backup-{number}"));
            let manifest = backup(&place.data(), &to, NOW, &GO_ON).unwrap();
            let data = DataFolder::new(place.0.path().join(format!("restored-{number}")));
            assert_eq!(restore(&to, &data, None).unwrap().manifest, manifest);
            indexer(&data).settle().unwrap();
            assert!(crate::doctor::examine(&data).unwrap().iter().all(|finding| !finding.damage));
            assert!(names(&data).contains(&"ana".to_owned()));
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}
