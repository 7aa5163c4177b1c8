//! Who answers the questions: the ranking in its views, and the simple methods.

use eval::{Measures, RankedPerson, Run, TestQuestion, measure};
use rayon::prelude::*;

use super::{Exam, Item, planted};
use crate::evaluate::run_as;
use crate::simple::{self, Method};
use crate::{Error, Finder, Search};

/// A view of the ranking, by name.
pub type View = (&'static str, fn(Search) -> Search);

/// The views that are reported, the default first.
pub const VIEWS: [View; 2] =
    [("helps", |search| search), ("knows", |search| Search { view: query::rank::View::Knows, ..search })];

/// One way to answer, played.
#[derive(Debug, Clone)]
pub struct Contestant {
    /// What it is called in tables.
    pub name: String,
    /// Its rankings of all questions, those that nobody can answer among them.
    pub run: Run,
    /// Measures of the questions that somebody can answer, in their order.
    pub measures: Vec<Measures>,
    /// How sure it was of each question, in the order of [`Exam::items`]; empty for what states nothing.
    pub sure: Vec<Sure>,
    /// How sure it was of each question when none of its experts had ever written, in the same order.
    pub sure_without_experts: Vec<Sure>,
    /// The first people of the full answer to each question, in the same order; empty for what gives none, and
    /// where no truth is planted.
    pub shown: Vec<Vec<RankedPerson>>,
}

/// How sure an answer was, and whether anybody would have been named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sure {
    /// The probability that somebody here can answer: silence falls below a threshold on it.
    pub known: f64,
    /// The probability that one of the people shown answers.
    pub sureness: f64,
    /// The same, if somebody here can: what was certain of a question that was answered.
    pub answered: f64,
    /// Whether anybody would have been named.
    pub named: bool,
}

/// Plays the ranking of a finder in a view.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub fn contestant(finder: &Finder, exam: &Exam, name: &str, view: View) -> Result<Contestant, Error> {
    let search = |question: &TestQuestion| (view.1)(exam.search(question));
    let tests = tests(exam);
    let run = run_as(finder, &tests, &search)?;
    let left = |question: &TestQuestion| (view.1)(exam.search_without_experts(finder, question));
    let mut played = played(exam, name, run);
    played.sure = all_sure(finder, &tests, &search)?;
    played.sure_without_experts = all_sure(finder, &tests, &left)?;
    played.shown = planted::shown(finder, exam, &search)?;
    Ok(played)
}

/// Plays every simple method.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub fn simple_contestants(finder: &Finder, exam: &Exam) -> Result<Vec<Contestant>, Error> {
    let tests = tests(exam);
    let search = |question: &TestQuestion| exam.search(question);
    let runs = simple::runs(finder, &tests, &search)?;
    let play = |(method, run): (Method, Run)| played(exam, method.as_str(), run);
    Ok(runs.into_iter().map(play).collect())
}

fn tests(exam: &Exam) -> Vec<TestQuestion> {
    exam.items.iter().map(|item| item.test.clone()).collect()
}

fn all_sure(
    finder: &Finder,
    tests: &[TestQuestion],
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> Result<Vec<Sure>, Error> {
    let sure: Vec<Result<Sure, Error>> =
        tests.par_iter().map(|question| sure(finder, &search(question))).collect();
    sure.into_iter().collect()
}

/// The one place that says how sure an answer is.
fn sure(finder: &Finder, search: &Search) -> Result<Sure, Error> {
    let found = finder.sufficiency(search)?;
    Ok(Sure { known: found.known, sureness: found.sureness(), answered: found.answered, named: found.enough })
}

fn played(exam: &Exam, name: &str, run: Run) -> Contestant {
    let of = |item: &&Item| {
        measure(&item.test, run.ranked(&item.test.qid), &exam.aliases, exam.lowest_relevant_grade)
    };
    let measures = exam.answerable().iter().map(of).collect();
    let name = name.to_owned();
    let (sure, sure_without_experts, shown) = (Vec::new(), Vec::new(), Vec::new());
    Contestant { name, run, measures, sure, sure_without_experts, shown }
}
