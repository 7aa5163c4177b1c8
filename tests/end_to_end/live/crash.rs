//! A server that is killed again and again: nothing acknowledged is lost, nothing is there twice, and it always
//! goes on (trust.md R1).
//!
//! `WHOKNOWS_KILLS` says how often (12 without it), `SEED` from which seed.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::{SECRET, options, start};
use crate::support::chance::{Dice, from_environment};
use crate::support::deliveries::{Truth, batch, stored, visible};
use crate::support::{Place, Server};

#[test]
fn a_server_that_is_killed_loses_nothing_and_goes_on() {
    let (kills, seed) = (from_environment("WHOKNOWS_KILLS", 12), from_environment("SEED", 20_261_122));
    let (mut dice, mut next, mut truth) = (Dice::new(seed), 0, Truth::new());
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
            let (mut first, mut truth, mut dice) =
                (unsure.take(), truth.clone(), Dice::new(seed ^ (kill + 1)));
            std::thread::spawn(move || {
                loop {
                    let (lines, after) =
                        first.take().unwrap_or_else(|| batch(&mut dice, &truth, &mut next, 50));
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
        let found = stored(&place.data());
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
    assert_eq!(stored(&place.data()), visible(&after));
    place.run("doctor", &[]).exits(0);
    place.ingest(&[&place.path("first.jsonl")]).exits(0);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}
