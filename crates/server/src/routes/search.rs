//! `POST /v1/experts/search`: a question in, people with evidence and past answers out.
//!
//! The answer obeys the rights of who asks, which follow from what the request shows and from nothing in its
//! body.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use model::Reader;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::work::run;
use crate::app::App;
use crate::envelope::Counts;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{Asked, SearchRequest, SearchResponse};

/// Answers a question.
///
/// Names the colleagues who have shown that they know, with reasons and evidence, and past answers beside them; or
/// nobody, with a reason and channels to ask in.
#[utoipa::path(post, path = "/v1/experts/search", request_body = SearchRequest, tag = "questions",
    responses((status = 200, description = "The answer; also when nobody is named", body = SearchResponse)))]
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let deadline = Instant::now() + app.request_timeout;
    must_be_json(request.headers())?;
    let body = read(request, deadline, app.max_body_bytes).await?;
    let asked = SearchRequest::parse(&body)?.check((app.clock)(), Reader::anyone())?;
    let started = Instant::now();
    let Asked { search, explained } = asked;
    let asker = caller.account;
    if let (Some(asks), Some(asker)) = (&app.asks, &asker) {
        asks.recent.put(asker, &id.own, &search.question, search.channel.as_deref());
    }
    let found = run(&app, deadline, &id, move |answerer| answerer.search(search, asker.as_ref())).await?;
    let counts =
        Counts { experts: found.experts.len(), answers: found.answers.len(), degraded: found.degraded.len() };
    let took_ms = started.elapsed().as_secs_f64() * 1_000.0;
    let mut response = Json(SearchResponse::new(found, &id.own, took_ms, explained)).into_response();
    response.extensions_mut().insert(counts);
    Ok(response)
}

#[cfg(test)]
mod tests;
