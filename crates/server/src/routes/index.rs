//! `GET /v1/admin/index`: what answers, and from what.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::work::run;
use crate::app::App;
use crate::cell::Answerer;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::wire::IndexResponse;

/// Tells what the index holds.
///
/// Its sources, whoever may read them, the kept builds, and which exports a job may read.
#[utoipa::path(get, path = "/v1/admin/index", tag = "jobs",
    responses((status = 200, description = "What it holds", body = IndexResponse)))]
pub(crate) async fn index(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
) -> Result<Response, Problem> {
    let exports = app.jobs.as_ref().map(|book| book.exports()).unwrap_or_default();
    let live = app.live.is_some();
    let look = move |answerer: &dyn Answerer| {
        let (sources, generations) = answerer.operation()?;
        Ok(IndexResponse::new(&answerer.standing(), sources, generations, exports, live))
    };
    let told = run(&app, Instant::now() + app.request_timeout, &id, look).await?;
    Ok(Json(told).into_response())
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn nobody_but_an_administrator_is_told() {
        get(standard(), "/v1/admin/index").await.assert_problem(401, "unauthorized");
    }
}
