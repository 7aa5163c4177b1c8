//! Question → the readable documents that speak to it, from both retrievers.

use index::dense::qdrant::WordsWanted;
use index::lexical::{FoundWords, Hit, Hits, Weighed};
use index::{Admission, DocumentTable, Row, Snapshot};
use model::Visible;
use tracing::info_span;

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
    /// Whether anything was compared with the question by meaning. It was not where there is no encoder, where it or
    /// the dense side fails, and where it knows no word of the question: then having no cosine says nothing.
    pub compared: bool,
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
    /// Whether overlapping pieces, which stand in for words, were all there was to compare by: nothing was compared by
    /// meaning.
    pub pieces_alone: bool,
    /// Whether the dense side or the encoder failed; an index without an encoder lacks nothing.
    pub dense_unavailable: bool,
    /// Whether vectors of the newest documents were still on their way to where they are searched.
    pub dense_behind: bool,
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
    let table = &snapshot.table;
    let hits = info_span!("lexical")
        .in_scope(|| by_words(snapshot, question, admission, weighed, channel, config))?;
    let (mut near, dense_unavailable) =
        info_span!("dense").in_scope(|| nearest(snapshot, question, admission, config));
    near.sort_unstable_by_key(|(row, _)| *row);
    let compared = !near.is_empty();
    let best = hits.best(config.lexical_pool, config.question_weight);
    let mut rows: Vec<Row> = best.iter().copied().chain(hits.within(&channel.containers, table)).collect();
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
        units.push(Unit { row, lexical, own, question, coverage, cosine, compared, in_lexical_pool });
    }
    // Asked after the search, which looks up how far the upload is.
    let dense_behind = !dense_unavailable && snapshot.dense.as_ref().is_some_and(|dense| dense.is_behind());
    let (idf_known, profiles) = hits.into_rest();
    let pieces_alone = question.in_pieces && !compared;
    Ok(Pool { units, profiles, idf_known, pieces_alone, dense_unavailable, dense_behind })
}

/// What either lexical side found.
enum Words<'s> {
    Here(Hits<'s>),
    There(FoundWords),
}

impl Words<'_> {
    fn best(&self, wanted: usize, question_weight: f32) -> Vec<Row> {
        match self {
            Self::Here(hits) => hits.best(wanted, question_weight),
            Self::There(found) => found.best(wanted, question_weight),
        }
    }

    fn within(&self, containers: &[u32], table: &DocumentTable) -> Vec<Row> {
        match self {
            Self::Here(hits) => hits.within(containers),
            Self::There(found) => found.within(containers, table),
        }
    }

    fn of(&self, row: Row) -> Option<Hit> {
        match self {
            Self::Here(hits) => hits.of(row),
            Self::There(found) => found.of(row),
        }
    }

    /// The idf that is known, and the profiles.
    fn into_rest(self) -> (f32, Vec<f32>) {
        match self {
            Self::Here(hits) => (hits.idf_known, hits.profiles),
            Self::There(found) => (found.idf_known, found.profiles),
        }
    }
}

/// Asks the cluster where it is to be asked, and the index here where it is not or does not answer.
fn by_words<'s>(
    snapshot: &'s Snapshot,
    question: &Question,
    admission: &Admission,
    weighed: &Weighed,
    channel: &Channel,
    config: &RetrieveConfig,
) -> Result<Words<'s>, index::Error> {
    let (table, terms, score) = (&snapshot.table, &question.terms, &config.lexical);
    let Some(words) = &snapshot.words else {
        let lexical = snapshot.lexical.as_ref().ok_or(index::Error::NoCollection)?;
        return Ok(Words::Here(lexical.search(terms, table, admission, weighed, score)?));
    };
    let wanted = WordsWanted {
        limit: config.lexical_pool,
        question_weight: config.question_weight,
        containers: &channel.containers,
        score,
    };
    match (words.search(terms, table, admission, weighed, &wanted), &snapshot.lexical) {
        (Ok(found), _) => Ok(Words::There(found)),
        (Err(error), None) => Err(error),
        (Err(error), Some(lexical)) => {
            tracing::warn!(error = %error, "the cluster searched no words, answering from the index here");
            // Its profiles would need weights by place: they are left out.
            let unweighed = lexical.unweighed(table, admission);
            Ok(Words::Here(lexical.search(terms, table, admission, &unweighed, score)?))
        }
    }
}

/// The lexical score of a document, above 0 for every hit.
fn score(hit: &Hit, config: &RetrieveConfig) -> f32 {
    hit.own + config.question_weight * hit.question
}

fn nearest(
    snapshot: &Snapshot,
    question: &Question,
    admission: &Admission,
    config: &RetrieveConfig,
) -> (Vec<(Row, f32)>, bool) {
    let Some(dense) = &snapshot.dense else { return (Vec::new(), false) };
    let Some(vector) = &question.vector else { return (Vec::new(), question.encoder_failed) };
    match dense.nearest(vector, config.dense_pool, &snapshot.table, admission) {
        Ok(found) => (found, false),
        Err(error) => {
            tracing::warn!(error = %error, "the dense side failed, answering from the lexical side alone");
            (Vec::new(), true)
        }
    }
}
