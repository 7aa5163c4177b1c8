//! `POST /v1/experts/search`: a question in, people with evidence and past answers out.
//!
//! The answer obeys the rights of who asks, which follow from what the request shows and from nothing in its
//! body.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Extension, FromRequest, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Reader;
use tokio::time::{Instant, timeout_at};

use super::work::run;
use crate::app::App;
use crate::envelope::Counts;
use crate::problem::{Problem, ProblemKind};
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
    let found = run(&app, deadline, &id, move |answerer| answerer.search(search, asker.as_ref())).await?;
    let counts =
        Counts { experts: found.experts.len(), answers: found.answers.len(), degraded: found.degraded.len() };
    let took_ms = started.elapsed().as_secs_f64() * 1_000.0;
    let mut response = Json(SearchResponse::new(found, &id.own, took_ms, explained)).into_response();
    response.extensions_mut().insert(counts);
    Ok(response)
}

/// A body that a plain form of another site could send (without a preflight request) is refused here.
pub(super) fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let is_json =
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if !is_json {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            "send the request with the header content-type: application/json",
        ));
    }
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity");
    if encoded {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            "send the request without content-encoding",
        ));
    }
    Ok(())
}

pub(super) async fn read(request: Request, deadline: Instant, max_bytes: usize) -> Result<Bytes, Problem> {
    let too_large_problem = || {
        Problem::new(ProblemKind::BodyTooLarge, format!("the request body is larger than {max_bytes} bytes"))
    };
    if declared_length(request.headers()).is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large_problem());
    }
    match timeout_at(deadline, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if too_large(&rejection) => Err(too_large_problem()),
        Ok(Err(_)) => Err(Problem::new(ProblemKind::UnreadableBody, "the request body ended before its end")),
        Err(_) => Err(Problem::new(ProblemKind::RequestTimeout, "the request body did not arrive in time")),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(rejection: &BytesRejection) -> bool {
    rejection.status() == StatusCode::PAYLOAD_TOO_LARGE
}

#[cfg(test)]
mod tests;
