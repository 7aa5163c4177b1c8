//! A disk that is full (trust.md R3): searches go on, records are refused in words, and with room it goes on by itself.
//!
//! Needs root, for a small file system in memory.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{count, seed};
use crate::live::{SECRET, options};
use crate::support::chance::{Dice, is_full};
use crate::support::deliveries::{Truth, batch, exchange, message, question, stored, visible};
use crate::support::{Answer, Place, Server, names};

/// Longer than anything may take on a busy machine; what is promised is less.
const LONGEST: Duration = Duration::from_mins(1);
/// Whoever writes hears so soon that the disk is full …
const REFUSED_WITHIN: Duration = Duration::from_secs(1);
/// … and so soon after there is room writing goes on.
const GOES_ON_WITHIN: Duration = Duration::from_secs(5);

/// A file system of 24 MB in the folder of the data directory.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where nothing may be mounted.
    fn new(place: &Place) -> Option<Self> {
        let at = place.folder("data");
        let mut mount = Command::new("mount");
        let made = mount.args(["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs"]).arg(&at).output();
        made.is_ok_and(|made| made.status.success()).then_some(Self(at))
    }

    /// Takes all room but some bytes; once more where the server took some of it in between.
    fn fill(&self, left: u64) {
        let taken = (0..100).any(|_| {
            let stat = rustix::fs::statvfs(&self.0).unwrap();
            let size = (stat.f_bavail * stat.f_frsize).saturating_sub(left) >> 12 << 12;
            let mut fallocate = Command::new("fallocate");
            fallocate.arg("-l").arg(size.to_string()).arg(self.ballast()).status().unwrap().success()
        });
        assert!(taken, "no ballast that leaves {left} bytes");
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// The longest waits.
#[derive(Debug, Default)]
struct Waits {
    refused: Duration,
    goes_on: Duration,
    findable: Duration,
}

struct World {
    /// `None` only while it is started again.
    server: Option<Server>,
    dice: Dice,
    next: u64,
    truth: Truth,
    /// A batch that was refused or not answered, and the truth if it was taken all the same.
    unsure: Option<(String, Truth)>,
    waits: Waits,
    refusals: u64,
}

impl World {
    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn post(&mut self) -> Answer {
        let (lines, after) =
            self.unsure.take().unwrap_or_else(|| batch(&mut self.dice, &self.truth, &mut self.next, 50));
        let answer = self.server().post_records(SECRET, &lines).unwrap();
        if answer.status == 200 {
            self.truth = after;
        } else {
            self.unsure = Some((lines, after));
        }
        answer
    }

    fn search(&self) -> Answer {
        let answer = self.server().post_search(&json!({"query": "Which gasket fits the old coolant pump?"}));
        assert_eq!(answer.status, 200, "a search failed: {answer:?}");
        answer
    }

    /// Sends batches until one is refused.
    fn post_until_refused(&mut self, data: &Mounted) {
        for _ in 0..200 {
            let began = Instant::now();
            let answer = self.post();
            let took = began.elapsed();
            self.search();
            if answer.status != 200 {
                self.waits.refused = self.waits.refused.max(took);
                self.refusals += 1;
                assert!([503, 507].contains(&answer.status), "{answer:?}");
                assert!(answer.header("retry-after").is_some() || answer.status == 507, "{answer:?}");
                if answer.status == 507 {
                    assert_eq!(answer.json()["type"], "urn:whoknows:problem:disk-full");
                }
                return;
            }
        }
        panic!("it was never full: {} blocks are free", rustix::fs::statvfs(&data.0).unwrap().f_bavail);
    }

    /// Makes room, and sends until it is taken and found.
    fn goes_on(&mut self, data: &Mounted, round: u64) {
        fs_err::remove_file(data.ballast()).unwrap();
        let began = Instant::now();
        while self.post().status != 200 {
            assert!(began.elapsed() < LONGEST, "it does not go on");
        }
        self.waits.goes_on = self.waits.goes_on.max(began.elapsed());
        let began = Instant::now();
        let word = format!("zyxwuvut{}", char::from(b'a' + (round % 26) as u8));
        let (lines, text) = exchange(900_000 + round, &word);
        assert_eq!(self.server().post_records(SECRET, &lines).unwrap().status, 200);
        self.truth.insert(format!("desk:m{}", 900_000 + round), Some(text));
        while names(&self.server().ask(&question(&word))) != ["ana"] {
            assert!(began.elapsed() < LONGEST, "{word} is not findable");
        }
        self.waits.findable = self.waits.findable.max(began.elapsed());
    }
}

#[test]
fn a_full_disk_refuses_records_and_goes_on_when_there_is_room() {
    let place = Place::new();
    let Some(data) = Mounted::new(&place) else {
        eprintln!("SKIPPED: no file system may be mounted here (that takes root)");
        return;
    };
    let seed = seed("full disk");
    let export = place.write("first.jsonl", message(0, "Good morning, all."));
    place.ingest(&[&export]).exits(0);
    let options = options(&place);
    let server = || Server::start_with_options(&place.data(), &options);
    let mut world = World {
        server: Some(server()),
        dice: Dice::new(seed),
        next: 0,
        truth: Truth::from([("desk:m0".to_owned(), Some("Good morning, all.".to_owned()))]),
        unsure: None,
        waits: Waits::default(),
        refusals: 0,
    };
    let rounds = count(3, 20);
    for round in 0..rounds {
        for _ in 0..world.dice.below(3) {
            assert_eq!(world.post().status, 200);
        }
        data.fill(world.dice.below(256 << 10));
        world.post_until_refused(&data);
        for _ in 0..3 {
            world.post();
            world.search();
        }
        world.goes_on(&data, round);
        assert_eq!(stored(&place.data()), visible(&world.truth), "seed {seed}, round {round}");
        if round % 5 == 4 {
            assert_eq!(world.server.take().unwrap().terminate().code, Some(0));
            world.server = Some(server());
        }
    }
    eprintln!("full disk: {rounds} times, {} refusals, at most {:?}", world.refusals, world.waits);
    let World { server, truth, waits, .. } = world;
    assert_eq!(server.unwrap().terminate().code, Some(0));
    assert_eq!(stored(&place.data()), visible(&truth));
    place.ingest(&[&export]).exits(0);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
    if is_full() {
        assert!(waits.refused <= REFUSED_WITHIN && waits.goes_on <= GOES_ON_WITHIN, "{waits:?}");
    }
}
