//! Test questions → a run: each asked as of its time, for its asker, in its channel, with the rights of
//! somebody who may read what everyone may.

use eval::{Aliases, ChannelPart, RankedPerson, Run, TestQuestion};
use model::{AccountKey, Reader};
use rayon::prelude::*;

use crate::{Detail, Error, Finder, MAX_QUESTION_CHARACTERS, Search};

/// How many people a run names for each question: as many as measures look at.
pub const PEOPLE_PER_QUESTION: usize = eval::DEEPEST_POSITION as usize;

/// Answers every test question by the search that `search` makes of it; the run holds each person's account keys.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub fn run_as(
    finder: &Finder,
    questions: &[TestQuestion],
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> Result<Run, Error> {
    let answered: Vec<Result<Vec<RankedPerson>, Error>> =
        questions.par_iter().map(|question| ranked(finder, &search(question))).collect();
    let mut run = Run::default();
    for (question, people) in questions.iter().zip(answered) {
        run.insert(question.qid.clone(), people?);
    }
    Ok(run)
}

/// The search that a test question stands for.
pub fn search_of(question: &TestQuestion, aliases: &Aliases, channel: ChannelPart) -> Search {
    let accounts = question.asked_by.iter().flat_map(|truth_id| aliases.accounts_of(truth_id));
    let words = question.words().chars().take(MAX_QUESTION_CHARACTERS).collect();
    Search {
        limit: PEOPLE_PER_QUESTION,
        asked_by: accounts.filter_map(|key| AccountKey::new(key).ok()).collect(),
        channel: question.channel_part(channel).map(str::to_owned),
        spread: false,
        evidence_per_expert: 0,
        answers: 0,
        detail: Detail::Ranking,
        ..Search::new(words, Reader::anyone(), question.ts)
    }
}

fn ranked(finder: &Finder, search: &Search) -> Result<Vec<RankedPerson>, Error> {
    if search.question.trim().is_empty() {
        return Ok(Vec::new());
    }
    let found = finder.search(search)?;
    let keys = |accounts: Vec<AccountKey>| accounts.iter().map(ToString::to_string).collect();
    Ok(found.experts.into_iter().map(|expert| keys(expert.accounts)).collect())
}
