//! What must always hold of a ranking.

use index::DocumentTable;
use model::Role;
use proptest::prelude::*;

use super::{Channel, Circumstances, Feature, Features, Model, Models, Part, View, features, rank};
use crate::retrieve::Pool;
use crate::testing::{admission, now, rank_config, table, unit};

fn of(table: &DocumentTable, pool: &Pool, channel: &Channel, skip: &dyn Fn(u32) -> bool) -> Vec<Features> {
    let (admission, config) = (&admission(table), &rank_config());
    let newest = table.newest(admission).unwrap();
    let now = now();
    features(pool, &Circumstances { table, channel, admission, now, newest, skip, askers: &[], config })
}

fn made_features() -> impl Strategy<Value = Vec<Features>> {
    let one = prop::collection::vec(0.0..50.0_f32, Feature::ALL.len());
    prop::collection::vec(one, 1..30).prop_map(|rows| {
        let made = |(person, row): (u32, Vec<f32>)| {
            let mut features = Features::of(person);
            for (feature, value) in Feature::ALL.into_iter().zip(row) {
                features.set(feature, value);
            }
            features
        };
        (0_u32..).zip(rows).map(made).collect()
    })
}

fn made_model() -> impl Strategy<Value = Model> {
    prop::collection::vec(-1.0..2.0_f64, Feature::ALL.len())
        .prop_map(|weights| Model::of(Feature::ALL.into_iter().zip(weights)))
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_score(features in made_features(), model in made_model()) {
        for candidate in rank(&features, &model, 200) {
            prop_assert!((candidate.score - candidate.parts.iter().sum::<f64>()).abs() < 1e-12);
            prop_assert!(candidate.score.is_finite());
        }
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing(features in made_features(), model in made_model()) {
        let mut reversed = features.clone();
        reversed.reverse();
        prop_assert_eq!(rank(&features, &model, 200), rank(&reversed, &model, 200));
    }

    #[test]
    fn presence_moves_nobody_in_who_knows(
        features in made_features(), model in made_model(), more in 0.1..50.0_f32,
    ) {
        let models = Models::new(&model, model.clone());
        let knows = models.of(View::Knows);
        let mut busier = features.clone();
        for feature in Feature::ALL.into_iter().filter(|feature| feature.tells_presence()) {
            busier[0].add(feature, more);
        }
        prop_assert_eq!(rank(&features, knows, 200), rank(&busier, knows, 200));
    }

    #[test]
    fn more_of_the_one_thing_that_counts_never_lowers_a_place(
        features in made_features(), more in 0.1..50.0_f32,
    ) {
        let model = Model::of([(Feature::Shown, 1.0)]);
        let place = |features: &[Features]| rank(features, &model, 200).iter().position(|c| c.person == 0);
        let mut better = features.clone();
        better[0].add(Feature::Shown, more);
        prop_assert!(place(&better) <= place(&features));
    }

    #[test]
    fn no_more_people_are_compared_than_asked_for(features in made_features(), limit in 1_usize..40) {
        prop_assert!(rank(&features, &Model::of([]), limit).len() <= limit);
    }
}

#[test]
fn ties_end_on_the_person_and_equal_features_count_nothing() {
    let same = |person| {
        let mut features = Features::of(person);
        features.set(Feature::Votes, 3.0);
        features
    };
    let ranked = rank(&[same(2), same(0), same(1)], &Model::of([(Feature::Votes, 1.0)]), 200);
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
    assert!(by_name("p-asked").is_none());
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
    assert!(found[1].get(Feature::Fresh) > found[0].get(Feature::Fresh), "{found:?}");
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
