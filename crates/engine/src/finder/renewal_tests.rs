//! A finder that shares memory with the one before it answers as one that was opened by itself.

use std::sync::Arc;

use embed::StaticEmbedder;
use model::{AccountKey, Reader, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use synth::bulk::{Bulk, write_jsonl};

use crate::erase::{Erasure, ErasureRequest, Target};
use crate::testing::{finder_config, indexer_config};
use crate::{DataFolder, Error, Finder, Found, Indexer, IndexerConfig, IngestOptions, Search};

/// People of the made organization, and its channels.
const PEOPLE: usize = 16;
const CHANNELS: usize = 7;

/// What happens between two snapshots.
#[derive(Debug, Clone)]
enum Change {
    /// Somebody says what somebody said before, today or long ago.
    Say {
        message: usize,
        person: usize,
        old: bool,
        only_for: Option<usize>,
    },
    Edit(usize),
    Delete(usize),
    /// A channel opens, or is left to one person.
    Rights {
        channel: usize,
        only_for: Option<usize>,
    },
    Erase(usize),
    Merge(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let somebody = || 0..PEOPLE;
    let only_for = || prop::option::of(somebody());
    prop_oneof![
        4 => (any::<usize>(), somebody(), any::<bool>(), only_for())
            .prop_map(|(message, person, old, only_for)| Change::Say { message, person, old, only_for }),
        2 => any::<usize>().prop_map(Change::Edit),
        2 => any::<usize>().prop_map(Change::Delete),
        2 => (0..CHANNELS, only_for()).prop_map(|(channel, only_for)| Change::Rights { channel, only_for }),
        1 => somebody().prop_map(Change::Erase),
        1 => (somebody(), somebody()).prop_map(|(one, other)| Change::Merge(one, other)),
    ]
}

fn key(person: usize) -> AccountKey {
    AccountKey::new(format!("bulk:p{person}")).unwrap()
}

fn embedder() -> Arc<StaticEmbedder> {
    Arc::new(StaticEmbedder::shipped().unwrap())
}

/// A data directory, its writer, and what was said in it.
struct World {
    folder: DataFolder,
    live: Indexer,
    messages: Vec<Value>,
    _place: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let mut written = Vec::new();
        let bulk = Bulk { seed: 11, messages: 300, people: PEOPLE, channels: CHANNELS };
        write_jsonl(&bulk, &mut written).unwrap();
        let records =
            written.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        let messages = records.filter(|record: &Value| record["type"] == "message").collect();
        let place = tempfile::tempdir().unwrap();
        let export = place.path().join("bulk.jsonl");
        fs_err::write(&export, &written).unwrap();
        let folder = DataFolder::new(place.path().join("data"));
        // Lists from so few on that there are some.
        let config = IndexerConfig { approximate_from: 20, ..indexer_config() };
        let mut live = Indexer::open(folder.clone(), embedder(), config).unwrap();
        live.ingest(&[export], &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
        Self { folder, live, messages, _place: place }
    }

    fn message(&self, number: usize) -> Value {
        self.messages[number % self.messages.len()].clone()
    }

    fn apply(&mut self, change: &Change, number: usize) {
        let visibility = |only_for: Option<usize>| {
            only_for.map_or(json!("everyone"), |person| json!({"members": [format!("p{person}")]}))
        };
        let record = match change {
            Change::Say { message, person, old, only_for } => {
                let mut said = self.message(*message);
                let at = if *old { "2019-01-02T00:00:00Z" } else { "2030-01-01T00:00:00Z" };
                said["id"] = format!("later-{number}").into();
                said["conversation"] = format!("later-{}", number % 3).into();
                (said["author"], said["at"]) = (json!({"id": format!("p{person}")}), at.into());
                said["visibility"] = visibility(*only_for);
                self.messages.push(said.clone());
                said
            }
            Change::Edit(message) => {
                let mut said = self.message(*message);
                said["text"] =
                    format!("Never mind, gasket {number} of the coolant pump is to be replaced.").into();
                said
            }
            Change::Delete(message) => {
                json!({"type": "delete", "source": "bulk", "id": self.message(*message)["id"]})
            }
            Change::Rights { channel, only_for } => json!({
                "type": "container", "source": "bulk", "id": format!("c{channel}"),
                "name": format!("channel {channel}"), "visibility": visibility(*only_for),
            }),
            Change::Erase(person) => {
                let target = Target::Person(format!("bulk:p{person}"));
                let mode = Erasure::Both;
                let request = ErasureRequest { target, mode, now: Timestamp::EPOCH, fresh_key: [9; 32] };
                self.live.forget(&request, &mut |_| {}).unwrap();
                return;
            }
            Change::Merge(one, other) => {
                // Somebody may be erased already, or they are one person.
                let _: Result<_, Error> =
                    self.live.merge_people((&key(*one), &key(*other)), Timestamp::EPOCH, &mut |_| {});
                return;
            }
        };
        self.live.take(record.to_string().as_bytes(), Timestamp::EPOCH).unwrap();
    }

    fn open(&self, before: Option<&Finder>) -> Finder {
        Finder::open_after(before, &self.folder, Some(embedder()), finder_config()).unwrap()
    }

    /// What anyone and each of some people are answered.
    fn answers(&self, finder: &Finder) -> Vec<Found> {
        let mut all = Vec::new();
        for message in (0..self.messages.len()).step_by(41) {
            let question =
                self.message(message)["text"].as_str().unwrap().chars().take(200).collect::<String>();
            for person in [None, Some(0), Some(1), Some(5)] {
                let reader = person.map_or_else(Reader::anyone, |person| finder.reader_for(&key(person)));
                let as_of = "2031-01-01T00:00:00Z".parse().unwrap();
                all.push(finder.search(&Search::new(question.clone(), reader, as_of)).unwrap());
            }
        }
        all
    }
}

/// The columns of a snapshot, with what its vectors are.
fn columns(finder: &Finder) -> String {
    let snapshot = finder.snapshot();
    let table = &snapshot.table;
    format!(
        "{:?}",
        (
            (&table.ids, &table.person, &table.conversation, &table.container, &table.roles, &table.marks),
            (&table.asker, &table.last_at, &table.lasted, &table.audience, &table.people, &table.containers),
            (&snapshot.audiences, &snapshot.people, &snapshot.owners, &snapshot.proven, &snapshot.containers),
            (snapshot.generation, snapshot.dense.as_ref().map(|dense| dense.len()), finder.standing()),
        )
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn whatever_happens_it_is_as_if_it_had_been_opened_by_itself(
        steps in prop::collection::vec(prop::collection::vec(change(), 1..4), 3..6),
    ) {
        let mut world = World::new();
        let mut before = world.open(None);
        let (mut number, mut shared) = (0, 0);
        for changes in steps {
            for change in &changes {
                number += 1;
                world.apply(change, number);
            }
            world.live.catch_up().unwrap();
            let (next, fresh) = (world.open(Some(&before)), world.open(None));
            prop_assert_eq!(columns(&next), columns(&fresh));
            prop_assert_eq!(world.answers(&next), world.answers(&fresh));
            shared += next.snapshot().dense.as_ref().and_then(|dense| dense.lists()).map_or(0, index::dense::ListsIndex::shared);
            before = next;
        }
        prop_assert!(shared > 0, "something was shared at all");
    }
}
