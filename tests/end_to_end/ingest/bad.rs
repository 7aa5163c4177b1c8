//! Bad input: what can be read is read, the rest is set aside or refused with words a person can act on.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::exports::{mail, mail_exchange, slack_files, slack_message, write_files};
use crate::support::{Place, names};

const QUESTION: &str = "How do I bleed the brake of the cargo bike?";
const ANSWER: &str = "Open the valve of the brake caliper and push fresh oil through the cargo bike's hose.";

/// The exchange, as two good lines of jsonl.
fn good_lines() -> [String; 2] {
    let play =
        format!("#bikes 2026-03-02 visibility=everyone\n09:00 bo: {QUESTION}\n09:05 ana > bo: {ANSWER}");
    let jsonl = synth::screenplay(&play).unwrap();
    let mut lines = jsonl.lines().map(str::to_owned);
    [lines.next().unwrap(), lines.next().unwrap()]
}

/// Lines of the quarantine file.
fn quarantined(place: &Place) -> Vec<Value> {
    let text = fs_err::read_to_string(place.data().join("quarantine.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An export that cannot be read at all: exit code 4, and words that help.
#[track_caller]
fn check_broken(place: &Place, export: &Path, parts: &[&str]) {
    place.ingest(&[export]).exits(4).says(&["not read: "]).says(parts);
    let report = place.report(&[export], 4);
    assert!(report["exports"][0]["broken"].is_string(), "{report:#}");
    assert_eq!(report["exports"][0]["added"], 0, "{report:#}");
}

#[test]
fn a_bad_line_among_good_ones_costs_only_itself() {
    let place = Place::new();
    let [asked, answered] = good_lines();
    let bad = r#"{"id":"bad","at":"yesterday","author":{"id":"bo"},"text":"brake"}"#;
    let export = place.write("a.jsonl", format!("{asked}\n{bad}\n{answered}\n{{half\n"));
    let ran = place.ingest(&[&export]).exits(2);
    ran.says(&["2 messages added", "2 in quarantine", "a.jsonl:2", "a.jsonl:4", "quarantine.jsonl"]);
    place.check_names(QUESTION, &[], &["ana"]);
    let kept = quarantined(&place);
    let at = |place: usize| (&kept[place]["file"], &kept[place]["line"], &kept[place]["raw"]);
    assert_eq!(kept.len(), 2, "{kept:#?}");
    assert_eq!(at(0), (&json!("a.jsonl"), &json!(2), &json!(bad)));
    assert_eq!(at(1), (&json!("a.jsonl"), &json!(4), &json!("{half")));
    for line in &kept {
        assert!(!line["reason"].as_str().unwrap().is_empty(), "{line}");
        assert_eq!(line["export"], export.to_str().unwrap());
    }
}

#[test]
fn a_mended_export_leaves_nothing_in_quarantine() {
    let place = Place::new();
    let [asked, answered] = good_lines();
    let export = place.write("a.jsonl", format!("{asked}\n{{half\n"));
    place.ingest(&[&export]).exits(2);
    place.write("a.jsonl", format!("{asked}\n{answered}\n"));
    place.ingest(&[&export]).exits(0);
    assert!(!place.data().join("quarantine.jsonl").exists());
    place.check_names(QUESTION, &[], &["ana"]);
}

/// The permissions of what lies in a folder, as octal digits.
#[cfg(unix)]
fn modes(folder: &Path) -> Vec<(String, String)> {
    use std::os::unix::fs::PermissionsExt;
    let mode = |entry: fs_err::DirEntry| {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        (entry.file_name().to_string_lossy().into_owned(), format!("{mode:o}"))
    };
    let mut modes: Vec<_> = fs_err::read_dir(folder).unwrap().map(|entry| mode(entry.unwrap())).collect();
    modes.sort();
    modes
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_only() {
    let place = Place::new();
    place.ingest(&[&place.write("a.jsonl", good_lines().join("\n") + "\n{half\n")]).exits(2);
    let of =
        |folder: &Path, name: &str| modes(folder).into_iter().find(|(found, _)| found == name).unwrap().1;
    assert_eq!(of(place.data().parent().unwrap(), "data"), "700");
    assert_eq!(of(&place.data(), "quarantine.jsonl"), "600");
    assert_eq!(of(&place.data(), "whoknows.sqlite"), "600");
}

#[cfg(unix)]
#[test]
fn what_is_kept_in_a_folder_of_others_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    fs_err::set_permissions(place.folder("data"), std::fs::Permissions::from_mode(0o755)).unwrap();
    place.ingest(&[&place.write("a.jsonl", good_lines().join("\n") + "\n{half\n")]).exits(2);
    place.check_names(QUESTION, &[], &["ana"]);
    for (name, mode) in modes(&place.data()) {
        // The lock is empty; everything else holds what people wrote.
        assert!(mode.ends_with("00") || name == "lock", "{name} has mode {mode}");
    }
}

#[test]
fn an_empty_folder_and_a_path_that_is_not_there_say_what_to_pass() {
    let place = Place::new();
    check_broken(&place, &place.folder("empty"), &["holds no files", "pass the unpacked export's folder"]);
    check_broken(&place, &place.path("nowhere"), &["nowhere", "check the path"]);
}

#[test]
fn a_wrong_folder_says_what_was_looked_for() {
    let place = Place::new();
    place.write("photos/cat.jpg", b"\xff\xd8\xff");
    place.write("photos/notes/letter.txt", "Dear all");
    let parts =
        ["no export that is known here", "channels.json", "mbox", "jira", "jsonl", "found cat.jpg, notes/"];
    check_broken(&place, &place.path("photos"), &parts);
}

#[test]
fn a_folder_above_the_export_says_which_folder_to_pass() {
    let place = Place::new();
    place.write("downloads/readme.txt", "hello");
    write_files(&place, "downloads/chat", &slack_files(QUESTION, ANSWER));
    check_broken(&place, &place.path("downloads"), &["\"chat\"", "pass that folder"]);
    place.write("downloads/mail/a.mbox", mail_exchange(QUESTION, ANSWER));
    check_broken(
        &place,
        &place.path("downloads"),
        &["chat: slack, mail: mail", "pass each of them on its own"],
    );
}

#[test]
fn a_cut_zip_says_that_the_download_was_cut() {
    let place = Place::new();
    let files = slack_files(QUESTION, ANSWER);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let whole = fs_err::read(place.zip("whole.zip", &files)).unwrap();
    let cut = place.write("cut.zip", &whole[..whole.len() / 2]);
    check_broken(&place, &cut, &["the download was cut", "download it again"]);
}

#[test]
fn a_zip_that_leads_out_of_its_folder_is_refused() {
    let place = Place::new();
    let line = good_lines().join("\n");
    let zip = place.zip("evil.zip", &[("a.jsonl", &line), ("../evil.jsonl", &line)]);
    check_broken(&place, &zip, &["is refused", "../evil.jsonl"]);
    place.check_names(QUESTION, &[], &[]);
    assert!(!place.path("evil.jsonl").exists());
}

#[test]
fn half_a_json_file_keeps_its_first_half() {
    let place = Place::new();
    let mut files = slack_files(QUESTION, ANSWER);
    let half = &files[2].1[..files[2].1.len() - 1];
    files[2].1 = format!("{half},{{\"type\":\"mess");
    let export = write_files(&place, "slack", &files);
    let ran = place.ingest(&[&export]).exits(2);
    ran.says(&["helpdesk/2026-03-02.json", "ends in the middle", "hint: it was cut: export it again"]);
    place.check_names(QUESTION, &[], &["Ana Brandt"]);
}

#[test]
fn marks_line_ends_and_zero_bytes_do_no_harm() {
    let place = Place::new();
    let [asked, answered] = good_lines();
    let export = place.write("a.jsonl", format!("\u{feff}{asked}\r\n\r\n{answered}\r\n"));
    place.ingest(&[&export]).exits(0);
    place.check_names(QUESTION, &[], &["ana"]);

    let place = Place::new();
    let zero_in_text = answered.replace("fresh oil", "fresh\\u0000 oil");
    let export = place.write("a.jsonl", format!("{asked}\n\0\0\0\n{zero_in_text}\n"));
    place.ingest(&[&export]).exits(2).says(&["a.jsonl:2"]);
    let answer = place.ask(QUESTION, &[]);
    assert_eq!(names(&answer), ["ana"]);
    assert!(!answer.to_string().contains("\\u0000"), "{answer:#}");
}

#[test]
fn a_sentence_that_begins_with_from_stays_in_its_mail() {
    let place = Place::new();
    let text = format!("{ANSWER}\n\nFrom our side the brake is done.\n\nFrom now on it is yours.");
    let export = place.write("a.mbox", mail_exchange(QUESTION, &text));
    let report = place.report(&[&export], 0);
    assert_eq!(report["exports"][0]["added"], 2, "{report:#}");
    let answer =
        place.ask("Is the brake of the cargo bike done from our side?", &["--as", "mail:bo@firm.example"]);
    assert!(answer.to_string().contains("From our side the brake is done."), "{answer:#}");
}

#[test]
fn a_mail_of_forty_thousand_parts_does_not_end_the_process() {
    let place = Place::new();
    let nested = "Content-Type: message/rfc822\n\n".repeat(40_000);
    let bomb = mail(7, "cem@firm.example", "bo@firm.example", None, "Fwd", "x")
        .replace("\n\nx\n", &format!("\n{nested}x\n"));
    let export = place.write("a.mbox", bomb + &mail_exchange(QUESTION, ANSWER));
    place.ingest(&[&export]).exits(2).says(&["2 messages added", "nested more than 50 deep"]);
    place.check_names(QUESTION, &["--as", "mail:bo@firm.example"], &["Ana Brandt"]);
    assert_eq!(quarantined(&place).len(), 1);
}

#[test]
fn a_slack_message_of_null_is_set_aside() {
    let place = Place::new();
    let mut files = slack_files(QUESTION, ANSWER);
    files[2].1 = files[2].1.replacen('[', "[null,", 1);
    place.ingest(&[&write_files(&place, "slack", &files)]).exits(2).says(&["is null instead of a message"]);
    place.check_names(QUESTION, &[], &["Ana Brandt"]);
}

#[test]
fn a_broken_export_does_not_stop_the_good_one_beside_it() {
    let place = Place::new();
    let good = place.write("a.jsonl", good_lines().join("\n"));
    let (before, after) = (place.folder("empty"), place.path("nowhere"));
    let ran = place.ingest(&[&before, &good, &after]).exits(4);
    ran.says(&["empty: not read", "2 messages added", "nowhere: not read"]);
    place.check_names(QUESTION, &[], &["ana"]);
}

#[test]
fn what_a_terminal_would_obey_is_not_printed() {
    let place = Place::new();
    let text = format!("\u{1b}[31m{ANSWER}\u{7}");
    let messages =
        json!([slack_message(1, "U0BO", QUESTION, Some(1)), slack_message(2, "U0ANA", &text, Some(1))]);
    let mut files = slack_files(QUESTION, ANSWER);
    files[2].1 = messages.to_string();
    place.ingest(&[&write_files(&place, "slack", &files)]).exits(0);
    let ran = place.run("ask", &[QUESTION]).exits(0);
    assert!(
        ran.stdout.contains("brake caliper") && !ran.stdout.contains(['\u{1b}', '\u{7}']),
        "{:?}",
        ran.stdout
    );
}
