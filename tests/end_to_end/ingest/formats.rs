//! Every kind of export that is read, with its counts.

use serde_json::{Value, json};

use crate::support::exports::{company, jira_issue, mail_exchange, slack_files, write_files};
use crate::support::{Place, bare};

const QUESTION: &str = "The scanner in the warehouse reads no barcodes, what can we do?";
const ANSWER: &str = "Clean the window of the scanner and load the barcode profile again.";

/// Asserts format and counts of an ingest's first export.
#[track_caller]
fn check_counts(report: &Value, format: &str, [added, changed, unchanged, deleted]: [u64; 4]) {
    let expected = json!({"format": format, "added": added, "changed": changed, "unchanged": unchanged,
        "deleted": deleted, "broken": null, "quarantined": 0});
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&report["exports"][0][field], value, "{field}: {report:#}");
    }
}

#[test]
fn a_slack_folder_and_its_zip_are_the_same() {
    let files = slack_files(QUESTION, ANSWER);
    let (unpacked, packed) = (Place::new(), Place::new());
    let folder = write_files(&unpacked, "slack", &files);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let zip = packed.zip("slack.zip", &files);
    check_counts(&unpacked.report(&[&folder], 0), "slack", [2, 0, 0, 0]);
    check_counts(&packed.report(&[&zip], 0), "slack", [2, 0, 0, 0]);
    let answer = bare(packed.ask(QUESTION, &[]));
    assert_eq!(answer["experts"][0]["display_name"], "Ana Brandt", "{answer:#}");
    assert_eq!(answer, bare(unpacked.ask(QUESTION, &[])));
    check_counts(&unpacked.report(&[&zip], 0), "slack", [0, 0, 2, 0]);
}

#[test]
fn a_zip_with_a_folder_around_everything_is_read() {
    let place = Place::new();
    let files = slack_files(QUESTION, ANSWER);
    let named: Vec<(String, &str)> =
        files.iter().map(|(name, text)| (format!("export/{name}"), text.as_str())).collect();
    let files: Vec<(&str, &str)> = named.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    check_counts(&place.report(&[&place.zip("export.zip", &files)], 0), "slack", [2, 0, 0, 0]);
}

#[test]
fn an_mbox_file_is_read() {
    let place = Place::new();
    let export = place.write("support.mbox", mail_exchange(QUESTION, ANSWER));
    check_counts(&place.report(&[&export], 0), "mail", [2, 0, 0, 0]);
    place.check_names(QUESTION, &["--as", "mail:bo@firm.example"], &["Ana Brandt"]);
}

#[test]
fn a_folder_of_jira_issues_is_read() {
    let place = Place::new();
    place.write("jira/SUP-1.json", jira_issue("SUP-1", "Scanner is blind", QUESTION, ANSWER));
    place.write(
        "jira/SUP-2.json",
        jira_issue("SUP-2", "Lunch", "Where is the menu?", "It hangs in the kitchen."),
    );
    let report = place.report(&[&place.path("jira")], 0);
    check_counts(&report, "jira", [4, 0, 0, 0]);
    place.set_visibility(&place.path("jira"), "jira=everyone");
    place.check_names(QUESTION, &[], &["Ana Brandt"]);
}

#[test]
fn jsonl_is_read_from_a_file_a_folder_and_a_zip() {
    let place = Place::new();
    let play =
        format!("#store 2026-03-02 visibility=everyone\n09:00 bo: {QUESTION}\n09:05 ana > bo: {ANSWER}\n");
    let file = place.play("plays/a.jsonl", &play);
    check_counts(&place.report(&[&file], 0), "jsonl", [2, 0, 0, 0]);
    check_counts(&place.report(&[&place.path("plays")], 0), "jsonl", [0, 0, 2, 0]);
    let zip = place.zip("a.zip", &[("a.jsonl", &fs_err::read_to_string(file).unwrap())]);
    check_counts(&place.report(&[&zip], 0), "jsonl", [0, 0, 2, 0]);
    place.check_names(QUESTION, &[], &["ana"]);
}

#[test]
fn a_company_in_all_its_forms_comes_in_whole() {
    let place = Place::new();
    let sample = company(&place.folder("exports"));
    let exports: Vec<_> = sample.exports.iter().map(std::path::PathBuf::as_path).collect();
    let report = place.report(&exports, 0);
    let formats: Vec<&str> = report["exports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|export| export["format"].as_str().unwrap())
        .collect();
    assert_eq!((formats.first(), formats.last()), (Some(&"slack"), Some(&"jira")));
    let added: u64 =
        report["exports"].as_array().unwrap().iter().map(|export| export["added"].as_u64().unwrap()).sum();
    // Notices, private channels and direct messages are written but not read.
    assert!(
        added > sample.messages as u64 * 3 / 4 && added <= sample.messages as u64,
        "{added} of {}",
        sample.messages
    );
    // Everybody has several accounts, and the accounts of each are joined.
    let (accounts, people) = (report["accounts"].as_u64().unwrap(), report["people"].as_u64().unwrap());
    assert!(people >= 60 && people < accounts, "{accounts} accounts, {people} people");
}
