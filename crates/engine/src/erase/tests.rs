//! What is erased is gone from every place, and stays gone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use embed::StaticEmbedder;
use index::lexical::every_term;
use ingest::policy::Erasure;
use model::{ContainerId, MessageId, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::testing::indexer_config;
use crate::{DataFolder, Indexer, IngestOptions};

pub(super) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

struct Place {
    folder: TempDir,
    export: PathBuf,
}

impl Place {
    /// A desk where Ana answers with one made-up word, Bo quotes and mentions her with another, and a bad record
    /// holds her id.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let record = |id: &str, channel: &str, author: &str, text: &str, more: &str| {
            format!(
                "{{\"source\":\"desk\",\"id\":\"{id}\",\"at\":\"2026-03-02T09:0{}:00Z\",\"channel\":\"{channel}\",\
                 \"conversation\":\"1\",\"author\":{{\"id\":\"{author}\",\"name\":\"{author} Somebody\",\
                 \"email\":\"{author}@firm.example\"}},\"text\":\"{text}\",\"visibility\":\"everyone\"{more}}}\n",
                id.len()
            )
        };
        let lines = record("q", "pumps", "bobobo", "Which gasket fits the old coolant pump?", "")
            + &record("an", "pumps", "ananas", "The zyxwuvut gasket fits the coolant pump.", "")
            + &record(
                "tha",
                "pumps",
                "bobobo",
                "Thanks, the quokkaword worked",
                ",\"resolved_by\":\"ananas\"",
            )
            + &record("othr", "valves", "cecile", "Valves need plongsang grease every year.", "")
            + "{\"id\":\"bad\",\"author\":{\"id\":\"ananas\"},\"text\":\"zyxwuvut again\"}\n"
            + "{\"type\":\"container\",\"source\":\"desk\",\"id\":\"shut\",\"members\":[\"ananas\",\"bobobo\"]}\n";
        let export = folder.path().join("desk.jsonl");
        fs_err::write(&export, lines).unwrap();
        let place = Self { folder, export };
        place.ingest();
        place
    }

    fn data(&self) -> DataFolder {
        DataFolder::new(self.folder.path().join("data"))
    }

    fn indexer(&self) -> Indexer {
        Indexer::open(self.data(), Arc::new(StaticEmbedder::shipped().unwrap()), indexer_config()).unwrap()
    }

    fn ingest(&self) {
        let options = IngestOptions::at(NOW);
        self.indexer().ingest(std::slice::from_ref(&self.export), &options, &mut |_| {}).unwrap();
    }

    fn forget(&self, target: Target, mode: Erasure) -> Receipt {
        let request = ErasureRequest { target, mode, now: NOW, fresh_key: [9; 32] };
        self.indexer().forget(&request, &mut |_| {}).unwrap()
    }

    /// Where a text is found: in any file as it is, or among the decoded terms of the lexical index.
    fn found(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for path in files(self.data().path()) {
            let bytes = fs_err::read(&path).unwrap();
            if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                found.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
        if every_term(&self.data().lexical()).unwrap().iter().any(|term| term.starts_with(&text[..6])) {
            found.push("lexical terms".to_owned());
        }
        found
    }

    #[track_caller]
    fn check_gone(&self, texts: &[&str]) {
        for text in texts {
            assert_eq!(self.found(text), [""; 0], "{text}");
        }
    }
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn person() -> Target {
    Target::Person("ananas@firm.example".to_owned())
}

#[test]
fn a_person_goes_from_every_place_and_does_not_come_back() {
    let place = Place::new();
    assert!(place.found("zyxwuvut").len() >= 3, "{:?}", place.found("zyxwuvut"));
    let receipt = place.forget(person(), Erasure::Both);
    let expected = [("accounts", 1), ("messages", 1), ("mentions", 1), ("quarantined", 1), ("documents", 1)];
    for (what, count) in expected {
        assert_eq!(receipt.erased.get(what), Some(&count), "{what}: {receipt:?}");
    }
    place.check_gone(&["zyxwuvut", "ananas"]);
    assert!(!place.found("quokkaword").is_empty(), "others keep what they wrote");
    place.ingest();
    // Its own record of what did not read comes back with the export: only that holds the word now.
    let quarantined = place.found("zyxwuvut");
    assert!(
        quarantined.iter().all(|file| file.starts_with("quarantine") || file.starts_with("whoknows.sqlite"))
    );
    let stored = export_subject(&place.data(), "desk:ananas").unwrap_err();
    assert!(matches!(stored, Error::NoSubject(_)));
}

use crate::Error;

#[test]
fn a_person_goes_and_their_words_stay_under_no_name() {
    for mode in [Erasure::Person, Erasure::Anonymise] {
        let place = Place::new();
        let receipt = place.forget(person(), mode);
        assert_eq!(receipt.erased.get("messages_anonymised"), Some(&1), "{receipt:?}");
        place.check_gone(&["ananas"]);
        assert!(place.found("zyxwuvut").len() >= 2);
        let generation = receipt.generation;
        place.ingest();
        let again = place.forget(Target::Message(MessageId::new("desk:none").unwrap()), Erasure::Both);
        assert_eq!(again.generation, generation + 1, "the same export changes nothing: {again:?}");
        assert!(place.found("ananas").iter().all(|file| file != "lexical terms"));
    }
}

#[test]
fn a_message_and_a_channel_go_and_do_not_come_back() {
    let place = Place::new();
    let receipt = place.forget(Target::Message(MessageId::new("desk:tha").unwrap()), Erasure::Both);
    assert_eq!(receipt.erased.get("messages"), Some(&1));
    place.check_gone(&["quokkaword"]);
    place.forget(Target::Container(ContainerId::new("desk:valves").unwrap()), Erasure::Both);
    place.check_gone(&["plongsang", "valves"]);
    place.ingest();
    place.check_gone(&["quokkaword", "plongsang"]);
    assert!(!place.found("zyxwuvut").is_empty());
}

#[test]
fn a_store_from_an_old_backup_meets_the_list() {
    let place = Place::new();
    let backup = fs_err::read(place.data().store()).unwrap();
    place.forget(person(), Erasure::Both);
    fs_err::write(place.data().store(), backup).unwrap();
    let other = place.folder.path().join("other.jsonl");
    let line = "{\"source\":\"desk\",\"id\":\"z\",\"at\":\"2026-03-02T09:00:00Z\",\"author\":{\"id\":\"x\"},\"text\":\"hi\"}\n";
    fs_err::write(&other, line).unwrap();
    place.indexer().ingest(&[other], &IngestOptions::at(NOW), &mut |_| {}).unwrap();
    place.check_gone(&["zyxwuvut", "ananas"]);
}

#[test]
fn a_list_without_its_key_stops_everything() {
    let place = Place::new();
    place.forget(person(), Erasure::Both);
    fs_err::remove_file(place.data().suppression_key()).unwrap();
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let error = Indexer::open(place.data(), embedder, indexer_config()).unwrap_err();
    assert!(matches!(error, Error::Suppression { .. }), "{error}");
}

#[test]
fn somebody_sees_what_is_known_of_them() {
    let place = Place::new();
    let known = export_subject(&place.data(), "desk:ananas").unwrap();
    assert_eq!(known["messages"].as_array().unwrap().len(), 1);
    assert_eq!(known["named_in"], serde_json::json!(["desk:tha"]));
    assert_eq!(known["evidence"].as_array().unwrap().len(), 1);
    assert_eq!(known["person"]["emails"], serde_json::json!(["ananas@firm.example"]));
}
