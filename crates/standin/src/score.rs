//! Exact scores: dot products, dense and sparse.

use std::collections::BTreeMap;

use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    Distance, Modifier, QueryPoints, ScoredPoint, SparseVector, query, vector_input,
};
use tonic::Status;

use crate::state::Collection;

/// The best points of a collection for a query, best first, ties by number.
pub(crate) fn best(collection: &Collection, request: &QueryPoints) -> Result<Vec<ScoredPoint>, Status> {
    if !request.prefetch.is_empty() || request.offset.is_some() {
        return Err(Status::unimplemented("prefetch and offset"));
    }
    let using = request.using.as_deref().unwrap_or_default();
    let nearest = match request.query.as_ref().and_then(|query| query.variant.as_ref()) {
        Some(query::Variant::Nearest(input)) => input.variant.as_ref(),
        _ => return Err(Status::unimplemented("queries of this kind")),
    };
    let mut scored = match nearest {
        Some(vector_input::Variant::Dense(vector)) => dense(collection, request, using, &vector.data)?,
        Some(vector_input::Variant::Sparse(vector)) => sparse(collection, request, using, vector)?,
        _ => return Err(Status::unimplemented("vectors of this kind")),
    };
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(usize::try_from(request.limit.unwrap_or(10)).unwrap_or(usize::MAX));
    let point =
        |(id, score): (u64, f32)| ScoredPoint { id: Some(id.into()), score, ..ScoredPoint::default() };
    Ok(scored.into_iter().map(point).collect())
}

fn dense(
    collection: &Collection,
    request: &QueryPoints,
    using: &str,
    question: &[f32],
) -> Result<Vec<(u64, f32)>, Status> {
    let config = collection.made_as.vectors_config.as_ref().and_then(|config| config.config.as_ref());
    let params = match config {
        Some(Config::ParamsMap(map)) => map.map.get(using),
        _ => None,
    };
    let params = params.ok_or_else(|| Status::invalid_argument("Not existing vector name"))?;
    if params.distance != Distance::Dot as i32 {
        return Err(Status::unimplemented("distances other than the dot product"));
    }
    if params.size != question.len() as u64 {
        let wrong = format!("Vector dimension error: expected dim: {}, got {}", params.size, question.len());
        return Err(Status::invalid_argument(wrong));
    }
    let admitted = collection.admitted(request.filter.as_ref())?;
    let score = |vector: &Vec<f32>| vector.iter().zip(question).map(|(a, b)| a * b).sum();
    Ok(admitted.into_iter().filter_map(|(id, point)| Some((id, score(point.dense.get(using)?)))).collect())
}

fn sparse(
    collection: &Collection,
    request: &QueryPoints,
    using: &str,
    question: &SparseVector,
) -> Result<Vec<(u64, f32)>, Status> {
    let config = collection.made_as.sparse_vectors_config.as_ref().and_then(|config| config.map.get(using));
    let config = config.ok_or_else(|| Status::invalid_argument("Not existing vector name"))?;
    let mut weights: BTreeMap<u32, f32> =
        question.indices.iter().copied().zip(question.values.iter().copied()).collect();
    if config.modifier == Some(Modifier::Idf as i32) {
        // Over the points that the corpus admits; all of them where none is told.
        let corpus = request.params.as_ref().and_then(|params| params.idf.as_ref());
        let corpus = collection.admitted(corpus.and_then(|idf| idf.corpus.as_ref()))?;
        for (index, weight) in &mut weights {
            let holding = corpus.iter().filter_map(|(_, point)| point.sparse.get(using)?.get(index));
            let (n, df) = (corpus.len() as f32, holding.count() as f32);
            *weight *= ((n - df + 0.5) / (df + 0.5) + 1.0).ln();
        }
    }
    let admitted = collection.admitted(request.filter.as_ref())?;
    let score = |own: &BTreeMap<u32, f32>| {
        let shared = weights.iter().filter_map(|(index, weight)| Some(own.get(index)? * weight));
        shared.fold(None, |sum: Option<f32>, part| Some(sum.unwrap_or(0.0) + part))
    };
    // What shares nothing with the question is no result.
    Ok(admitted.into_iter().filter_map(|(id, point)| Some((id, score(point.sparse.get(using)?)?))).collect())
}
