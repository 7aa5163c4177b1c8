//! Ingesting again: the same, an edit, a deletion, a newer record of the same id; reindexing.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::exports::company;
use crate::support::{Place, bare, barest, json_lines, names};

const QUESTION: &str = "Which gasket fits the old coolant pump?";

fn record(id: &str, minute: u32, author: &str, text: &str) -> Value {
    json!({"id": id, "source": "desk", "channel": "pumps", "conversation": "T-1", "author": {"id": author},
        "at": format!("2026-03-02T09:{minute:02}:00Z"), "text": text, "visibility": "everyone"})
}

fn written(place: &Place, name: &str, records: &[Value]) -> PathBuf {
    place.write(name, json_lines(records))
}

fn exchange(place: &Place) -> PathBuf {
    let asked = record("1", 0, "bo", QUESTION);
    written(
        place,
        "desk.jsonl",
        &[asked, record("2", 5, "ana", "The green gasket fits the old coolant pump.")],
    )
}

#[test]
fn ingesting_the_same_again_changes_nothing() {
    let place = Place::new();
    let sample = company(&place.folder("exports"));
    let exports: Vec<_> = sample.exports.iter().map(PathBuf::as_path).collect();
    let first = place.report(&exports, 0);
    let question = &sample.questions[0].text;
    let before = place.ask(question, &[]);
    let second = place.report(&exports, 0);
    for export in second["exports"].as_array().unwrap() {
        assert_eq!(
            (&export["added"], &export["changed"], &export["deleted"]),
            (&json!(0), &json!(0), &json!(0)),
            "{export:#}"
        );
        assert!(export["unchanged"].as_u64().unwrap() > 0, "{export:#}");
    }
    for same in ["generation", "documents", "accounts", "people"] {
        assert_eq!(first[same], second[same], "{same}");
    }
    assert_eq!(bare(before), bare(place.ask(question, &[])));
}

#[test]
fn reindexing_gives_the_same_answers() {
    let place = Place::new();
    let sample = company(&place.folder("exports"));
    let exports: Vec<_> = sample.exports.iter().map(PathBuf::as_path).collect();
    place.ingest(&exports).exits(0);
    let ask = || sample.questions.iter().take(6).map(|question| barest(place.ask(&question.text, &[])));
    let before: Vec<Value> = ask().collect();
    assert!(before.iter().any(|answer| !names(answer).is_empty()), "{before:#?}");
    place.run("reindex", &[]).exits(0).says(&["documents"]);
    assert_eq!(before, ask().collect::<Vec<_>>());
}

#[test]
fn an_edit_replaces_what_was_written() {
    let place = Place::new();
    place.ingest(&[&exchange(&place)]).exits(0);
    let answer = place.ask(QUESTION, &[]);
    assert!(answer["experts"][0]["evidence"][0]["snippet"].as_str().unwrap().contains("green"), "{answer:#}");
    let mut edited = record("2", 5, "ana", "The blue gasket fits the old coolant pump.");
    edited["edited_at"] = json!("2026-03-02T10:00:00Z");
    let report = place.report(&[&written(&place, "edit.jsonl", &[edited])], 0);
    assert_eq!((&report["exports"][0]["added"], &report["exports"][0]["changed"]), (&json!(0), &json!(1)));
    let answer = place.ask(QUESTION, &[]).to_string();
    assert!(answer.contains("blue") && !answer.contains("green"), "{answer}");
}

#[test]
fn the_last_line_for_an_id_wins() {
    let place = Place::new();
    let asked = record("1", 0, "bo", QUESTION);
    let answers = ["red", "green", "blue"]
        .map(|color| record("2", 5, "ana", &format!("The {color} gasket fits the old coolant pump.")));
    let export = written(&place, "desk.jsonl", &[&[asked], &answers[..]].concat());
    place.ingest(&[&export]).exits(0);
    let answer = place.ask(QUESTION, &[]).to_string();
    assert!(
        answer.contains("blue") && !answer.contains("red gasket") && !answer.contains("green"),
        "{answer}"
    );
}

#[test]
fn a_deleted_message_speaks_for_nobody() {
    let place = Place::new();
    place.ingest(&[&exchange(&place)]).exits(0);
    place.check_names(QUESTION, &[], &["ana"]);
    let delete = json!({"type": "delete", "source": "desk", "id": "2"});
    let report = place.report(&[&written(&place, "gone.jsonl", &[delete])], 0);
    assert_eq!(report["exports"][0]["deleted"], 1, "{report:#}");
    let answer = place.ask(QUESTION, &[]);
    assert_eq!(names(&answer), [""; 0]);
    assert!(!answer.to_string().contains("green"), "{answer:#}");
}

#[test]
fn more_of_a_conversation_joins_what_is_there() {
    let place = Place::new();
    place.ingest(&[&exchange(&place)]).exits(0);
    let more = record("3", 9, "cem", "The gasket of the coolant pump needs grease, or it tears.");
    let report = place.report(&[&written(&place, "more.jsonl", &[more])], 0);
    assert_eq!(report["exports"][0]["added"], 1);
    place.check_names(QUESTION, &[], &["ana", "cem"]);
}

#[test]
fn somebody_who_left_is_not_named_but_their_answer_stays() {
    let place = Place::new();
    place.ingest(&[&exchange(&place)]).exits(0);
    let left =
        json!({"type": "person", "source": "desk", "id": "ana", "name": "Ana Brandt", "status": "departed"});
    place.ingest(&[&written(&place, "people.jsonl", &[left])]).exits(0);
    let answer = place.ask(QUESTION, &[]);
    assert_eq!(names(&answer), [""; 0], "{answer:#}");
    assert_eq!(answer["answers"][0]["by"]["display_name"], "Ana Brandt", "{answer:#}");
}

#[test]
fn a_list_of_employees_says_who_is_still_here() {
    let place = Place::new();
    let mut answered = record("2", 5, "ana", "The green gasket fits the old coolant pump.");
    answered["author"]["email"] = json!("ana@firm.example");
    let desk = written(&place, "desk.jsonl", &[record("1", 0, "bo", QUESTION), answered]);
    place.ingest(&[&desk]).exits(0);
    let list = |name: &str, status: &str, end: &str| {
        let row = format!("Ana Brandt,ana@firm.example,{status},Pumps,{end}");
        place.write(name, format!("Name,Work email,Status,Department,End date\n{row}\n"))
    };
    for (name, status, end, expected) in [
        ("gone.csv", "Active", "2020-01-31", &[][..]),
        ("stays.csv", "Active", "2999-01-31", &["ana"]),
        ("left.csv", "Terminated", "", &[]),
        ("back.csv", "Active", "", &["ana"]),
    ] {
        place.ingest(&[&list(name, status, end)]).exits(0);
        let answer = place.ask(QUESTION, &[]);
        let people = answer["experts"].as_array().unwrap();
        assert_eq!(people.len(), expected.len(), "{name}: {answer:#}");
    }
    assert_eq!(place.ask(QUESTION, &[])["experts"][0]["display_name"], "Ana Brandt");
}

#[test]
fn a_bot_is_not_named() {
    let place = Place::new();
    let mut answered = record("2", 5, "helper", "The green gasket fits the old coolant pump.");
    answered["author"]["bot"] = json!(true);
    let export = written(&place, "desk.jsonl", &[record("1", 0, "bo", QUESTION), answered]);
    place.ingest(&[&export]).exits(0);
    place.check_names(QUESTION, &[], &[]);
}
