//! The table of an evaluation: mean measures on all test questions and on two parts of them.

use std::collections::BTreeMap;
use std::fmt;

use crate::{
    Aliases, Difference, Interval, Measures, Run, TestQuestion, bootstrap_mean, measure, paired_difference,
};

/// Questions whose experts are all beyond this place of the busiest people are the tail.
pub const BUSIEST_PEOPLE: u32 = 10;

/// Scores runs on test questions.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    /// The test questions. Of two with the same id the last one's measures count for both, as in the
    /// reference scorer.
    pub questions: &'a [TestQuestion],
    /// The truth's aliases; an empty map where account keys are truth ids.
    pub aliases: &'a Aliases,
    /// The lowest grade that counts as relevant (chat and mail 2, tickets 3); questions without any such
    /// expert are left out.
    pub lowest_relevant_grade: u8,
    /// Seed of the intervals and p-values; the measures do not depend on it.
    pub seed: u64,
}

/// Which of the questions a row of a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subset {
    /// All that have an expert.
    All,
    /// Those whose asker acknowledged the answer.
    Acknowledged,
    /// Those whose experts are not among the ten busiest people.
    Tail,
}

/// Mean measures on one subset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubsetRow {
    /// Which.
    pub subset: Subset,
    /// How many questions it has, at least 1.
    pub n_questions: usize,
    /// The means over these questions; questions that the run does not answer count 0.
    pub mean: Measures,
    /// Bootstrap interval of the MRR.
    pub reciprocal_rank_interval: Interval,
    /// MRR minus that of the other run, if there is one.
    pub reciprocal_rank_difference: Option<Difference>,
}

/// The rows of the subsets that have questions, in the order of [`Subset`]. Its `Display` is the table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// One row a subset.
    pub rows: Vec<SubsetRow>,
}

impl<'a> Judge<'a> {
    /// Reports on a run.
    #[must_use]
    pub fn report(&self, run: &Run) -> Report {
        self.rows(run, None)
    }

    /// Reports on a run, and on the difference from another one on the same questions.
    #[must_use]
    pub fn compare(&self, run: &Run, other: &Run) -> Report {
        self.rows(run, Some(other))
    }

    /// Every question that has an expert with the measures of its ranking, in the order of the questions.
    pub fn measures(&self, run: &Run) -> Vec<(&'a TestQuestion, Measures)> {
        let questions: Vec<&TestQuestion> = self
            .questions
            .iter()
            .filter(|question| question.has_expert(self.lowest_relevant_grade))
            .collect();
        let by_qid: BTreeMap<&str, Measures> = questions
            .iter()
            .map(|question| {
                let ranked = run.ranked(&question.qid);
                (question.qid.as_str(), measure(question, ranked, self.aliases, self.lowest_relevant_grade))
            })
            .collect();
        let look_up =
            |question: &TestQuestion| by_qid.get(question.qid.as_str()).copied().unwrap_or_default();
        questions.into_iter().map(|question| (question, look_up(question))).collect()
    }

    fn rows(&self, run: &Run, other: Option<&Run>) -> Report {
        let these = self.measures(run);
        let others = other.map(|other| self.measures(other));
        let row = |subset: Subset| {
            let measures: Vec<Measures> = these
                .iter()
                .filter(|(question, _)| subset.holds(question))
                .map(|(_, found)| *found)
                .collect();
            let ranks: Vec<f64> = measures.iter().map(|found| found.reciprocal_rank).collect();
            let pairs: Vec<(f64, f64)> = others
                .iter()
                .flatten()
                .filter(|(question, _)| subset.holds(question))
                .zip(&ranks)
                .map(|((_, other), rank)| (*rank, other.reciprocal_rank))
                .collect();
            Some(SubsetRow {
                subset,
                n_questions: measures.len(),
                mean: Measures::mean(&measures),
                reciprocal_rank_interval: bootstrap_mean(&ranks, self.seed)?,
                reciprocal_rank_difference: paired_difference(&pairs, self.seed),
            })
        };
        Report {
            rows: [Subset::All, Subset::Acknowledged, Subset::Tail].into_iter().filter_map(row).collect(),
        }
    }
}

impl Subset {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Acknowledged => "acknowledged",
            Self::Tail => "tail",
        }
    }

    /// Whether a question belongs to it; a question without a counted rank is not of the tail.
    pub fn holds(self, question: &TestQuestion) -> bool {
        match self {
            Self::All => true,
            Self::Acknowledged => question.acknowledged,
            Self::Tail => question.best_pop_rank.is_some_and(|rank| rank > BUSIEST_PEOPLE),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:14}{:>6}", "subset", "n")?;
        for name in Measures::NAMES {
            write!(formatter, "{name:>9}")?;
        }
        for row in &self.rows {
            write!(formatter, "\n{:14}{:6}", row.subset.as_str(), row.n_questions)?;
            for value in row.mean.values() {
                write!(formatter, "{value:9.3}")?;
            }
            let Interval { low, high } = row.reciprocal_rank_interval;
            write!(formatter, "\n{:14}MRR 95 % {low:.3}..{high:.3}", "")?;
            if let Some(Difference { mean, interval: Interval { low, high }, p_value }) =
                row.reciprocal_rank_difference
            {
                write!(formatter, "\n{:14}MRR minus the other run {mean:+.3}", "")?;
                write!(formatter, "  95 % {low:+.3}..{high:+.3}")?;
                if p_value < 0.0001 {
                    write!(formatter, "  p < 0.0001")?;
                } else {
                    write!(formatter, "  p = {p_value:.4}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_questions;

    fn question(qid: &str, fields: &str) -> TestQuestion {
        let ts = "2026-01-31T12:00:00Z";
        parse_questions(&format!(r#"{{"qid":"{qid}","text":"why?","ts":"{ts}",{fields}}}"#))
            .unwrap()
            .remove(0)
    }

    fn judge<'a>(questions: &'a [TestQuestion], aliases: &'a Aliases) -> Judge<'a> {
        Judge { questions, aliases, lowest_relevant_grade: 2, seed: 1 }
    }

    #[test]
    fn the_tail_begins_behind_the_tenth_busiest_person() {
        let check = |fields: &str, expected: bool| {
            assert_eq!(Subset::Tail.holds(&question("q", fields)), expected, "{fields}");
        };
        check("\"best_pop_rank\":11", true);
        check("\"best_pop_rank\":10", false);
        check("\"best_pop_rank\":null", false);
    }

    #[test]
    fn a_question_without_a_line_counts_nothing_and_one_without_an_expert_is_left_out() {
        let questions = [
            question("answered", r#""experts":{"c:bo":2}"#),
            question("silent", r#""experts":{"c:bo":2}"#),
            question("nobody", r#""experts":{"c:bo":1}"#),
        ];
        let run = Run::parse(
            "{\"qid\":\"answered\",\"ranked\":[\"c:bo\"]}\n{\"qid\":\"nobody\",\"ranked\":[\"c:bo\"]}",
        )
        .unwrap();
        let report = judge(&questions, &Aliases::default()).report(&run);
        assert_eq!(report.rows.len(), 1);
        let row = report.rows[0];
        assert_eq!((row.subset, row.n_questions, row.mean.average_precision), (Subset::All, 2, 0.5));
        assert_eq!(row.reciprocal_rank_difference, None);
    }

    #[test]
    fn of_two_questions_with_one_id_the_last_counts_for_both() {
        let questions = [question("q", r#""experts":{"c:bo":2}"#), question("q", r#""experts":{"c:cy":2}"#)];
        let run = Run::parse(r#"{"qid":"q","ranked":["c:bo"]}"#).unwrap();
        let row = judge(&questions, &Aliases::default()).report(&run).rows[0];
        assert_eq!((row.n_questions, row.mean.reciprocal_rank), (2, 0.0));
    }

    #[test]
    fn the_table_has_a_row_a_subset_with_the_difference_below() {
        let questions = [question("q", r#""experts":{"c:bo":2},"acknowledged":true"#)];
        let run = Run::parse(r#"{"qid":"q","ranked":["c:bo"]}"#).unwrap();
        let other = Run::parse(r#"{"qid":"q","ranked":["c:x","c:bo"]}"#).unwrap();
        let report = judge(&questions, &Aliases::default()).compare(&run, &other);
        let head = "subset             n      MRR    hit@1    hit@5   hit@10      MAP  nDCG@10";
        let row = "1    1.000    1.000    1.000    1.000    1.000    1.000";
        let sure = "              MRR 95 % 1.000..1.000";
        let difference = "              MRR minus the other run +0.500  95 % +0.500..+0.500  p = 1.0000";
        let expected = format!(
            "{head}\nall                {row}\n{sure}\n{difference}\nacknowledged       {row}\n{sure}\n{difference}"
        );
        assert_eq!(report.to_string(), expected);
        assert_eq!(Report::default().to_string(), head);
    }
}
