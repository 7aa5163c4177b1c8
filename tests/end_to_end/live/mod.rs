//! Records that are sent to a running server, and an index that changes under it.

mod crash;
mod revoke;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Place, Server, json_lines, names};

pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
const QUESTION: &str = "Which gasket fits the old coolant pump?";

/// As long as a busy machine may take; what is promised is two seconds.
const LONGEST: Duration = Duration::from_mins(1);

/// An options file with live ingestion on, and nobody too unsure to be named.
pub(crate) fn options(place: &Place) -> PathBuf {
    let token = place.secret("token", SECRET);
    place.write(
        "live.toml",
        format!(
            "[live]\nenabled = true\ntoken_file = {:?}\n[query.confidence]\nname_from = 0.05\n",
            token.display().to_string()
        ),
    )
}

/// A server on an empty index.
fn start(place: &Place) -> Server {
    let export = place.write("first.jsonl", json_lines(&[record("0", "zoe", "Good morning")]));
    place.ingest(&[&export]).exits(0);
    Server::start_with_options(&place.data(), &options(place))
}

fn record(id: &str, author: &str, text: &str) -> Value {
    let channel = if id == "0" { "lobby" } else { "pumps" };
    json!({"source": "desk", "id": id, "at": format!("2026-03-02T09:{:02}:00Z", id.len() * 7 % 60), "channel": channel,
        "conversation": "1", "author": {"id": author, "name": author}, "text": text, "visibility": "everyone"})
}

fn exchange() -> String {
    json_lines(&[
        record("1", "bo", QUESTION),
        record("22", "ana", "The green gasket fits the old coolant pump."),
    ])
}

/// Asks until somebody is named as expected; how long that took.
#[track_caller]
fn ask_until(server: &Server, expected: &[&str]) -> Duration {
    let began = Instant::now();
    loop {
        let answer = server.ask(QUESTION);
        if names(&answer) == expected {
            return began.elapsed();
        }
        assert!(began.elapsed() < LONGEST, "{answer:#}");
    }
}

#[test]
fn what_is_sent_is_found_soon_and_sent_again_changes_nothing() {
    let place = Place::new();
    let server = start(&place);
    let taken = server.post_records(SECRET, &exchange()).unwrap();
    assert_eq!((taken.status, &taken.json()["added"]), (200, &json!(2)), "{taken:?}");
    ask_until(&server, &["ana"]);
    let again = server.post_records(SECRET, &exchange()).unwrap().json();
    assert_eq!((&again["added"], &again["changed"], &again["unchanged"]), (&json!(0), &json!(0), &json!(2)));
    let list = format!("[{}]", exchange().trim().replace('\n', ","));
    assert_eq!(server.post_records(SECRET, &list).unwrap().json()["unchanged"], 2);
    let gone = json!({"type": "delete", "source": "desk", "id": "22"}).to_string();
    assert_eq!(server.post_records(SECRET, &gone).unwrap().json()["deleted"], 1);
    ask_until(&server, &[]);
    assert_eq!(server.terminate().code, Some(0));
}

#[test]
fn the_policy_and_the_token_hold_here_too() {
    let place = Place::new();
    let server = start(&place);
    assert_eq!(server.post_records("wrong", &exchange()).unwrap().status, 401);
    let hr = exchange().replace("pumps", "hr") + "{\"id\": broken\n";
    let taken = server.post_records(SECRET, &hr).unwrap().json();
    assert_eq!(taken["refused"]["refused by policy: named by a rule"], 2, "{taken:#}");
    assert_eq!((&taken["quarantined"], &taken["issues"][0]["line"]), (&json!(1), &json!(3)), "{taken:#}");
    let ran = place.run("ingest", &[place.path("first.jsonl").to_str().unwrap()]);
    ran.exits(1).says(&["another whoknows is writing"]);
}

#[test]
fn it_is_off_by_default_and_a_token_that_others_read_is_none() {
    let place =
        Place::with_play("#a 2026-03-02 source=desk visibility=everyone\n09:00 ana: Good morning all\n");
    let server = Server::start(&place.data());
    assert_eq!(server.post_records(SECRET, &exchange()).unwrap().status, 404);
    drop(server);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let options = options(&place);
        fs_err::set_permissions(place.path("token"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let arguments = ["--config", options.to_str().unwrap(), "--address", "127.0.0.1:0"];
        place.run("serve", &arguments).exits(1).says(&["can be read by others", "hint: chmod 600"]);
    }
}

#[test]
fn a_server_answers_from_what_another_process_ingests() {
    let place = Place::new();
    let export = place.write("first.jsonl", json_lines(&[record("0", "zoe", "Good morning")]));
    place.ingest(&[&export]).exits(0);
    let options = place.write("o.toml", "[live]\nwatch_ms = 50\n[query.confidence]\nname_from = 0.05\n");
    let server = Server::start_with_options(&place.data(), &options);
    assert_eq!(names(&server.ask(QUESTION)), [""; 0]);
    place.ingest(&[&place.write("more.jsonl", exchange())]).exits(0);
    ask_until(&server, &["ana"]);
}
