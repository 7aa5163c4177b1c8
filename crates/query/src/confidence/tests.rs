//! What confidence must always do, whatever the coefficients.

use model::{Mark, MarkSet, Role};
use proptest::prelude::*;

use super::{ANSWER, Band, Evidence, Setting, band, sufficiency};
use crate::retrieve::{Pool, Unit};
use crate::testing::{CONFIDENCE, now, rank_config, table, unit};

const ANSWERED: &[Role] = &[Role::Answered];
const THANKED: &[Role] = &[Role::Answered, Role::Thanked];
const ASKED: &[Role] = &[Role::Asked];

/// The evidence of one document for each (person, roles, marks), all of the same coverage and cosine.
fn evidence(
    rows: &[(&str, &[Role], &[Mark])],
    coverage: f32,
    cosine: f32,
    skip: &dyn Fn(u32) -> bool,
) -> Evidence {
    let plain: Vec<(&str, &[Role], &str)> = rows.iter().map(|row| (row.0, row.1, "chat:a")).collect();
    let mut table = table(&plain);
    for (marks, row) in table.marks.iter_mut().zip(rows) {
        *marks = row.2.iter().copied().collect::<MarkSet>();
    }
    let units = (0..).zip(rows).map(|(row, _)| unit(&table, row, 5.0, coverage, Some(cosine))).collect();
    let pool = Pool { units, idf_known: 1.0, ..Pool::default() };
    let rank = rank_config();
    let setting = Setting { table: &table, now: now(), skip, rank: &rank, confidence: &CONFIDENCE };
    Evidence::of(&pool, &setting)
}

fn nobody(_: u32) -> bool {
    false
}

#[test]
fn who_solved_it_is_more_probable_than_who_only_asked_or_passed_it_on() {
    let good: &[Mark] = &[Mark::Substantive, Mark::Confirmed];
    let rows = [("ana", THANKED, good), ("bo", ASKED, &[][..]), ("cy", ANSWERED, &[Mark::Routine])];
    let evidence = evidence(&rows, 0.8, 0.7, &nobody);
    let of = |person| evidence.person(person, &CONFIDENCE.person);
    assert!(of(0) > of(1) && of(0) > of(2), "{} {} {}", of(0), of(1), of(2));
    assert!(of(1) < 0.2 && of(2) < 0.2);
    assert!(evidence.person_features(7).iter().all(|value| value.abs() < 1e-12));
}

#[test]
fn a_subject_that_is_only_discussed_is_known_to_nobody() {
    let good: &[Mark] = &[Mark::Substantive];
    let solved = evidence(&[("ana", ANSWERED, good), ("bo", ASKED, &[])], 0.8, 0.7, &nobody);
    let discussed = evidence(&[("ana", ANSWERED, &[Mark::MeToo]), ("bo", ASKED, &[])], 0.8, 0.7, &nobody);
    let (solved, discussed) = (sufficiency(&solved, &CONFIDENCE), sufficiency(&discussed, &CONFIDENCE));
    assert!(solved.enough && !discussed.enough, "{solved:?} {discussed:?}");
    assert!(solved.sureness() <= solved.known && discussed.sureness() <= discussed.known);
}

#[test]
fn the_asker_and_bots_are_nobody() {
    let rows: [(&str, &[Role], &[Mark]); 1] = [("ana", THANKED, &[Mark::Substantive])];
    let counted = evidence(&rows, 0.8, 0.7, &nobody);
    let skipped = evidence(&rows, 0.8, 0.7, &|_| true);
    assert!(sufficiency(&counted, &CONFIDENCE).enough && !sufficiency(&skipped, &CONFIDENCE).enough);
    assert_eq!(skipped.people().count(), 0);
}

#[test]
fn bands_follow_the_probability() {
    assert_eq!([0.0, 0.3, 0.7].map(|p| band(p, &CONFIDENCE)), [Band::Low, Band::Medium, Band::High]);
}

/// Evidence of people whose words hold that much of the question, compared by meaning with no result, or not at all.
fn by_words(coverage: f32, compared: bool) -> Evidence {
    let rows = [("ana", THANKED, "chat:a"), ("bo", ANSWERED, "chat:a")];
    let (table, rank) = (table(&rows), rank_config());
    let units = (0..2).map(|row| Unit { compared, ..unit(&table, row, 5.0, coverage, None) }).collect();
    let pool = Pool { units, idf_known: 1.0, ..Pool::default() };
    Evidence::of(
        &pool,
        &Setting { table: &table, now: now(), skip: &nobody, rank: &rank, confidence: &CONFIDENCE },
    )
}

#[test]
fn words_alone_count_for_more_where_nothing_was_compared_by_meaning() {
    let strength = |coverage, compared| by_words(coverage, compared).answer_features(&CONFIDENCE.person)[2];
    // A document that holds most of the question, and that nothing could have been near to, is about it.
    assert!(strength(0.9, false) > 1.4 * strength(0.9, true));
    assert!(strength(0.2, false) < strength(0.9, false));
    assert_eq!(by_words(0.9, false).years_since_shown(0), by_words(0.9, true).years_since_shown(0));
    // What is hardly touched is about nothing, either way.
    assert_eq!(by_words(0.1, false).years_since_shown(0), None);
}

proptest! {
    #[test]
    fn nearer_documents_never_make_it_less_sure(
        coverage in 0.0..0.9_f32, cosine in 0.0..0.9_f32, more in 0.0..0.1_f32
    ) {
        let rows: [(&str, &[Role], &[Mark]); 2] =
            [("ana", THANKED, &[Mark::Substantive]), ("bo", ANSWERED, &[Mark::Substantive])];
        let far = evidence(&rows, coverage, cosine, &nobody);
        let near = evidence(&rows, coverage + more, cosine + more, &nobody);
        let (far, near) =
            (far.answer_features(&CONFIDENCE.person), near.answer_features(&CONFIDENCE.person));
        for place in 0..ANSWER.len() {
            prop_assert!(near[place] >= far[place] - 1e-9, "{}: {far:?} {near:?}", ANSWER[place]);
        }
    }
}
