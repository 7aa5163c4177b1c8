//! Who wrote most about it, by BM25 and a sum of votes.

use std::collections::BTreeMap;

use super::activity::{Answers, answered};
use super::{Method, by_score};
use crate::{Error, Finder, Search};

/// How many of the best documents vote.
const VOTES: usize = 300;

/// After so many days a document counts half.
const HALF_LIFE_DAYS: f64 = 365.0;

/// How documents become scores of people.
struct Recipe {
    /// Only answers vote, with the question they answer; else everybody's own words.
    conversations: bool,
    recent: bool,
    active: bool,
}

impl Recipe {
    fn of(method: Method) -> Self {
        let conversations = !matches!(method, Method::Bm25Messages | Method::Bm25MessagesRecent);
        let active = method == Method::Bm25ConversationsRecentActive;
        let recent = active || matches!(method, Method::Bm25MessagesRecent | Method::Bm25ConversationsRecent);
        Self { conversations, recent, active }
    }
}

pub(super) fn by_words(finder: &Finder, method: Method, search: &Search) -> Result<Vec<u32>, Error> {
    let recipe = Recipe::of(method);
    let (snapshot, admission) = (finder.snapshot(), finder.admission(search));
    let table = &snapshot.table;
    let question = finder.words(&search.question);
    let found = snapshot.lexical.search(&question.terms, table, &admission, finder.lexical_config())?;
    let mut votes: Vec<(usize, f64)> = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        let row = hit.row.at();
        let score = match recipe.conversations {
            true if answered(table.roles[row]) => hit.own + hit.question,
            true => 0.0,
            false => hit.own,
        };
        let age = search.as_of.days_since(table.last_at[row]).max(0.0);
        let weight = if recipe.recent { (-age / HALF_LIFE_DAYS).exp2() } else { 1.0 };
        if score > 0.0 {
            votes.push((row, f64::from(score) * weight));
        }
    }
    votes.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    let mut scores: BTreeMap<u32, f64> = BTreeMap::new();
    for (row, vote) in votes.into_iter().take(VOTES) {
        *scores.entry(table.person[row]).or_default() += vote;
    }
    if recipe.active {
        let answers = Answers::count(finder, search);
        for (person, score) in &mut scores {
            *score *= f64::from(answers.ever.get(person).copied().unwrap_or(0)).ln_1p();
        }
    }
    Ok(by_score(scores))
}
