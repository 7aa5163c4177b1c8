//! `POST /v1/experts/batch`: the questions of a questionnaire, answered one after another.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::response::{IntoResponse, Response};
use model::Reader;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::work::run_in_line;
use crate::app::App;
use crate::audit::Told;
use crate::cell::Answerer;
use crate::envelope::Counts;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{Asked, BatchRequest, BatchResponse, SearchResponse};

/// Answers many questions.
///
/// Up to 20 questions, each with everything that a search takes; the answers come in their order. All are checked
/// before the first is answered. Each counts against the rate of requests, and has the time of a search.
#[utoipa::path(post, path = "/v1/experts/batch", request_body = BatchRequest, tag = "questions",
    responses((status = 200, description = "The answers, in the order of the questions", body = BatchResponse)))]
pub(crate) async fn batch(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    must_be_json(request.headers())?;
    let body = read(request, Instant::now() + app.request_timeout, app.max_body_bytes).await?;
    let asked = BatchRequest::parse(&body)?.check((app.clock)(), &Reader::anyone())?;
    if asked.iter().any(|asked| asked.full || asked.topics > 0) {
        let detail = "a full explanation, and topics, are told for one question alone";
        return Err(Problem::new(ProblemKind::Forbidden, detail));
    }
    // The first was charged at the door.
    app.charge(&caller, u32::try_from(asked.len()).unwrap_or(u32::MAX).saturating_sub(1))?;
    let mut counts = Counts { experts: 0, answers: 0, degraded: 0 };
    let (mut answers, mut about) = (Vec::with_capacity(asked.len()), BTreeSet::new());
    for (number, Asked { search, explained, .. }) in (1..).zip(asked) {
        let (started, asker) = (Instant::now(), caller.account.clone());
        let deadline = started + app.request_timeout;
        let search = move |answerer: &dyn Answerer| answerer.search(search, asker.as_ref());
        let found = run_in_line(&app, deadline, &id, search).await?;
        about.extend(found.experts.iter().map(|expert| expert.person.to_string()));
        counts.experts += found.experts.len();
        counts.answers += found.answers.len();
        counts.degraded += found.degraded.len();
        let took_ms = started.elapsed().as_secs_f64() * 1_000.0;
        answers.push(SearchResponse::new(found, &format!("{}.{number}", id.own), took_ms, explained));
    }
    let mut response = Json(BatchResponse { answers }).into_response();
    response.extensions_mut().insert(counts);
    response.extensions_mut().insert(Told { about: about.into_iter().collect(), query: None });
    Ok(response)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{config, found, post_to, router, send, standard};
    use crate::{Config, Rate};

    #[tokio::test]
    async fn answers_come_in_the_order_of_the_questions() {
        let router = router(&config(), |search| {
            let mut found = found();
            found.experts[0].name.clone_from(&search.question);
            Ok(found)
        });
        let body = json!({"questions": [{"query": "one"}, {"query": "two", "explain": "none"}]});
        let answer = send(router, post_to("/v1/experts/batch", body.to_string())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let json = answer.json();
        let name = |place: usize| json["answers"][place]["experts"][0]["display_name"].as_str().unwrap();
        assert_eq!((name(0), name(1)), ("one", "two"));
        assert_eq!(json["answers"][1]["query_id"], "abc-1.2");
        assert!(json["answers"][1]["experts"][0].get("reasons").is_none());
    }

    #[tokio::test]
    async fn one_question_that_cannot_be_answered_is_named_and_none_is() {
        let router =
            router(&Config { rate: Rate { per_second: 1, burst: 1 }, ..config() }, |_| panic!("asked"));
        let body = json!({"questions": [{"query": "one"}, {"query": "two", "k": 21}]});
        let answer = send(router, post_to("/v1/experts/batch", body.to_string())).await;
        answer.assert_problem(422, "invalid-request");
        assert_eq!(answer.json()["field"], "questions[1].k");
    }

    #[tokio::test]
    async fn there_are_one_to_twenty_questions() {
        let body = |number: usize| json!({"questions": vec![json!({"query": "x"}); number]}).to_string();
        for (number, status) in [(0, 422), (1, 200), (20, 200), (21, 422)] {
            let answer = send(standard(), post_to("/v1/experts/batch", body(number))).await;
            assert_eq!(answer.status.as_u16(), status, "{number}");
        }
    }
}
