//! What is shown for somebody, and why.

use model::{AudienceTable, Reader, Role, Timestamp};
use proptest::prelude::*;

use super::{channels, past_answers, reasons, shares, units_of, voting_units};
use crate::ChannelWeights;
use crate::retrieve::Pool;
use crate::testing::{CONFIDENCE, admission, config, now, rank_config, table, unit};

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
fn past_answers_are_one_a_conversation_the_acknowledged_first_and_never_questions() {
    let table = table(&[
        ("ana", &[Role::Answered], "chat:a"),
        ("bo", &[Role::Answered, Role::Accepted], "chat:a"),
        ("cy", &[Role::Asked], "chat:a"),
    ]);
    let found = |units: Vec<crate::retrieve::Unit>, table: &index::DocumentTable| {
        let found = past_answers(&Pool { units, ..Pool::default() }, table, now(), 2, &config());
        found.iter().map(|row| row.get().0).collect::<Vec<_>>()
    };
    let alike = (0..3).map(|row| unit(&table, row, 5.0, 0.6, Some(0.5))).collect();
    assert_eq!(found(alike, &table), [1, 0]);
    let nearer = vec![unit(&table, 0, 5.0, 0.9, Some(0.8)), unit(&table, 1, 2.0, 0.6, Some(0.5))];
    assert_eq!(found(nearer, &table), [0, 1], "a question that is more alike goes before a better answer");
    let far = (0..3).map(|row| unit(&table, row, 5.0, 0.1, Some(0.1))).collect();
    assert!(found(far, &table).is_empty());
    let mut together = table;
    together.conversation = vec![0; 3];
    let both = (0..3).map(|row| unit(&together, row, 5.0, 0.6, Some(0.5))).collect();
    assert_eq!(found(both, &together), [1], "the best answer of the conversation");
    together.marks[1] = [model::Mark::Failed].into_iter().collect();
    let failed = (0..3).map(|row| unit(&together, row, 5.0, 0.6, Some(0.5))).collect();
    assert_eq!(found(failed, &together), [0], "an answer that did not help goes last");
}

#[test]
fn the_channel_that_speaks_to_the_question_comes_first_and_a_hidden_one_never() {
    let table = table(&[
        ("ana", &[Role::Asked], "chat:a"),
        ("bo", &[Role::Answered], "chat:b"),
        ("bo", &[Role::Answered], "chat:b"),
        ("cy", &[Role::Answered], "chat:c"),
    ]);
    let admission = admission(&table);
    let weights = ChannelWeights { words: 1.0, meaning: 1.0, busy: 0.05 };
    let (rank, units) = (rank_config(), vec![unit(&table, 0, 5.0, 0.6, Some(0.5))]);
    let pool = Pool { units, ..Pool::default() };
    let first = |pool: &Pool| {
        channels(pool, &table, &admission, now(), (&rank, &weights))
            .iter()
            .map(|p| p.container)
            .collect::<Vec<_>>()
    };
    assert_eq!(first(&pool), [0, 1, 2], "what speaks to it, then where most is answered");
    assert_eq!(first(&Pool::default()), [1, 2], "where most is answered, if nothing speaks to it");
    let nobody = Reader::anyone().mask(&AudienceTable::new());
    let nothing = table.admission(nobody, Timestamp::from_millis(0));
    assert!(channels(&Pool::default(), &table, &nothing, now(), (&rank, &weights)).is_empty());
}
