//! What must always hold of a ranking.

use index::DocumentTable;
use model::Role;
use proptest::prelude::*;

use super::{Channel, Circumstances, Features, features, rank};
use crate::retrieve::Pool;
use crate::testing::{RANK, admission, now, table, unit};

fn of(table: &DocumentTable, pool: &Pool, channel: &Channel, skip: &dyn Fn(u32) -> bool) -> Vec<Features> {
    let admission = &admission(table);
    features(pool, &Circumstances { table, channel, admission, now: now(), skip, config: &RANK })
}

fn made_features() -> impl Strategy<Value = Vec<Features>> {
    let one = (0.0..50.0_f64, 0.0..50.0_f64, 0.0..9.0_f64, 0.0..50.0_f64, 0.0..9.0_f64, 0.0..50.0_f64);
    prop::collection::vec(one, 1..30).prop_map(|rows| {
        let made = |(person, (topical, dense, breadth, channel_topical, channel_activity, credited))| {
            Features { person, topical, dense, breadth, channel_topical, channel_activity, credited }
        };
        (0_u32..).zip(rows).map(made).collect()
    })
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_score(features in made_features()) {
        for candidate in rank(&features, &RANK) {
            prop_assert!((candidate.score - candidate.parts.iter().sum::<f64>()).abs() < 1e-12);
            prop_assert!(candidate.score.is_finite());
        }
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing(features in made_features()) {
        let mut reversed = features.clone();
        reversed.reverse();
        prop_assert_eq!(rank(&features, &RANK), rank(&reversed, &RANK));
    }

    #[test]
    fn more_evidence_never_lowers_a_place(features in made_features(), more in 0.1..50.0_f64) {
        let place = |features: &[Features]| rank(features, &RANK).iter().position(|c| c.person == 0);
        let mut better = features.clone();
        better[0].topical += more;
        prop_assert!(place(&better) <= place(&features));
    }

    #[test]
    fn no_more_people_are_compared_than_asked_for(features in made_features(), limit in 1_usize..40) {
        let config = crate::RankConfig { candidates: limit, ..RANK };
        prop_assert!(rank(&features, &config).len() <= limit);
    }
}

#[test]
fn ties_end_on_the_person_and_equal_features_count_nothing() {
    let same = |person| Features { person, topical: 3.0, ..Features::default() };
    let ranked = rank(&[same(2), same(0), same(1)], &RANK);
    assert_eq!(ranked.iter().map(|candidate| candidate.person).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(ranked.iter().all(|candidate| candidate.score.abs() < 1e-12));
}

#[test]
fn asking_is_worth_nothing_and_resolving_more_than_answering() {
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
    assert!(resolved.topical > answered.topical && resolved.credited > 0.0 && answered.credited == 0.0);
}

#[test]
fn the_newer_of_two_equal_answers_counts_more() {
    let table = table(&[("old", &[Role::Answered], "chat:a"), ("young", &[Role::Answered], "chat:a")]);
    let units = (0..2).map(|row| unit(&table, row, 4.0, 0.5, None)).collect();
    let found = of(&table, &Pool { units, ..Pool::default() }, &Channel::default(), &|_| false);
    assert!(found[1].topical > found[0].topical, "{found:?}");
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
    assert!(found[0].channel_activity > 0.9 && found[0].topical == 0.0);
}
