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
