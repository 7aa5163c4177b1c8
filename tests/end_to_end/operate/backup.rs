//! Backups while the server runs, restored elsewhere; upgrades, and downgrades that are refused (trust.md R7).

use serde_json::json;

use synth::bulk::{Bulk, write_jsonl};

use super::{admin, options, order, over};
use crate::support::chance::is_full;
use crate::support::{DESKS, Place, Server, bare, barest, bearer, json_lines, names, whoknows};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

const QUESTIONS: [&str; 3] = [
    "How can I keep the VPN tunnel alive?",
    "Why does the label printer print blank labels?",
    "Who knows nothing?",
];

#[test]
fn a_backup_of_a_running_server_answers_the_same_elsewhere() {
    let place = Place::with_play(DESKS);
    let key = admin(&place);
    let server = Server::start_with_options(&place.data(), &options(&place, ""));
    let id = order(&server, &key, &json!({"kind": "backup"}));
    let job = over(&server, &key, &id);
    assert_eq!(job["state"], "done", "{job:#}");
    let written = place.path("backups").join(job["result"]["name"].as_str().unwrap());
    let other = place.path("other");
    let restore = |from: &std::path::Path| {
        let mut command = whoknows();
        command.arg("restore").arg(from).arg("--data-dir").arg(&other);
        crate::support::Ran::from(command.output().unwrap())
    };
    restore(&written).exits(0).says(&["restored what was backed up"]);
    restore(&written).exits(1).says(&["is not empty"]);
    let second = Server::start_with_options(&other, &place.path("operate.toml"));
    for question in QUESTIONS {
        assert_eq!(bare(second.ask(question)), bare(server.ask(question)), "{question}");
    }
    // Keys go along.
    let id = order(&second, &key, &json!({"kind": "reindex"}));
    assert_eq!(over(&second, &key, &id)["state"], "done");
}

/// Texts of made-up messages, evenly drawn: as good questions as any.
fn questions(export: &str, count: usize) -> Vec<String> {
    let records = export.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let texts: Vec<String> =
        records.filter_map(|record| Some(record["text"].as_str()?.chars().take(300).collect())).collect();
    texts.iter().step_by((texts.len() / count).max(1)).take(count).cloned().collect()
}

#[test]
fn a_backup_amid_an_ingest_answers_every_question_as_what_it_was_made_of() {
    let place = Place::new();
    let mut written = Vec::new();
    write_jsonl(&Bulk { seed: 11, messages: 4_000, people: 60, channels: 9 }, &mut written).unwrap();
    let export = place.write("bulk.jsonl", &written);
    place.ingest(&[&export]).exits(0);
    let key = admin(&place);
    let token = place.secret("token", TOKEN).display().to_string();
    let live = format!("[live]\nenabled = true\ntoken_file = {token:?}\n");
    let server = Server::start_with_options(&place.data(), &options(&place, &live));
    // What only its members may read changes no answer, so that both can be compared however much of it came along.
    let record = |number: u64| {
        json!({"source": "bulk", "id": format!("s{number}"), "at": "2026-03-09T09:00:00Z", "channel": "closed",
            "author": {"id": "p1"}, "text": format!("Gasket {number} fits pump {number}."),
            "visibility": {"members": ["p1", "p2"]}})
    };
    let id = order(&server, &key, &json!({"kind": "backup"}));
    let mut sent = 0;
    let job = loop {
        let lines: Vec<_> = (sent..sent + 20).map(record).collect();
        assert_eq!(server.post_records(TOKEN, &json_lines(&lines)).unwrap().status, 200);
        sent += 20;
        let job = server.send_with(&format!("GET /v1/jobs/{id}"), &bearer(&key), None).json();
        if job["state"] == "done" {
            break job;
        }
        assert!(["queued", "running"].contains(&job["state"].as_str().unwrap()), "{job:#}");
    };
    let written_to = place.path("backups").join(job["result"]["name"].as_str().unwrap());
    let other = place.path("other");
    let mut restore = whoknows();
    restore.arg("restore").arg(&written_to).arg("--data-dir").arg(&other);
    crate::support::Ran::from(restore.output().unwrap()).exits(0);
    let second = Server::start_with_options(&other, &place.path("operate.toml"));
    let asked = questions(std::str::from_utf8(&written).unwrap(), if is_full() { 1_000 } else { 40 });
    let mut named = 0;
    for question in &asked {
        let (here, there) = (barest(server.ask(question)), barest(second.ask(question)));
        named += usize::from(here["experts"].as_array().is_some_and(|experts| !experts.is_empty()));
        assert_eq!(here, there, "{question}");
    }
    println!("{} questions, {named} with people, {sent} messages sent meanwhile", asked.len());
    assert!(named * 2 > asked.len(), "{named} of {} name anybody", asked.len());
}

#[test]
fn what_was_erased_after_the_backup_does_not_come_back_with_it() {
    let place = Place::with_play(DESKS);
    let backup = place.path("kept");
    place.run("backup", &[backup.to_str().unwrap()]).exits(0).says(&["generation"]);
    place.run("backup", &[backup.to_str().unwrap()]).exits(1).says(&["is there already"]);
    let inside = place.data().join("kept");
    place.run("backup", &[inside.to_str().unwrap()]).exits(1).says(&["in the data directory itself"]);
    place.run("forget", &["person", "desk:ana"]).exits(0);
    let old = place.path("old");
    fs_err::rename(place.data(), &old).unwrap();
    place
        .run("restore", &[backup.to_str().unwrap(), "--erased", old.to_str().unwrap()])
        .exits(0)
        .says(&["erased since"]);
    let answer = place.ask(QUESTIONS[0], &[]);
    assert!(!names(&answer).contains(&"ana"), "{answer:#}");
    assert_eq!(names(&place.ask(QUESTIONS[1], &[])), ["cem"]);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}

#[test]
fn an_index_of_a_newer_version_is_refused_and_left_alone() {
    let place = Place::with_play(DESKS);
    let backup = place.path("kept");
    place.run("backup", &[backup.to_str().unwrap()]).exits(0);
    let path = place.data().join("whoknows.sqlite");
    let mut bytes = fs_err::read(&path).unwrap();
    // SQLite keeps the version of the tables in the sixtieth byte and the three after it.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs_err::write(&path, &bytes).unwrap();
    place.run("ask", &["anything"]).exits(1).says(&["newer whoknows", "9999"]);
    let export = place.play("more.jsonl", DESKS);
    place.ingest(&[&export]).exits(1).says(&["newer whoknows"]);
    place.run("reindex", &[]).exits(1).says(&["newer whoknows"]);
    assert!(fs_err::read(&path).unwrap() == bytes, "nothing was changed");
}

#[test]
fn a_machine_can_ask_whether_the_server_is_well() {
    let place = Place::with_play(DESKS);
    let server = Server::start(&place.data());
    let healthy = |address: &str| {
        crate::support::Ran::from(whoknows().args(["healthy", address]).output().unwrap()).code
    };
    let address = server.address().to_string();
    assert_eq!(healthy(&address), Some(0));
    server.terminate().exits(0);
    assert_eq!(healthy(&address), Some(1));
}
