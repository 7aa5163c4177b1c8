//! What people did with asks and said of suggestions, as something to learn from.

use std::collections::BTreeMap;
use std::path::Path;

use model::{AccountKey, Timestamp};
use rusqlite::{Connection, params};

use super::{Desk, codec, rows};
use crate::{Error, Outcome, Reason, Verdict};

/// What somebody says of a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// When.
    pub at: Timestamp,
    /// Who says it.
    pub by: AccountKey,
    /// The question.
    pub question: String,
    /// The channel that it was asked in, if told.
    pub channel: Option<String>,
    /// About whom.
    pub about: AccountKey,
    /// What.
    pub verdict: Verdict,
}

/// A question, and who turned out to be right or wrong for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// When it was asked: nothing later may bear on it.
    pub at: Timestamp,
    /// Who asked.
    pub asker: AccountKey,
    /// The question.
    pub question: String,
    /// The channel that it was asked in, if told.
    pub channel: Option<String>,
    /// How right (above 0) or wrong (below 0) each was: 2 helped, 1 answered, -1 wrong.
    pub said: BTreeMap<AccountKey, i32>,
}

impl Desk {
    /// Keeps what somebody says of a suggestion.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_feedback(&self, feedback: &Feedback) -> Result<(), Error> {
        let sql = "INSERT INTO feedback (at, by, question, channel, account, verdict)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.write(|db| {
            db.execute(
                sql,
                params![
                    feedback.at.as_millis(),
                    feedback.by.as_str(),
                    feedback.question,
                    feedback.channel,
                    feedback.about.as_str(),
                    feedback.verdict.as_str()
                ],
            )?;
            Ok(())
        })
    }

    /// What asks and feedback teach, in the order of time.
    ///
    /// Declining as no area of theirs or as the wrong person, and handing off, says that somebody was wrong;
    /// answering that they were right, the more if it helped. Being busy says nothing, and so does silence. An answer
    /// that everyone may read and that is in the index is left out: the history holds it already. So is what was asked
    /// blindly: weights bear on everybody's answers, and must not speak of what not everybody may read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn lessons(&self) -> Result<Vec<Lesson>, Error> {
        lessons(&self.read())
    }

    /// The same of a file that a server may have open; none without one.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn lessons_at(path: &Path) -> Result<Vec<Lesson>, Error> {
        Self::at_rest(path)?.map_or_else(|| Ok(Vec::new()), |desk| desk.lessons())
    }
}

fn lessons(db: &Connection) -> Result<Vec<Lesson>, Error> {
    let mut lessons = lessons_of_asks(db)?;
    lessons.extend(lessons_of_feedback(db)?);
    lessons.retain(|lesson| !lesson.said.is_empty());
    lessons.sort_by(|a, b| (a.at, &a.asker, &a.question).cmp(&(b.at, &b.asker, &b.question)));
    Ok(lessons)
}

fn lessons_of_asks(db: &Connection) -> Result<Vec<Lesson>, Error> {
    let sql = "SELECT number, captured_at IS NOT NULL AND share FROM ask WHERE blind IS NULL ORDER BY number";
    let mut statement = db.prepare_cached(sql)?;
    let numbers: Vec<(i64, bool)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut lessons = Vec::new();
    for (number, in_history) in numbers {
        let ask = rows::by_number(db, number)?;
        let mut said = BTreeMap::new();
        for offer in &ask.offers {
            let wrong = match (offer.outcome, offer.reason) {
                (Outcome::Declined, Some(reason)) => reason != Reason::Busy,
                (Outcome::HandedOff, _) => true,
                _ => false,
            };
            if wrong {
                said.insert(offer.to.clone(), -1);
            }
        }
        if let (Some(answer), false) = (&ask.answer, in_history) {
            let value = match ask.helped {
                Some(false) => -1,
                None => 1,
                Some(true) => 2,
            };
            said.insert(answer.by.clone(), value);
        }
        let (question, channel) = (ask.draft.question, ask.draft.channel);
        lessons.push(Lesson { at: ask.asked_at, asker: ask.draft.asker, question, channel, said });
    }
    Ok(lessons)
}

/// What several people, or one several times, say of the same question and person: the last word of each.
fn lessons_of_feedback(db: &Connection) -> Result<Vec<Lesson>, Error> {
    let sql = "SELECT at, by, question, channel, account, verdict FROM feedback ORDER BY number";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut lessons: BTreeMap<(String, String), Lesson> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let text = |place: usize| row.get::<_, String>(place);
        let value = match Verdict::parse(&text(5)?) {
            Some(Verdict::Helped) => 2,
            Some(Verdict::NotHelpful | Verdict::WrongPerson) => -1,
            None => continue,
        };
        let (asker, question) = (codec::account(&text(1)?)?, text(2)?);
        let at = Timestamp::from_millis(row.get(0)?);
        let channel = row.get(3)?;
        let key = (asker.to_string(), question.clone());
        let fresh = || Lesson { at, asker, question, channel, said: BTreeMap::new() };
        let lesson = lessons.entry(key).or_insert_with(fresh);
        lesson.said.insert(codec::account(&text(4)?)?, value);
    }
    Ok(lessons.into_values().collect())
}
