//! A question that its asker put in several places is one question.

use std::collections::{BTreeMap, BTreeSet};

use text::tokens;

use super::HistoryQuestion;

/// The same words by the same asker within so many days are a cross-post; later they are a new question.
const DAYS: f64 = 7.0;

/// Two texts are nearly the same if they share this much of their words (Jaccard).
const ALIKE: f64 = 0.8;

/// Joins cross-posts into the first of them: its text, place and time, the experts of all (the best grade of
/// each), and the documents of all, so that none can be evidence for any. Takes and gives questions ascending
/// by time.
pub(super) fn joined(questions: Vec<HistoryQuestion>) -> Vec<HistoryQuestion> {
    let mut kept: Vec<HistoryQuestion> = Vec::with_capacity(questions.len());
    let mut recent: BTreeMap<String, Vec<(usize, BTreeSet<String>)>> = BTreeMap::new();
    for question in questions {
        let words: BTreeSet<String> = tokens(&question.test.text, None).into_iter().collect();
        let Some(asker) = question.test.asked_by.clone() else {
            kept.push(question);
            continue;
        };
        let theirs = recent.entry(asker).or_default();
        theirs.retain(|(place, _)| {
            kept.get(*place).is_some_and(|earlier| question.test.ts.days_since(earlier.test.ts) <= DAYS)
        });
        let first = theirs.iter().find(|(_, earlier)| alike(earlier, &words)).map(|(place, _)| *place);
        if let Some(first) = first.and_then(|place| kept.get_mut(place)) {
            first.join(question);
        } else {
            theirs.push((kept.len(), words));
            kept.push(question);
        }
    }
    kept
}

fn alike(left: &BTreeSet<String>, right: &BTreeSet<String>) -> bool {
    let both = left.intersection(right).count();
    let either = left.len() + right.len() - both;
    either > 0 && both as f64 >= ALIKE * either as f64
}

impl HistoryQuestion {
    fn join(&mut self, other: Self) {
        for (expert, grade) in other.test.experts {
            let best = self.test.experts.entry(expert).or_default();
            *best = grade.max(*best);
        }
        self.test.acknowledged |= other.test.acknowledged;
        self.documents.extend(other.documents);
    }
}
