//! A server that is killed again and again: nothing acknowledged is lost, nothing is there twice, and it always
//! goes on (trust.md R1).
//!
//! `WHOKNOWS_KILLS` says how often (12 without it), `SEED` from which seed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use index::Store;
use serde_json::json;

use super::{SECRET, options, start};
use crate::support::{Place, Server};

/// Numbers that look random: xorshift from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs is said from outside")]
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What the store must hold: text by id; nothing under an id that was deleted, whatever is sent later.
type Truth = BTreeMap<String, Option<String>>;

/// A batch of 1 to 50 messages, edits and deletions, and what the store holds after it.
fn batch(dice: &mut Dice, truth: &Truth, next: &mut u64) -> (String, Truth) {
    let (mut lines, mut after) = (String::new(), truth.clone());
    for _ in 0..=dice.below(50) {
        let old = dice.below((*next).max(1));
        let id = match dice.below(10) {
            0 => {
                lines.push_str(
                    &json!({"type": "delete", "source": "desk", "id": format!("m{old}")}).to_string(),
                );
                lines.push('\n');
                after.insert(format!("desk:m{old}"), None);
                continue;
            }
            1 | 2 => old,
            _ => {
                *next += 1;
                *next
            }
        };
        let text = format!("The gasket number {} fits pump {id}.", dice.below(1_000_000));
        let record = json!({"source": "desk", "id": format!("m{id}"), "at": "2026-03-02T09:00:00Z",
            "channel": format!("c{}", id % 5), "author": {"id": "ana"}, "text": text, "visibility": "everyone"});
        lines.push_str(&record.to_string());
        lines.push('\n');
        let known = after.entry(format!("desk:m{id}")).or_insert_with(|| Some(String::new()));
        if known.is_some() {
            *known = Some(text);
        }
    }
    (lines, after)
}

/// What the store holds.
fn stored(place: &Place) -> BTreeMap<String, String> {
    let store = Store::open_read_only(&place.data().join("whoknows.sqlite")).unwrap();
    assert_eq!(store.integrity().unwrap(), [""; 0]);
    let messages = store.messages_by(&"desk:ana".parse().unwrap()).unwrap();
    messages.into_iter().map(|message| (message.id.to_string(), message.text)).collect()
}

/// What of the truth is to be found.
fn visible(truth: &Truth) -> BTreeMap<String, String> {
    truth.iter().filter_map(|(id, text)| Some((id.clone(), text.clone()?))).collect()
}

#[test]
fn a_server_that_is_killed_loses_nothing_and_goes_on() {
    let (kills, seed) = (from_environment("WHOKNOWS_KILLS", 12), from_environment("SEED", 20_261_122));
    let (mut dice, mut next, mut truth) = (Dice(seed), 0, Truth::new());
    let place = Place::new();
    start(&place).kill();
    // The batch that was under way when the last kill came: sent again, it must be as if it were sent once.
    let mut unsure: Option<(String, Truth)> = None;
    for kill in 0..kills {
        let server = Arc::new(Server::start_with_options(&place.data(), &options(&place)));
        let (acknowledge, acknowledged) = channel();
        let patience = Duration::from_micros(dice.below(250_000));
        let sender = {
            let server = Arc::clone(&server);
            let (mut first, mut truth, mut dice) = (unsure.take(), truth.clone(), Dice(seed ^ (kill + 1)));
            std::thread::spawn(move || {
                loop {
                    let (lines, after) = first.take().unwrap_or_else(|| batch(&mut dice, &truth, &mut next));
                    match server.post_records(SECRET, &lines) {
                        Ok(answer) => {
                            assert_eq!(answer.status, 200, "seed {seed}, kill {kill}: {answer:?}");
                            truth = after;
                            let _ = acknowledge.send(());
                        }
                        Err(_) => return (truth, (lines, after), next),
                    }
                }
            })
        };
        // It goes on after every restart …
        acknowledged
            .recv_timeout(Duration::from_mins(1))
            .unwrap_or_else(|_| panic!("seed {seed}, kill {kill}: stuck"));
        // … and is killed at any moment afterwards.
        let _ = channel::<()>().1.recv_timeout(patience);
        while acknowledged.recv_timeout(patience).is_ok_and(|()| dice.below(3) > 0) {}
        server.kill_now();
        let (now, under_way, id) = sender.join().unwrap();
        (truth, unsure, next) = (now, Some(under_way), id);
        let found = stored(&place);
        let (_, after) = unsure.as_ref().unwrap();
        assert!(
            found == visible(&truth) || found == visible(after),
            "seed {seed}, kill {kill}: neither before nor after the last batch"
        );
    }
    let server = Server::start_with_options(&place.data(), &options(&place));
    let (lines, after) = unsure.unwrap();
    assert_eq!(server.post_records(SECRET, &lines).unwrap().status, 200);
    assert_eq!(server.terminate().code, Some(0));
    assert_eq!(stored(&place), visible(&after));
    place.run("doctor", &[]).exits(0);
    place.ingest(&[&place.path("first.jsonl")]).exits(0);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}
