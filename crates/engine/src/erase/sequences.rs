//! Random sequences of erasing and reading again: what was erased is nowhere, what was not is still there
//! (trust.md S5). `PROPTEST_CASES` says how many (256 sequences of six steps take some minutes).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use embed::StaticEmbedder;
use index::lexical::every_term;
use ingest::policy::Erasure;
use model::{ContainerId, MessageId, Timestamp};
use proptest::prelude::*;
use tempfile::TempDir;

use super::tests::{NOW, files};
use super::*;
use crate::testing::indexer_config;
use crate::{DataFolder, Error, Indexer, IngestOptions};

const PEOPLE: usize = 4;
const CHANNELS: usize = 3;
const MESSAGES: usize = 12;

/// A made-up word that nothing else begins with.
fn word(kind: char, number: usize) -> String {
    let letter = |number: usize| char::from(b'a' + (number % 26) as u8);
    format!("{kind}q{}{}vuxo", letter(number), letter(number * 7 + 3))
}

fn person(number: usize) -> String {
    word('w', number)
}

fn channel(number: usize) -> String {
    word('j', number)
}

fn canary(number: usize) -> String {
    word('z', number)
}

/// Message n is by person n mod 4, in channel n mod 3, and holds a word of its own.
fn export() -> String {
    let mut lines = String::new();
    for number in 0..MESSAGES {
        let (person, channel, canary) = (person(number % PEOPLE), channel(number % CHANNELS), canary(number));
        let _ = writeln!(
            lines,
            "{{\"source\":\"desk\",\"id\":\"m{number}\",\"at\":\"2026-03-02T09:{number:02}:00Z\",\
             \"channel\":\"{channel}\",\"conversation\":\"{}\",\"visibility\":\"everyone\",\
             \"author\":{{\"id\":\"{person}\",\"name\":\"{person} Somebody\",\"email\":\"{person}@firm.example\"}},\
             \"text\":\"The {canary} gasket fits the coolant pump of the plant.\"}}",
            number % CHANNELS
        );
    }
    lines
}

#[derive(Debug, Clone)]
enum Step {
    ReadAgain,
    Person(usize, Erasure),
    Message(usize),
    Channel(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let mode = prop::sample::select(vec![Erasure::Both, Erasure::Person, Erasure::Anonymise]);
    prop_oneof![
        Just(Step::ReadAgain),
        (0..PEOPLE, mode).prop_map(|(person, mode)| Step::Person(person, mode)),
        (0..MESSAGES).prop_map(Step::Message),
        (0..CHANNELS).prop_map(Step::Channel),
    ]
}

struct World {
    _folder: TempDir,
    data: DataFolder,
    export: PathBuf,
    embedder: Arc<StaticEmbedder>,
    /// Words that must be nowhere.
    gone: BTreeSet<String>,
    messages_gone: BTreeSet<usize>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desk.jsonl");
        fs_err::write(&path, export()).unwrap();
        let world = Self {
            data: DataFolder::new(folder.path().join("data")),
            _folder: folder,
            export: path,
            embedder: Arc::new(StaticEmbedder::shipped().unwrap()),
            gone: BTreeSet::new(),
            messages_gone: BTreeSet::new(),
        };
        world.read();
        world
    }

    fn indexer(&self) -> Indexer {
        Indexer::open(self.data.clone(), self.embedder.clone(), indexer_config()).unwrap()
    }

    fn read(&self) {
        let options = IngestOptions::at(Timestamp::EPOCH);
        self.indexer().ingest(std::slice::from_ref(&self.export), &options, &mut |_| {}).unwrap();
    }

    fn forget(&self, target: Target, mode: Erasure) {
        let request = ErasureRequest { target, mode, now: NOW, fresh_key: [9; 32] };
        match self.indexer().forget(&request, &mut |_| {}) {
            Ok(_) | Err(Error::NoSubject(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::ReadAgain => self.read(),
            Step::Person(number, mode) => {
                self.forget(Target::Person(format!("desk:{}", person(*number))), *mode);
                // Whoever went before left their messages under no name: they are nobody's now.
                if self.gone.insert(person(*number)) && *mode == Erasure::Both {
                    self.messages_gone.extend((0..MESSAGES).filter(|message| message % PEOPLE == *number));
                }
            }
            Step::Message(number) => {
                self.forget(
                    Target::Message(MessageId::new(format!("desk:m{number}")).unwrap()),
                    Erasure::Both,
                );
                self.messages_gone.insert(*number);
            }
            Step::Channel(number) => {
                let id = ContainerId::new(format!("desk:{}", channel(*number))).unwrap();
                self.forget(Target::Container(id), Erasure::Both);
                self.gone.insert(channel(*number));
                self.messages_gone.extend((0..MESSAGES).filter(|message| message % CHANNELS == *number));
            }
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let terms = every_term(&self.data.lexical()).unwrap();
        let contents: Vec<(PathBuf, Vec<u8>)> = files(self.data.path())
            .into_iter()
            .map(|path| (path.clone(), fs_err::read(path).unwrap()))
            .collect();
        let canaries = self.messages_gone.iter().map(|number| canary(*number));
        for word in self.gone.iter().cloned().chain(canaries) {
            for (path, bytes) in &contents {
                let holds = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                prop_assert!(!holds, "{} still holds {word}", path.display());
            }
            prop_assert!(!terms.iter().any(|term| term.starts_with(&word[..6])), "a term is left of {word}");
        }
        let store = fs_err::read(self.data.store()).unwrap();
        for kept in (0..MESSAGES).filter(|number| !self.messages_gone.contains(number)).map(canary) {
            let holds = store.windows(kept.len()).any(|window| window == kept.as_bytes());
            prop_assert!(holds, "{kept} went along");
        }
        Ok(())
    }
}

#[test]
fn whatever_was_erased_in_whatever_order_is_nowhere_and_the_rest_is_there() {
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    // The usual number is for quick properties; asked for by name it is obeyed.
    let asked = ProptestConfig::default().cases;
    let config = if asked == 256 { config } else { ProptestConfig { cases: asked, ..config } };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..6))| {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
            world.check()?;
        }
    });
}
