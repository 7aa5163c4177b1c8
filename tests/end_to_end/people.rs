//! Who is who through the command line: review, merge, part, take back; shared mailboxes are never named.

use serde_json::json;

use crate::support::{Place, Ran, json_lines, whoknows};

const QUESTION: &str = "Which gasket fits the old coolant pump?";

fn people(place: &Place, action: &str, arguments: &[&str]) -> Ran {
    let data = place.data();
    let own = ["people", action, "--data-dir", data.to_str().unwrap()];
    whoknows().args(own).args(arguments).output().unwrap().into()
}

fn place() -> Place {
    let place = Place::new();
    let message = |source: &str, id: &str, author: &str, text: &str| {
        json!({"id": id, "source": source, "channel": "pumps", "conversation": "T-1", "author": {"id": author},
            "at": format!("2026-03-02T09:0{id}:00Z"), "text": text, "visibility": "everyone"})
    };
    let person = |source: &str, id: &str, name: &str, email: Option<&str>| json!({"type": "person", "source": source, "id": id, "name": name, "emails": email.as_slice()});
    let records = [
        person("desk", "a1", "Ana Lee", None),
        person("lab", "b7", "Ana Lee", None),
        person("desk", "box", "IT Helpdesk", Some("helpdesk@firm.example")),
        message("desk", "1", "bo", QUESTION),
        message("desk", "2", "a1", "The green gasket fits the old coolant pump, it is in the second drawer."),
        message("desk", "3", "box", "The green gasket fits the old coolant pump, order it as number 417."),
    ];
    let export = place.write("desk.jsonl", json_lines(&records));
    place.ingest(&[&export]).exits(0);
    place
}

#[test]
fn a_pair_in_review_is_merged_listed_and_taken_back() {
    let place = place();
    let review = people(&place, "review", &["--json"]).exits(0).json();
    assert_eq!(review["reviews"][0]["accounts"], json!(["desk:a1", "lab:b7"]));
    people(&place, "review", &[]).exits(0).says(&["people merge 'desk:a1' 'lab:b7'", "1 pairs"]);

    let merged = people(&place, "merge", &["desk:a1", "lab:b7", "--json"]).exits(0).json();
    assert_eq!(merged["decision"], json!(1));
    let listed = people(&place, "list", &["ana", "--json"]).exits(0).json();
    assert_eq!(listed["people"][0]["accounts"], json!(["desk:a1", "lab:b7"]));
    assert_eq!(listed["people"][0]["joins"][0]["rule"], json!("merged by hand"));
    people(&place, "merge", &["desk:a1", "lab:b7"]).exits(1).says(&["one person already"]);

    people(&place, "undo", &["1"]).exits(0).says(&["taken back"]);
    people(&place, "split", &["desk:a1", "lab:b7"]).exits(0).says(&["decision 2"]);
    people(&place, "review", &[]).exits(0).says(&["0 pairs"]);
    people(&place, "list", &["--decisions"]).exits(0).says(&["1  merge  desk:a1 | lab:b7", "2  apart"]);
    people(&place, "merge", &["desk:a1", "lab:zz"]).exits(1).says(&["no export told"]);
}

#[test]
fn a_shared_mailbox_is_never_named() {
    place().check_names(QUESTION, &[], &["Ana Lee"]);
}

#[test]
fn an_operators_file_merges_for_good() {
    let place = place();
    let file = place.write("who.mailmap", "Ana Lee <desk:a1> <lab:b7>\n");
    let options =
        place.write("options.toml", format!("[ingest.people]\nmailmap = {:?}\n", file.to_str().unwrap()));
    place.run("reindex", &["--config", options.to_str().unwrap()]).exits(0);
    let listed = people(&place, "list", &["ana", "--json"]).exits(0).json();
    assert_eq!(listed["people"][0]["joins"][0]["rule"], json!("asserted by file"));
}
