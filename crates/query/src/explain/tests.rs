//! What is shown for somebody, and why.

use model::Role;
use proptest::prelude::*;

use super::{past_answers, reasons, shares, units_of, voting_units};
use crate::retrieve::Pool;
use crate::testing::{CONFIDENCE, now, rank_config, table, unit};

proptest! {
    #[test]
    fn the_shares_of_a_person_add_up_to_one(scores in prop::collection::vec((0.1..9.0_f32, 0.0..1.0_f32), 1..9)) {
        let rows: Vec<(&str, &[Role], &str)> =
            scores.iter().map(|_| ("ana", &[Role::Answered][..], "chat:a")).collect();
        let table = table(&rows);
        let units: Vec<_> =
            (0..).zip(&scores).map(|(row, (lexical, cosine))| unit(&table, row, *lexical, 0.5, Some(*cosine))).collect();
        let shown: Vec<_> = units.iter().collect();
        let shares = shares(&shown, &table, now(), &rank_config());
        prop_assert!((shares.iter().map(|share| share.share).sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(shares.windows(2).all(|pair| pair[0].share >= pair[1].share));
    }
}

#[test]
fn only_documents_about_the_question_speak_for_somebody() {
    let table = table(&[
        ("ana", &[Role::Answered, Role::Thanked], "chat:a"),
        ("ana", &[Role::Answered], "chat:a"),
        ("bo", &[Role::Answered], "chat:a"),
    ]);
    let units = vec![
        unit(&table, 0, 5.0, 0.8, Some(0.6)),
        unit(&table, 1, 1.0, 0.1, None),
        unit(&table, 2, 1.0, 0.1, Some(0.3)),
    ];
    let pool = Pool { units, ..Pool::default() };
    let voting = voting_units(&pool, &table, &rank_config());
    assert_eq!(voting.len(), 3);
    let ana = units_of(&voting, &table, 0, &CONFIDENCE);
    let words: Vec<String> = reasons(&ana, &table).into_iter().map(|reason| reason.text).collect();
    assert_eq!(words, ["was thanked for an answer to a similar question", "answered a similar question"]);
    assert!(units_of(&voting, &table, 1, &CONFIDENCE).is_empty(), "a near miss speaks for nobody");
}

#[test]
fn past_answers_put_the_acknowledged_one_first_and_leave_questions_out() {
    let table = table(&[
        ("ana", &[Role::Answered], "chat:a"),
        ("bo", &[Role::Answered, Role::Accepted], "chat:a"),
        ("cy", &[Role::Asked], "chat:a"),
    ]);
    let units = (0..3).map(|row| unit(&table, row, 5.0, 0.6, Some(0.5))).collect();
    let found = past_answers(&Pool { units, ..Pool::default() }, &table, 2, &CONFIDENCE);
    assert_eq!(found.iter().map(|row| row.get().0).collect::<Vec<_>>(), [1, 0]);
}
