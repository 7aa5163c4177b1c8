//! `GET /readyz`: whether questions can be answered, and from what.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Problem, ProblemKind};
use crate::wire::Readiness;

/// Tells whether questions can be answered.
///
/// 200 with what everyone may know of the index that answers now (only that it does, to those who do not show who
/// they are where they must); 503 once the server is told to stop.
#[utoipa::path(get, path = "/readyz", tag = "operation",
    responses((status = 200, description = "Ready", body = Readiness)))]
pub(crate) async fn readyz(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if app.draining.load(Ordering::Relaxed) {
        return Problem::new(ProblemKind::Unavailable, "the server stops").into_response();
    }
    let known = app.anonymous
        || headers.contains_key(header::AUTHORIZATION)
            && app.doorkeeper.identify(&headers, app.answerer.as_ref(), (app.clock)()).is_ok();
    if !known {
        return Json(Readiness::bare()).into_response();
    }
    let answerer = Arc::clone(&app.answerer);
    match tokio::task::spawn_blocking(move || answerer.standing()).await {
        Ok(standing) => Json(Readiness::from(&standing)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the standing of the index could not be told");
            Problem::internal().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn readiness_tells_what_everyone_may_know_of_the_index() {
        let answer = get(standard(), "/readyz").await;
        assert_eq!(answer.status, 200);
        let expected = serde_json::json!({
            "status": "ready", "generation": 42, "conversations": 3, "documents": 4, "people": 2,
            "newest": "2026-01-02T03:04:05Z"
        });
        assert_eq!(answer.json(), expected);
    }
}
