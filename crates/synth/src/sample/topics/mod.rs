//! What the company knows: topics with their questions and answers, as data.
//!
//! The notation, one thing a line (`//` opens a remark):
//! ```text
//! topic KEY | Title | channel | PROJECT | team | language
//! @ a held-out question, in other words than the messages
//! * a fact that an expert may add
//! ~ a wrong guess of somebody who does not know
//! > what the asker asks next < what the expert says to it
//! # the title of a case (a mail's subject, a ticket's summary)
//! ? how it is asked
//! ! how it is answered
//! ```

use crate::Error;

/// One question that comes up again and again, with its answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) asks: Vec<String>,
    pub(crate) answers: Vec<String>,
}

/// A subject that somebody in the company is known for. All texts are templates.
#[derive(Debug, Clone, Default)]
pub(crate) struct Topic {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) channel: String,
    pub(crate) project: String,
    pub(crate) team: String,
    pub(crate) language: String,
    pub(crate) questions: Vec<String>,
    pub(crate) facts: Vec<String>,
    pub(crate) guesses: Vec<String>,
    pub(crate) follow_ups: Vec<(String, String)>,
    pub(crate) cases: Vec<Case>,
}

const FILES: [(&str, &str); 9] = [
    ("identity.txt", include_str!("identity.txt")),
    ("platform.txt", include_str!("platform.txt")),
    ("planning.txt", include_str!("planning.txt")),
    ("mobile.txt", include_str!("mobile.txt")),
    ("money.txt", include_str!("money.txt")),
    ("integrations.txt", include_str!("integrations.txt")),
    ("infrastructure.txt", include_str!("infrastructure.txt")),
    ("trust.txt", include_str!("trust.txt")),
    ("languages.txt", include_str!("languages.txt")),
];

/// All topics, in the order of the files.
pub(crate) fn all() -> Result<Vec<Topic>, Error> {
    let mut topics = Vec::new();
    for (file, text) in FILES {
        read(file, text, &mut topics)?;
    }
    Ok(topics)
}

fn read(file: &'static str, text: &str, topics: &mut Vec<Topic>) -> Result<(), Error> {
    for (number, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let wrong = |problem| Error::Notation { file, line: number + 1, problem };
        if let Some(head) = line.strip_prefix("topic ") {
            topics.push(head_of(head).ok_or_else(|| wrong("a topic has six fields"))?);
            continue;
        }
        let topic = topics.last_mut().ok_or_else(|| wrong("a topic comes first"))?;
        let (mark, said) = line.split_once(' ').ok_or_else(|| wrong("a mark and a text"))?;
        let said = said.trim().to_owned();
        match mark {
            "@" => topic.questions.push(said),
            "*" => topic.facts.push(said),
            "~" => topic.guesses.push(said),
            ">" => {
                let (next, reply) = said.split_once(" < ").ok_or_else(|| wrong("a reply follows ' < '"))?;
                topic.follow_ups.push((next.trim().to_owned(), reply.trim().to_owned()));
            }
            "#" => topic.cases.push(Case { title: said, ..Case::default() }),
            "?" | "!" => {
                let case = topic.cases.last_mut().ok_or_else(|| wrong("a case has a title first"))?;
                if mark == "?" { case.asks.push(said) } else { case.answers.push(said) }
            }
            _ => return Err(wrong("an unknown mark")),
        }
    }
    Ok(())
}

fn head_of(head: &str) -> Option<Topic> {
    let fields: Vec<&str> = head.split('|').map(str::trim).collect();
    let [key, title, channel, project, team, language] = fields.as_slice() else { return None };
    Some(Topic {
        key: (*key).to_owned(),
        title: (*title).to_owned(),
        channel: (*channel).to_owned(),
        project: (*project).to_owned(),
        team: (*team).to_owned(),
        language: (*language).to_owned(),
        ..Topic::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_enough_to_say() {
        let topics = all().unwrap();
        assert!(topics.len() >= 40, "only {} topics", topics.len());
        for topic in &topics {
            let key = &topic.key;
            assert!(topic.cases.len() >= 4, "{key}: {} cases", topic.cases.len());
            assert!(!topic.facts.is_empty() && !topic.guesses.is_empty(), "{key}: facts and guesses");
            assert!(!topic.follow_ups.is_empty(), "{key}: follow-ups");
            for case in &topic.cases {
                assert!(!case.asks.is_empty() && !case.answers.is_empty(), "{key}: {}", case.title);
            }
        }
    }

    #[test]
    fn a_topic_is_listed_once() {
        let topics = all().unwrap();
        let keys: std::collections::BTreeSet<_> = topics.iter().map(|topic| &topic.key).collect();
        assert_eq!(keys.len(), topics.len());
    }

    #[test]
    fn a_mistake_in_the_notation_names_its_line() {
        let check = |text: &str, expected: &str| {
            let error = read("x.txt", text, &mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check("? who", "x.txt, line 1: a topic comes first");
        check("topic a | b", "x.txt, line 1: a topic has six fields");
        check("topic a|b|c|d|e|en\n? who", "x.txt, line 2: a case has a title first");
        check("topic a|b|c|d|e|en\n% who", "x.txt, line 2: an unknown mark");
        check("topic a|b|c|d|e|en\n> who", "x.txt, line 2: a reply follows ' < '");
    }
}
