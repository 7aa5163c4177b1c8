//! Question → the readable documents that speak to it, from both retrievers.

use index::lexical::{Hit, Hits, Weighed};
use index::{Admission, DocumentTable, Row, Snapshot};
use model::Visible;

use crate::rank::Channel;
use crate::{Question, RetrieveConfig};

/// A readable document with what both retrievers say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Which.
    pub row: Visible<Row>,
    /// BM25 of own words plus weighted BM25 of the question answered; 0 if no term matches.
    pub lexical: f32,
    /// BM25 of the person's own words alone.
    pub own: f32,
    /// BM25 of the question answered alone.
    pub question: f32,
    /// Share of the question's idf it holds, 0 to 1.
    pub coverage: f32,
    /// Cosine with the question, if it is among the nearest.
    pub cosine: Option<f32>,
    /// Whether it is among the best lexical documents.
    pub in_lexical_pool: bool,
}

/// The documents that speak to a question.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    /// By row, ascending: the best lexical documents, the nearest ones, and all lexical matches of the question's
    /// channel.
    pub units: Vec<Unit>,
    /// BM25 of each person's answers taken as one document, by the person's number.
    pub profiles: Vec<f32>,
    /// Share of the question's idf held by words that some readable document holds, 0 to 1.
    pub idf_known: f32,
    /// Whether the dense side failed or has nothing.
    pub dense_unavailable: bool,
}

/// Retrieves with both sides. Rights and time are obeyed inside each, before anything is ranked. `weighed` is of
/// the same admission; of lexical matches beyond both pools those in `channel` are kept.
///
/// # Errors
/// The lexical side's; a failing dense side is reported in the pool.
pub fn retrieve(
    snapshot: &Snapshot,
    question: &Question,
    admission: &Admission,
    weighed: &Weighed,
    channel: &Channel,
    config: &RetrieveConfig,
) -> Result<Pool, index::Error> {
    let (table, lexical) = (&snapshot.table, &snapshot.lexical);
    let hits = lexical.search(&question.terms, table, admission, weighed, &config.lexical)?;
    let (mut near, dense_unavailable) = nearest(snapshot, question, admission, config);
    near.sort_unstable_by_key(|(row, _)| *row);
    let Chosen { best, in_channel } = choose(&hits, table, channel, config);
    let mut rows: Vec<Row> = best.iter().chain(&in_channel).copied().collect();
    rows.extend(near.iter().map(|(row, _)| *row));
    rows.sort_unstable();
    rows.dedup();
    let (mut best, mut near) = (best.into_iter().peekable(), near.into_iter().peekable());
    let mut units = Vec::with_capacity(rows.len());
    // All three lists ascend: one pass joins them.
    for row in rows {
        let in_lexical_pool = best.next_if_eq(&row).is_some();
        let cosine = near.next_if(|(other, _)| *other == row).map(|(_, cosine)| cosine);
        let hit = hits.of(row).unwrap_or(Hit { row, own: 0.0, question: 0.0, coverage: 0.0 });
        let (own, question, coverage) = (hit.own, hit.question, hit.coverage);
        let lexical = score(&hit, config);
        let Some(row) = table.show(row, admission) else { continue };
        units.push(Unit { row, lexical, own, question, coverage, cosine, in_lexical_pool });
    }
    Ok(Pool { units, idf_known: hits.idf_known, profiles: hits.profiles, dense_unavailable })
}

/// Rows of hits, ascending.
struct Chosen {
    /// The best.
    best: Vec<Row>,
    /// Those of the channel.
    in_channel: Vec<Row>,
}

/// The lexical score of a document, above 0 for every hit.
fn score(hit: &Hit, config: &RetrieveConfig) -> f32 {
    hit.own + config.question_weight * hit.question
}

/// Chooses the best hits (ties end on the row, newest first) and those of the channel.
fn choose(hits: &Hits<'_>, table: &DocumentTable, channel: &Channel, config: &RetrieveConfig) -> Chosen {
    let mut is_channel = vec![false; table.containers.len()];
    for container in &channel.containers {
        is_channel[*container as usize] = true;
    }
    let (mut best, mut in_channel) = (Best::new(config.lexical_pool), Vec::new());
    for hit in hits.each() {
        best.add(hit.row, score(&hit, config));
        if !channel.containers.is_empty() && is_channel[table.container[hit.row.at()] as usize] {
            in_channel.push(hit.row);
        }
    }
    in_channel.sort_unstable();
    let best = best.finish().into_iter().filter(|(_, score)| *score > 0.0);
    let mut best: Vec<Row> = best.map(|(row, _)| row).collect();
    best.sort_unstable();
    Chosen { best, in_channel }
}

/// The best of many, by falling score, ties by falling row; holds four times as many as are wanted at most.
struct Best {
    wanted: usize,
    found: Vec<(Row, f32)>,
    /// What scores lower is not among the best.
    least: f32,
}

impl Best {
    fn new(wanted: usize) -> Self {
        Self { wanted, found: Vec::new(), least: f32::NEG_INFINITY }
    }

    fn add(&mut self, row: Row, score: f32) {
        if score < self.least {
            return;
        }
        self.found.push((row, score));
        if self.found.len() >= self.wanted.saturating_mul(4).max(1) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() > self.wanted {
            let best_first = |a: &(Row, f32), b: &(Row, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
            if let Some(last) = self.wanted.checked_sub(1) {
                self.least = self.found.select_nth_unstable_by(last, best_first).1.1;
            }
            self.found.truncate(self.wanted);
        }
    }

    fn finish(mut self) -> Vec<(Row, f32)> {
        self.cut();
        self.found
    }
}

fn nearest(
    snapshot: &Snapshot,
    question: &Question,
    admission: &Admission,
    config: &RetrieveConfig,
) -> (Vec<(Row, f32)>, bool) {
    let Some(dense) = &snapshot.dense else { return (Vec::new(), true) };
    let Some(vector) = &question.vector else { return (Vec::new(), false) };
    match dense.nearest(vector, config.dense_pool, &snapshot.table, admission) {
        Ok(found) => (found, false),
        Err(error) => {
            tracing::warn!(error = %error, "the dense side failed, answering from the lexical side alone");
            (Vec::new(), true)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_are_those_of_a_full_sort(
            scores in prop::collection::vec(0..20_u8, 0..120), wanted in 0..12_usize,
        ) {
            let mut best = Best::new(wanted);
            let mut all: Vec<(Row, f32)> = (0..).map(Row).zip(scores.into_iter().map(f32::from)).collect();
            for (row, score) in &all {
                best.add(*row, *score);
            }
            let by_score = |a: &(Row, f32), b: &(Row, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
            all.sort_by(by_score);
            all.truncate(wanted);
            let mut found = best.finish();
            found.sort_by(by_score);
            prop_assert_eq!(found, all);
        }
    }
}
