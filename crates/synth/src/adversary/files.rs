//! The organisation on disk: native exports, and the truth beside them.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::{Value, json};

use super::Planted;
use crate::Error;
use crate::sample::write;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The exports, each for one run of `ingest`: the chat's folder, one file a year of mail, the tickets' folder.
    pub exports: Vec<PathBuf>,
    /// The test questions, one JSON object a line.
    pub queries: PathBuf,
    /// Which mail addresses stand for which account of the truth, one person a line.
    pub persons: PathBuf,
    /// Chat messages (machines' too), mails, ticket descriptions and comments.
    pub messages: usize,
}

/// Writes `slack/`, `mail/`, `jira/`, `queries.jsonl` and `persons.jsonl` into the folder.
///
/// # Errors
/// A folder that already holds one of these, or a disk that refuses.
pub fn write(planted: &Planted, dir: &Path) -> Result<Written, Error> {
    for taken in ["slack", "mail", "jira", "queries.jsonl", "persons.jsonl"].map(|name| dir.join(name)) {
        if taken.exists() {
            return Err(Error::Occupied(taken));
        }
    }
    let chat = write::slack::write(&planted.production, &dir.join("slack"))?;
    let mail = write::mbox::write(&planted.production, &dir.join("mail"))?;
    let tickets = write::jira::write(&planted.production, &dir.join("jira"))?;
    let (queries, persons) = (dir.join("queries.jsonl"), dir.join("persons.jsonl"));
    fs::write(&queries, planted.queries())?;
    fs::write(&persons, planted.persons())?;
    let mut exports = vec![dir.join("slack")];
    exports.extend(mail.files);
    exports.push(dir.join("jira"));
    Ok(Written { exports, queries, persons, messages: chat + mail.messages + tickets })
}

impl Planted {
    /// The test questions in the form that the evaluation reads, one a line.
    pub fn queries(&self) -> String {
        let line = |question: &super::PlantedQuestion| {
            json!({
                "qid": question.qid, "text": question.text, "subject": Value::Null,
                "channel": question.channel, "asked_by": question.asked_by, "ts": question.ts.to_string(),
                "experts": question.experts, "acknowledged": !question.nobody(),
                "best_pop_rank": question.best_pop_rank, "impostors": question.impostors,
                "nobody": question.nobody(), "kind": question.kind, "topic": question.subject,
            })
        };
        lines(self.questions.iter().map(line))
    }

    /// Truth ids with their mail addresses, one person a line.
    pub fn persons(&self) -> String {
        let line = |person: &crate::sample::organization::Person| {
            json!({
                "id": format!("slack:{}", person.slack_id), "emails": [person.email], "names": [person.name()],
            })
        };
        lines(self.production.organization.people.iter().map(line))
    }
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.fold(String::new(), |mut lines, value| {
        lines.push_str(&value.to_string());
        lines.push('\n');
        lines
    })
}
