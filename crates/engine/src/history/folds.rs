//! Cuts in time: what was known before, and the questions that came after.

use model::Timestamp;

use super::HistoryQuestion;

/// An index frozen at a cut, and the questions that came next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fold<'q> {
    /// Only evidence from before counts.
    pub cut: Timestamp,
    /// Questions at or after the cut and before the next one, ascending by time.
    pub questions: &'q [HistoryQuestion],
}

/// Rolling cuts: after the first half of the questions has gone by, the rest is split into `n` folds of as equal
/// numbers of questions as their times allow; each is asked of an index frozen at its beginning. With fewer
/// questions there are fewer folds; questions must ascend by time.
///
/// Where the later half has fewer than the `wanted` questions, folds begin earlier, but not before a third has gone
/// by: what is asked earlier still meets next to no evidence.
pub fn folds(questions: &[HistoryQuestion], n: usize, wanted: usize) -> Vec<Fold<'_>> {
    let total = questions.len();
    let start = total.saturating_sub(wanted).clamp(total.div_ceil(3), total.div_ceil(2));
    let later = questions.get(start..).unwrap_or_default();
    let mut folds = Vec::new();
    let mut start = 0;
    for number in 1..=n {
        let mut end = later.len() * number / n.max(1);
        // Questions of the same instant stay together, so that a cut lies before all of its questions.
        while end > 0 && end < later.len() && later[end].test.ts == later[end - 1].test.ts {
            end += 1;
        }
        let Some(first) = later.get(start).filter(|_| start < end) else { continue };
        folds.push(Fold { cut: first.test.ts, questions: &later[start..end] });
        start = end;
    }
    folds
}

/// One cut: the questions at or after `cut`, and before `horizon_days` after it if that is given.
pub fn split(questions: &[HistoryQuestion], cut: Timestamp, horizon_days: Option<f64>) -> Fold<'_> {
    let start = questions.partition_point(|question| question.test.ts < cut);
    let later = questions.get(start..).unwrap_or_default();
    let end = horizon_days.map_or(later.len(), |days| {
        later.partition_point(|question| question.test.ts.days_since(cut) < days)
    });
    Fold { cut, questions: later.get(..end).unwrap_or_default() }
}
