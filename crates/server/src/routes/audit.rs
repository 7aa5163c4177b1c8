//! `GET /v1/admin/audit`: who did what, the newest first.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::work::run;
use crate::app::App;
use crate::audit::Entry;
use crate::cell::Answerer;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::wire::{AuditQuery, AuditResponse};

/// How many pieces of the log are looked at for one answer.
const PIECES: usize = 16;

/// Lists what was done, the newest first.
///
/// People stand in it by their ids as long as they are known; who was erased by a hash that means nobody.
#[utoipa::path(get, path = "/v1/admin/audit", tag = "operation", params(AuditQuery),
    responses((status = 200, description = "Entries", body = AuditResponse)))]
pub(crate) async fn audit(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let Some(writer) = &app.audit else {
        return Err(Problem::new(ProblemKind::NotFound, "no audit log is kept here"));
    };
    let wanted = query.check(|person| writer.log().hash(person))?;
    let (log, deadline) = (writer.log().clone(), Instant::now() + app.request_timeout);
    let look = move |answerer: &dyn Answerer| {
        let ids = answerer.known_ids();
        let names = log.names(ids.iter().map(String::as_str));
        let (mut entries, mut place) = (Vec::<Entry>::new(), wanted.before.clone());
        for _ in 0..PIECES {
            let limit = wanted.limit - entries.len();
            let (more, next) = log.page(place.as_ref(), limit, &|entry| wanted.takes(entry)).map_err(io)?;
            entries.extend(more);
            place = next;
            if place.is_none() || entries.len() == wanted.limit {
                break;
            }
        }
        Ok(AuditResponse::new(entries, place.as_ref(), &names))
    };
    Ok(Json(run(&app, deadline, &id, look).await?).into_response())
}

fn io(error: crate::audit::AuditError) -> engine::Error {
    std::io::Error::other(error).into()
}
