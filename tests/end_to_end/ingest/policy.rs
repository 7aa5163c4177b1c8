//! What the policy keeps out, takes back, and blots out.

use serde_json::{Value, json};

use crate::support::exports::{slack_channels, slack_day, slack_files, slack_users, write_files};
use crate::support::{Place, json_lines};

const QUESTION: &str = "Which gasket fits the old coolant pump?";
const ANSWER: &str = "The green gasket fits the old coolant pump.";

/// The shipped policy with some lines before its rules.
fn policy(place: &Place, lines: &str) -> String {
    let shipped = include_str!("../../../config/policy.toml");
    let (head, rules) = shipped.split_once("\n[[rules]]").unwrap();
    let text = format!("{head}\n{lines}\n[[rules]]{rules}");
    place.write("policy.toml", text).display().to_string()
}

fn ingest(place: &Place, arguments: &[&str], code: i32) -> Value {
    let arguments = [&["--json"], arguments].concat();
    place.run("ingest", &arguments).exits(code).json()
}

/// A Slack export that holds one private channel and nothing else.
fn private_slack(place: &Place) -> String {
    let files = [
        ("channels.json", "[]".to_owned()),
        ("groups.json", slack_channels(&[("G0LEADS", "leads", &["U0ANA", "U0BO"])])),
        ("users.json", slack_users()),
        ("leads/2026-03-02.json", slack_day(QUESTION, ANSWER)),
    ];
    write_files(place, "private", &files).display().to_string()
}

/// One question and answer as jsonl, in a channel of this name.
fn desk(place: &Place, channel: &str, answer: &str) -> String {
    let record = |id: &str, at: &str, author: &str, text: &str| {
        json!({"source": "desk", "id": id, "at": at, "channel": channel, "conversation": "1", "text": text,
            "author": {"id": author, "name": author}, "visibility": "everyone"})
    };
    let records = [
        record("1", "2026-03-02T09:00:00Z", "bo", QUESTION),
        record("2", "2026-03-02T09:05:00Z", "ana", answer),
    ];
    place.write(&format!("{channel}.jsonl"), json_lines(&records)).display().to_string()
}

fn stored(place: &Place, word: &str) -> bool {
    let files =
        ["whoknows.sqlite", "whoknows.sqlite-wal", "quarantine.jsonl"].map(|name| place.data().join(name));
    let holds = |path: std::path::PathBuf| {
        let bytes = fs_err::read(path).unwrap_or_default();
        bytes.windows(word.len()).any(|bytes| bytes == word.as_bytes())
    };
    files.into_iter().any(holds)
}

#[test]
fn an_export_of_refused_things_only_exits_3_and_leaves_nothing() {
    let place = Place::new();
    let report = ingest(&place, &[&private_slack(&place)], 3);
    assert_eq!(report["exports"][0]["skipped"]["private channel left out"], 2, "{report:#}");
    let report = ingest(&place, &[&desk(&place, "hr", "The xylophone is in the cellar.")], 3);
    assert_eq!(report["exports"][0]["refused"]["refused by policy: named by a rule"], 2, "{report:#}");
    assert!(!stored(&place, "xylophone") && !stored(&place, "gasket"));
}

#[test]
fn a_private_channel_that_the_policy_names_is_read_for_its_members() {
    let place = Place::new();
    let rule =
        "[[rules]]\nread = true\nsources = [\"slack\"]\ncontainers = [\"leads\"]\nkinds = [\"private\"]";
    let report = ingest(&place, &["--policy", &policy(&place, rule), &private_slack(&place)], 0);
    assert_eq!(report["exports"][0]["added"], 2, "{report:#}");
    place.check_names(QUESTION, &[], &[]);
    place.check_names(QUESTION, &["--as", "slack:U0BO"], &["Ana Brandt"]);
    // The policy stays with the data directory.
    let report = ingest(&place, &[&private_slack(&place)], 0);
    assert_eq!(report["exports"][0]["unchanged"], 2, "{report:#}");
    // A stricter one takes back what it does not read.
    let report = ingest(&place, &["--policy", &policy(&place, ""), &private_slack(&place)], 3);
    assert_eq!(report["expired"]["not read by the policy"], 2, "{report:#}");
    place.check_names(QUESTION, &["--as", "slack:U0BO"], &[]);
}

#[test]
fn a_policy_opens_a_source_and_the_command_line_goes_before_it() {
    let place = Place::new();
    let export = write_files(&place, "export", &slack_files(QUESTION, ANSWER));
    fs_err::remove_file(export.join("channels.json")).unwrap();
    let export = export.display().to_string();
    ingest(&place, &[&export], 0);
    place.check_names(QUESTION, &[], &[]);
    let open = policy(&place, "[sources.slack]\nvisibility = \"everyone\"");
    ingest(&place, &["--policy", &open, &export], 0);
    place.check_names(QUESTION, &[], &["Ana Brandt"]);
    ingest(&place, &["--visibility", "slack=nobody", &export], 0);
    place.check_names(QUESTION, &[], &[]);
    ingest(&place, &[&export], 0);
    place.check_names(QUESTION, &[], &[]);
}

#[test]
fn what_is_older_than_the_policy_keeps_is_not_read_and_goes() {
    let place = Place::new();
    let export = desk(&place, "pumps", ANSWER);
    ingest(&place, &[&export], 0);
    place.check_names(QUESTION, &[], &["ana"]);
    let report = ingest(&place, &["--policy", &policy(&place, "keep_days = 1"), &export], 0);
    assert_eq!(report["exports"][0]["refused"]["older than the policy keeps"], 2, "{report:#}");
    assert_eq!(report["expired"]["older than the policy keeps"], 2, "{report:#}");
    place.check_names(QUESTION, &[], &[]);
}

#[test]
fn secrets_and_numbers_are_blotted_out_before_anything_is_stored() {
    let place = Place::new();
    let key = format!("AKIA{}", "ABCDEFGHIJKLMNOP");
    let answer = format!("{ANSWER} Pay to DE89 3704 0044 0532 0130 00, call +49 170 1234567, key {key}.");
    let export = desk(&place, "pumps", &answer);
    let broken = format!("{}{{\"id\": \"3\", broken {key}\n", fs_err::read_to_string(&export).unwrap());
    let export = place.write("pumps.jsonl", broken).display().to_string();
    let report = ingest(&place, &[&export], 2);
    let expected = json!({"secrets": 2, "ibans": 1, "phones": 1});
    assert_eq!(report["exports"][0]["redacted"], expected, "{report:#}");
    for word in [key.as_str(), "3704", "1234567"] {
        assert!(!stored(&place, word), "{word} is stored");
    }
    assert!(stored(&place, "[secret]") && stored(&place, "[iban]"));
    place.check_names(QUESTION, &[], &["ana"]);
}

#[test]
fn a_bad_policy_stops_everything_with_file_and_line() {
    let place = Place::new();
    let export = desk(&place, "pumps", ANSWER);
    let bad = place.write("bad.toml", "version = 1\nkeep_dayz = 3\n").display().to_string();
    place.run("ingest", &["--policy", &bad, &export]).exits(1).says(&["bad.toml:2: ", "keep_dayz", "hint: "]);
    assert!(!stored(&place, "gasket"));
}

#[test]
fn since_reads_only_what_was_touched_after_it() {
    let place = Place::new();
    let export = desk(&place, "pumps", ANSWER);
    let report = ingest(&place, &["--since", "2026-03-02T09:02:00Z", &export], 0);
    assert_eq!(report["exports"][0]["added"], 1, "{report:#}");
    assert_eq!(report["exports"][0]["refused"]["older than --since"], 1, "{report:#}");
}
