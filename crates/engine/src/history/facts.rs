//! What the evidence knew of a question's experts when it was asked: by that a table is sliced.

use std::collections::{BTreeMap, BTreeSet};

use eval::{Aliases, BUSIEST_PEOPLE, TestQuestion};
use rayon::prelude::*;

use crate::simple::{self, Answers};
use crate::{Finder, Search};

/// Experts with fewer answered conversations than this are cold.
const WARM_FROM: u32 = 3;

/// What was known of a question's experts when it was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts {
    /// Place of the busiest expert among all people by conversations answered of late, from 1 (the order of
    /// [`crate::simple::Method::Busiest`]); `None` if none of them answered anything then.
    pub best_pop_rank: Option<u32>,
    /// Some expert had answered something before: nobody else can be found.
    pub known: bool,
    /// Some expert had answered in this channel before.
    pub own_channel: bool,
    /// Every expert had answered in fewer than three conversations before.
    pub cold: bool,
    /// Days between the newest evidence and the question; `None` without evidence.
    pub evidence_age_days: Option<f64>,
}

impl Facts {
    /// Whether none of the experts is among the ten busiest people: the questions of the tail, which no count of
    /// answers finds anybody for.
    pub fn is_tail(&self) -> bool {
        self.best_pop_rank.is_none_or(|rank| rank > BUSIEST_PEOPLE)
    }
}

/// The facts of each question, in their order; `search` gives the search that the question stands for. Experts
/// are those of at least `lowest_relevant_grade`. Cost: one pass over the documents for each question.
pub fn facts(
    finder: &Finder,
    questions: &[TestQuestion],
    aliases: &Aliases,
    lowest_relevant_grade: u8,
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> Vec<Facts> {
    questions
        .par_iter()
        .map(|question| {
            let relevant = question.experts.iter().filter(|(_, grade)| **grade >= lowest_relevant_grade);
            let keys = relevant.flat_map(|(truth_id, _)| aliases.accounts_of(truth_id));
            let experts: BTreeSet<u32> = keys.filter_map(|key| finder.number_of(&key)).collect();
            of_one(finder, &search(question), &experts)
        })
        .collect()
}

fn of_one(finder: &Finder, search: &Search, experts: &BTreeSet<u32>) -> Facts {
    let answers = Answers::count(finder, &finder.scope(search));
    let busiest = simple::ordered(&answers.recent);
    let place = busiest.iter().position(|(person, _)| experts.contains(person));
    let answered = |counts: &BTreeMap<u32, u32>| {
        experts.iter().map(|person| counts.get(person).copied().unwrap_or(0)).max().unwrap_or(0)
    };
    Facts {
        best_pop_rank: place.and_then(|place| u32::try_from(place + 1).ok()),
        known: answered(&answers.ever) > 0,
        own_channel: answered(&answers.ever_in_channel) > 0,
        cold: answered(&answers.ever) < WARM_FROM,
        evidence_age_days: answers.newest.map(|newest| search.as_of.days_since(newest)),
    }
}
