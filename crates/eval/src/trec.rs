//! TREC forms of a run and of the qrels, for `trec_eval` and its kin.
//!
//! Their fields are separated by blanks, so blanks inside an id are written as `%20` (and `%` as `%25`).
//! Scores of those tools differ from ours: they know neither askers nor merged people, and their nDCG has a
//! linear gain.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;

use crate::{Aliases, Error, Run, TestQuestion};

/// Writes `qid Q0 person rank score tag` lines, ascending by question, then by rank from 1.
///
/// A person is named by the smallest truth id among the accounts. People without an account, and people
/// whose name was written before for this question, are passed over: TREC tools refuse a name that comes
/// twice. The score falls by 1 a rank to 1, since those tools sort by it.
pub fn write_run(run: &Run, aliases: &Aliases, tag: &str, mut out: impl Write) -> Result<(), Error> {
    let tag = escaped(tag);
    for (qid, ranked) in run.iter() {
        let qid = escaped(qid);
        let mut seen = BTreeSet::new();
        let people =
            ranked.iter().filter_map(|accounts| accounts.iter().map(|key| aliases.to_truth(key)).min());
        let names: Vec<&str> = people.filter(|name| seen.insert(*name)).collect();
        for (name, rank) in names.iter().zip(1_usize..) {
            let score = names.len() + 1 - rank;
            writeln!(out, "{qid} Q0 {} {rank} {score} {tag}", escaped(name))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Writes `qid 0 person grade` lines, in the order of the questions, then ascending by person.
pub fn write_qrels(questions: &[TestQuestion], mut out: impl Write) -> Result<(), Error> {
    for question in questions {
        let qid = escaped(&question.qid);
        for (expert, grade) in &question.experts {
            writeln!(out, "{qid} 0 {} {grade}", escaped(expert))?;
        }
    }
    out.flush()?;
    Ok(())
}

/// An id as one field of a line: every blank and control character, and `%`, percent-encoded in UTF-8.
fn escaped(id: &str) -> String {
    let mut field = String::with_capacity(id.len());
    for character in id.chars() {
        if character.is_whitespace() || character.is_control() || character == '%' {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(field, "%{byte:02X}");
            }
        } else {
            field.push(character);
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_questions;

    #[test]
    fn a_run_is_written_by_truth_id_with_falling_scores() {
        let aliases = Aliases::parse(r#"{"id":"a:ana z","emails":["ana@lab.example"]}"#).unwrap();
        let run = Run::parse(
            r#"{"qid":"q 1","ranked":[["mail:Ana@lab.example","z:9"],[],"c:bo","a:ana z","c:100%\n"]}"#,
        )
        .unwrap();
        let mut out = Vec::new();
        write_run(&run, &aliases, "first try", &mut out).unwrap();
        let expected = "q%201 Q0 a:ana%20z 1 3 first%20try\n\
            q%201 Q0 c:bo 2 2 first%20try\n\
            q%201 Q0 c:100%25%0A 3 1 first%20try\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn qrels_carry_every_grade() {
        let questions = parse_questions(
            r#"{"qid":"q","text":"why?","ts":"2026-01-31T12:00:00Z","experts":{"c:bo":2,"c:ana":0}}"#,
        )
        .unwrap();
        let mut out = Vec::new();
        write_qrels(&questions, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "q 0 c:ana 0\nq 0 c:bo 2\n");
    }
}
