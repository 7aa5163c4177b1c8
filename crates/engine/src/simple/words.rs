//! Who wrote most about it, by BM25 and a sum of votes.

use std::collections::BTreeMap;

use index::DocumentTable;
use model::Timestamp;

use super::{Method, Seen, by_score};

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

/// People by their documents' votes, best first.
pub(super) fn by_words(table: &DocumentTable, seen: &Seen, method: Method, as_of: Timestamp) -> Vec<u32> {
    let recipe = Recipe::of(method);
    let mut votes: Vec<(usize, f64)> = Vec::with_capacity(seen.hits.len());
    for hit in &seen.hits {
        let row = hit.row.at();
        let score = match recipe.conversations {
            true if table.roles[row].is_answer() => hit.own + hit.question,
            true => 0.0,
            false => hit.own,
        };
        let age = as_of.days_since(table.last_at[row]).max(0.0);
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
        for (person, score) in &mut scores {
            *score *= f64::from(seen.answers.ever.get(person).copied().unwrap_or(0)).ln_1p();
        }
    }
    by_score(scores)
}
