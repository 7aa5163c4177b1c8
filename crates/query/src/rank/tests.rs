//! What must always hold of a ranking.

use index::DocumentTable;
use model::{AudienceId, Role, Timestamp};
use proptest::prelude::*;

use super::{
    Ages, Channel, Circumstances, Feature, Features, Form, Model, Models, Part, Place, Presence, Scales,
    Term, View, features, rank,
};
use crate::retrieve::Pool;
use crate::testing::{admission, helps, now, rank_config, table, unit};

/// The features, which are the same to the last bit whether what everybody answered is counted before or in a pass.
fn of(table: &DocumentTable, pool: &Pool, channel: &Channel, skip: &dyn Fn(u32) -> bool) -> Vec<Features> {
    let (admission, config) = (&admission(table), &rank_config());
    let ages = &Ages::of(config);
    let (askers, watched) = (&[0, 2][..], &[][..]);
    let (now, newest) = (now(), table.newest(admission).unwrap());
    let presence = &Presence::of(table, admission, newest, ages);
    let here = Circumstances {
        table,
        channel,
        admission,
        now,
        newest,
        skip,
        askers,
        watched,
        presence,
        ages,
        config,
    };
    let counted = features(pool, &here);
    // Nobody has this number: nobody is told of, and rows are passed over all the same.
    let passed = features(pool, &Circumstances { watched: &[u32::MAX], ..here });
    assert_eq!(counted, passed);
    counted
}

/// Rows of few people in few containers, some of them not to be read, with people who asked.
fn made_table() -> impl Strategy<Value = DocumentTable> {
    let roles = prop_oneof![
        Just(&[Role::Answered][..]),
        Just(&[Role::Asked][..]),
        Just(&[Role::Answered, Role::Thanked][..]),
        Just(&[Role::Resolved][..]),
        Just(&[Role::Announced][..]),
    ];
    let person = prop_oneof![Just("a"), Just("b"), Just("c"), Just("d")];
    let container = prop_oneof![Just("s:x"), Just("s:y"), Just("s:z")];
    let row = (person, roles, container, any::<bool>(), 0..5_u32, 0..90_000_000_i64);
    prop::collection::vec(row, 1..40).prop_map(|rows| {
        let plain: Vec<_> = rows.iter().map(|row| (row.0, row.1, row.2)).collect();
        let mut made = table(&plain);
        let (mut at, people) = (0, u32::try_from(made.people.len()).unwrap());
        for (place, (.., open, asker, pause)) in rows.into_iter().enumerate() {
            at += pause;
            made.last_at[place] = Timestamp::from_millis(now().as_millis() - 4_000_000_000 + at);
            made.asker[place] = if asker < people { asker } else { index::NOBODY };
            if !open && place > 0 {
                made.audience[place] = AudienceId::NOBODY;
            }
        }
        made
    })
}

fn made_features() -> impl Strategy<Value = Vec<Features>> {
    prop::collection::vec(prop::collection::vec(0.0..50.0_f32, 6), 1..30).prop_map(|rows| {
        let made = |(person, values): (u32, Vec<f32>)| {
            let mut features = Features::of(person);
            for ((term, _), value) in helps().weights().zip(values) {
                features.set(term.feature, value);
            }
            features
        };
        (0_u32..).zip(rows).map(made).collect()
    })
}

proptest! {
    #[test]
    fn what_was_counted_before_is_what_a_pass_counts(
        table in made_table(), containers in 0..8_u32, voting in 0..40_u32,
    ) {
        let among = |number: &u32| containers & (1 << number) != 0;
        let known = u32::try_from(table.containers.len()).unwrap();
        let channel = Channel { containers: (0..known).filter(among).collect() };
        let row = index::Row(voting % u32::try_from(table.len()).unwrap());
        let units = match table.show(row, &admission(&table)) {
            Some(_) => vec![unit(&table, row.0, 3.0, 0.5, Some(0.6))],
            None => Vec::new(),
        };
        // The helper compares.
        of(&table, &Pool { units, ..Pool::default() }, &channel, &|person| person == 3);
    }

    #[test]
    fn the_parts_add_up_to_the_score(features in made_features()) {
        for candidate in rank(&features, &helps(), 200) {
            prop_assert!((candidate.score - candidate.parts.iter().sum::<f64>()).abs() < 1e-12);
            prop_assert!(candidate.score.is_finite());
        }
    }

    #[test]
    fn the_contributions_of_terms_add_up_to_the_parts(features in made_features(), limit in 1_usize..40) {
        let share = |(term, weight): (Term, f64)| (Term { form: Form::Share, ..term }, weight / 3.0);
        let model = Model::of(helps().weights().chain(helps().weights().map(share)));
        let scales = Scales::of(&features, &model, limit);
        for candidate in rank(&features, &model, limit) {
            let person = features.iter().find(|features| features.person == candidate.person).unwrap();
            let mut parts = candidate.parts;
            for contribution in scales.contributions(person) {
                parts[contribution.term.feature.part() as usize] -= contribution.amount;
            }
            prop_assert!(parts.iter().all(|rest| rest.abs() < 1e-9), "{parts:?}");
        }
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing(features in made_features()) {
        let mut reversed = features.clone();
        reversed.reverse();
        prop_assert_eq!(rank(&features, &helps(), 200), rank(&reversed, &helps(), 200));
    }

    /// Not so for places: a score that moves away from all others brings those closer to each other.
    #[test]
    fn more_evidence_never_lowers_what_it_contributes(features in made_features(), more in 0.1..50.0_f32) {
        let topical = |features: &[Features]| {
            let ranked = rank(features, &helps(), 200);
            ranked.iter().find(|c| c.person == 0).map(|c| c.parts[super::Part::Topical as usize])
        };
        let mut better = features.clone();
        better[0].add(Feature::Votes, more);
        prop_assert!(topical(&better).unwrap() >= topical(&features).unwrap() - 1e-9);
    }

    #[test]
    fn presence_moves_nobody_in_who_knows(features in made_features(), more in 0.1..50.0_f32) {
        let everything = Model::of(Feature::ALL.map(|feature| (feature, 1.0)));
        let knows = Models::new(&everything, helps(), helps());
        let knows = knows.of(View::Knows, Place::Untold);
        let mut busier = features.clone();
        for feature in Feature::ALL.into_iter().filter(|feature| feature.tells_presence()) {
            busier[0].add(feature, more);
        }
        prop_assert_eq!(rank(&features, knows, 200), rank(&busier, knows, 200));
    }

    #[test]
    fn no_more_people_are_compared_than_asked_for(features in made_features(), limit in 1_usize..40) {
        prop_assert!(rank(&features, &helps(), limit).len() <= limit);
    }
}

#[test]
fn ties_end_on_the_person_and_equal_features_count_nothing() {
    let same = |person| {
        let mut features = Features::of(person);
        features.set(Feature::Votes, 3.0);
        features
    };
    let ranked = rank(&[same(2), same(0), same(1)], &helps(), 200);
    assert_eq!(ranked.iter().map(|candidate| candidate.person).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(ranked.iter().all(|candidate| candidate.score.abs() < 1e-12));
}

#[test]
fn every_word_reads_back_and_every_part_has_a_feature() {
    for feature in Feature::ALL {
        assert_eq!(Feature::parse(feature.as_str()), Some(feature));
    }
    for part in Part::ALL {
        assert!(Feature::ALL.into_iter().any(|feature| feature.part() == part), "{part:?}");
    }
}

#[test]
fn spread_takes_from_those_who_are_leaned_on_and_only_where_it_is_wanted() {
    let config = crate::RankConfig { spread: 0.5, ..rank_config() };
    let weight = |view, lambda| config.model(view, Place::Told, lambda).weight(Feature::Load);
    assert!((weight(super::View::Helps, config.spread) + 0.5).abs() < 1e-12);
    assert!(weight(super::View::Helps, 0.0) == 0.0 && weight(super::View::Knows, 0.5) == 0.0);
    let loaded = |person, load| {
        let mut features = Features::of(person);
        features.set(Feature::Votes, 3.0);
        features.set(Feature::Load, load);
        features
    };
    let ranked =
        rank(&[loaded(0, 90.0), loaded(1, 2.0)], &config.model(View::Helps, Place::Told, config.spread), 200);
    assert_eq!(ranked[0].person, 1);
    assert!((ranked[0].score - ranked[0].parts[super::Part::Spread as usize]).abs() < 1e-12);
}

#[test]
fn asking_makes_nobody_a_candidate_and_resolving_is_worth_more_than_answering() {
    let table = table(&[
        ("p-asked", &[Role::Asked], "chat:a"),
        ("p-answered", &[Role::Answered], "chat:a"),
        ("p-resolved", &[Role::Resolved], "chat:a"),
    ]);
    let units = (0..3).map(|row| unit(&table, row, 4.0, 0.5, None)).collect();
    let found = of(&table, &Pool { units, ..Pool::default() }, &Channel::default(), &|_| false);
    let by_name = |name: &str| {
        let number = table.people.iter().position(|id| id.as_str() == name).unwrap();
        found.iter().find(|features| features.person as usize == number)
    };
    assert!(by_name("p-asked").is_some_and(|asked| !asked.speak()));
    assert_eq!(rank(&found, &helps(), 200).len(), 2);
    let (answered, resolved) = (by_name("p-answered").unwrap(), by_name("p-resolved").unwrap());
    assert!(resolved.get(Feature::Votes) > answered.get(Feature::Votes));
    assert!(resolved.get(Feature::Credited) > 0.0 && answered.get(Feature::Credited) == 0.0);
    // Closing a matter shows less of what somebody knows than answering it.
    assert!(resolved.get(Feature::Shown) < answered.get(Feature::Shown));
}

#[test]
fn the_newer_of_two_equal_answers_counts_more() {
    let table = table(&[("old", &[Role::Answered], "chat:a"), ("young", &[Role::Answered], "chat:a")]);
    let units = (0..2).map(|row| unit(&table, row, 4.0, 0.5, None)).collect();
    let found = of(&table, &Pool { units, ..Pool::default() }, &Channel::default(), &|_| false);
    assert!(found[1].get(Feature::Votes) > found[0].get(Feature::Votes), "{found:?}");
}

#[test]
fn a_channel_counts_its_own_answers_only_and_the_asker_is_no_candidate() {
    let table = table(&[
        ("here", &[Role::Answered], "chat:here"),
        ("there", &[Role::Answered], "chat:there"),
        ("asker", &[Role::Answered], "chat:here"),
    ]);
    let number =
        |name: &str| u32::try_from(table.people.iter().position(|id| id.as_str() == name).unwrap()).unwrap();
    let container = table.containers.iter().position(|id| id == "chat:here").unwrap();
    let channel = Channel { containers: vec![u32::try_from(container).unwrap()] };
    let asker = number("asker");
    let found = of(&table, &Pool::default(), &channel, &|person| person == asker);
    assert_eq!(found.iter().map(|features| features.person).collect::<Vec<_>>(), [number("here")]);
    assert!(found[0].get(Feature::ChannelAnswers) > 0.9 && found[0].get(Feature::Votes) == 0.0);
}
