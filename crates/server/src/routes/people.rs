//! `GET /v1/people` and `GET /v1/people/{id}`: people, as far as the asker may know of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::response::{IntoResponse, Response};
use model::PersonId;
use tokio::time::Instant;

use super::work::run;
use crate::app::App;
use crate::audit::Told;
use crate::cell::Answerer;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{PeopleQuery, PeopleResponse, PersonResponse};

/// Tells who somebody is.
///
/// Name, title, whether they are there, how to reach them, where they answer most, and what about. Somebody of whom
/// the asker may read nothing is not there: 404, as for an id that nobody has.
#[utoipa::path(get, path = "/v1/people/{id}", tag = "people",
    params(("id" = String, Path, description = "The `person_id` of an answer", min_length = 1)),
    responses(
        (status = 200, description = "The person", body = PersonResponse),
        (status = 404, description = "Nobody whom the asker may know of", body = crate::problem::ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn person(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let nobody = || Problem::new(ProblemKind::NotFound, "there is nobody of this id whom you may know of");
    let person = path.ok().and_then(|Path(text)| PersonId::new(text).ok()).ok_or_else(nobody)?;
    let (now, asker) = ((app.clock)(), caller.account);
    let deadline = Instant::now() + app.request_timeout;
    let look = move |answerer: &dyn Answerer| {
        let Some(profile) = answerer.profile(&person, asker.as_ref(), now)? else { return Ok(None) };
        Ok(Some((profile, answerer.topics_of(&person, asker.as_ref(), now)?)))
    };
    let (profile, topics) = run(&app, deadline, &id, look).await?.ok_or_else(nobody)?;
    let told = Told { about: vec![profile.person.to_string()], query: None };
    let mut response = Json(PersonResponse::new(profile, topics)).into_response();
    response.extensions_mut().insert(told);
    Ok(response)
}

/// Lists people by name.
///
/// In the order of their names, only those of whom the asker may read something.
#[utoipa::path(get, path = "/v1/people", tag = "people", params(PeopleQuery),
    responses((status = 200, description = "The people", body = PeopleResponse)))]
pub(crate) async fn people(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<PeopleQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let listing = query.check()?;
    let (now, asker) = ((app.clock)(), caller.account);
    let deadline = Instant::now() + app.request_timeout;
    let look = move |answerer: &dyn Answerer| answerer.people(&listing, asker.as_ref(), now);
    let people = run(&app, deadline, &id, look).await?;
    let about = people.people.iter().map(|one| one.person.to_string()).collect();
    let mut response = Json(PeopleResponse::from(people)).into_response();
    response.extensions_mut().insert(Told { about, query: None });
    Ok(response)
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn somebody_is_told_by_their_id() {
        let answer = get(standard(), "/v1/people/slack:U1").await;
        assert_eq!(answer.status, 200);
        let expected = serde_json::json!({
            "person_id": "slack:U1", "display_name": "Ana Brandt", "title": "Engineer",
            "contact": {"slack": "U1"}, "freshness": "active", "last_evidence_at": "2026-01-02T03:04:05Z",
            "channels": [{"name": "help", "source": "slack"}],
            "topics": [{"id": "label printer", "name": "label printer", "conversations": "several",
                "last_at": "2026-01-02T03:04:05Z", "quarters": ["2026-Q1"]}]
        });
        assert_eq!(answer.json(), expected);
    }

    #[tokio::test]
    async fn nobody_is_404_whatever_the_id() {
        let mut bodies = Vec::new();
        for id in ["slack:U2", "mail%3Ax@y", "%ff", "a%00b", "x"] {
            let answer = get(standard(), &format!("/v1/people/{id}")).await;
            answer.assert_problem(404, "not-found");
            bodies.push(answer.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    }

    #[tokio::test]
    async fn a_list_ends_with_a_cursor_that_goes_on() {
        let answer = get(standard(), "/v1/people?name=an%C3%A1&limit=7").await.json();
        assert_eq!(answer["people"][0]["display_name"], "aná of 7");
        let cursor = answer["next_cursor"].as_str().unwrap();
        let next = get(standard(), &format!("/v1/people?cursor={cursor}")).await.json();
        assert_eq!((&next["people"][0]["display_name"], next.get("next_cursor")), (&" of 20".into(), None));
    }

    #[tokio::test]
    async fn a_query_out_of_its_bounds_is_422() {
        let long = format!("name={}", "a".repeat(201));
        for query in
            ["limit=0", "limit=101", "limit=x", "cursor=zz", "cursor=", "other=1", &long, "limit=1&limit=2"]
        {
            get(standard(), &format!("/v1/people?{query}")).await.assert_problem(422, "invalid-request");
        }
    }
}
