//! Work for the engine: on a blocking thread, behind the gate, within a deadline.

use std::sync::Arc;

use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, Span, info_span};

use crate::app::App;
use crate::cell::Answerer;
use crate::gate::{Busy, Pass};
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;

/// Runs a job on a blocking thread; its place at the gate is held until it has really ended.
///
/// # Errors
/// [`ProblemKind::Busy`] without a place soon, and what the engine says.
pub(super) async fn run<T: Send + 'static>(
    app: &App,
    deadline: Instant,
    id: &RequestId,
    job: impl FnOnce(&dyn Answerer) -> Result<T, engine::Error> + Send + 'static,
) -> Result<T, Problem> {
    let waited = app.gate.enter(deadline).instrument(info_span!("wait")).await;
    let pass = waited.map_err(|busy| busy_problem(busy, id))?;
    run_with(pass, app, deadline, id, job).await
}

/// [`run`] for a part of something longer, which is not broken off because others come first for a moment.
///
/// # Errors
/// [`ProblemKind::Busy`] without a place by the deadline, and what the engine says.
pub(super) async fn run_in_line<T: Send + 'static>(
    app: &App,
    deadline: Instant,
    id: &RequestId,
    job: impl FnOnce(&dyn Answerer) -> Result<T, engine::Error> + Send + 'static,
) -> Result<T, Problem> {
    let waited = app.gate.wait(deadline).instrument(info_span!("wait")).await;
    let pass = waited.map_err(|busy| busy_problem(busy, id))?;
    run_with(pass, app, deadline, id, job).await
}

async fn run_with<T: Send + 'static>(
    pass: Pass,
    app: &App,
    deadline: Instant,
    id: &RequestId,
    job: impl FnOnce(&dyn Answerer) -> Result<T, engine::Error> + Send + 'static,
) -> Result<T, Problem> {
    let (answerer, request) = (Arc::clone(&app.answerer), Span::current());
    let running = tokio::task::spawn_blocking(move || {
        let done = request.in_scope(|| job(answerer.as_ref()));
        drop(pass);
        done
    });
    match timeout_at(deadline, running).await {
        Ok(Ok(Ok(done))) => Ok(done),
        Ok(Ok(Err(error))) => {
            let problem = Problem::from(&error);
            if problem.kind == ProblemKind::Internal {
                tracing::error!(request.id = id.public, %error, "a search failed");
            }
            Err(problem)
        }
        Ok(Err(error)) => {
            // The panic's own text may quote the question: only that there was one is logged.
            tracing::error!(request.id = id.public, panicked = error.is_panic(), "a search broke off");
            Err(Problem::internal())
        }
        Err(_) => Err(busy_problem(Busy::TooLate, id)),
    }
}

fn busy_problem(busy: Busy, id: &RequestId) -> Problem {
    let detail = match busy {
        Busy::QueueFull => "as many questions as allowed are waiting; try again soon",
        Busy::TooLate => "the question could not be answered in time; try again soon",
    };
    tracing::warn!(request.id = id.public, reason = ?busy, "refused a search");
    Problem::new(ProblemKind::Busy, detail)
}
