//! The sample organisation: a made-up company that sells planning software for field service.
//!
//! organization → casting → channels → director and chatter (scenes) → write (native exports)

pub(crate) mod casting;
pub(crate) mod channels;
mod chatter;
pub(crate) mod clock;
pub(crate) mod conversation;
mod director;
mod flat;
pub(crate) mod organization;
pub(crate) mod production;
pub(crate) mod sections;
pub(crate) mod topics;
pub(crate) mod wording;
pub(crate) mod write;

use std::path::{Path, PathBuf};

pub use flat::{FlatTalk, FlatTruth, flat_talk};
use model::{AccountKey, SourceName, Timestamp};

use crate::Error;

/// What sort of sample is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// How many people work in the company: 60 to 2,500. 240 make about ten thousand messages.
    pub people: usize,
    /// How many months of 30 days are covered: 1 to 60.
    pub months: u32,
    /// The last moment; nothing is written after it.
    pub end: Timestamp,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The exports, each for one run of `ingest`: the chat's folder, one file a year of mail, the tickets' folder.
    pub exports: Vec<PathBuf>,
    /// Chat messages (notices and bots too), mails, ticket descriptions and comments.
    pub messages: usize,
    /// Questions with known experts, in other words than the messages; the first three are good to show.
    pub questions: Vec<SampleQuestion>,
    /// Questions that nobody in the company ever wrote about.
    pub unknowable: Vec<String>,
}

/// A question whose experts are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleQuestion {
    /// The question, as somebody would ask it.
    pub text: String,
    /// Their chat accounts (`slack:U…`), ascending; each answered on the topic at least three times in the chat.
    pub experts: Vec<AccountKey>,
    /// The key of the topic.
    pub topic: String,
}

/// Writes the exports of a made-up company into the folder, under `slack/`, `mail/` and `jira/`.
///
/// The same plan writes the same bytes. Takes about a second for 240 people over 18 months.
///
/// # Errors
/// A plan out of range, a folder that already holds one of the three, or a disk that refuses.
pub fn write_sample(plan: &Plan, dir: &Path) -> Result<Sample, Error> {
    let production = production::produce(plan)?;
    for taken in ["slack", "mail", "jira"].map(|name| dir.join(name)) {
        if taken.exists() {
            return Err(Error::Occupied(taken));
        }
    }
    let chat = write::slack::write(&production, &dir.join("slack"))?;
    let mail = write::mbox::write(&production, &dir.join("mail"))?;
    let tickets = write::jira::write(&production, &dir.join("jira"))?;
    let mut exports = vec![dir.join("slack")];
    exports.extend(mail.files);
    exports.push(dir.join("jira"));
    Ok(Sample {
        exports,
        messages: chat + mail.messages + tickets,
        questions: questions(&production),
        unknowable: UNKNOWABLE.iter().map(|text| (*text).to_owned()).collect(),
    })
}

/// Nobody wrote about these.
const UNKNOWABLE: [&str; 6] = [
    "Can our gateway exchange position reports over Iridium satellite modems on ships?",
    "Who has experience with filing a trademark in Brazil?",
    "Do we have somebody who can read COBOL copybooks from a mainframe?",
    "How do we certify the application for use in nuclear power stations?",
    "Has anyone trained a speech synthesis voice in Icelandic?",
    "Where do I get a permit for filming with a drone over our office?",
];

/// Topics whose questions are shown first.
const SHOWN: [&str; 3] = ["scim", "residency", "webhooks"];

fn questions(production: &production::Production) -> Vec<SampleQuestion> {
    let mut order: Vec<usize> = (0..production.topics.len()).collect();
    let rank = |at: &usize| {
        let key = production.topics.get(*at).map_or("", |topic| topic.key.as_str());
        SHOWN.iter().position(|shown| *shown == key).unwrap_or(SHOWN.len())
    };
    order.sort_by_key(rank);
    let mut questions = Vec::new();
    for at in order {
        let (Some(topic), Some(cast)) = (production.topics.get(at), production.casting.casts.get(at)) else {
            continue;
        };
        let account = |person: &usize| {
            let id = &production.organization.people.get(*person)?.slack_id;
            AccountKey::from_native(&SourceName::new("slack").ok()?, id).ok()
        };
        let mut experts: Vec<AccountKey> = cast.experts.iter().filter_map(account).collect();
        experts.sort();
        for text in &topic.questions {
            questions.push(SampleQuestion {
                text: text.clone(),
                experts: experts.clone(),
                topic: topic.key.clone(),
            });
        }
    }
    questions
}

#[cfg(test)]
mod tests;
