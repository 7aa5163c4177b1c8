//! `GET /readyz`: whether questions can be answered, and from what.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::Problem;
use crate::wire::Readiness;

/// Answers 200 with what everyone may know of the index that answers now.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Response {
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
