//! Holds the table against what the reference scorer printed for the same files.

use std::fmt::Write as _;

use eval::{Aliases, Judge, Run, TestQuestion};

struct Collection {
    questions: Vec<TestQuestion>,
    aliases: Aliases,
    run: Run,
    against: Run,
}

macro_rules! collection {
    ($folder:literal) => {
        Collection {
            questions: eval::parse_questions(include_str!(concat!("golden/", $folder, "/questions.jsonl")))
                .unwrap(),
            aliases: Aliases::parse(include_str!(concat!("golden/", $folder, "/persons.jsonl"))).unwrap(),
            run: Run::parse(include_str!(concat!("golden/", $folder, "/run.jsonl"))).unwrap(),
            against: Run::parse(include_str!(concat!("golden/", $folder, "/against.jsonl"))).unwrap(),
        }
    };
}

impl Collection {
    fn judge(&self, lowest_relevant_grade: u8) -> Judge<'_> {
        Judge { questions: &self.questions, aliases: &self.aliases, lowest_relevant_grade, seed: 1 }
    }

    /// The table's lines must be the scorer's, but for the bounds of intervals: another generator's bounds
    /// are some hundredths of the interval's width away.
    fn check(&self, lowest_relevant_grade: u8, expected: &str) {
        let table = self.judge(lowest_relevant_grade).compare(&self.run, &self.against).to_string();
        assert_eq!(table.lines().count(), expected.lines().count(), "{table}");
        for (ours, theirs) in table.lines().zip(expected.lines()) {
            let (our_means, our_bounds) = ours.split_once("95 %").unwrap_or((ours, ""));
            let (their_means, their_bounds) = theirs.split_once("95 %").unwrap_or((theirs, ""));
            assert_eq!(our_means, their_means);
            let (Some(our_bounds), Some(their_bounds)) = (bounds(our_bounds), bounds(their_bounds)) else {
                assert_eq!((our_bounds, their_bounds), ("", ""), "{ours}");
                continue;
            };
            let room = (their_bounds.1 - their_bounds.0) * 0.15 + 0.001;
            let (low, high) = (our_bounds.0 - their_bounds.0, our_bounds.1 - their_bounds.1);
            assert!(low.abs() < room && high.abs() < room, "{ours} is far from {theirs}");
        }
    }
}

/// The numbers of ` low..high`, without the p-value that only our table has.
fn bounds(text: &str) -> Option<(f64, f64)> {
    let (low, high) = text.split("  p").next()?.split_once("..")?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}

#[test]
fn the_small_collection_is_scored_as_the_reference_scores_it() {
    let small = collection!("small");
    small.check(1, include_str!("golden/small/expected_rel1.txt"));
    small.check(2, include_str!("golden/small/expected_rel2.txt"));
    small.check(3, include_str!("golden/small/expected_rel3.txt"));
}

#[test]
fn the_large_collection_is_scored_as_the_reference_scores_it() {
    let large = collection!("large");
    large.check(1, include_str!("golden/large/expected_rel1.txt"));
    large.check(2, include_str!("golden/large/expected_rel2.txt"));
    large.check(3, include_str!("golden/large/expected_rel3.txt"));
}

#[test]
fn each_question_alone_is_scored_as_the_reference_scores_it() {
    let small = collection!("small");
    let mut ours = String::new();
    for question in &small.questions {
        let alone = Judge { questions: std::slice::from_ref(question), ..small.judge(2) };
        if let Some((_, measures)) = alone.measures(&small.run).first() {
            write!(ours, "{:24}", question.qid).unwrap();
            for value in measures.values() {
                write!(ours, "{value:9.3}").unwrap();
            }
            ours.push('\n');
        }
    }
    assert_eq!(ours, include_str!("golden/small/expected_each_rel2.txt"));
}

#[test]
fn the_order_of_accounts_and_of_lines_changes_no_measure() {
    let large = collection!("large");
    let mut turned = Run::default();
    for (qid, ranked) in large.run.iter() {
        turned.insert(qid, ranked.iter().map(|person| person.iter().rev().cloned().collect()).collect());
    }
    let mut questions = large.questions.clone();
    questions.reverse();
    let judge = Judge { questions: &questions, ..large.judge(2) };
    let mut measures = judge.measures(&turned);
    measures.reverse();
    assert_eq!(measures, large.judge(2).measures(&large.run));
}
