//! In front of every route that is not open: who is asking, whether they may, and how often.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::{Caller, Kind};
use crate::app::App;
use crate::keys::Scope;
use crate::problem::{Problem, ProblemKind};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Whoever reaches the server.
    Open,
    /// Callers with this scope.
    Scope(Scope),
}

/// What the log may know of a caller.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) kind: Kind,
    pub(crate) key: Option<String>,
}

/// Lets a request through to its route, with the [`Caller`] in its extensions.
pub(crate) async fn guard(
    State((app, scope)): State<(Arc<App>, Scope)>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match app.doorkeeper.identify(request.headers(), app.answerer.as_ref(), (app.clock)()) {
        Ok(caller) => caller,
        Err(problem) => {
            app.metrics.refused_credentials();
            return problem.into_response();
        }
    };
    let known = Known { kind: caller.kind, key: caller.key.clone() };
    let mut response = match admit(&app, &caller, scope) {
        Ok(()) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    response.extensions_mut().insert(known);
    response
}

fn admit(app: &App, caller: &Caller, scope: Scope) -> Result<(), Problem> {
    if !caller.may(scope) {
        // Whoever showed nothing can still show something.
        let kind = match caller.kind {
            Kind::Anonymous => ProblemKind::Unauthorized,
            _ => ProblemKind::Forbidden,
        };
        return Err(Problem::new(kind, format!("this takes the scope {}", scope.as_str())));
    }
    // Records are bounded by the places there are for them, not by their number.
    if scope == Scope::Ingest { Ok(()) } else { app.charge(caller, 1) }
}

impl App {
    /// Takes so many requests from the caller's allowance.
    ///
    /// # Errors
    /// [`ProblemKind::TooManyRequests`], with the time to come back.
    pub(crate) fn charge(&self, caller: &Caller, cost: u32) -> Result<(), Problem> {
        let Some(principal) = &caller.principal else { return Ok(()) };
        self.limits.take(principal, cost, Instant::now()).map_err(|wait| {
            self.metrics.limited();
            Problem::too_many(wait)
        })
    }
}
