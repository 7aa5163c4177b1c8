//! Question → the readable documents that speak to it, from both retrievers.

use std::collections::BTreeMap;

use index::{Admission, Row, Snapshot};
use model::Visible;

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
    /// By row, ascending. Lexical matches beyond the pool are kept: features of one channel look at them.
    pub units: Vec<Unit>,
    /// BM25 of each person's answers taken as one document, by the person's number.
    pub profiles: Vec<f32>,
    /// Share of the question's idf held by words that some readable document holds, 0 to 1.
    pub idf_known: f32,
    /// Whether the dense side failed or has nothing.
    pub dense_unavailable: bool,
}

/// Retrieves with both sides. Rights and time are obeyed inside each, before anything is ranked.
///
/// # Errors
/// The lexical side's; a failing dense side is reported in the pool.
pub fn retrieve(
    snapshot: &Snapshot,
    question: &Question,
    admission: &Admission,
    weigh: &dyn Fn(Row) -> f32,
    config: &RetrieveConfig,
) -> Result<Pool, index::Error> {
    let hits =
        snapshot.lexical.search(&question.terms, &snapshot.table, admission, weigh, &config.lexical)?;
    let (near, dense_unavailable) = nearest(snapshot, question, admission, config);
    let mut near: BTreeMap<Row, f32> = near.into_iter().collect();
    let mut units = Vec::with_capacity(hits.hits.len() + near.len());
    for hit in hits.hits {
        let Some(row) = snapshot.table.show(hit.row, admission) else { continue };
        units.push(Unit {
            row,
            lexical: hit.own + config.question_weight * hit.question,
            own: hit.own,
            question: hit.question,
            coverage: hit.coverage,
            cosine: near.remove(&hit.row),
            in_lexical_pool: false,
        });
    }
    for (row, cosine) in near {
        let Some(row) = snapshot.table.show(row, admission) else { continue };
        units.push(Unit {
            row,
            lexical: 0.0,
            own: 0.0,
            question: 0.0,
            coverage: 0.0,
            cosine: Some(cosine),
            in_lexical_pool: false,
        });
    }
    mark_pool(&mut units, config.lexical_pool);
    units.sort_unstable_by_key(|unit| *unit.row.get());
    Ok(Pool { units, profiles: hits.profiles, idf_known: hits.idf_known, dense_unavailable })
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

/// Marks the best lexical documents; ties end on the row, newest first.
fn mark_pool(units: &mut [Unit], size: usize) {
    let best_first = |a: &Unit, b: &Unit| b.lexical.total_cmp(&a.lexical).then(b.row.get().cmp(a.row.get()));
    if size < units.len() {
        units.select_nth_unstable_by(size, best_first);
    }
    for unit in units.iter_mut().take(size) {
        unit.in_lexical_pool = unit.lexical > 0.0;
    }
}
