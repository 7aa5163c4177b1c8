//! `POST /v1/experts/search`: a question in, people with evidence and past answers out.
//!
//! The answer obeys the rights of who asks, which follow from what the request shows and from nothing in its
//! body.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use engine::Expert;
use model::Reader;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::work::run;
use crate::app::App;
use crate::audit::Told;
use crate::cell::Answerer;
use crate::envelope::Counts;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::{Caller, Kind};
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
    let Asked { search, explained, full, topics } = asked;
    if full && caller.kind != Kind::Admin {
        let detail = "a full explanation is for administrators; GET /v1/me/why gives that of yourself";
        return Err(Problem::new(ProblemKind::Forbidden, detail));
    }
    let (asker, query) = (caller.account, Some(search.question.clone()));
    if let (Some(asks), Some(asker)) = (&app.asks, &asker) {
        asks.recent.put(asker, &id.own, &search.question, search.channel.as_deref());
    }
    let answer = move |answerer: &dyn Answerer| {
        let explained = if full { Some(answerer.why(search.clone(), asker.as_ref(), false)?) } else { None };
        let now = search.as_of;
        let found = answerer.search(search, asker.as_ref())?;
        let people = if topics > 0 { found.experts.as_slice() } else { &[] };
        let known_for = |expert: &Expert| answerer.topics_of(&expert.person, asker.as_ref(), now);
        let known_for = people.iter().map(known_for).collect::<Result<Vec<_>, _>>()?;
        Ok((found, explained, known_for))
    };
    let (found, explanation, known_for) = run(&app, deadline, &id, answer).await?;
    let counts =
        Counts { experts: found.experts.len(), answers: found.answers.len(), degraded: found.degraded.len() };
    let about = found.experts.iter().map(|expert| expert.person.to_string()).collect();
    let took_ms = started.elapsed().as_secs_f64() * 1_000.0;
    let mut answer = SearchResponse::new(found, &id.own, took_ms, explained);
    if let Some(explanation) = explanation {
        answer.explain(explanation);
    }
    if topics > 0 {
        answer.tell_topics(known_for, topics);
    }
    let mut response = Json(answer).into_response();
    response.extensions_mut().insert(counts);
    response.extensions_mut().insert(Told { about, query });
    Ok(response)
}

#[cfg(test)]
mod tests;
