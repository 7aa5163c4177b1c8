//! Random sequences of reading, erasing, backing up and restoring, with kills amid erasures (trust.md S5): what was erased
//! is in no store, decoded or not, and what was not is still there.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use engine::DataFolder;
use index::lexical::every_term;
use serde_json::json;

use super::{count, seed};
use crate::support::chance::Dice;
use crate::support::{Place, json_lines, whoknows};

const PEOPLE: u64 = 4;
const CHANNELS: u64 = 3;
const MESSAGES: u64 = 12;

/// A made-up word that no other begins with.
fn word(kind: char, number: u64) -> String {
    let letter = |number: u64| char::from(b'a' + (number % 26) as u8);
    format!("{kind}q{}{}vuxo", letter(number), letter(number * 7 + 3))
}

/// Message n is by person n mod 4, in channel n mod 3, and holds a word of its own.
fn export(place: &Place) -> PathBuf {
    let record = |number: u64| {
        let (person, channel) = (word('w', number % PEOPLE), word('j', number % CHANNELS));
        json!({"source": "desk", "id": format!("m{number}"), "at": format!("2026-03-02T09:{number:02}:00Z"),
            "channel": channel, "conversation": (number % CHANNELS).to_string(), "visibility": "everyone",
            "author": {"id": person, "name": format!("{person} Somebody"), "email": format!("{person}@firm.example")},
            "text": format!("The {} gasket fits the coolant pump of the plant.", word('z', number))})
    };
    place.write("desk.jsonl", json_lines(&(0..MESSAGES).map(record).collect::<Vec<_>>()))
}

struct World {
    place: Place,
    export: PathBuf,
    dice: Dice,
    /// Words that must be nowhere.
    gone: BTreeSet<String>,
    messages_gone: BTreeSet<u64>,
    backup: Option<PathBuf>,
    backups: u64,
    /// What was done, for whoever reads of a failure.
    did: Vec<String>,
}

impl World {
    fn new(seed: u64) -> Self {
        let place = Place::in_memory();
        let export = export(&place);
        place.ingest(&[&export]).exits(0);
        Self {
            place,
            export,
            dice: Dice::new(seed),
            gone: BTreeSet::new(),
            messages_gone: BTreeSet::new(),
            backup: None,
            backups: 0,
            did: Vec::new(),
        }
    }

    fn step(&mut self) {
        match self.dice.below(8) {
            0 => {
                self.did.push("read again".to_owned());
                self.place.ingest(&[&self.export]).exits(0);
            }
            1 => {
                self.backups += 1;
                let path = self.place.path(&format!("backup{}", self.backups));
                self.did.push(format!("back up {}", self.backups));
                self.place.run("backup", &[path.to_str().unwrap()]).exits(0);
                self.backup = Some(path);
            }
            2 => self.restore(),
            _ => self.erase(),
        }
    }

    /// Puts the last backup in the place of what is there, with the list of what was erased since.
    fn restore(&mut self) {
        let Some(backup) = self.backup.clone() else { return };
        self.did.push("restore".to_owned());
        let old = self.place.path("old");
        fs_err::rename(self.place.data(), &old).unwrap();
        let arguments = [backup.to_str().unwrap(), "--erased", old.to_str().unwrap()];
        self.place.run("restore", &arguments).exits(0);
        fs_err::remove_dir_all(old).unwrap();
    }

    fn erase(&mut self) {
        let (what, name, erased) = self.target();
        let mode = ["both", "person", "anonymise"][self.dice.below(3) as usize];
        let mode = if what == "person" { mode } else { "both" };
        let arguments = [what, name.as_str(), "--mode", mode];
        let arguments = if what == "person" { &arguments[..] } else { &arguments[..2] };
        if self.dice.below(3) == 0 {
            let lines = self.dice.below(8);
            self.did.push(format!("{arguments:?}, killed after {lines} lines"));
            self.kill_amid(arguments, lines);
            // Whoever got no receipt orders it again.
        } else {
            self.did.push(format!("{arguments:?}"));
        }
        // Of somebody who is gone nothing is known by name any more, only by account.
        let ran = self.place.run("forget", arguments);
        assert!(matches!(ran.code, Some(0 | 1)), "{:?}: {ran:?}", self.did);
        assert!(ran.code == Some(0) || ran.stderr.contains("nothing is known of"), "{:?}: {ran:?}", self.did);
        match what {
            "person" => {
                // Whoever went before left their messages under no name: they are nobody's now.
                if self.gone.insert(word('w', erased)) && mode == "both" {
                    self.messages_gone.extend((0..MESSAGES).filter(|message| message % PEOPLE == erased));
                }
            }
            "message" => drop(self.messages_gone.insert(erased)),
            _ => {
                self.gone.insert(word('j', erased));
                self.messages_gone.extend((0..MESSAGES).filter(|message| message % CHANNELS == erased));
            }
        }
    }

    fn target(&mut self) -> (&'static str, String, u64) {
        match self.dice.below(3) {
            0 => {
                let number = self.dice.below(PEOPLE);
                ("person", format!("desk:{}", word('w', number)), number)
            }
            1 => {
                let number = self.dice.below(MESSAGES);
                ("message", format!("desk:m{number}"), number)
            }
            _ => {
                let number = self.dice.below(CHANNELS);
                ("channel", format!("desk:{}", word('j', number)), number)
            }
        }
    }

    /// Begins an erasure and kills it after it has said so much. Afterwards it has happened or it has not, and what the
    /// next run finishes is whole.
    fn kill_amid(&self, arguments: &[&str], lines: u64) {
        let mut command = whoknows();
        command.arg("forget").arg("--data-dir").arg(self.place.data()).args(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        let heard = said.take(lines as usize).count();
        let _ = child.kill();
        child.wait().unwrap();
        assert!(heard as u64 <= lines);
        self.place.ingest(&[&self.export]).exits(0);
        self.place.run("doctor", &[]).exits(0).says(&["whole"]);
    }

    fn check(&self) {
        let terms = every_term(&DataFolder::new(self.place.data()).lexical()).unwrap();
        let contents = files(&self.place.data());
        let erased: Vec<String> =
            self.gone.iter().cloned().chain(self.messages_gone.iter().map(|n| word('z', *n))).collect();
        for word in &erased {
            for (path, bytes) in &contents {
                let holds = bytes.windows(word.len()).any(|window| window == word.as_bytes());
                assert!(!holds, "{} still holds {word} after {:?}", path.display(), self.did);
            }
            let left = terms.iter().find(|term| term.starts_with(&word[..6]));
            assert!(left.is_none(), "{left:?} is left of {word} after {:?}", self.did);
        }
        let store = fs_err::read(DataFolder::new(self.place.data()).store()).unwrap();
        for kept in (0..MESSAGES).filter(|number| !self.messages_gone.contains(number)) {
            let kept = word('z', kept);
            let holds = store.windows(kept.len()).any(|window| window == kept.as_bytes());
            assert!(holds, "{kept} went along with {:?}", self.did);
        }
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), fs_err::read(path).unwrap()));
        }
    }
    found
}

#[test]
fn whatever_was_erased_is_in_no_store_whatever_came_between() {
    let seed = seed("erasures");
    let sequences = count(4, 200);
    let (mut steps, mut kills, mut restores) = (0, 0, 0);
    for sequence in 0..sequences {
        let mut world = World::new(seed.wrapping_add(sequence.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        for _ in 0..=world.dice.below(5) {
            world.step();
            world.check();
            steps += 1;
        }
        kills += world.did.iter().filter(|did| did.contains("killed")).count();
        restores += world.did.iter().filter(|did| *did == "restore").count();
    }
    eprintln!(
        "erasures: {sequences} sequences of {steps} steps, {kills} killed in the middle, {restores} restores"
    );
}
