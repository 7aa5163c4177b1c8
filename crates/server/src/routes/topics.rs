//! `GET /v1/topics` and `GET /v1/topics/{id}/experts`: what people are known for, as far as the asker may read.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::work::run;
use crate::app::App;
use crate::audit::Told;
use crate::cell::Answerer;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{SubjectExpertsResponse, TopicsQuery, TopicsResponse};

/// Lists the subjects that people are known for.
///
/// By name; only from what the asker may read and nobody hides, of the 300 people who answered most in it.
#[utoipa::path(get, path = "/v1/topics", tag = "topics", params(TopicsQuery),
    responses((status = 200, description = "The subjects", body = TopicsResponse)))]
pub(crate) async fn topics(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<TopicsQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let part = query.check()?;
    let (now, asker) = ((app.clock)(), caller.account);
    let deadline = Instant::now() + app.request_timeout;
    let look = move |answerer: &dyn Answerer| answerer.subjects(asker.as_ref(), now);
    let all = run(&app, deadline, &id, look).await?;
    Ok(Json(TopicsResponse::of(&all, &part)).into_response())
}

/// Tells who is known for a subject.
///
/// By name: no order of merit. The subjects are those of `GET /v1/topics`; who knows about anything else is a search.
#[utoipa::path(get, path = "/v1/topics/{id}/experts", tag = "topics",
    params(("id" = String, Path, description = "The `id` of a topic", min_length = 1)),
    responses(
        (status = 200, description = "Who is known for it", body = SubjectExpertsResponse),
        (status = 404, description = "Nobody whom the asker may know of is known for it", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn experts(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let nothing = || Problem::new(ProblemKind::NotFound, "nobody whom you may know of is known for that");
    let Path(topic) = path.map_err(|_| nothing())?;
    let (now, asker) = ((app.clock)(), caller.account);
    let deadline = Instant::now() + app.request_timeout;
    let look = move |answerer: &dyn Answerer| answerer.subjects(asker.as_ref(), now);
    let all = run(&app, deadline, &id, look).await?;
    let subject = all.iter().find(|subject| subject.name == topic).ok_or_else(nothing)?;
    let about = subject.experts.iter().map(|(person, ..)| person.to_string()).collect();
    let mut response = Json(SubjectExpertsResponse::from(subject)).into_response();
    response.extensions_mut().insert(Told { about, query: None });
    Ok(response)
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn topics_come_by_name_and_a_cursor_goes_on() {
        let first = get(standard(), "/v1/topics?limit=1").await.json();
        assert_eq!(first["topics"][0]["name"], "label printer");
        assert_eq!(first["topics"].as_array().unwrap().len(), 1);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = get(standard(), &format!("/v1/topics?cursor={cursor}")).await.json();
        assert_eq!((&second["topics"][0]["id"], second.get("next_cursor")), (&"vpn".into(), None));
        for query in ["limit=0", "limit=201", "cursor=zz", "cursor=", "other=1"] {
            get(standard(), &format!("/v1/topics?{query}")).await.assert_problem(422, "invalid-request");
        }
    }

    #[tokio::test]
    async fn a_topic_names_people_by_band_and_an_unknown_one_nobody() {
        let answer = get(standard(), "/v1/topics/label%20printer/experts").await.json();
        let expected = serde_json::json!({
            "topic": {"id": "label printer", "name": "label printer", "last_at": "2026-01-02T03:04:05Z"},
            "experts": [{"person_id": "slack:U1", "display_name": "Ana Brandt", "conversations": "several"}]
        });
        assert_eq!(answer, expected);
        for id in ["printer", "%ff", "x"] {
            get(standard(), &format!("/v1/topics/{id}/experts")).await.assert_problem(404, "not-found");
        }
    }
}
