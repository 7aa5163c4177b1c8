//! Past answers, held against the earlier conversations that people pointed to.

use rayon::prelude::*;

use super::Exam;
use crate::evaluate::search_of;
use crate::history::LinkedQuestion;
use crate::{Detail, Finder, Search};

/// How many past answers are looked at.
const SHOWN: usize = 3;

/// How often an earlier conversation that somebody pointed to was among the past answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastHits {
    /// Questions that were answered with a link to an earlier conversation that was there to be found.
    pub n_questions: usize,
    /// Share of these with one such conversation first.
    pub first: f64,
    /// Share with one among the first three.
    pub first_three: f64,
}

impl PastHits {
    /// Asks each question for past answers as of its time; `None` if there is none. A search that fails finds
    /// nothing.
    pub fn of(finder: &Finder, exam: &Exam, linked: &[LinkedQuestion]) -> Option<Self> {
        let all: Vec<Option<(bool, bool)>> = linked.par_iter().map(|one| hits(finder, exam, one)).collect();
        let hits: Vec<(bool, bool)> = all.into_iter().flatten().collect();
        let share = |is: &dyn Fn(&(bool, bool)) -> bool| {
            hits.iter().filter(|hit| is(hit)).count() as f64 / hits.len() as f64
        };
        let (first, first_three) = (share(&|hit| hit.0), share(&|hit| hit.1));
        (!hits.is_empty()).then_some(Self { n_questions: hits.len(), first, first_three })
    }
}

fn hits(finder: &Finder, exam: &Exam, linked: &LinkedQuestion) -> Option<(bool, bool)> {
    let test = &linked.question.test;
    let search = search_of(test, &exam.aliases, exam.channel);
    let search = Search { detail: Detail::Full, answers: SHOWN, ..search };
    // An earlier conversation without a readable answer from before the question cannot be found.
    let (table, admission) = (&finder.snapshot().table, finder.admission(&search));
    let is_there = table.admitted(&admission).any(|row| {
        let answers = table.roles[row.at()].contains(model::Role::Answered);
        answers && linked.earlier.binary_search(&table.conversation[row.at()]).is_ok()
    });
    if !is_there {
        return None;
    }
    let found = finder.past_conversations(&search).unwrap_or_default();
    let right = |number: &u32| linked.earlier.binary_search(number).is_ok();
    Some((found.first().is_some_and(right), found.iter().any(right)))
}
