//! Test questions: what was asked, by whom, when and where, and who turned out to know (the qrels).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::BufRead;

use model::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::Error;
use crate::json_lines::each_line;

/// The opening post of a conversation, with the people who answered in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestQuestion {
    /// Its name, by which a [`Run`](crate::Run) answers it.
    pub qid: String,
    /// The words; usually begins with the subject. See [`TestQuestion::words`].
    pub text: String,
    /// Subject of a mail, summary of a ticket.
    pub subject: Option<String>,
    /// Where it was asked, `project/component` or a channel's name. See [`TestQuestion::channel_part`].
    pub channel: Option<String>,
    /// The asker's truth id; [`Aliases::accounts_of`](crate::Aliases::accounts_of) gives the accounts.
    pub asked_by: Option<String>,
    /// When it was asked: it is answered as of then.
    pub ts: Timestamp,
    /// Truth id to grade: 3 the asker thanked them or they solved it, 2 a substantive answer, 1 any reply.
    pub experts: BTreeMap<String, u8>,
    /// The asker thanked, reacted, or closed the ticket as done.
    pub acknowledged: bool,
    /// Place of its busiest expert among all people by activity, from 1; `None` if nobody counted.
    pub best_pop_rank: Option<u32>,
    /// Nobody knows the answer: the right answer is silence. Only where that is planted.
    pub nobody: bool,
    /// Truth ids of people who look like experts and are none, with what makes them look so. Only planted.
    pub impostors: BTreeMap<String, String>,
    /// What sort of question it is, where somebody says so.
    pub kind: Option<String>,
}

/// How much of a question's channel may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelPart {
    /// All of it, even the part that triage may have set after the question was asked.
    Full,
    /// The part before the first slash: what stood when the question was asked.
    Head,
    /// Nothing.
    None,
}

impl TestQuestion {
    /// Whether somebody's grade is at least `lowest_relevant_grade`: only such questions are scored.
    pub fn has_expert(&self, lowest_relevant_grade: u8) -> bool {
        self.experts.values().any(|grade| *grade >= lowest_relevant_grade)
    }

    /// What to ask: the text, with the subject before it if the text does not begin with the subject.
    ///
    /// ```
    /// let ask = |line| eval::parse_questions(line).map(|questions| questions[0].words().into_owned());
    /// let line = r#"{"qid":"q","subject":"Key rotation","text":"How often?","ts":"2026-01-31T12:00:00Z"}"#;
    /// assert_eq!(ask(line)?, "Key rotation\nHow often?");
    /// let line = r#"{"qid":"q","subject":"Key rotation","text":"key  rotation\nHow often?","ts":"2026-01-31T12:00:00Z"}"#;
    /// assert_eq!(ask(line)?, "key  rotation\nHow often?");
    /// # Ok::<(), eval::Error>(())
    /// ```
    pub fn words(&self) -> Cow<'_, str> {
        match &self.subject {
            Some(subject) if !begins_with(&self.text, subject) => {
                Cow::Owned(format!("{subject}\n{}", self.text).trim().to_owned())
            }
            _ => Cow::Borrowed(self.text.trim()),
        }
    }

    /// The part of the channel that may be used; `None` if nothing is left.
    pub fn channel_part(&self, part: ChannelPart) -> Option<&str> {
        let channel = self.channel.as_deref()?;
        let kept = match part {
            ChannelPart::Full => channel,
            ChannelPart::Head => channel.split_once('/').map_or(channel, |(head, _)| head),
            ChannelPart::None => "",
        };
        Some(kept.trim()).filter(|kept| !kept.is_empty())
    }
}

/// Reads test questions, one JSON object a line, in the order of the lines.
///
/// Needed are `qid`, `ts` (RFC 3339) and one of `text` and `subject`; everything else may be missing or
/// null, unknown fields are passed over. Errors name the line.
pub fn read_questions(reader: impl BufRead) -> Result<Vec<TestQuestion>, Error> {
    let mut questions = Vec::new();
    each_line(reader, |line, raw: QuestionLine| {
        questions.push(raw.check(line)?);
        Ok(())
    })?;
    Ok(questions)
}

/// Reads the same lines from a text.
pub fn parse_questions(text: &str) -> Result<Vec<TestQuestion>, Error> {
    read_questions(text.as_bytes())
}

#[derive(Deserialize)]
struct QuestionLine {
    qid: String,
    text: Option<String>,
    subject: Option<String>,
    channel: Option<String>,
    asked_by: Option<String>,
    ts: String,
    experts: Option<BTreeMap<String, u8>>,
    #[serde(default)]
    acknowledged: Value,
    best_pop_rank: Option<u32>,
    #[serde(default)]
    nobody: Value,
    impostors: Option<BTreeMap<String, String>>,
    kind: Option<String>,
}

impl QuestionLine {
    fn check(self, line: usize) -> Result<TestQuestion, Error> {
        let ts = match self.ts.parse() {
            Ok(ts) => ts,
            Err(source) => return Err(Error::BadTime { line, qid: self.qid, source }),
        };
        if self.text.is_none() && self.subject.is_none() {
            return Err(Error::NoText { line, qid: self.qid });
        }
        Ok(TestQuestion {
            qid: self.qid,
            text: self.text.unwrap_or_default(),
            subject: self.subject,
            channel: self.channel,
            asked_by: self.asked_by,
            ts,
            experts: self.experts.unwrap_or_default(),
            acknowledged: says_yes(&self.acknowledged),
            best_pop_rank: self.best_pop_rank,
            nobody: says_yes(&self.nobody),
            impostors: self.impostors.unwrap_or_default(),
            kind: self.kind,
        })
    }
}

/// Collections write yes as `true`, `1` or a text; the reference scorer takes whatever is not empty or zero.
fn says_yes(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// Whether `text` opens with the words of `subject`, whatever the case and the space between them.
fn begins_with(text: &str, subject: &str) -> bool {
    let mut words = text.split_whitespace();
    let mut wanted = subject.split_whitespace().peekable();
    while let Some(want) = wanted.next() {
        let Some(word) = words.next() else { return false };
        let (word, want) = (word.to_lowercase(), want.to_lowercase());
        // The last word may run on: "rotation" opens "rotation: how often?".
        let opens = if wanted.peek().is_none() { word.starts_with(&want) } else { word == want };
        if !opens {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{"qid":"q1","text":"why?","subject":null,"channel":"OPS/keys","asked_by":"chat:bo",
"ts":"2026-01-31T13:00:00+01:00","experts":{"chat:ana":3,"chat:cy":0},"experts_unseen":{"x":{"y":[1]}},
"acknowledged":true,"best_pop_rank":14,"split":"dev"}"#;

    fn line(fields: &str) -> String {
        format!(r#"{{"qid":"q","text":"why?","ts":"2026-01-31T12:00:00Z"{fields}}}"#)
    }

    fn one(text: &str) -> TestQuestion {
        parse_questions(text).unwrap().remove(0)
    }

    #[test]
    fn a_full_line_is_read_and_what_is_unknown_passed_over() {
        let question = one(&FULL.replace('\n', ""));
        assert_eq!(question.ts.to_string(), "2026-01-31T12:00:00Z");
        assert_eq!((question.qid.as_str(), question.text.as_str(), &question.subject), ("q1", "why?", &None));
        assert_eq!(question.asked_by.as_deref(), Some("chat:bo"));
        assert_eq!(question.experts, BTreeMap::from([("chat:ana".into(), 3), ("chat:cy".into(), 0)]));
        assert_eq!((question.acknowledged, question.best_pop_rank), (true, Some(14)));
        assert!(question.has_expert(3) && !question.has_expert(4));
    }

    #[test]
    fn what_is_missing_or_null_is_absent() {
        let nulls = line(
            r#","subject":null,"channel":null,"asked_by":null,"experts":null,"acknowledged":null,"best_pop_rank":null"#,
        );
        assert_eq!(one(&nulls), one(&line("")));
        assert!(!one(&nulls).has_expert(0) && !one(&nulls).acknowledged);
    }

    #[test]
    fn acknowledged_is_whatever_says_yes() {
        let check = |value: &str, expected: bool| {
            assert_eq!(one(&line(&format!(",\"acknowledged\":{value}"))).acknowledged, expected, "{value}");
        };
        check("true", true);
        check("1", true);
        check("\"thanks\"", true);
        check("0", false);
        check("\"\"", false);
        check("[]", false);
        check("{\"by\":1}", true);
    }

    #[test]
    fn a_bad_line_is_refused_by_its_number() {
        let check = |bad: &str, expected: &str| {
            let text = format!("{}\n\n{bad}\n", line(""));
            assert_eq!(parse_questions(&text).unwrap_err().to_string(), expected);
        };
        check("{\"qid\":\"q2\"}", "line 3, column 12: missing field `ts`");
        check(
            &line(",\"experts\":{\"a\":-1}"),
            "line 3, column 70: invalid value: integer `-1`, expected u8",
        );
        check(
            r#"{"qid":"q2","ts":"2026-01-31T12:00:00Z","text":null}"#,
            "line 3: test question \"q2\" has neither \"text\" nor \"subject\"",
        );
        check(
            r#"{"qid":"q2","ts":"2026-01-31","text":"why?"}"#,
            "line 3: test question \"q2\" has a bad \"ts\"",
        );
    }

    #[test]
    fn the_head_of_a_channel_is_what_stands_before_a_slash() {
        let check = |channel: &str, part: ChannelPart, expected: Option<&str>| {
            let question = one(&line(&format!(",\"channel\":\"{channel}\"")));
            assert_eq!(question.channel_part(part), expected, "{channel}");
        };
        check("OPS/keys/old", ChannelPart::Head, Some("OPS"));
        check("OPS/keys/old", ChannelPart::Full, Some("OPS/keys/old"));
        check("OPS/keys/old", ChannelPart::None, None);
        check("general", ChannelPart::Head, Some("general"));
        check("/keys", ChannelPart::Head, None);
        check(" ", ChannelPart::Full, None);
    }

    #[test]
    fn the_subject_is_put_before_a_text_that_does_not_begin_with_it() {
        let check = |subject: &str, text: &str, expected: &str| {
            let question =
                TestQuestion { subject: Some(subject.into()), text: text.into(), ..one(&line("")) };
            assert_eq!(question.words(), expected);
        };
        check("Key rotation", "Key rotation: how often?", "Key rotation: how often?");
        check("Key rotation", "Key", "Key rotation\nKey");
        check("Key rotation", "", "Key rotation");
        check("", " how often? ", "how often?");
        check("Keys to rotate", "Keys too rotate", "Keys to rotate\nKeys too rotate");
    }
}
