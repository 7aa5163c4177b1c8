//! A run: for each test question the people that a system answered, best first.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::json_lines::each_line;

/// All account keys (`source:native id`) that the system merged into one person.
pub type RankedPerson = Vec<String>;

/// Rankings by question, in the order of the questions' ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    rankings: BTreeMap<String, Vec<RankedPerson>>,
}

#[derive(Deserialize)]
struct RunLine {
    qid: String,
    ranked: Vec<KeyOrKeys>,
}

/// A person of one account is also written as the bare key.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an account key or a list of account keys")]
enum KeyOrKeys {
    Key(String),
    Keys(Vec<String>),
}

#[derive(Serialize)]
struct RunLineOut<'a> {
    qid: &'a str,
    ranked: &'a [RankedPerson],
}

impl Run {
    /// Sets the ranking of a question, best person first; a ranking set before is replaced.
    pub fn insert(&mut self, qid: impl Into<String>, ranked: Vec<RankedPerson>) {
        self.rankings.insert(qid.into(), ranked);
    }

    /// The ranking of a question; empty if the run does not answer it.
    pub fn ranked(&self, qid: &str) -> &[RankedPerson] {
        self.rankings.get(qid).map_or(&[], Vec::as_slice)
    }

    /// Every question with its ranking, ascending by question.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[RankedPerson])> {
        self.rankings.iter().map(|(qid, ranked)| (qid.as_str(), ranked.as_slice()))
    }

    /// How many questions the run answers, with people or with none.
    pub fn n_questions(&self) -> usize {
        self.rankings.len()
    }

    /// Reads lines of `{"qid": …, "ranked": [[account key, …], …]}`; of two lines for a question the last
    /// counts. Errors name the line.
    pub fn read(reader: impl BufRead) -> Result<Self, Error> {
        let mut run = Self::default();
        each_line(reader, |_, line: RunLine| {
            let people = line.ranked.into_iter().map(|person| match person {
                KeyOrKeys::Key(key) => vec![key],
                KeyOrKeys::Keys(keys) => keys,
            });
            run.insert(line.qid, people.collect());
            Ok(())
        })?;
        Ok(run)
    }

    /// Reads the same lines from a text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text.as_bytes())
    }

    /// Writes the lines that [`Run::read`] reads, ascending by question.
    pub fn write(&self, mut out: impl Write) -> Result<(), Error> {
        for (qid, ranked) in self.iter() {
            serde_json::to_writer(&mut out, &RunLineOut { qid, ranked }).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(run: &Run) -> String {
        let mut bytes = Vec::new();
        run.write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_run_is_written_in_the_order_of_its_questions() {
        let mut run = Run::default();
        run.insert(
            "q2",
            vec![vec!["chat:ana".into(), "mail:ana@lab.example".into()], vec!["chat:bo".into()]],
        );
        run.insert("q1", vec![]);
        let expected = "{\"qid\":\"q1\",\"ranked\":[]}\n\
            {\"qid\":\"q2\",\"ranked\":[[\"chat:ana\",\"mail:ana@lab.example\"],[\"chat:bo\"]]}\n";
        assert_eq!(written(&run), expected);
        assert_eq!(Run::parse(expected).unwrap(), run);
        assert_eq!(run.n_questions(), 2);
    }

    #[test]
    fn a_bare_key_is_a_person_of_one_account_and_the_last_line_counts() {
        let run = Run::parse(
            "{\"qid\":\"q\",\"ranked\":[]}\n{\"qid\":\"q\",\"ranked\":[\"chat:ana\",[\"chat:bo\"],[]],\"took_ms\":3}",
        )
        .unwrap();
        assert_eq!(run.ranked("q"), [vec!["chat:ana".to_owned()], vec!["chat:bo".to_owned()], vec![]]);
        assert!(run.ranked("another").is_empty());
    }

    #[test]
    fn a_bad_line_is_refused_by_its_number() {
        let check = |bad: &str, expected: &str| {
            let text = format!("{{\"qid\":\"q\",\"ranked\":[]}}\n{bad}");
            assert_eq!(Run::parse(&text).unwrap_err().to_string(), expected);
        };
        check("{\"qid\":\"r\"}", "line 2, column 11: missing field `ranked`");
        check("{\"qid\":\"r\",\"ranked\":", "line 2, column 20: EOF while parsing a value");
        check(
            "{\"qid\":\"r\",\"ranked\":[3]}",
            "line 2, column 23: expected an account key or a list of account keys",
        );
    }
}
