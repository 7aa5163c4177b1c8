//! Damaged files (trust.md R5): flipped bits, cut files and missing ones are told, never mended by taking anything away,
//! and break nobody; what is made from the store is made again, the same as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use super::{count, seed};
use crate::live::{SECRET, options};
use crate::support::chance::Dice;
use crate::support::deliveries::{Truth, batch, message};
use crate::support::{DESKS, Place, Server, barest};

const QUESTIONS: [&str; 4] = [
    "How can I keep the VPN tunnel alive?",
    "Why does the label printer print blank labels?",
    "Which gasket fits the old coolant pump?",
    "Who knows nothing?",
];

/// Files of which nothing is lost with them: locks, and what holds no content.
const EMPTY: [&str; 5] = ["lock", "used", "keys.lock", ".tantivy-meta.lock", ".tantivy-writer.lock"];

type Files = BTreeMap<PathBuf, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let (mut found, mut open) = (Files::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if !path.to_string_lossy().ends_with("-shm") {
                // What SQLite holds in memory for several processes is no content.
                let content = fs_err::read(&path).unwrap();
                found.insert(path, content);
            }
        }
    }
    found
}

/// A data directory with everything that a year leaves in it.
fn lived_in(place: &Place, dice: &mut Dice) {
    let export = place.play("play.jsonl", DESKS);
    place.ingest(&[&export]).exits(0);
    place.run("keys", &["create", "--service", "operator", "--scopes", "admin"]).exits(0);
    let server = Server::start_with_options(&place.data(), &options(place));
    let (mut truth, mut next) = (Truth::new(), 0);
    for _ in 0..4 {
        let (lines, after) = batch(dice, &truth, &mut next, 40);
        assert_eq!(server.post_records(SECRET, &lines).unwrap().status, 200);
        truth = after;
    }
    server.ask(QUESTIONS[0]);
    assert_eq!(server.terminate().code, Some(0));
    let bad = message(800_000, "The brass gasket fits.") + "{half\n";
    let more = place.write("more.jsonl", bad);
    place.ingest(&[&more]).exits(2);
    // Whoever asks next folds what the server left in the log of the asks.
    place.run("ask", &[QUESTIONS[0]]).exits(0);
    place.run("forget", &["message", "desk:m1"]).exits(0);
    place.ingest(&[&more]).exits(2);
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    Bit,
    Cut,
    Missing,
}

struct World {
    place: Place,
    whole: Files,
    dice: Dice,
    told: u64,
    untold: Vec<String>,
}

impl World {
    /// A file: by chance among files in one half of all cases, among bytes in the other.
    fn file(&mut self) -> PathBuf {
        let candidates = || self.whole.iter().filter(|(path, content)| !content.is_empty() && holds(path));
        if self.dice.below(2) == 0 {
            let count = candidates().count() as u64;
            return candidates().nth(self.dice.below(count) as usize).unwrap().0.clone();
        }
        let mut at = self.dice.below(candidates().map(|(_, content)| content.len() as u64).sum());
        for (path, content) in candidates() {
            if at < content.len() as u64 {
                return path.clone();
            }
            at -= content.len() as u64;
        }
        unreachable!("a byte beyond the last one")
    }

    fn harm(&mut self, harm: Harm) {
        let path = self.file();
        let content = &self.whole[&path];
        let (place, bit) = (self.dice.below(content.len() as u64) as usize, self.dice.below(8));
        let harmed = match harm {
            Harm::Bit => {
                let mut harmed = content.clone();
                harmed[place] ^= 1 << bit;
                Some(harmed)
            }
            Harm::Cut => Some(content[..place].to_vec()),
            Harm::Missing => None,
        };
        let changed = fs_err::metadata(&path).unwrap().modified().unwrap();
        match &harmed {
            Some(harmed) => put(&path, harmed, changed),
            None => fs_err::remove_file(&path).unwrap(),
        }
        let name = path.strip_prefix(self.place.data()).unwrap().display().to_string();
        let what = format!("{harm:?} at {place} of {name}");

        let doctor = self.place.run("doctor", &[]);
        assert!(matches!(doctor.code, Some(0 | 1)), "{what}: {doctor:?}");
        // A seal that is missing is a note, and no damage: a run that was killed leaves none.
        if doctor.code == Some(1) || doctor.stdout.contains("note: seal: ") {
            self.told += 1;
        } else {
            self.untold.push(what.clone());
        }
        let ask = self.place.run("ask", &[QUESTIONS[place % QUESTIONS.len()]]);
        assert!(matches!(ask.code, Some(0 | 1)), "{what}: {ask:?}");
        for ran in [&doctor, &ask] {
            assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        }
        let now = files(&self.place.data());
        for (known, content) in &self.whole {
            let expected = if *known == path { harmed.as_ref() } else { Some(content) };
            assert!(now.get(known) == expected, "{what}: {} was touched", known.display());
        }
        if now.len() > self.whole.len() {
            // SQLite makes its log for a reader, too.
            for extra in now.keys().filter(|path| !self.whole.contains_key(*path)) {
                assert!(
                    extra.to_string_lossy().ends_with("-shm") || extra.to_string_lossy().ends_with("-wal")
                );
                fs_err::remove_file(extra).unwrap();
            }
        }
        put(&path, content, changed);
    }
}

/// Writes a file as rot would: it was changed when it was changed.
fn put(path: &Path, content: &[u8], changed: SystemTime) {
    fs_err::write(path, content).unwrap();
    fs_err::OpenOptions::new().write(true).open(path).unwrap().file().set_modified(changed).unwrap();
}

fn holds(path: &Path) -> bool {
    !EMPTY.contains(&path.file_name().unwrap().to_str().unwrap())
}

fn answers(place: &Place) -> Vec<Value> {
    QUESTIONS.iter().map(|question| barest(place.ask(question, &[]))).collect()
}

#[test]
fn damage_is_told_breaks_nobody_and_takes_nothing_away() {
    let seed = seed("damage");
    let mut dice = Dice::new(seed);
    let place = Place::in_memory();
    lived_in(&place, &mut dice);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
    let whole = files(&place.data());
    let mut world = World { place, whole, dice, told: 0, untold: Vec::new() };
    for (harm, times) in
        [(Harm::Bit, count(14, 500)), (Harm::Cut, count(5, 100)), (Harm::Missing, count(5, 50))]
    {
        for _ in 0..times {
            world.harm(harm);
        }
    }
    let all = world.told + world.untold.len() as u64;
    eprintln!("damage: {} of {all} told; not told: {:#?}", world.told, world.untold);
    assert_eq!(files(&world.place.data()), world.whole);
    world.place.run("doctor", &[]).exits(0).says(&["whole"]);
    let most = all * 5 / 1_000;
    assert!(world.untold.len() as u64 <= most, "seed {seed}: {:#?}", world.untold);
}

#[test]
fn what_is_made_from_the_store_is_made_again_as_it_was() {
    let seed = seed("damage, mended");
    let mut dice = Dice::new(seed);
    let place = Place::in_memory();
    lived_in(&place, &mut dice);
    let expected = answers(&place);
    for _ in 0..count(2, 40) {
        let lexical = engine::DataFolder::new(place.data()).lexical();
        let candidates: Vec<(PathBuf, Vec<u8>)> = files(&lexical)
            .into_iter()
            .filter(|(path, content)| holds(path) && !content.is_empty())
            .collect();
        let (path, mut content) = candidates[dice.below(candidates.len() as u64) as usize].clone();
        let at = dice.below(content.len() as u64) as usize;
        match dice.below(3) {
            0 => fs_err::remove_file(&path).unwrap(),
            1 => fs_err::write(&path, &content[..at]).unwrap(),
            _ => {
                content[at] ^= 1 << dice.below(8);
                fs_err::write(&path, &content).unwrap();
            }
        }
        place.run("doctor", &[]).exits(1).says(&["whoknows reindex"]);
        place.run("reindex", &[]).exits(0);
        assert_eq!(answers(&place), expected, "seed {seed}: {} at {at}", path.display());
        place.run("doctor", &[]).exits(0).says(&["whole"]);
    }
}
