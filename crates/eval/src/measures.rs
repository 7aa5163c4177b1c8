//! The measures of one ranking; six of them quirk for quirk those of the reference scorer.
//!
//! A position is given once per new person: entries that hold the asker, or an account that was seen before,
//! are stepped over without one. An entry without any account takes a position like a stranger.
//! Where no other source is named, the formulas are those of Manning, Raghavan & Schütze, *Introduction to
//! Information Retrieval* (2008), chapter 8.

use std::collections::BTreeSet;

use crate::{Aliases, RankedPerson, TestQuestion};

/// Entries of a ranking that are read; the asker and repeated people count among them.
pub const ENTRIES_READ: usize = 200;

/// The last position that counts; a run needs no more than this many people, the asker not counted.
pub const DEEPEST_POSITION: u32 = 100;

/// Positions that nDCG@10 looks at.
const GAIN_POSITIONS: usize = 10;

/// Positions that nDCG@5 and precision@5 look at: what somebody sees at a glance.
const FIRST_POSITIONS: usize = 5;

/// How good one ranking is, or (as a mean) a run; each measure is in `[0, 1]`, higher is better.
///
/// [`measure`] has a worked number for each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// 1 / position of the first relevant person, 0 if there is none (Voorhees, *The TREC-8 Question
    /// Answering Track Report*, 1999). Its mean over the questions is the MRR.
    pub reciprocal_rank: f64,
    /// 1 if the first person is relevant, else 0.
    pub hit_at_1: f64,
    /// 1 if one of the first five people is relevant (reciprocal rank ≥ 0.2), else 0.
    pub hit_at_5: f64,
    /// 1 if one of the first ten people is relevant (reciprocal rank ≥ 0.1), else 0.
    pub hit_at_10: f64,
    /// Sum over the relevant people found of (relevant up to there / position), divided by the number of
    /// relevant truth ids, found or not. A person merged of two relevant ids is found once, and costs the
    /// second. Its mean over the questions is the MAP.
    pub average_precision: f64,
    /// DCG / best possible DCG, where DCG = Σ (2^grade − 1) / log2(position + 1) over ten positions (Burges
    /// et al., *Learning to Rank using Gradient Descent*, 2005). All grades count, relevant or not; a person
    /// merged of several ids has the best of their grades; 0 if no grade is above 0.
    pub ndcg_at_10: f64,
    /// 1 if one of the first three people is relevant, else 0.
    pub hit_at_3: f64,
    /// The same as nDCG@10 over five positions, against the best that five positions can hold.
    pub ndcg_at_5: f64,
    /// Share of the first five positions that hold a relevant person; a ranking of fewer people counts as if
    /// strangers followed.
    pub precision_at_5: f64,
}

impl Measures {
    /// The heads of a table's columns, in the order of [`Measures::values`], for means over questions.
    pub const NAMES: [&'static str; 6] = ["MRR", "hit@1", "hit@5", "hit@10", "MAP", "nDCG@10"];

    /// The six numbers, in the order of the fields.
    pub const fn values(&self) -> [f64; 6] {
        [
            self.reciprocal_rank,
            self.hit_at_1,
            self.hit_at_5,
            self.hit_at_10,
            self.average_precision,
            self.ndcg_at_10,
        ]
    }

    /// The heads of a longer table, in the order of [`Measures::all_values`]; the short one comes first.
    pub const ALL_NAMES: [&'static str; 9] =
        ["MRR", "hit@1", "hit@5", "hit@10", "MAP", "nDCG@10", "hit@3", "nDCG@5", "P@5"];

    /// All numbers, in the order of the fields.
    pub const fn all_values(&self) -> [f64; 9] {
        let [rank, one, five, ten, precision, gain] = self.values();
        [rank, one, five, ten, precision, gain, self.hit_at_3, self.ndcg_at_5, self.precision_at_5]
    }

    /// A measure by its name in [`Measures::ALL_NAMES`], whatever the case.
    pub fn named(&self, name: &str) -> Option<f64> {
        let place = Self::ALL_NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))?;
        self.all_values().get(place).copied()
    }

    /// The mean of each measure; all 0 for no measures.
    ///
    /// Adds from left to right, as the reference scorer does, so that the third decimal is the same.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let mut sums = [0.0; 9];
        for measures in all {
            for (sum, value) in sums.iter_mut().zip(measures.all_values()) {
                *sum += value;
            }
        }
        let means = sums.map(|sum| sum / all.len().max(1) as f64);
        let [reciprocal_rank, hit_at_1, hit_at_5, hit_at_10, average_precision, ndcg_at_10, ..] = means;
        let [.., hit_at_3, ndcg_at_5, precision_at_5] = means;
        Self {
            reciprocal_rank,
            hit_at_1,
            hit_at_5,
            hit_at_10,
            average_precision,
            ndcg_at_10,
            hit_at_3,
            ndcg_at_5,
            precision_at_5,
        }
    }
}

/// Measures one ranking, best person first, against the question's graded experts.
///
/// People whose grade is at least `lowest_relevant_grade` are relevant. Cost: the accounts of the first
/// [`ENTRIES_READ`] entries, times the logarithm of their number.
///
/// ```
/// let question = &eval::parse_questions(
///     r#"{"qid":"q","text":"why?","ts":"2026-01-31T12:00:00Z","experts":{"c:ana":3,"c:bo":2,"c:cy":1}}"#,
/// )?[0];
/// let run = eval::Run::parse(r#"{"qid":"q","ranked":["c:cy","c:dee","c:bo","c:ana"]}"#)?;
/// let measures = eval::measure(question, run.ranked("q"), &eval::Aliases::default(), 2);
///
/// // The first of grade 2 or more is bo, in third place; both are found, at the places 3 and 4.
/// assert_eq!(measures.reciprocal_rank, 1.0 / 3.0);
/// assert_eq!((measures.hit_at_1, measures.hit_at_5, measures.hit_at_10), (0.0, 1.0, 1.0));
/// assert_eq!(measures.average_precision, (1.0 / 3.0 + 2.0 / 4.0) / 2.0); // 0.417
/// // DCG = 1 / log2(2) + 3 / log2(4) + 7 / log2(5) = 5.515; at best 7 / log2(2) + 3 / log2(3) + 1 / log2(4) = 9.393.
/// assert!((measures.ndcg_at_10 - 0.5871).abs() < 0.00005);
/// # Ok::<(), eval::Error>(())
/// ```
#[must_use]
pub fn measure(
    question: &TestQuestion,
    ranked: &[RankedPerson],
    aliases: &Aliases,
    lowest_relevant_grade: u8,
) -> Measures {
    let mut measures = Measures::default();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut found = 0_u32;
    let mut position = 0_u32;
    let (mut gained, mut gained_at_first, mut found_at_first) = (0.0, 0.0, 0_u32);
    for accounts in ranked.iter().take(ENTRIES_READ) {
        let person: BTreeSet<&str> = accounts.iter().map(|key| aliases.to_truth(key)).collect();
        let is_asker = question.asked_by.as_deref().is_some_and(|asker| person.contains(asker));
        if is_asker || person.iter().any(|id| seen.contains(id)) {
            continue;
        }
        position += 1;
        if position > DEEPEST_POSITION {
            break;
        }
        let best_grade = person.iter().filter_map(|id| question.experts.get(*id)).max().copied();
        seen.extend(person);
        if best_grade.is_some_and(|grade| grade >= lowest_relevant_grade) {
            found += 1;
            measures.average_precision += f64::from(found) / f64::from(position);
            if found == 1 {
                measures.reciprocal_rank = 1.0 / f64::from(position);
            }
        }
        if position as usize <= GAIN_POSITIONS {
            gained += discounted_gain(best_grade.unwrap_or(0), position);
        }
        if position as usize <= FIRST_POSITIONS {
            (gained_at_first, found_at_first) = (gained, found);
        }
    }
    let n_relevant = question.experts.values().filter(|grade| **grade >= lowest_relevant_grade).count();
    let hit = |lowest: f64| if measures.reciprocal_rank >= lowest { 1.0 } else { 0.0 };
    measures.hit_at_1 = hit(1.0);
    measures.hit_at_5 = hit(0.2);
    measures.hit_at_10 = hit(0.1);
    measures.average_precision /= n_relevant.max(1) as f64;
    // Positions 1 to 3 have reciprocal ranks of a third and more.
    measures.hit_at_3 = hit(0.3);
    let of_best = |gained: f64, positions: usize| {
        let best = best_possible_gain(question, positions);
        if best > 0.0 { gained / best } else { 0.0 }
    };
    measures.ndcg_at_10 = of_best(gained, GAIN_POSITIONS);
    measures.ndcg_at_5 = of_best(gained_at_first, FIRST_POSITIONS);
    measures.precision_at_5 = f64::from(found_at_first) / FIRST_POSITIONS as f64;
    measures
}

fn discounted_gain(grade: u8, position: u32) -> f64 {
    (2_f64.powi(i32::from(grade)) - 1.0) / f64::from(position + 1).log2()
}

fn best_possible_gain(question: &TestQuestion, positions: usize) -> f64 {
    let mut grades: Vec<u8> = question.experts.values().copied().collect();
    grades.sort_unstable_by(|left, right| right.cmp(left));
    let first = grades.into_iter().take(positions);
    // Not `sum`: it begins at -0.0, and nothing may look negative here.
    first.zip(1..).fold(0.0, |gained, (grade, position)| gained + discounted_gain(grade, position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Run, parse_questions};

    /// Checks (reciprocal rank, average precision, nDCG), with relevant from 2; ana asks, `experts` as JSON.
    fn check(experts: &str, ranked: &str, expected: (f64, f64, f64)) {
        let fields = r#""qid":"q","text":"why?","ts":"2026-01-31T12:00:00Z","asked_by":"c:ana""#;
        let questions = parse_questions(&format!("{{{fields},\"experts\":{experts}}}")).unwrap();
        let aliases = Aliases::parse(r#"{"id":"c:bo","emails":["bo@lab.example"]}"#).unwrap();
        let run = Run::parse(&format!("{{\"qid\":\"q\",\"ranked\":{ranked}}}")).unwrap();
        let measures = measure(&questions[0], run.ranked("q"), &aliases, 2);
        let found = (measures.reciprocal_rank, measures.average_precision, measures.ndcg_at_10);
        let close = |left: f64, right: f64| (left - right).abs() < 1e-12;
        assert!(
            close(found.0, expected.0) && close(found.1, expected.1) && close(found.2, expected.2),
            "{ranked}: {found:?} is not {expected:?}"
        );
    }

    fn strangers(n: usize) -> String {
        (0..n).fold(String::new(), |text, number| format!("{text}\"c:x{number}\","))
    }

    #[test]
    fn the_asker_takes_no_position_even_when_merged_or_relevant() {
        check(r#"{"c:bo":2}"#, r#"["c:ana","c:bo"]"#, (1.0, 1.0, 1.0));
        check(r#"{"c:bo":2}"#, r#"[["c:ana","c:bo"],["c:x"],["c:bo"]]"#, (0.5, 0.5, 1.0 / 3_f64.log2()));
        check(r#"{"c:ana":3}"#, r#"["c:ana"]"#, (0.0, 0.0, 0.0));
    }

    #[test]
    fn whoever_was_seen_takes_no_position_and_teaches_no_new_account() {
        check(r#"{"c:bo":2}"#, r#"["c:x","c:x","c:bo"]"#, (0.5, 0.5, 1.0 / 3_f64.log2()));
        // The skipped entry's second account is not remembered: bo is still found.
        check(r#"{"c:bo":2}"#, r#"["c:x",["c:x","c:bo"],"c:bo"]"#, (0.5, 0.5, 1.0 / 3_f64.log2()));
    }

    #[test]
    fn a_mail_address_stands_for_its_truth_id_whatever_its_case() {
        check(r#"{"c:bo":2}"#, r#"["mail:Bo@Lab.example"]"#, (1.0, 1.0, 1.0));
        check(r#"{"c:bo":2}"#, r#"["C:BO"]"#, (0.0, 0.0, 0.0));
    }

    #[test]
    fn a_person_merged_of_two_experts_is_found_once_with_the_best_grade() {
        let ideal = 7.0 + 3.0 / 3_f64.log2();
        check(r#"{"c:bo":2,"c:cy":3}"#, r#"[["c:bo","c:cy"]]"#, (1.0, 0.5, 7.0 / ideal));
    }

    #[test]
    fn an_entry_without_accounts_takes_a_position() {
        check(r#"{"c:bo":2}"#, r#"[[],[],["c:bo"]]"#, (1.0 / 3.0, 1.0 / 3.0, 0.5));
    }

    #[test]
    fn the_hundredth_position_counts_and_the_next_does_not() {
        check(r#"{"c:bo":2}"#, &format!("[{}\"c:bo\"]", strangers(99)), (0.01, 0.01, 0.0));
        check(r#"{"c:bo":2}"#, &format!("[{}\"c:bo\"]", strangers(100)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn entries_beyond_the_two_hundredth_are_not_read() {
        let repeated = |n: usize| format!("[{}\"c:bo\"]", "\"c:x\",".repeat(n));
        check(r#"{"c:bo":2}"#, &repeated(199), (0.5, 0.5, 1.0 / 3_f64.log2()));
        check(r#"{"c:bo":2}"#, &repeated(200), (0.0, 0.0, 0.0));
    }

    #[test]
    fn gains_stop_at_ten_positions_and_the_ideal_at_ten_grades() {
        check(r#"{"c:bo":2}"#, &format!("[{}\"c:bo\"]", strangers(10)), (1.0 / 11.0, 1.0 / 11.0, 0.0));
        let experts: Vec<String> = (0..12).map(|number| format!("\"c:x{number}\":2")).collect();
        let ranked = format!("[{}\"c:bo\"]", strangers(12));
        check(&format!("{{{}}}", experts.join(",")), &ranked, (1.0, 1.0, 1.0));
    }

    #[test]
    fn a_grade_below_the_relevant_gains_but_is_no_hit() {
        check(r#"{"c:bo":1}"#, r#"["c:bo"]"#, (0.0, 0.0, 1.0));
        check("{}", r#"["c:bo"]"#, (0.0, 0.0, 0.0));
        check(r#"{"c:bo":0}"#, r#"["c:bo"]"#, (0.0, 0.0, 0.0));
    }

    #[test]
    fn the_fifth_and_the_tenth_place_are_hits() {
        let question =
            &parse_questions(r#"{"qid":"q","text":"why?","ts":"2026-01-31T12:00:00Z","experts":{"c:bo":2}}"#)
                .unwrap()[0];
        let hits = |place: usize| {
            let run = Run::parse(&format!("{{\"qid\":\"q\",\"ranked\":[{}\"c:bo\"]}}", strangers(place - 1)));
            let measures = measure(question, run.unwrap().ranked("q"), &Aliases::default(), 2);
            (measures.hit_at_1, measures.hit_at_5, measures.hit_at_10)
        };
        assert_eq!(
            [1, 2, 5, 6].map(hits),
            [(1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (0.0, 1.0, 1.0), (0.0, 0.0, 1.0)]
        );
        assert_eq!([10, 11].map(hits), [(0.0, 0.0, 1.0), (0.0, 0.0, 0.0)]);
    }

    #[test]
    fn the_mean_of_nothing_is_nothing() {
        assert_eq!(Measures::mean(&[]), Measures::default());
    }
}
