//! The same seed writes the same, and as much as was asked for.

use super::*;

fn jsonl(seed: u64) -> String {
    let mut out = Vec::new();
    write_jsonl(&Bulk { seed, messages: 2_000, people: 50, channels: 21 }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_seed_writes_the_same_twice_and_another_something_else() {
    assert_eq!(jsonl(1), jsonl(1));
    assert_ne!(jsonl(1), jsonl(2));
}

#[test]
fn there_are_as_many_messages_as_asked_for_of_the_length_that_real_ones_have() {
    let written = jsonl(3);
    let records = written.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let texts: Vec<usize> = records
        .filter(|record| record["type"] == "message")
        .map(|r| r["text"].as_str().unwrap().len())
        .collect();
    assert_eq!(texts.len(), 2_000);
    let mean = texts.iter().sum::<usize>() / texts.len();
    assert!((190..260).contains(&mean), "{mean} characters");
    assert_eq!(written.matches("\"members\"").count(), 1, "one channel in twenty is for named readers");
}

#[test]
fn a_chat_export_holds_every_message_once() {
    let place = tempfile::tempdir().unwrap();
    write_slack(&Bulk { seed: 1, messages: 3_000, people: 50, channels: 3 }, place.path()).unwrap();
    let mut stamps = std::collections::BTreeSet::new();
    let mut count = 0;
    for channel in 0..3 {
        for day in fs_err::read_dir(place.path().join(format!("channel-{channel}"))).unwrap() {
            let text = fs_err::read_to_string(day.unwrap().path()).unwrap();
            for message in serde_json::from_str::<Vec<serde_json::Value>>(&text).unwrap() {
                stamps.insert(format!("{channel} {}", message["ts"].as_str().unwrap()));
                count += 1;
            }
        }
    }
    assert_eq!((count, stamps.len()), (3_000, 3_000));
}
