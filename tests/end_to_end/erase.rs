//! Erasure through the real binary: gone from every file and answer, and an old export brings nobody back.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::exports::{slack_files, write_files};
use crate::support::{ALWAYS_AT_WORK, Place, Server, bearer, json_lines, names};

const QUESTION: &str = "Which gasket fits the old coolant pump?";

fn record(id: &str, author: &str, text: &str) -> Value {
    json!({"source": "desk", "id": id, "at": format!("2026-03-02T09:0{id}:00Z"), "channel": "pumps",
        "conversation": "1", "text": text, "visibility": "everyone",
        "author": {"id": author, "name": format!("{author} Somebody"), "email": format!("{author}@firm.example")}})
}

/// Ana and Cem answer Bo.
fn desk(place: &Place) -> std::path::PathBuf {
    let records = [
        record("1", "bodowin", QUESTION),
        record("2", "anabell", "The zyxwuvut gasket fits the old coolant pump."),
        record("3", "cemilko", "Any gasket of the plongsang series fits the old coolant pump, too."),
    ];
    place.write("desk.jsonl", json_lines(&records))
}

/// The files of the data directory that hold a text.
fn holding(place: &Place, text: &str) -> Vec<String> {
    let mut folders = vec![place.data()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs_err::read(&path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[test]
fn a_forgotten_person_is_gone_and_an_old_export_does_not_bring_them_back() {
    let place = Place::new();
    let export = desk(&place);
    place.ingest(&[&export]).exits(0);
    place.check_names(QUESTION, &[], &["anabell Somebody", "cemilko Somebody"]);
    let known = place.run("export-subject", &["anabell@firm.example"]).exits(0).json();
    assert_eq!(known["messages"][0]["id"], "desk:2", "{known:#}");

    let ran = place.run("forget", &["person", "anabell@firm.example"]).exits(0);
    let receipt: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&receipt["erased"]["messages"], &receipt["erased"]["accounts"]), (&json!(1), &json!(1)));
    assert!(!ran.stdout.contains("anabell"), "a receipt holds no names: {}", ran.stdout);
    place.run("export-subject", &["anabell@firm.example"]).exits(1).says(&["nothing is known of", "hint: "]);
    for _ in 0..2 {
        for text in ["anabell", "zyxwuvut"] {
            assert_eq!(holding(&place, text), [""; 0], "{text}");
        }
        place.check_names(QUESTION, &[], &["cemilko Somebody"]);
        let report = place.report(&[&export], 0);
        assert_eq!(report["exports"][0]["refused"]["erased before"], 2, "{report:#}");
    }
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}

#[test]
fn a_person_may_go_and_their_answer_stay() {
    let place = Place::new();
    let records = [
        record("1", "bodowin", QUESTION),
        record("2", "anabell", "The zyxwuvut gasket fits the old coolant pump."),
    ];
    let export = place.write("desk.jsonl", json_lines(&records));
    place.ingest(&[&export]).exits(0);
    place.run("forget", &["person", "desk:anabell", "--mode", "anonymise"]).exits(0);
    for _ in 0..2 {
        assert_eq!(holding(&place, "anabell"), [""; 0]);
        let answer = place.ask(QUESTION, &[]);
        assert_eq!(names(&answer), [""; 0], "{answer:#}");
        assert!(answer["answers"].to_string().contains("a former colleague"), "{answer:#}");
        place.ingest(&[&export]).exits(0);
    }
}

#[test]
fn a_forgotten_person_is_not_named_in_what_others_wrote_to_them() {
    let place = Place::new();
    let files =
        slack_files("Hello <@U0ANA>, which gasket fits the old coolant pump?", "The green gasket fits.");
    let export = write_files(&place, "slack", &files);
    place.ingest(&[&export]).exits(0);
    assert!(!holding(&place, "U0ANA").is_empty());
    place.run("forget", &["person", "slack:U0ANA"]).exits(0);
    for _ in 0..2 {
        for text in ["U0ANA", "ana@firm.example", "Ana Brandt", "green"] {
            assert_eq!(holding(&place, text), [""; 0], "{text}");
        }
        place.ingest(&[&export]).exits(0);
    }
}

#[test]
fn a_channel_goes_with_all_that_is_in_it() {
    let place = Place::new();
    let export = desk(&place);
    place.ingest(&[&export]).exits(0);
    place.run("forget", &["message", "desk:3"]).exits(0);
    assert_eq!(holding(&place, "plongsang"), [""; 0]);
    place.run("forget", &["channel", "desk:pumps"]).exits(0);
    place.ingest(&[&export]).exits(0);
    assert_eq!(holding(&place, "zyxwuvut"), [""; 0]);
    assert_eq!(names(&place.ask(QUESTION, &[])), [""; 0]);
    place.run("forget", &["person", "nobody"]).exits(1).says(&["nothing is known of"]);
}

#[test]
fn damage_is_told_and_not_mended() {
    let place = Place::new();
    place.ingest(&[&desk(&place)]).exits(0);
    place.run("doctor", &[]).exits(0).says(&["whole"]);
    let store = place.data().join("whoknows.sqlite");
    let mut bytes = fs_err::read(&store).unwrap();
    let at = bytes.windows(8).position(|window| window == b"zyxwuvut").unwrap();
    bytes[at] ^= 1;
    fs_err::write(&store, &bytes).unwrap();
    place.run("doctor", &[]).exits(1).says(&["whoknows.sqlite", "desk:2", "not whole; nothing was changed"]);
    assert_eq!(fs_err::read(&store).unwrap(), bytes);
    fs_err::remove_dir_all(place.data().join("lexical")).unwrap();
    let found = place.run("doctor", &["--json"]).exits(1).json();
    assert!(found["findings"].to_string().contains("whoknows reindex"), "{found:#}");
    assert!(!place.data().join("lexical").exists());
}

/// As long as a busy machine may take.
const LONGEST: Duration = Duration::from_mins(2);
const ONCE: &str = "idempotency-key: 4b7e3c1a-0c9d-4e53-9a57-2f0b4c8a1d11\r\n";

/// A person's key, as a header.
fn key(place: &Place, person: &str) -> String {
    bearer(&place.key(&["--person", person, "--scopes", "me,search,people"]))
}

/// Bo asks; Ana answers, and so does somebody in the lab of whom only the user name is the same.
fn with_a_double(place: &Place) -> std::path::PathBuf {
    let person = |source: &str, id: &str| {
        json!({"type": "person", "source": source, "id": id, "name": "Ana Fernhollow",
            "user_name": "ana.fernhollow", "kind": "employee"})
    };
    let mut records = vec![person("desk", "anabell"), person("lab", "labbell")];
    for (id, author, text) in [
        ("1", "bodowin", QUESTION),
        ("2", "anabell", "The zyxwuvut gasket fits the old coolant pump; ask for it by that name."),
        ("3", "bodowin", "And which gasket fits the new coolant pump?"),
        ("4", "anabell", "The zyxwuvut gasket fits the new coolant pump as well."),
    ] {
        let mut message = record(id, author, text);
        message["author"] = json!({ "id": author });
        records.push(message);
    }
    records.push(json!({"source": "lab", "id": "9", "at": "2026-03-03T09:00:00Z", "channel": "bench",
        "conversation": "7", "author": {"id": "labbell"}, "visibility": "everyone",
        "text": "The plongsang seal of the centrifuge is worn, use the spare one."}));
    place.write("desk.jsonl", json_lines(&records))
}

#[test]
fn who_erases_themselves_is_gone_with_their_key_and_whoever_only_looks_alike_stays() {
    let place = Place::new();
    let export = with_a_double(&place);
    place.ingest(&[&export]).exits(0);
    let options = place.write(
        "erase.toml",
        format!("[server]\ndrain_ms = 0\n[query.confidence]\nname_from = 0.05\n[asks]\n{ALWAYS_AT_WORK}"),
    );
    let server = Server::start_with_options(&place.data(), &options);
    let (ana, bo) = (key(&place, "desk:anabell"), key(&place, "desk:bodowin"));
    let me = server.send_with("GET /v1/me", &ana, None).json();
    assert_eq!(
        (&me["accounts"], &me["alike"]),
        (&json!(["desk:anabell"]), &json!(["lab:labbell"])),
        "{me:#}"
    );
    let about = server.ask(QUESTION);
    assert_eq!(names(&about), ["Ana Fernhollow"]);
    let ask = json!({"query": "May I ask about the old coolant pump?", "person_id": me["person_id"]});
    assert_eq!(server.send_with("POST /v1/asks", &bo, Some(&ask)).json()["state"], "offered");

    let erase = |body: &Value| server.send_with("POST /v1/me/erase", &format!("{ana}{ONCE}"), Some(body));
    assert_eq!(
        erase(&json!({"confirm": "lab:labbell"})).status,
        422,
        "what only looks alike confirms nothing"
    );
    let ordered = erase(&json!({"confirm": "desk:anabell"}));
    assert_eq!((ordered.status, &ordered.json()["left"]), (202, &json!(["lab:labbell"])), "{ordered:?}");
    let began = Instant::now();
    let receipt = loop {
        let receipt = server.send_with("GET /v1/me/erase/receipt", ONCE, None).json();
        if !["queued", "running"].contains(&receipt["state"].as_str().unwrap()) {
            break receipt;
        }
        assert!(began.elapsed() < LONGEST, "{receipt:#}");
    };
    let erased = &receipt["receipt"]["erased"];
    assert_eq!(receipt["state"], "done", "{receipt:#}");
    assert_eq!(
        (&erased["messages"], &erased["accounts"], &erased["offers"]),
        (&json!(2), &json!(1), &json!(1))
    );

    assert_eq!(server.send_with("GET /v1/me", &ana, None).status, 401, "the key went, too");
    assert_eq!(names(&server.ask(QUESTION)), [""; 0]);
    for path in ["/v1/topics", "/v1/people", "/v1/asks"] {
        let answer = server.send_with(&format!("GET {path}"), &bo, None);
        assert!(!answer.body.contains("anabell") && !answer.body.contains("zyxwuvut"), "{path}: {answer:?}");
    }
    server.terminate();
    for _ in 0..2 {
        for text in ["anabell", "zyxwuvut"] {
            assert_eq!(holding(&place, text), [""; 0], "{text}");
        }
        assert_ne!(holding(&place, "plongsang"), [""; 0], "what another wrote stays");
        place.ingest(&[&export]).exits(0);
    }
    let listed = place.run("audit", &["list", "--did", "erase", "--json"]).exits(0).stdout;
    assert!(listed.contains("\"outcome\":\"202\"") && !listed.contains("anabell"), "{listed}");
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}
