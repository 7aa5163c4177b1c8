//! What was answered here, as records of the jsonl form: the way back from an ask to evidence.
//!
//! Decision: an answer takes the way of every other message (policy, redaction, evidence) and not one of its own, so
//! that it can be hidden, erased and explained like any other.

use ingest::formats::jsonl::OWN_SOURCE;
use model::AccountKey;
use routing::Ask;
use serde_json::{Value, json};

/// The name of the containers that asks lie in, one each.
const CONTAINER: &str = "asks";
/// Who asks where nobody is to know it.
const ANONYMOUS: &str = "anonymous";

/// The records of an answered ask, one a line: a container of its own that the two may read (everyone, if its asker
/// shared it), the question and the answer. The same ask gives the same records; empty without an answer.
pub fn records(ask: &Ask) -> Vec<u8> {
    let Some(answer) = &ask.answer else { return Vec::new() };
    let anonymous = ask.draft.anonymous;
    let asker = if anonymous { ANONYMOUS } else { ask.draft.asker.as_str() };
    let members: Vec<&str> = [&ask.draft.asker, &answer.by].map(AccountKey::as_str).into();
    let visibility = if ask.draft.share { json!("everyone") } else { json!({ "members": members }) };
    let question = format!("{}-question", ask.id);
    let container = json!({
        "type": "container", "source": OWN_SOURCE, "id": ask.id, "name": CONTAINER, "visibility": visibility,
    });
    let message = |id: &str, author: &str, at: String, text: &str| {
        json!({
            "source": OWN_SOURCE, "id": id, "channel": ask.id, "conversation": ask.id, "at": at,
            "author": { "id": author }, "text": text, "visibility": visibility,
        })
    };
    let asked = message(&question, asker, ask.asked_at.to_string(), &ask.draft.question);
    let reply = format!("{}-answer", ask.id);
    let mut answered = message(&reply, answer.by.as_str(), answer.at.to_string(), &answer.text);
    answered["reply_to"] = Value::from(question);
    answered["accepted"] = Value::from(ask.helped == Some(true));
    if ask.helped.is_some() {
        // What its asker says of it comes later, and stands.
        answered["edited_at"] = Value::from(ask.changed_at.to_string());
    }
    [container, asked, answered].iter().flat_map(|record| format!("{record}\n").into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use routing::{Answer, Draft, State};

    use super::*;

    fn answered(anonymous: bool, share: bool) -> String {
        let draft = Draft {
            asker: AccountKey::new("chat:zoe").unwrap(),
            question: "How?".to_owned(),
            channel: None,
            anonymous,
            share,
            blind: None,
            list: Vec::new(),
        };
        let by = AccountKey::new("mail:ana@firm.example").unwrap();
        let mut ask = Ask::new("00ff".to_owned(), draft, Timestamp::EPOCH);
        ask.answer = Some(Answer { by, at: Timestamp::EPOCH, text: "Like this".to_owned() });
        ask.state = State::Answered;
        String::from_utf8(records(&ask)).unwrap()
    }

    #[test]
    fn the_two_read_it_or_everyone_and_an_anonymous_asker_is_not_named_as_author() {
        let between = r#""visibility":{"members":["chat:zoe","mail:ana@firm.example"]}"#;
        assert_eq!(answered(false, false).matches(between).count(), 3);
        assert_eq!(answered(false, true).matches(r#""visibility":"everyone""#).count(), 3);
        assert!(answered(false, true).contains(r#""author":{"id":"chat:zoe"}"#));
        assert!(!answered(true, true).contains("zoe"));
        let told = answered(true, false);
        assert!(told.contains(r#""author":{"id":"anonymous"}"#) && !told.contains(r#""id":"chat:zoe""#));
    }
}
