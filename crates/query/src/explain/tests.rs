//! What is shown for somebody, and why.

use index::{Admission, DocumentTable, Row};
use model::{AudienceTable, Reader, Role, Timestamp};
use proptest::prelude::*;

use super::{
    Seen, breakdown, channels, gaps, missing, past_answers, reasons, shares, units_of, voting_units,
};
use crate::rank::{
    Ages, Channel, Circumstances, Feature, Features, Presence, Scales, features, rank, topical,
};
use crate::retrieve::{Pool, Unit};
use crate::testing::{CONFIDENCE, admission, config, helps, now, rank_config, table, unit};

/// Runs something with circumstances in which three people are watched.
fn watching<T>(table: &DocumentTable, run: impl FnOnce(&Circumstances<'_>) -> T) -> T {
    let (channel, watched) = (Channel { containers: vec![0] }, [0, 1, 2]);
    let (admission, ages) = (admission(table), Ages::of(&rank_config()));
    run(&Circumstances {
        table,
        channel: &channel,
        admission: &admission,
        now: now(),
        newest: now(),
        skip: &|_| false,
        askers: &[],
        watched: &watched,
        presence: &Presence::of(table, &admission, now(), &ages),
        ages: &ages,
        config: &rank_config(),
    })
}

/// Three people, each with documents of the given strengths.
fn organization(strengths: &[(u32, f32, f32)]) -> (DocumentTable, Pool) {
    let role = |place: usize| {
        if place.is_multiple_of(3) { &[Role::Answered, Role::Thanked][..] } else { &[Role::Answered][..] }
    };
    let names = ["ana", "bo", "cy"];
    let rows: Vec<(&str, &[Role], &str)> = strengths
        .iter()
        .enumerate()
        .map(|(place, (person, ..))| {
            let channel = if place.is_multiple_of(2) { "chat:a" } else { "chat:b" };
            (names[*person as usize], role(place), channel)
        })
        .collect();
    let table = table(&rows);
    let unit = |(row, (_, lexical, cosine)): (u32, &(u32, f32, f32))| {
        unit(&table, row, *lexical, 0.5, (*cosine > 0.1).then_some(*cosine))
    };
    let units = (0..).zip(strengths).map(unit).collect();
    (table, Pool { units, ..Pool::default() })
}

fn strengths() -> impl Strategy<Value = Vec<(u32, f32, f32)>> {
    prop::collection::vec((0..3_u32, 0.1..9.0_f32, 0.0..1.0_f32), 1..12)
}

fn find(features: &[Features], person: u32) -> Option<&Features> {
    features.iter().find(|features| features.person == person)
}

proptest! {
    #[test]
    fn a_score_is_what_nothing_gives_and_what_each_document_adds(strengths in strengths()) {
        let (table, pool) = organization(&strengths);
        watching(&table, |circumstances| {
            let (features, model) = (features(&pool, circumstances), helps());
            let scales = Scales::of(&features, &model, 200);
            for candidate in rank(&features, &model, 200) {
                let person = find(&features, candidate.person).unwrap();
                let told = breakdown(person, &scales, &table, circumstances.admission);
                prop_assert!((told.score - candidate.score).abs() < 1e-9);
                for part in &told.parts {
                    prop_assert!((part.amount - candidate.parts[part.part as usize]).abs() < 1e-9);
                    for feature in &part.features {
                        let of = &feature.contribution;
                        let values: f64 = feature.documents.iter().map(|document| document.value).sum();
                        let amounts: f64 = feature.documents.iter().map(|document| document.amount).sum();
                        prop_assert!((values - f64::from(of.value)).abs() < 1e-6, "{feature:?}");
                        prop_assert!((of.of_nothing + amounts - of.amount).abs() < 1e-9, "{feature:?}");
                        for document in &feature.documents {
                            prop_assert_eq!(table.person[document.row.get().at()], candidate.person);
                        }
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn watching_changes_no_value_and_a_pass_over_the_pool_alone_tells_the_same(strengths in strengths()) {
        let (table, pool) = organization(&strengths);
        watching(&table, |circumstances| {
            let watched = features(&pool, circumstances);
            let unwatched = features(&pool, &Circumstances { watched: &[], ..*circumstances });
            let alone = topical(&pool, circumstances);
            for (person, plain) in watched.iter().zip(&unwatched) {
                let same = |feature: Feature| person.get(feature).to_bits() == plain.get(feature).to_bits();
                prop_assert!(Feature::ALL.into_iter().all(same));
                prop_assert!(plain.entries().is_empty());
                let alone = find(&alone, person.person).unwrap();
                let about = |features: &Features| -> Vec<_> {
                    features.entries().iter().filter(|entry| !entry.feature.tells_presence()).copied().collect()
                };
                prop_assert_eq!(about(person), about(alone));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_shares_of_a_person_add_up_to_one(strengths in strengths()) {
        let (table, pool) = organization(&strengths);
        let first = strengths[0].0;
        watching(&table, |circumstances| {
            let features = features(&pool, circumstances);
            let scales = Scales::of(&features, &helps(), 200);
            let person = table.person[0];
            prop_assert!(first < 3);
            let theirs = |unit: &&Unit| table.person[unit.row.get().at()] == person;
            let units: Vec<&Unit> = pool.units.iter().filter(theirs).collect();
            let shares = shares(&units, find(&topical(&pool, circumstances), person).unwrap(), &scales);
            prop_assert_eq!(shares.len(), units.len());
            prop_assert!((shares.iter().map(|share| share.share).sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(shares.windows(2).all(|pair| pair[0].share >= pair[1].share));
            Ok(())
        })?;
    }
}

#[test]
fn without_a_document_the_ranking_is_really_another() {
    let (table, pool) = organization(&[(0, 6.0, 0.6), (1, 4.0, 0.5), (2, 1.0, 0.2)]);
    let best = |pool: &Pool| {
        let features = watching(&table, |circumstances| features(pool, circumstances));
        rank(&features, &helps(), 200)[0].person
    };
    assert_eq!(best(&pool), 0);
    let less = Pool { units: pool.units[1..].to_vec(), ..Pool::default() };
    assert_ne!(best(&less), 0);
    let admission = admission(&table).without_documents(vec![Row(0)]);
    assert!(!table.admits(Row(0), &admission) && table.admits(Row(1), &admission));
}

#[test]
fn gaps_are_the_difference_of_two_scores_and_the_largest_comes_first() {
    let (mut mine, mut theirs) = ([0.0; 10], [0.0; 10]);
    (mine[0], mine[4], theirs[0], theirs[5]) = (1.0, 0.5, 3.0, 0.25);
    let told = gaps(&mine, &theirs);
    let behind: Vec<f64> = told.iter().map(super::Gap::behind).collect();
    assert_eq!(behind, [2.0, 0.25, -0.5]);
    assert_eq!(told[0].part.as_str(), "topical");
}

#[test]
fn what_is_missing_is_said_in_words() {
    let table = table(&[
        ("ana", &[Role::Answered, Role::Thanked], "chat:a"),
        ("bo", &[Role::Answered], "chat:a"),
        ("cy", &[Role::Asked], "chat:a"),
    ]);
    let units: Vec<Unit> = (0..3).map(|row| unit(&table, row, 5.0, 0.8, Some(0.6))).collect();
    let pool = Pool { units, ..Pool::default() };
    let all = watching(&table, |circumstances| features(&pool, circumstances));
    let codes = |person: u32, fresh_days: f64, units: &[&Unit]| -> Vec<&str> {
        let features = find(&all, person).unwrap();
        let seen = Seen { features, units, of_other: 2, table: &table, now: now(), fresh_days };
        missing(&seen).into_iter().map(|missing| missing.code).collect()
    };
    assert_eq!(codes(0, 180.0, &[&pool.units[0]]), ["fewer_conversations"]);
    assert_eq!(codes(1, 0.5, &[&pool.units[1]]), ["not_confirmed", "old", "fewer_conversations"]);
    assert_eq!(codes(1, 180.0, &[]), ["no_evidence", "near_miss"]);
    assert_eq!(codes(2, 180.0, &[]), ["no_evidence", "asked_only"]);
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
        let found = past_answers(
            &Pool { units, ..Pool::default() },
            table,
            now(),
            2,
            &Ages::of(&rank_config()),
            &config(),
        );
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
    let (config, ages) = (config(), Ages::of(&rank_config()));
    let presence = |admission: &Admission| Presence::of(&table, admission, now(), &ages);
    let here = presence(&admission(&table));
    let units = vec![unit(&table, 0, 5.0, 0.6, Some(0.5))];
    let pool = Pool { units, ..Pool::default() };
    let first = |pool: &Pool| {
        let places = channels(pool, &table, &here, now(), &ages, &config);
        places.iter().map(|place| place.container).collect::<Vec<_>>()
    };
    assert_eq!(first(&pool), [0, 1, 2], "what speaks to it, then where most is answered");
    assert_eq!(first(&Pool::default()), [1, 2], "where most is answered, if nothing speaks to it");
    let nobody = Reader::anyone().mask(&AudienceTable::new());
    let nothing = table.admission(nobody, Timestamp::from_millis(0));
    assert!(channels(&Pool::default(), &table, &presence(&nothing), now(), &ages, &config).is_empty());
}
