//! Learning on a small made-up past.

use std::fmt::Write as _;

use super::*;
use crate::testing::made;

const CONFIG: LearnConfig = LearnConfig {
    folds: 3,
    questions_per_fold: 100,
    variance: 0.01,
    p_value: 0.1,
    lowest_relevant_grade: 2,
    seed: 1,
};

/// A past in which each subject has its own answerer, `n` questions long.
fn past(n: usize) -> String {
    let subjects = [("printer", "ana", "toner"), ("payroll", "ben", "salary"), ("network", "cleo", "router")];
    let mut play = String::from("#help\n");
    for number in 0..n {
        let (subject, expert, word) = subjects[number % 3];
        let day = number / 12 + 1;
        let minute = (number % 12) * 5;
        let _ = writeln!(
            play,
            "2026-{:02}-{:02} {:02}:{minute:02} asker{}: How do I fix the {subject} when its {word} fails, case {number}?",
            day / 28 + 1,
            day % 28 + 1,
            9,
            number % 7
        );
        let _ = writeln!(
            play,
            "  {expert}: Open the {word} panel of the {subject}, press reset and wait a minute."
        );
        let _ = writeln!(play, "  asker{}: thanks, that worked", number % 7);
    }
    play
}

#[test]
fn without_a_past_nothing_is_learned() {
    let made = made("#help\n  ana: hello there everybody\n");
    let report = learn(&made.finder, &CONFIG).unwrap();
    assert_eq!((report.n_questions, report.verdict, report.learned), (0, Verdict::TooFew, None));
}

#[test]
fn a_model_reads_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let model = Model::of([(query::rank::Feature::Own, 0.25)]);
    let learned = Learned::new(&model, 7, Timestamp::from_millis(0));
    learned.write(&data).unwrap();
    assert_eq!(Learned::read(&data).unwrap().and_then(|read| read.model()), Some(model));
    fs_err::write(data.model(), "{\"version\":1,\"weights\":{\"charm\":1}}").unwrap();
    assert!(matches!(Learned::read(&data), Err(Error::Model { .. })));
    assert!(Learned::forget(&data).unwrap() && !Learned::forget(&data).unwrap());
}

use crate::DataFolder;
