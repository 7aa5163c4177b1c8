//! What must hold of every sample, read back from the files that were written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::Value;

use super::conversation::{Part, Venue};
use super::production::{Production, produce};
use super::{Plan, Sample, write_sample};

fn plan(people: usize, months: u32) -> Plan {
    Plan { seed: 7, people, months, end: "2026-03-31T23:59:59Z".parse().unwrap() }
}

fn written(plan: &Plan) -> (tempfile::TempDir, Sample) {
    let dir = tempfile::tempdir().unwrap();
    let sample = write_sample(plan, dir.path()).unwrap();
    (dir, sample)
}

/// Every file under the folder, ascending.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{path:?}: {e}"))
}

/// The messages of the chat, by folder.
fn chat(dir: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut channels: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for file in files(&dir.join("slack")) {
        let folder = file.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        if folder != "slack" {
            channels.entry(folder).or_default().extend(json(&file).as_array().unwrap().iter().cloned());
        }
    }
    channels
}

/// FNV-1a over names and bytes of all files.
fn fingerprint(dir: &Path) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files(dir) {
        let name = file.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
        for byte in name.bytes().chain(fs::read(&file).unwrap()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

fn company() -> Production {
    produce(&plan(240, 18)).unwrap()
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_seed_others() {
    let (one, first) = written(&plan(80, 6));
    let (two, second) = written(&plan(80, 6));
    assert_eq!(fingerprint(one.path()), fingerprint(two.path()));
    assert_eq!((first.messages, &first.questions), (second.messages, &second.questions));
    let (other, _) = written(&Plan { seed: 8, ..plan(80, 6) });
    assert_ne!(fingerprint(one.path()), fingerprint(other.path()));
}

#[test]
fn the_demo_has_ten_to_fifteen_thousand_messages() {
    let (dir, sample) = written(&plan(240, 18));
    assert!((10_000..15_000).contains(&sample.messages), "{} messages", sample.messages);
    assert!(sample.questions.len() >= 40, "{} questions", sample.questions.len());
    let shown: Vec<&str> = sample.questions.iter().take(3).map(|question| question.topic.as_str()).collect();
    assert_eq!(shown, ["scim", "residency", "webhooks"]);
    assert!(sample.exports.iter().all(|export| export.starts_with(dir.path()) && export.exists()));
    assert_eq!(json(&dir.path().join("slack/users.json")).as_array().unwrap().len(), 240 + 3);
}

#[test]
fn the_count_is_that_of_the_files() {
    let (dir, sample) = written(&plan(80, 6));
    let chat: usize = chat(dir.path()).values().map(Vec::len).sum();
    let tickets: usize = files(&dir.path().join("jira"))
        .iter()
        .map(|file| 1 + json(file)["fields"]["comment"]["comments"].as_array().unwrap().len())
        .sum();
    let mails: usize = mails(dir.path()).len();
    assert_eq!(chat + tickets + mails, sample.messages);
}

#[test]
fn every_reply_points_at_a_message_of_its_channel() {
    let (dir, _) = written(&plan(240, 18));
    let mut threads = 0;
    for (channel, messages) in chat(dir.path()) {
        let stamps: BTreeSet<&str> = messages.iter().map(|message| message["ts"].as_str().unwrap()).collect();
        assert_eq!(stamps.len(), messages.len(), "{channel}: ts is unique");
        for message in &messages {
            if let Some(root) = message["thread_ts"].as_str() {
                assert!(stamps.contains(root), "{channel}: {root}");
            }
            if let Some(count) = message["reply_count"].as_u64() {
                let own = message["ts"].as_str();
                let found = messages.iter().filter(|other| other["thread_ts"].as_str() == own).count() - 1;
                assert_eq!(found as u64, count, "{channel}: {own:?}");
                threads += 1;
            }
        }
    }
    assert!(threads > 500, "{threads} threads");
}

#[test]
fn the_chat_shows_every_kind_of_record() {
    let (dir, _) = written(&plan(240, 18));
    let all: Vec<Value> = chat(dir.path()).into_values().flatten().collect();
    for kind in ["channel_join", "bot_message", "tombstone", "thread_broadcast"] {
        assert!(all.iter().any(|message| message["subtype"] == kind), "no {kind}");
    }
    for field in ["blocks", "edited", "reactions", "parent_user_id"] {
        assert!(all.iter().any(|message| !message[field].is_null()), "no {field}");
    }
    let users = json(&dir.path().join("slack/users.json"));
    assert!(users.as_array().unwrap().iter().any(|user| user["deleted"] == true));
    for list in ["groups.json", "dms.json"] {
        let closed = json(&dir.path().join("slack").join(list));
        let name = closed[0]["name"].as_str().or(closed[0]["id"].as_str()).unwrap();
        assert!(dir.path().join("slack").join(name).is_dir(), "{list}: {name}");
    }
}

#[test]
fn experts_really_answered_in_the_chat() {
    let (dir, sample) = written(&plan(240, 18));
    let production = company();
    let chat = chat(dir.path());
    for question in &sample.questions {
        let topic = production.topics.iter().position(|topic| topic.key == question.topic).unwrap();
        let mut answers: BTreeMap<String, usize> = BTreeMap::new();
        for scene in production.scenes.iter().filter(|scene| scene.topic == Some(topic)) {
            for line in scene.lines.iter().filter(|line| line.part == Part::Answer) {
                if matches!(scene.venue, Venue::Chat { .. }) {
                    let id = &production.organization.people[line.author].slack_id;
                    *answers.entry(format!("slack:{id}")).or_default() += 1;
                }
            }
        }
        let written_by = |id: &str| chat.values().flatten().filter(|message| message["user"] == id).count();
        assert!(!question.experts.is_empty(), "{}", question.topic);
        for expert in &question.experts {
            let count = answers.get(expert.as_str()).copied().unwrap_or(0);
            assert!(count >= 3, "{}: {expert} answered {count} times", question.topic);
            assert!(written_by(expert.native()) >= count, "{expert} is in the files");
        }
    }
}

#[test]
fn a_small_and_short_sample_keeps_the_promise_too() {
    for (people, months, seed) in [(60, 1, 1), (60, 18, 2), (100, 3, 3), (600, 12, 4)] {
        let production = produce(&Plan { seed, ..plan(people, months) }).unwrap();
        for (at, cast) in production.casting.casts.iter().enumerate() {
            for expert in &cast.experts {
                let answered = |scene: &&super::conversation::Scene| {
                    matches!(scene.venue, Venue::Chat { .. })
                        && scene.topic == Some(at)
                        && scene.lines.iter().any(|line| line.author == *expert && line.part == Part::Answer)
                };
                let count = production.scenes.iter().filter(answered).count();
                let key = &production.topics[at].key;
                assert!(count >= 3, "{people} people, {months} months: {key} answered {count} times");
            }
        }
    }
}

#[test]
fn nobody_speaks_before_joining_after_leaving_or_after_the_end() {
    let production = company();
    for line in production.scenes.iter().flat_map(|scene| &scene.lines) {
        assert!(line.at <= production.organization.end);
        if !matches!(line.part, Part::Bot(_)) {
            let person = &production.organization.people[line.author];
            assert!(person.works_at(line.at), "{} at {}", person.name(), line.at);
        }
    }
}

/// The mails of all years, by the strict separator rule, mboxrd quoting undone.
fn mails(dir: &Path) -> Vec<String> {
    let mut mails: Vec<String> = Vec::new();
    for file in files(&dir.join("mail")) {
        let text = fs::read_to_string(file).unwrap();
        let mut blank = true;
        for line in text.lines() {
            if blank && line.starts_with("From ") {
                assert!(is_separator(line), "{line}");
                mails.push(String::new());
            } else {
                assert!(!line.starts_with("From "), "unquoted: {line}");
                let quoted = line.trim_start_matches('>').starts_with("From ") && line.starts_with('>');
                let line = if quoted { &line[1..] } else { line };
                let mail = mails.last_mut().unwrap();
                mail.push_str(line);
                mail.push('\n');
            }
            blank = line.is_empty();
        }
    }
    mails
}

/// `From address Mon Mar  2 08:02:11 2026`
fn is_separator(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words.as_slice(), ["From", address, _, _, day, time, year]
        if address.contains('@') && day.parse::<u8>().is_ok() && time.len() == 8 && year.len() == 4)
}

#[test]
fn mail_is_well_formed_and_its_references_exist() {
    let (dir, _) = written(&plan(240, 18));
    let mails = mails(dir.path());
    let header = |mail: &str, name: &str| {
        let head = mail.split("\n\n").next().unwrap().replace("\n ", " ");
        let prefix = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&prefix).map(str::to_owned))
    };
    let ids: BTreeSet<String> = mails.iter().map(|mail| header(mail, "Message-ID").unwrap()).collect();
    assert_eq!(ids.len(), mails.len(), "ids are unique");
    for mail in &mails {
        for name in ["Date", "From", "To", "Subject", "Content-Type"] {
            assert!(header(mail, name).is_some(), "no {name}: {mail}");
        }
        for id in header(mail, "References").unwrap_or_default().split_whitespace() {
            assert!(ids.contains(id), "{id}");
        }
        assert!(mail.split("\n\n").next().unwrap().is_ascii(), "headers are ASCII");
    }
    for mark in ["=?UTF-8?B?", "base64", "quoted-printable", "auto-replied", "List-Unsubscribe", "text/html"]
    {
        assert!(mails.iter().any(|mail| mail.contains(mark)), "no {mark}");
    }
    assert!(mails.iter().any(|mail| mail.contains("\nFrom our side")), "a line that needs quoting");
}

#[test]
fn long_sentences_hardly_ever_repeat() {
    let production = company();
    let said: Vec<&str> = production
        .scenes
        .iter()
        .filter(|scene| scene.topic.is_some())
        .flat_map(|scene| &scene.lines)
        .map(|line| line.text.as_str())
        .filter(|text| text.chars().count() > 60)
        .collect();
    let distinct: BTreeSet<&str> = said.iter().copied().collect();
    let share = distinct.len() as f64 / said.len() as f64;
    assert!(share > 0.9, "{} of {} are distinct", distinct.len(), said.len());
}

#[test]
fn no_slot_is_left_unfilled() {
    for scene in &company().scenes {
        for line in &scene.lines {
            let text = &line.text;
            assert!(!text.contains(['{', '}']) && !text.is_empty(), "{text:?}");
            let words = text.split("```").step_by(2).collect::<String>();
            assert!(!words.contains("  ") && !words.contains(" ,"), "{text:?}");
        }
    }
}

#[test]
fn nobody_wrote_about_the_unknowable() {
    let production = company();
    let all: String =
        production.scenes.iter().flat_map(|scene| &scene.lines).map(|line| &*line.text).collect();
    let all = all.to_lowercase();
    let strange = ["iridium", "satellite", "trademark", "brazil", "cobol", "nuclear", "icelandic", "drone"];
    for word in strange {
        assert!(!all.contains(word), "{word}");
        assert!(
            super::UNKNOWABLE.iter().any(|text| text.to_lowercase().contains(word)),
            "{word} is asked for"
        );
    }
}

#[test]
fn a_plan_out_of_range_and_an_occupied_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let check = |plan: Plan, expected: &str| {
        let error = write_sample(&plan, dir.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(plan(12, 18), "60 to 2500 people, not 12");
    check(plan(240, 0), "1 to 60 months, not 0");
    check(Plan { end: model::Timestamp::EPOCH, ..plan(240, 18) }, "between 2005 and 2200");
    fs::create_dir(dir.path().join("mail")).unwrap();
    check(plan(60, 1), "is there already");
}
