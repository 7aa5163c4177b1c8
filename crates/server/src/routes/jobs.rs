//! `/v1/admin/jobs` and `/v1/jobs`: long work beside the answers, ordered, watched and taken back.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use engine::jobs::{Job, JobBook, NotTaken};
use futures_util::stream;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::body::{must_be_json, read};
use super::desk::idempotency_key;
use crate::app::App;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{JobRequest, JobResponse, JobsQuery, JobsResponse};

/// When to come back for what cannot be done while a job is at work, in seconds.
const WHILE_AT_WORK: u64 = 15;
/// How often a job is looked at for those who watch it.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Orders a job.
///
/// Reads exports, makes the next generation, goes back to a kept one, learns, erases, writes a backup. Jobs run one
/// at a time beside the answers, in the order they came; the answer comes at once and says where to watch.
#[utoipa::path(post, path = "/v1/admin/jobs", tag = "jobs", request_body = JobRequest,
    params(("idempotency-key" = Option<String>, Header, description = "The same key again is the same job, not another",
        max_length = 200)),
    responses((status = 202, description = "The job; `Location` names it", body = JobResponse,
        headers(("location" = String, description = "Where to watch it")))))]
pub(crate) async fn order(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let book = book(&app)?;
    must_be_json(request.headers())?;
    let key = key(request.headers(), &caller)?;
    let body = read(request, Instant::now() + app.request_timeout, app.max_body_bytes).await?;
    let order = JobRequest::parse(&body)?.check()?;
    let now = (app.clock)();
    let job = placed(&id, move || book.order(order, key.as_deref(), now)).await?;
    tracing::info!(request.id = id.public, job.id, job.kind, "a job was ordered");
    let place = HeaderValue::try_from(format!("/v1/jobs/{}", job.id));
    let mut response = (StatusCode::ACCEPTED, Json(JobResponse::new(job, now))).into_response();
    if let Ok(place) = place {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Lists jobs.
///
/// The newest first; of those that are over the last two hundred.
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, description = "The jobs", body = JobsResponse)))]
pub(crate) async fn jobs(
    State(app): State<Arc<App>>,
    query: Result<Query<JobsQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let page = query.check()?;
    Ok(Json(JobsResponse::new(book(&app)?.jobs(), page, (app.clock)())).into_response())
}

/// Tells of a job.
///
/// Where it is, how far, and what it came to.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "The `id` of a job", pattern = "^[0-9]{1,18}$")),
    responses(
        (status = 200, description = "The job", body = JobResponse),
        (status = 404, description = "No such job", body = crate::problem::ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn job(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (_, job) = find(&app, path)?;
    Ok(Json(JobResponse::new(job, (app.clock)())).into_response())
}

/// Takes a job back.
///
/// One that waits is over at once; one at work stops at the next step that leaves the index whole (an erasure goes
/// on to its end); one that is over stays as it is.
#[utoipa::path(delete, path = "/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "The `id` of a job", pattern = "^[0-9]{1,18}$")),
    responses(
        (status = 200, description = "The job as it is now", body = JobResponse),
        (status = 404, description = "No such job", body = crate::problem::ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (book, job) = find(&app, path)?;
    let now = (app.clock)();
    let cancelling = tokio::task::spawn_blocking(move || book.cancel(job.id, now)).await;
    let job = cancelling.map_err(|_| Problem::internal())?.ok_or_else(no_job)?;
    Ok(Json(JobResponse::new(job, now)).into_response())
}

/// Watches a job.
///
/// Server-sent events of the name `job`, each with the job as it is then; the last one tells that it is over.
#[utoipa::path(get, path = "/v1/jobs/{id}/events", tag = "jobs",
    params(("id" = String, Path, description = "The `id` of a job", pattern = "^[0-9]{1,18}$")),
    responses(
        (status = 200, description = "The events", body = String, content_type = "text/event-stream"),
        (status = 404, description = "No such job", body = crate::problem::ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let (book, job) = find(&app, path)?;
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch { app, book, id: job.id, told: None, over: false, ticks };
    let events = stream::unfold(watch, Watch::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// Somebody who watches a job.
struct Watch {
    app: Arc<App>,
    book: Arc<JobBook>,
    id: u64,
    /// The version that was told last.
    told: Option<u64>,
    over: bool,
    ticks: tokio::time::Interval,
}

impl Watch {
    /// The next event; none once the job is over, or the server is told to stop.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while !self.over && !self.app.draining.load(Ordering::Relaxed) {
            self.ticks.tick().await;
            let job = self.book.job(self.id)?;
            if self.told == Some(job.version) {
                continue;
            }
            (self.told, self.over) = (Some(job.version), job.state.is_over());
            let event = Event::default().event("job").json_data(JobResponse::new(job, (self.app.clock)()));
            return event.ok().map(|event| (Ok(event), self));
        }
        None
    }
}

/// Writes an order in the book, on a blocking thread.
pub(super) async fn placed(
    id: &RequestId,
    order: impl FnOnce() -> Result<Result<Job, NotTaken>, engine::Error> + Send + 'static,
) -> Result<Job, Problem> {
    match tokio::task::spawn_blocking(order).await {
        Ok(Ok(taken)) => taken.map_err(problem),
        Ok(Err(error)) => {
            tracing::error!(request.id = id.public, %error, "a job could not be noted");
            Err(Problem::new(ProblemKind::Unavailable, "the job could not be noted; order it again"))
        }
        Err(_) => Err(Problem::internal()),
    }
}

pub(super) fn book(app: &App) -> Result<Arc<JobBook>, Problem> {
    app.jobs.clone().ok_or_else(|| Problem::new(ProblemKind::NotFound, "this server takes no jobs"))
}

fn find(app: &App, path: Result<Path<String>, PathRejection>) -> Result<(Arc<JobBook>, Job), Problem> {
    let book = book(app)?;
    let id: Option<u64> = path.ok().and_then(|Path(text)| text.parse().ok());
    let job = id.and_then(|id| book.job(id)).ok_or_else(no_job)?;
    Ok((book, job))
}

fn no_job() -> Problem {
    Problem::new(ProblemKind::NotFound, "there is no job of this id")
}

/// What the orderer calls the job, apart from what others call theirs.
fn key(headers: &HeaderMap, caller: &Caller) -> Result<Option<String>, Problem> {
    let given = idempotency_key(headers)?;
    Ok(given.map(|text| format!("{} {text}", caller.principal.as_deref().unwrap_or_default())))
}

fn problem(refused: NotTaken) -> Problem {
    match refused {
        NotTaken::Full => Problem::new(ProblemKind::Busy, refused.to_string()),
        NotTaken::AtWork => Problem::later(refused.to_string(), WHILE_AT_WORK),
        NotTaken::Argument { field, why } => {
            let field =
                if field == "kind" || field.contains('-') { field } else { format!("arguments.{field}") };
            Problem::field(field, why)
        }
    }
}

#[cfg(test)]
mod tests;
