//! What must hold for every question and every ranking.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail it")]

use std::collections::BTreeMap;

use eval::{Aliases, Judge, Measures, RankedPerson, Run, TestQuestion, measure};
use model::Timestamp;
use proptest::prelude::*;

/// A few accounts, so that rankings and experts meet often; `mail:p3@a.example` is an alias of `c:3`.
fn account() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0..25_u8).prop_map(|number| format!("c:{number}")),
        1 => (0..25_u8).prop_map(|number| format!("mail:p{number}@a.example")),
        1 => (0..25_u8).prop_map(|number| format!("MAIL:P{number}@A.example")),
    ]
}

fn aliases() -> Aliases {
    let lines: Vec<String> = (0..20)
        .map(|number| format!("{{\"id\":\"c:{number}\",\"emails\":[\"p{number}@a.example\"]}}"))
        .collect();
    Aliases::parse(&lines.join("\n")).unwrap()
}

fn ranking() -> impl Strategy<Value = Vec<RankedPerson>> {
    proptest::collection::vec(proptest::collection::vec(account(), 0..4), 0..40)
}

prop_compose! {
    fn question()(
        experts in proptest::collection::btree_map((0..25_u8).prop_map(|number| format!("c:{number}")), 0..4_u8, 0..14),
        asker in proptest::option::of(0..25_u8),
        acknowledged in any::<bool>(),
        best_pop_rank in proptest::option::of(0..30_u32),
    ) -> TestQuestion {
        TestQuestion {
            qid: "q".into(),
            text: "why?".into(),
            subject: None,
            channel: None,
            asked_by: asker.map(|number| format!("c:{number}")),
            ts: Timestamp::EPOCH,
            experts,
            acknowledged,
            best_pop_rank,
            impostors: BTreeMap::new(),
            nobody: false,
            kind: None,
        }
    }
}

/// The experts, best grade first, without the asker.
fn perfect(experts: &BTreeMap<String, u8>) -> Vec<RankedPerson> {
    let mut people: Vec<(&String, &u8)> = experts.iter().collect();
    people.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    people.into_iter().map(|(id, _)| vec![id.clone()]).collect()
}

proptest! {
    // A failing case is kept by writing it down as a test, not by a file beside the sources.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_measure_is_between_nothing_and_perfect(
        question in question(), ranked in ranking(), grade in 0..5_u8,
    ) {
        let measures = measure(&question, &ranked, &aliases(), grade);
        for (name, value) in Measures::ALL_NAMES.iter().zip(measures.all_values()) {
            prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{name} is {value}");
        }
    }

    #[test]
    fn the_measures_grow_in_their_order(question in question(), ranked in ranking()) {
        let measures = measure(&question, &ranked, &aliases(), 2);
        prop_assert!(measures.hit_at_1 <= measures.reciprocal_rank && measures.reciprocal_rank <= 1.0);
        prop_assert!(measures.hit_at_1 <= measures.hit_at_3 && measures.hit_at_3 <= measures.hit_at_5 && measures.hit_at_5 <= measures.hit_at_10);
        prop_assert_eq!(measures.average_precision > 0.0, measures.reciprocal_rank > 0.0);
    }

    #[test]
    fn a_stranger_at_the_end_changes_nothing(question in question(), ranked in ranking()) {
        let mut longer = ranked.clone();
        longer.push(vec!["c:stranger".into(), "mail:stranger@a.example".into()]);
        prop_assert_eq!(
            measure(&question, &longer, &aliases(), 2),
            measure(&question, &ranked, &aliases(), 2)
        );
    }

    #[test]
    fn a_stranger_at_the_top_never_helps(question in question(), ranked in ranking()) {
        let mut lower = vec![vec!["c:stranger".to_owned()]];
        lower.extend(ranked.clone());
        let (without, with) =
            (measure(&question, &ranked, &aliases(), 2), measure(&question, &lower, &aliases(), 2));
        for (low, high) in with.all_values().into_iter().zip(without.all_values()) {
            prop_assert!(low <= high);
        }
    }

    #[test]
    fn a_perfect_ranking_is_perfect(question in question()) {
        let question = TestQuestion { asked_by: None, ..question };
        let measures = measure(&question, &perfect(&question.experts), &aliases(), 2);
        let close = |value: f64, expected: bool| (value - f64::from(u8::from(expected))).abs() < 1e-12;
        prop_assert!(close(measures.ndcg_at_10, question.has_expert(1)), "{measures:?}");
        prop_assert!(close(measures.average_precision, question.has_expert(2)), "{measures:?}");
        prop_assert!(close(measures.reciprocal_rank, question.has_expert(2)), "{measures:?}");
    }

    #[test]
    fn the_order_of_a_runs_lines_changes_nothing(
        rankings in proptest::collection::btree_map("[a-z]{1,6}", ranking(), 0..8),
        order in any::<u64>(),
        question in question(),
    ) {
        let mut run = Run::default();
        for (qid, ranked) in &rankings {
            run.insert(qid, ranked.clone());
        }
        let mut bytes = Vec::new();
        run.write(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let by = (order as usize).checked_rem(lines.len()).unwrap_or(0);
        lines.rotate_left(by);
        if order % 2 == 1 {
            lines.reverse();
        }
        let permuted = Run::parse(&lines.join("\r\n")).unwrap();
        prop_assert_eq!(&permuted, &run);

        let questions: Vec<TestQuestion> =
            rankings.keys().map(|qid| TestQuestion { qid: qid.clone(), ..question.clone() }).collect();
        let aliases = aliases();
        let judge = Judge { questions: &questions, aliases: &aliases, lowest_relevant_grade: 2, seed: 1 };
        prop_assert_eq!(judge.measures(&permuted), judge.measures(&run));
    }

    #[test]
    fn no_text_brings_a_reader_down(text in "\\PC{0,80}", start in 0..4_usize) {
        let start = ["", "{\"qid\":\"q\",\"ranked\":[", "{\"qid\":\"q\",\"ts\":", "{\"id\":\"p\",\"emails\":["][start];
        let text = format!("{start}{text}");
        let _ = (Run::parse(&text), eval::parse_questions(&text), Aliases::parse(&text));
    }
}
