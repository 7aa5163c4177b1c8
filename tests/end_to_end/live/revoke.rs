//! Somebody is taken out of a channel while everybody asks: five seconds after that was acknowledged nothing of it is
//! told them any more, and never again (trust.md S3).
//!
//! 50 times, 1,000 where `WHOKNOWS_FULL` asks; `SEED` says from which seed. A container record is the membership event.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{SECRET, options};
use crate::support::chance::{Dice, from_environment, is_full};
use crate::support::{Place, Server, bearer, json_lines, p99};

/// What is promised.
const LONGEST: Duration = Duration::from_secs(5);
const CHANNELS: u64 = 25;
const READERS: u64 = 5;

/// The word that stands in one channel alone.
fn word(channel: u64) -> String {
    let letter = |number: u64| char::from(b'a' + number as u8);
    format!("zander{}{}fels", letter(channel / 5), letter(channel % 5))
}

fn question(channel: u64) -> Value {
    json!({"query": format!("Which {} gasket fits the old coolant pump?", word(channel)), "k": 20})
}

/// A channel of Ana, Bo and one reader, with an answer of Ana's.
fn channel(number: u64) -> [Value; 3] {
    let say = |id: &str, author: &str, minute: u64, text: String| {
        json!({"source": "desk", "id": format!("{id}{number}"), "at": format!("2026-03-02T09:0{minute}:00Z"),
            "channel": format!("c{number}"), "conversation": "1", "author": {"id": author}, "text": text})
    };
    let text =
        format!("The green {} gasket fits the old coolant pump, take it from the shelf.", word(number));
    let asked = question(number)["query"].as_str().unwrap().to_owned();
    [
        rights(number, &json!({ "members": members(number) })),
        say("q", "bo", 0, asked),
        say("a", "ana", 5, text),
    ]
}

fn reader(channel: u64) -> String {
    format!("reader{}", channel % READERS)
}

fn members(channel: u64) -> Vec<String> {
    ["ana".to_owned(), "bo".to_owned(), reader(channel)].to_vec()
}

/// What a record of the channel says of its rights.
fn rights(channel: u64, said: &Value) -> Value {
    json!({"type": "container", "source": "desk", "id": format!("c{channel}"), "visibility": said})
}

/// A way in which somebody loses a channel.
fn loss(dice: &mut Dice) -> (&'static str, Value) {
    match dice.below(6) {
        0 => ("nobody is left", json!({"members": []})),
        1 => ("words that nobody knows", json!("friends")),
        2 => ("no list of members", json!({"members": "all"})),
        3 => ("strangers only", json!({"members": ["other:reader0", "reader99"]})),
        _ => ("one goes", json!({"members": ["ana", "bo"]})),
    }
}

struct Scene {
    server: Server,
    bot: String,
}

impl Scene {
    fn start(place: &Place) -> Self {
        let person = |id: &str| json!({"type": "person", "source": "desk", "id": id, "name": id});
        let readers = (0..READERS).map(|number| person(&format!("reader{number}")));
        let records: Vec<Value> = readers.chain((0..CHANNELS).flat_map(channel)).collect();
        place.ingest(&[&place.write("first.jsonl", json_lines(&records))]).exits(0);
        let bot = place.key(&["--bot", "helper", "--speaks-for", "desk"]);
        let options = options(place);
        let text = fs_err::read_to_string(&options).unwrap();
        fs_err::write(&options, text + "[server.rate]\nper_second = 0\n").unwrap();
        Self { server: Server::start_with_options(&place.data(), &options), bot }
    }

    /// Whether a channel's reader is told of it.
    fn is_told(&self, channel: u64) -> bool {
        let headers = format!("{}x-on-behalf-of: desk:{}\r\n", bearer(&self.bot), reader(channel));
        let answer = self.server.send_with("POST /v1/experts/search", &headers, Some(&question(channel)));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body.contains(&word(channel))
    }

    fn send(&self, record: &Value) {
        let taken = self.server.post_records(SECRET, &record.to_string()).unwrap();
        assert_eq!(taken.status, 200, "{taken:?}");
    }

    /// Takes a channel from its reader; how long it was told after that was acknowledged.
    #[track_caller]
    fn take_away(&self, channel: u64, how: &(&'static str, Value)) -> Duration {
        self.send(&rights(channel, &how.1));
        let acknowledged = Instant::now();
        loop {
            let asked = acknowledged.elapsed();
            if !self.is_told(channel) {
                return asked;
            }
            assert!(asked < LONGEST, "{}: told {asked:?} after it was taken away", how.0);
        }
    }

    #[track_caller]
    fn give_back(&self, channel: u64) {
        self.send(&rights(channel, &json!({ "members": members(channel) })));
        let began = Instant::now();
        while !self.is_told(channel) {
            assert!(began.elapsed() < Duration::from_mins(1), "it never came back");
        }
    }
}

#[test]
fn whoever_is_taken_out_of_a_channel_is_told_nothing_of_it_within_five_seconds() {
    let (seed, full) = (from_environment("SEED", 20_261_123), is_full());
    let times = if full { 1_000 } else { 50 };
    let place = Place::in_memory();
    let scene = Scene::start(&place);
    let (over, load) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut took = std::thread::scope(|scope| {
        let (scene, over, load) = (&scene, &over, &load);
        for number in 0..2 {
            scope.spawn(move || {
                let mut dice = Dice::new(seed ^ (number + 77));
                while !over.load(Ordering::Relaxed) {
                    scene.is_told(dice.below(CHANNELS));
                    load.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Whoever fails ends the load.
        let _over = Over(over);
        let mut dice = Dice::new(seed);
        let mut took = Vec::new();
        let mut gone: Vec<u64> = Vec::new();
        for time in 0..times {
            let channel = time % CHANNELS;
            if gone.contains(&channel) {
                scene.give_back(channel);
                gone.retain(|one| *one != channel);
            }
            assert!(scene.is_told(channel), "seed {seed}, time {time}: it is theirs to read");
            took.push(scene.take_away(channel, &loss(&mut dice)));
            gone.push(channel);
            // Nor does anything that was taken before come back.
            let other = gone[dice.below(gone.len() as u64) as usize];
            assert!(!scene.is_told(other), "seed {seed}, time {time}: {other} came back");
        }
        for channel in gone {
            assert!(!scene.is_told(channel), "seed {seed}: {channel} came back");
        }
        took
    });
    let (load, p99) = (load.into_inner(), p99(&mut took));
    println!(
        "{times} times beside {load} searches: p50 {:?}, p99 {p99:?}, at most {:?}",
        took[took.len() / 2],
        took[took.len() - 1]
    );
    assert!(load > 10, "no load");
    assert_eq!(scene.server.terminate().code, Some(0));
}

/// Tells the load on the way out.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
