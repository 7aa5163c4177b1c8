//! Random batches of records for a running server, and what its store must hold after each.

use std::collections::BTreeMap;
use std::path::Path;

use engine::DataFolder;
use index::Store;
use serde_json::json;

use super::chance::Dice;

/// What the store must hold: text by id; nothing under an id that was deleted, whatever is sent later.
pub(crate) type Truth = BTreeMap<String, Option<String>>;

/// A batch of 1 to `most` messages, edits and deletions, and what the store holds after it. `next` is the highest number
/// of a message so far.
pub(crate) fn batch(dice: &mut Dice, truth: &Truth, next: &mut u64, most: u64) -> (String, Truth) {
    let (mut lines, mut after) = (String::new(), truth.clone());
    for _ in 0..=dice.below(most) {
        let old = dice.below((*next).max(1));
        let id = match dice.below(10) {
            0 => {
                lines.push_str(
                    &json!({"type": "delete", "source": "desk", "id": format!("m{old}")}).to_string(),
                );
                lines.push('\n');
                after.insert(format!("desk:m{old}"), None);
                continue;
            }
            1 | 2 => old,
            _ => {
                *next += 1;
                *next
            }
        };
        let text = format!("The gasket number {} fits pump {id}.", dice.below(1_000_000));
        lines.push_str(&message(id, &text));
        let known = after.entry(format!("desk:m{id}")).or_insert_with(|| Some(String::new()));
        if known.is_some() {
            *known = Some(text);
        }
    }
    (lines, after)
}

/// A message of Ana's as a line of jsonl.
pub(crate) fn message(id: u64, text: &str) -> String {
    let record = json!({"source": "desk", "id": format!("m{id}"), "at": "2026-03-02T09:00:00Z",
        "channel": format!("c{}", id % 5), "author": {"id": "ana"}, "text": text, "visibility": "everyone"});
    format!("{record}\n")
}

/// A question of Bo's that only Ana answers, with a word of its own, as lines of jsonl; her text, too.
pub(crate) fn exchange(id: u64, word: &str) -> (String, String) {
    let record = |id: String, minute: u32, author: &str, text: &str| {
        json!({"source": "desk", "id": id, "at": format!("2026-03-03T09:0{minute}:00Z"), "channel": format!("for-{word}"),
            "conversation": word, "author": {"id": author}, "text": text, "visibility": "everyone"})
    };
    let text = format!("The green {word} gasket fits the old coolant pump.");
    let asked = record(format!("q{id}"), 0, "bo", &question(word));
    (format!("{asked}\n{}\n", record(format!("m{id}"), 1, "ana", &text)), text)
}

/// The question of an [`exchange`].
pub(crate) fn question(word: &str) -> String {
    format!("Which {word} gasket fits the old coolant pump?")
}

/// What the store of a data directory holds of Ana's: text by id.
pub(crate) fn stored(data: &Path) -> BTreeMap<String, String> {
    let store = Store::open_read_only(&DataFolder::new(data).store()).unwrap();
    assert_eq!(store.integrity().unwrap(), [""; 0]);
    let messages = store.messages_by(&"desk:ana".parse().unwrap()).unwrap();
    messages.into_iter().map(|message| (message.id.to_string(), message.text)).collect()
}

/// What of the truth is to be found.
pub(crate) fn visible(truth: &Truth) -> BTreeMap<String, String> {
    truth.iter().filter_map(|(id, text)| Some((id.clone(), text.clone()?))).collect()
}
