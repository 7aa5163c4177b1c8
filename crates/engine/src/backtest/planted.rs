//! What made-up organizations are asked for: those who know, nobody of those who only seem to, and silence where
//! nobody knows.

use std::collections::BTreeMap;

use eval::{Measures, RankedPerson, TestQuestion};
use rayon::prelude::*;

use super::{Contestant, Dimension, Exam, Item};
use crate::{Detail, Error, Finder, Search};

/// How many places are looked at for impostors.
pub const FIRST_PLACES: usize = 3;

/// How questions with planted truth are answered, all of them or those of one part.
#[derive(Debug, Clone, PartialEq)]
pub struct Planted {
    /// `all`, or the part: `kind: lapsed`.
    pub name: String,
    /// Questions that somebody can answer.
    pub n_answerable: usize,
    /// Mean nDCG@5 of the bare ranking over these, by their grades (gain 2^grade − 1); `None` without any.
    pub ndcg_at_5: Option<f64>,
    /// Share of these that the full answer leaves unanswered.
    pub unanswered: Option<f64>,
    /// Share of the first three places of the bare ranking that impostors take, over answerable questions.
    pub impostors_ranked: Option<f64>,
    /// Share of those among the first three places of the full answer, who are really shown, that are
    /// impostors, over all questions: also where nobody knows, and silence would have been right.
    pub impostors_shown: Option<f64>,
    /// Questions that nobody can answer.
    pub n_nobody: usize,
    /// Share of these that the full answer names nobody for.
    pub recognized: Option<f64>,
}

/// Who is shown for each question of an exam, in its order: the people of the full answer, after the rules on
/// when to name nobody. Empty if the exam has no planted truth. Costs one search for each question.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub(super) fn shown(
    finder: &Finder,
    exam: &Exam,
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> Result<Vec<Vec<RankedPerson>>, Error> {
    if !is_planted(exam) {
        return Ok(Vec::new());
    }
    let answer = |item: &Item| {
        let search = Search { detail: Detail::Full, limit: FIRST_PLACES, ..search(&item.test) };
        if search.question.trim().is_empty() {
            return Ok(Vec::new());
        }
        let experts = finder.search(&search)?.experts.into_iter();
        Ok(experts.map(|expert| expert.accounts.iter().map(ToString::to_string).collect()).collect())
    };
    let answers: Vec<Result<_, Error>> = exam.items.par_iter().map(answer).collect();
    answers.into_iter().collect()
}

/// Only made-up organizations can name impostors.
fn is_planted(exam: &Exam) -> bool {
    exam.items.iter().any(|item| !item.test.impostors.is_empty())
}

/// A row for all questions, then one for each part, by name; none without planted truth.
pub(super) fn rows(exam: &Exam, by: &[Dimension], chosen: &Contestant) -> Vec<Planted> {
    if !is_planted(exam) {
        return Vec::new();
    }
    let seen = seen(exam, chosen);
    let all: Vec<&Seen<'_>> = seen.iter().collect();
    let mut rows = vec![row("all".to_owned(), &all)];
    for dimension in by {
        let mut parts: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
        for seen in &seen {
            if let Some(label) = dimension.label(seen.item) {
                parts.entry(label).or_default().push(seen);
            }
        }
        rows.extend(
            parts.into_iter().map(|(label, part)| row(format!("{}: {label}", dimension.as_str()), &part)),
        );
    }
    rows
}

/// One question with its answers.
struct Seen<'e> {
    item: &'e Item,
    /// `None` where nobody can answer.
    measures: Option<&'e Measures>,
    /// Impostors, and places taken, among the first three of the bare ranking.
    ranked: (usize, usize),
    /// The same of the full answer.
    shown: (usize, usize),
}

fn seen<'e>(exam: &'e Exam, chosen: &'e Contestant) -> Vec<Seen<'e>> {
    let mut measures = chosen.measures.iter();
    let count = |item: &Item, people: &[RankedPerson]| {
        let first = people.iter().take(FIRST_PLACES);
        let is_impostor = |accounts: &&RankedPerson| {
            accounts.iter().any(|key| item.test.impostors.contains_key(exam.aliases.to_truth(key)))
        };
        (first.clone().filter(is_impostor).count(), first.count())
    };
    let of = |(place, item): (usize, &'e Item)| Seen {
        item,
        measures: item.test.has_expert(exam.lowest_relevant_grade).then(|| measures.next()).flatten(),
        ranked: count(item, chosen.run.ranked(&item.test.qid)),
        shown: count(item, chosen.shown.get(place).map(Vec::as_slice).unwrap_or_default()),
    };
    exam.items.iter().enumerate().map(of).collect()
}

fn row(name: String, part: &[&Seen<'_>]) -> Planted {
    let (answerable, others): (Vec<&Seen<'_>>, Vec<&Seen<'_>>) =
        part.iter().copied().partition(|seen| seen.measures.is_some());
    let nobody: Vec<&Seen<'_>> = others.into_iter().filter(|seen| seen.item.test.nobody).collect();
    let silent = |list: &[&Seen<'_>]| list.iter().filter(|seen| seen.shown.1 == 0).count();
    let taken = |places: &mut dyn Iterator<Item = (usize, usize)>| {
        let (impostors, people) = places.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        share(impostors, people)
    };
    let gains = answerable.iter().filter_map(|seen| seen.measures).map(|measures| measures.ndcg_at_5);
    let gained = gains.fold(0.0, |sum, gain| sum + gain);
    Planted {
        name,
        n_answerable: answerable.len(),
        ndcg_at_5: (!answerable.is_empty()).then(|| gained / answerable.len() as f64),
        unanswered: share(silent(&answerable), answerable.len()),
        impostors_ranked: taken(&mut answerable.iter().map(|seen| seen.ranked)),
        impostors_shown: taken(&mut part.iter().map(|seen| seen.shown)),
        n_nobody: nobody.len(),
        recognized: share(silent(&nobody), nobody.len()),
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}
