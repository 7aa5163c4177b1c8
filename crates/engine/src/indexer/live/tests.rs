//! What is made piece by piece is what is made at once.

use std::path::PathBuf;
use std::sync::Arc;

use embed::StaticEmbedder;
use index::Store;
use model::Timestamp;
use synth::bulk::{Bulk, write_jsonl};
use tempfile::TempDir;

use crate::erase::{Erasure, ErasureRequest, Target};
use crate::testing::indexer_config;
use crate::{DataFolder, Indexer, IndexerConfig, IngestOptions};

/// Every document in words, whatever its number, and whether it has a vector.
fn documents(folder: &DataFolder) -> Vec<String> {
    let store = Store::open_read_only(&folder.store()).unwrap();
    let audiences = store.audiences().unwrap();
    let model = StaticEmbedder::shipped().unwrap();
    let mut all = Vec::new();
    store
        .each_document(embed::Embedder::model_id(&model).as_str(), &mut |mut document| {
            let text = store.document_text(document.id)?.unwrap();
            let readers =
                audiences.rows().find(|row| row.id == document.audience).map(|row| row.visibility.clone());
            document.id = model::DocumentId::from_raw(0);
            document.audience = model::AudienceId::EVERYONE;
            all.push(format!(
                "{document:?} {readers:?} {:?} {:?} {:?}",
                text.own, text.question, text.language
            ));
            Ok(())
        })
        .unwrap();
    all.sort();
    all
}

/// A writer that puts vectors into lists from so many on; 0: never.
fn indexer(folder: &DataFolder, approximate_from: u64) -> Indexer {
    let config = IndexerConfig { approximate_from, ..indexer_config() };
    Indexer::open(folder.clone(), Arc::new(StaticEmbedder::shipped().unwrap()), config).unwrap()
}

/// What a made organization said, and where that is ingested.
struct Scene {
    written: String,
    folder: DataFolder,
    place: TempDir,
}

impl Scene {
    fn of(bulk: &Bulk) -> Self {
        let mut written = Vec::new();
        write_jsonl(bulk, &mut written).unwrap();
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path().join("data"));
        Self { written: String::from_utf8(written).unwrap(), folder, place }
    }

    fn lines(&self) -> Vec<&str> {
        self.written.lines().collect()
    }

    /// An export of these records.
    fn export(&self, records: &str) -> PathBuf {
        let export = self.place.path().join("bulk.jsonl");
        fs_err::write(&export, records).unwrap();
        export
    }

    /// The writer of its folder, which has read all that was said.
    fn ingested(&self) -> Indexer {
        let mut live = indexer(&self.folder, 0);
        let export = self.export(&self.written);
        live.ingest(&[export], &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
        live
    }
}

#[test]
fn what_is_sent_piece_by_piece_becomes_what_an_export_becomes_at_once() {
    let scene = Scene::of(&Bulk { seed: 5, messages: 700, people: 30, channels: 21 });
    scene.ingested();

    let pieces = DataFolder::new(scene.place.path().join("pieces"));
    let mut live = indexer(&pieces, 0);
    let lines = scene.lines();
    // Messages first, so that people and rights are known late; one at a time in the end.
    let (people, said) = lines.split_at(51);
    let (most, last) = said.split_at(said.len() - 5);
    let mut send = |records: &[&str]| {
        live.take(records.join("\n").as_bytes(), Timestamp::EPOCH).unwrap();
        live.catch_up().unwrap();
    };
    for piece in most.chunks(150) {
        send(piece);
    }
    send(&people[..30]);
    send(&people[30..]);
    for record in last {
        send(&[record]);
    }
    let (once, by_pieces) = (documents(&scene.folder), documents(&pieces));
    assert!(
        once.len() > 50 && once.iter().all(|document| document.contains("vector: Some")),
        "{}",
        once.len()
    );
    assert_eq!(by_pieces, once);
}

/// What is said of one message in twelve, by its place: changed, deleted, or nothing.
fn afterthoughts(lines: &[&str]) -> String {
    let messages = lines.iter().filter(|line| line.contains("\"type\":\"message\"")).enumerate();
    let later = messages.filter_map(|(place, line)| {
        let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
        match place % 24 {
            5 => record["text"] = "Never mind, it was the gasket of the coolant pump.".into(),
            17 => record = serde_json::json!({"type": "delete", "source": "bulk", "id": record["id"]}),
            _ => return None,
        }
        Some(record.to_string())
    });
    later.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_edited_deleted_and_erased_leaves_what_making_all_of_it_again_makes() {
    let scene = Scene::of(&Bulk { seed: 7, messages: 900, people: 30, channels: 21 });
    let (mut live, folder) = (scene.ingested(), &scene.folder);
    let mut before = documents(folder);
    let later = afterthoughts(&scene.lines());
    let mut as_if_all_were_made_again = |live: &mut Indexer, what: &str| {
        let now = documents(folder);
        assert_ne!(now, before, "{what} changes something");
        live.store.mark_all_dirty().unwrap();
        live.catch_up().unwrap();
        before = documents(folder);
        assert_eq!(now, before, "{what}");
    };
    live.take(later.as_bytes(), Timestamp::EPOCH).unwrap();
    live.catch_up().unwrap();
    as_if_all_were_made_again(&mut live, "an edit");
    for (person, mode) in [("p1", Erasure::Both), ("p2", Erasure::Person), ("p3", Erasure::Anonymise)] {
        let target = Target::Person(format!("bulk:{person}"));
        let request = ErasureRequest { target, mode, now: Timestamp::EPOCH, fresh_key: [9; 32] };
        live.forget(&request, &mut |_| {}).unwrap();
        as_if_all_were_made_again(&mut live, person);
    }
}

#[test]
fn vectors_go_into_lists_at_an_ingest_and_what_is_sent_later_joins_them() {
    let scene = Scene::of(&Bulk { seed: 6, messages: 400, people: 20, channels: 9 });
    let lines = scene.lines();
    let (most, last) = lines.split_at(lines.len() - 40);
    let export = scene.export(&most.join("\n"));
    let open = |approximate_from| indexer(&scene.folder, approximate_from);
    let seen = || {
        let store = Store::open_read_only(&scene.folder.store()).unwrap();
        let model = store.encoder().unwrap().unwrap();
        (
            store.lists().unwrap().len() as u64,
            store.vector_counts().unwrap().1,
            store.centres(&model, 256).unwrap(),
        )
    };
    let mut live = open(20);
    live.ingest(std::slice::from_ref(&export), &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
    let (in_lists, vectors, centres) = seen();
    assert!(centres.is_some() && vectors > 20);
    assert_eq!(in_lists, vectors);
    live.take(last.join("\n").as_bytes(), Timestamp::EPOCH).unwrap();
    live.catch_up().unwrap();
    let (in_lists, more, same) = seen();
    assert!(more > vectors);
    assert_eq!((in_lists, same), (more, centres), "each is in a list, and nothing was made anew for it");
    drop(live);
    open(0).ingest(&[export], &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
    let (in_lists, _, centres) = seen();
    assert_eq!((in_lists, centres), (0, None), "without the option all vectors are searched");
}

#[test]
fn who_was_stopped_amid_records_is_ready_with_all_that_changes_answers_and_looks_over_the_rest_later() {
    let scene = Scene::of(&Bulk { seed: 8, messages: 400, people: 20, channels: 9 });
    let folder = &scene.folder;
    let open = |approximate_from| indexer(folder, approximate_from);
    let mut live = scene.ingested();
    let before = documents(folder);
    let closed = r#"{"type":"container","source":"bulk","id":"c2","name":"channel 2","visibility":{"members":["p1"]}}"#;
    let later = afterthoughts(&scene.lines());
    for records in [&later, closed] {
        live.take(records.as_bytes(), Timestamp::EPOCH).unwrap();
    }
    drop(live);

    let mut live = open(20);
    live.make_ready().unwrap();
    let ready = documents(folder);
    assert_ne!(ready, before, "edits, deletions and rights are in it before anybody is answered");
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    crate::Finder::open(folder, Some(embedder), crate::testing::finder_config()).unwrap();
    let before = ready;
    let mut once_more: serde_json::Value = serde_json::from_str(scene.lines()[100]).unwrap();
    once_more["id"] = "once-more".into();
    once_more["conversation"] = "once-more".into();
    live.take(once_more.to_string().as_bytes(), Timestamp::EPOCH).unwrap();
    drop(live);

    let mut live = open(20);
    live.make_ready().unwrap();
    assert_eq!(documents(folder), before, "nobody waits for a message that is only new");
    let lists = || Store::open_read_only(&folder.store()).unwrap().lists().unwrap().len();
    assert_eq!(lists(), 0, "what nobody waits for is not done yet");
    assert!(live.look_over().unwrap() && lists() > 20);
    let ready = documents(folder);
    assert_ne!(ready, before, "the message is in it now");
    assert!(!live.look_over().unwrap(), "and there is nothing new the second time");
    assert_eq!(documents(folder), ready);
    live.recover().unwrap();
    assert_eq!(documents(folder), ready, "nothing was left");
}
