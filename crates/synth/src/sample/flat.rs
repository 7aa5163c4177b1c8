//! A channel without conversations: the sample's chat scenes told into one flat channel, several at a time,
//! and which message belongs to which.
//!
//! The sentences are the sample's. What is made up here is the talk: how scenes overlap, who is called by
//! name, and what is said in two breaths.

use serde_json::json;

use super::Plan;
use super::clock::{DAY, HOUR};
use super::conversation::{Line, Part, Scene, Venue};
use super::production::{self, Production};
use super::write::markup::{Piece, pieces};
use crate::{Dice, Error};

/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;
/// Of a hundred answers, so many begin with the name of whom they answer.
const CALLED: usize = 30;
/// Of a hundred texts of two sentences, so many come in two messages.
const TWO_BREATHS: usize = 40;
/// Of a hundred lines, so many come after a long pause.
const LATE: usize = 12;

/// A flat channel and its truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatTalk {
    /// The messages, as whoknows' own `jsonl`, oldest first; no record names a conversation.
    pub jsonl: String,
    /// Each message's place in the truth, in the same order.
    pub truth: Vec<FlatTruth>,
}

/// Where one message of a flat channel belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlatTruth {
    /// The number of its conversation.
    pub conversation: usize,
    /// The line of the message that it answers; `None` if it opens.
    pub answers: Option<usize>,
}

/// One message before it is written.
struct Told {
    at: i64,
    author: usize,
    text: String,
    conversation: usize,
    /// The number of the message within the conversation that it answers.
    answers: Option<usize>,
    /// Its own number within the conversation.
    number: usize,
}

/// Tells the chat of a sample in one flat channel: for 240 people over 18 months about six thousand messages
/// in some thousand conversations, two or three of them at a time.
///
/// # Errors
/// As [`super::write_sample`]: a plan of too few or too many people or months.
pub fn flat_talk(plan: &Plan) -> Result<FlatTalk, Error> {
    let production = production::produce(plan)?;
    let mut dice = production.dice.fork("flat");
    let human = |line: &Line| !matches!(line.part, Part::Join | Part::Bot(_)) && !line.removed;
    let chat = |scene: &&Scene| matches!(scene.venue, Venue::Chat { .. });
    let mut scenes: Vec<Vec<&Line>> = production
        .scenes
        .iter()
        .filter(chat)
        .map(|scene| scene.lines.iter().filter(|line| human(line)).collect::<Vec<&Line>>())
        .filter(|lines| !lines.is_empty())
        .collect();
    dice.shuffle(&mut scenes);
    let mut told: Vec<Told> = Vec::new();
    let mut start = production.organization.start + 8 * HOUR;
    for (conversation, lines) in scenes.into_iter().enumerate() {
        start += dice.between(MINUTE / 2, 14 * MINUTE);
        if start.rem_euclid(DAY) > 17 * HOUR {
            start = (start.div_euclid(DAY) + 1) * DAY + 8 * HOUR;
        }
        told.extend(tell(&production, conversation, &lines, start, &mut dice));
    }
    told.sort_by_key(|message| (message.at, message.conversation, message.number));
    Ok(written(&production, &told))
}

/// One scene from `start` on.
fn tell(
    production: &Production,
    conversation: usize,
    lines: &[&Line],
    start: i64,
    dice: &mut Dice,
) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut at = start;
    for line in lines {
        // Without a word on it, a line answers the one before it.
        let answers = told.iter().rev().find(|one| one.author != line.author).or(told.last());
        let mut text = plain(production, &line.text);
        if let Some(answered) = answers.filter(|one| one.author != line.author)
            && dice.chance(CALLED)
            && let Some(person) = production.person(answered.author)
        {
            text = format!("{}: {text}", person.first);
        }
        let answers = answers.map(|one| one.number);
        if !told.is_empty() {
            let late = dice.chance(LATE);
            at += if late { dice.between(15, 90) } else { dice.between(0, 5) } * MINUTE;
            at += dice.between(5_000, MINUTE);
        }
        let breaths = match text.split_once(". ") {
            Some((first, second)) if !text.contains('`') && dice.chance(TWO_BREATHS) => {
                vec![first.to_owned(), second.to_owned()]
            }
            _ => vec![text],
        };
        for (breath, text) in breaths.into_iter().enumerate() {
            let number = told.len();
            at += if breath > 0 { dice.between(4_000, 40_000) } else { 0 };
            let answers = if breath > 0 { Some(number - 1) } else { answers };
            told.push(Told { at, author: line.author, text, conversation, answers, number });
        }
    }
    told
}

fn plain(production: &Production, text: &str) -> String {
    let piece = |piece| match piece {
        Piece::Words(words) | Piece::Link(words) => words.to_owned(),
        Piece::Code(code) => format!("`{code}`"),
        Piece::Block(code) => format!("\n```\n{code}\n```\n"),
        Piece::Mention(person) => {
            production.person(person).map_or_else(String::new, |person| format!("@{}", person.jira_name))
        }
    };
    pieces(text).into_iter().map(piece).collect()
}

fn written(production: &Production, told: &[Told]) -> FlatTalk {
    let mut talk = FlatTalk { jsonl: String::new(), truth: Vec::with_capacity(told.len()) };
    let mut rows: std::collections::BTreeMap<(usize, usize), usize> = std::collections::BTreeMap::new();
    for (row, message) in told.iter().enumerate() {
        rows.insert((message.conversation, message.number), row);
        let Some(person) = production.person(message.author) else { continue };
        let at =
            jiff::Timestamp::from_millisecond(message.at).map_or_else(|_| String::new(), |at| at.to_string());
        let record = json!({
            "id": format!("flat-{row}"), "source": "flat", "channel": "everything", "at": at,
            "author": {"id": person.jira_name, "name": person.name(), "email": person.email},
            "text": message.text, "visibility": "everyone",
        });
        talk.jsonl.push_str(&record.to_string());
        talk.jsonl.push('\n');
        let answers = message.answers.and_then(|number| rows.get(&(message.conversation, number)).copied());
        talk.truth.push(FlatTruth { conversation: message.conversation, answers });
    }
    talk
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::Timestamp;

    use super::*;

    #[test]
    fn conversations_overlap_and_every_message_has_its_place() {
        let end = Timestamp::from_millis(1_767_225_600_000);
        let plan = Plan { seed: 3, people: 60, months: 6, end };
        let talk = flat_talk(&plan).unwrap();
        assert_eq!(talk, flat_talk(&plan).unwrap());
        assert_eq!(talk.jsonl.lines().count(), talk.truth.len());
        let all: BTreeSet<usize> = talk.truth.iter().map(|one| one.conversation).collect();
        assert!(all.len() > 100, "{} conversations", all.len());
        let turns = talk.truth.windows(2).filter(|pair| pair[0].conversation != pair[1].conversation).count();
        assert!(turns > 2 * all.len(), "{turns} turns between {} conversations", all.len());
        for (row, one) in talk.truth.iter().enumerate() {
            if let Some(answers) = one.answers {
                assert!(answers < row);
                assert_eq!(talk.truth[answers].conversation, one.conversation);
            }
        }
    }
}
