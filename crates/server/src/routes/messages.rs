//! `POST /v1/messages`: records of the jsonl form in, stored before the answer, findable soon after.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::{ErrorKind, ExportReport};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::body::{is_encoded, media_type, read};
use crate::app::App;
use crate::live::Live;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;

/// What became of the records.
#[derive(Serialize, ToSchema)]
pub(crate) struct Taken {
    added: u64,
    changed: u64,
    unchanged: u64,
    deleted: u64,
    /// Messages that the policy keeps out, by reason.
    #[schema(value_type = std::collections::HashMap<String, u64>)]
    refused: BTreeMap<&'static str, u64>,
    quarantined: u64,
    issues: Vec<Bad>,
}

/// A record that does not read; nothing of its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct Bad {
    line: Option<u64>,
    reason: String,
}

impl From<ExportReport> for Taken {
    fn from(report: ExportReport) -> Self {
        let bad = |issue: engine::Issue| Bad { line: issue.place.line, reason: issue.reason };
        Self {
            added: report.added,
            changed: report.changed,
            unchanged: report.same,
            deleted: report.deleted,
            refused: report.refused,
            quarantined: report.quarantined,
            issues: report.issues.into_iter().map(bad).collect(),
        }
    }
}

/// Takes records in.
///
/// Records of the jsonl form, one object a line or in one list. They are stored before the answer and findable soon
/// after; a record that does not read is counted, and the rest is taken. Only where live ingestion is on.
#[utoipa::path(post, path = "/v1/messages", tag = "records",
    request_body(content((Object = "application/x-ndjson"), (Vec<Object> = "application/json"))),
    responses(
        (status = 200, description = "What became of the records", body = Taken),
        (status = 404, description = "Live ingestion is off", body = crate::problem::ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "The disk is full: nothing is lost that was taken before; send these again \
            when there is room", body = crate::problem::ProblemBody, content_type = "application/problem+json"),
    ))]
pub(crate) async fn messages(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Result<Response, Problem> {
    let Some(live) = app.live.clone() else {
        return Err(Problem::new(ProblemKind::NotFound, "live ingestion is off; the options turn it on"));
    };
    must_be_records(request.headers())?;
    let deadline = Instant::now() + app.request_timeout;
    let body = read(request, deadline, live.max_body_bytes).await?;
    let report = take(&live, body.to_vec(), &id).await?;
    Ok(Json(Taken::from(report)).into_response())
}

/// What is taken in is not given up half-way: there is no deadline once it has begun.
async fn take(live: &Live, body: Vec<u8>, id: &RequestId) -> Result<ExportReport, Problem> {
    let busy =
        || Problem::new(ProblemKind::Busy, "as many requests as allowed are waiting; send it again soon");
    let place = Arc::clone(&live.places).try_acquire_owned().map_err(|_| busy())?;
    let intake = Arc::clone(&live.intake);
    let taking = tokio::task::spawn_blocking(move || {
        let taken = intake.take(&body);
        drop(place);
        taken
    });
    match taking.await {
        Ok(Ok(report)) if report.broken.is_some() => {
            Err(Problem::new(ProblemKind::InvalidRequest, "the body holds no record that is known here"))
        }
        Ok(Ok(report)) => Ok(report),
        Ok(Err(error)) => {
            tracing::error!(request.id = id.public, %error, "records could not be taken in");
            if error.kind() == ErrorKind::DiskFull {
                return Err(Problem::from(&error));
            }
            Err(Problem::new(ProblemKind::Unavailable, "the records could not be stored; send them again"))
        }
        Err(error) => {
            tracing::error!(request.id = id.public, panicked = error.is_panic(), "taking in broke off");
            Err(Problem::internal())
        }
    }
}

fn must_be_records(headers: &HeaderMap) -> Result<(), Problem> {
    let essence = media_type(headers);
    let known = matches!(essence.as_str(), "application/json" | "application/x-ndjson" | "application/jsonl");
    if known && !is_encoded(headers) {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::UnsupportedMediaType,
        "send one JSON object a line as application/x-ndjson, or a JSON list as application/json, not encoded",
    ))
}

#[cfg(test)]
mod tests;
