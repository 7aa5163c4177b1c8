//! Jobs of a running server, through the real binary.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::{admin, options, order, over};
use crate::support::{DESKS, Place, Server, barest, bearer, names};

const QUESTION: &str = "How can I keep the VPN tunnel alive?";
const FIRST: &str = "
    #lobby 2026-03-01 source=desk visibility=everyone
    09:00 zoe: Good morning all
";

/// A server on an index that knows nothing yet, and exports that it may be told to read.
fn house(more: &str) -> (Place, String, Server) {
    let place = Place::with_play(FIRST);
    let key = admin(&place);
    let options = options(&place, more);
    place.play("exports/desks.jsonl", DESKS);
    let server = Server::start_with_options(&place.data(), &options);
    (place, key, server)
}

#[test]
fn an_operator_ingests_reindexes_goes_back_and_learns_without_leaving_the_server() {
    let (place, key, server) = house("");
    let before = server.get("/readyz").json()["generation"].clone();
    let id = order(&server, &key, &json!({"kind": "ingest", "arguments": {"exports": ["desks.jsonl"]}}));
    let job = over(&server, &key, &id);
    assert_eq!(
        (&job["state"], &job["result"]["exports"][0]["added"]),
        (&json!("done"), &json!(6)),
        "{job:#}"
    );
    let answer = server.ask(QUESTION);
    assert_eq!(names(&answer), ["ana"], "it answers from it when the job is over");
    let id = order(&server, &key, &json!({"kind": "reindex"}));
    let made = over(&server, &key, &id);
    assert_eq!(made["state"], "done", "{made:#}");
    assert_eq!(server.ask(QUESTION)["generation"], made["result"]["generation"]);
    let id = order(&server, &key, &json!({"kind": "rollback"}));
    let back = over(&server, &key, &id);
    assert_eq!((&back["state"], &back["result"]["number"]), (&json!("done"), &json!(0)), "{back:#}");
    assert_eq!(barest(server.ask(QUESTION)), barest(answer));
    assert_ne!(server.get("/readyz").json()["generation"], before);
    let id = order(&server, &key, &json!({"kind": "learn", "arguments": {"dry_run": true}}));
    let learned = over(&server, &key, &id);
    assert!(["done", "failed"].contains(&learned["state"].as_str().unwrap()), "{learned:#}");
    let list = server.send_with("GET /v1/jobs", &bearer(&key), None).json();
    assert_eq!(list["jobs"].as_array().unwrap().len(), 4);
    let ran = server.terminate();
    assert_eq!(ran.code, Some(0));
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}

#[test]
fn events_tell_every_change_and_end_with_the_job() {
    let (_place, key, server) = house("");
    let id = order(&server, &key, &json!({"kind": "reindex"}));
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "GET /v1/jobs/{id}/events HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{}\r\n",
        server.address(),
        bearer(&key)
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut told = String::new();
    stream.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 200") && told.contains("text/event-stream"), "{told}");
    assert!(told.contains("event: job") && told.contains("\"state\":\"done\""), "{told}");
}

#[test]
fn an_erasure_by_order_leaves_no_name_and_answers_at_once() {
    let (place, key, server) = house("");
    let id = order(&server, &key, &json!({"kind": "ingest", "arguments": {"exports": ["desks.jsonl"]}}));
    over(&server, &key, &id);
    assert_eq!(names(&server.ask(QUESTION)), ["ana"]);
    let id = order(&server, &key, &json!({"kind": "forget", "arguments": {"person": "desk:ana"}}));
    let job = over(&server, &key, &id);
    assert_eq!((&job["state"], &job["result"]["erased"]["messages"]), (&json!("done"), &json!(1)), "{job:#}");
    assert!(names(&server.ask(QUESTION)).is_empty());
    let id = order(&server, &key, &json!({"kind": "forget", "arguments": {"person": "Nobody Known"}}));
    let job = over(&server, &key, &id);
    assert_eq!((&job["state"], job["error"].as_str().unwrap().contains("Known")), (&json!("failed"), false));
    server.terminate().exits(0);
    let book = fs_err::read_to_string(place.data().join("jobs.json")).unwrap();
    assert!(!book.contains("ana") && !book.contains("Known"), "{book}");
}

#[test]
fn a_job_that_the_process_took_with_it_is_interrupted_and_goes_on_when_it_is_ordered_again() {
    let (place, key, server) = house("");
    let ingest = json!({"kind": "ingest", "arguments": {"exports": ["desks.jsonl"]}});
    let ids: Vec<String> = (0..3).map(|_| order(&server, &key, &ingest)).collect();
    server.kill();
    // Killed amid an ingest, the index may be behind its store: the next server finishes that first.
    let server = Server::start_with_options(&place.data(), &place.path("operate.toml"));
    let told: Vec<String> =
        ids.iter().map(|id| over(&server, &key, id)["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told.last().unwrap(), "interrupted", "{told:?}");
    let id = order(&server, &key, &ingest);
    assert_eq!(over(&server, &key, &id)["state"], "done");
    assert_eq!(names(&server.ask(QUESTION)), ["ana"]);
}

#[test]
fn messages_that_come_while_the_next_generation_is_made_are_in_it() {
    let secret = "0123456789abcdef0123456789abcdef";
    let place = Place::with_play(FIRST);
    let token = place.secret("token", secret);
    let key = admin(&place);
    let more = format!("[live]\nenabled = true\ntoken_file = {:?}\n", token.display().to_string());
    let options = options(&place, &more);
    let server = Server::start_with_options(&place.data(), &options);
    let lines = synth::screenplay(DESKS).unwrap();
    let mut jobs = Vec::new();
    for line in lines.lines() {
        jobs.push(order(&server, &key, &json!({"kind": "reindex"})));
        assert_eq!(server.post_records(secret, line).unwrap().status, 200);
    }
    for id in &jobs {
        let job = over(&server, &key, id);
        assert_eq!(job["state"], "done", "{job:#}");
    }
    let taken = server.post_records(secret, &lines).unwrap().json();
    assert_eq!((&taken["added"], &taken["changed"]), (&json!(0), &json!(0)), "{taken:#}");
    let id = order(&server, &key, &json!({"kind": "rollback"}));
    assert_eq!(over(&server, &key, &id)["state"], "done");
    let taken = server.post_records(secret, &lines).unwrap().json();
    assert_eq!((&taken["added"], &taken["changed"]), (&json!(0), &json!(0)), "{taken:#}");
    assert_eq!(names(&server.ask(QUESTION)), ["ana"]);
    assert_eq!(server.terminate().code, Some(0));
}
