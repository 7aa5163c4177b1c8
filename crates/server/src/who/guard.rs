//! In front of every route that is not open: who is asking, whether they may, and how often.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::{Caller, Kind};
use crate::app::App;
use crate::audit::{Deed, Event, Told, Who, deed};
use crate::keys::Scope;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;

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
            if problem.kind != ProblemKind::Unavailable {
                app.metrics.refused_credentials();
            }
            return problem.into_response();
        }
    };
    let known = Known { kind: caller.kind, key: caller.key.clone() };
    let record = Record::of(&request, &caller);
    let mut response = match admit(&app, &caller, scope) {
        Ok(()) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    };
    if let Err(problem) = record.put(&app, &mut response).await {
        response = problem.into_response();
    }
    response.extensions_mut().insert(known);
    response
}

/// What of a request is put on record.
struct Record {
    deed: Option<Deed>,
    principal: Option<String>,
    request: Option<String>,
}

impl Record {
    fn of(request: &Request, caller: &Caller) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        Self {
            deed: route.and_then(|route| deed(request.method(), route.as_str())),
            principal: caller.principal.clone(),
            request: request.extensions().get::<RequestId>().map(|id| id.own.clone()),
        }
    }

    /// Puts on record what came of it: a change before it is answered, what was read behind the answer.
    async fn put(self, app: &App, response: &mut Response) -> Result<(), Problem> {
        let told = response.extensions_mut().remove::<Told>().unwrap_or_default();
        app.count_shown(self.principal.as_deref(), &told.about, self.request.as_deref());
        // Who is told to come back later did nothing, and may do it often.
        let refused = response.status() == StatusCode::TOO_MANY_REQUESTS;
        let (Some(deed), Some(audit), false) = (self.deed, &app.audit, refused) else { return Ok(()) };
        let who = Who::of(self.principal.as_deref());
        let event = Event { request: self.request, ..Event::of(deed, who, told, response.status()) };
        if !(deed.changes && response.status().is_success()) {
            audit.note(event);
        } else if !audit.write(event).await {
            let detail = "it was done, but could not be put on record; tell the operators";
            return Err(Problem::new(ProblemKind::Unavailable, detail));
        }
        Ok(())
    }
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
    /// Counts the people whom a principal is shown, and tells the operators of whoever goes through everybody.
    pub(crate) fn count_shown(&self, principal: Option<&str>, people: &[String], request: Option<&str>) {
        if self.budget.show(principal.unwrap_or("anonymous"), people, (self.clock)()) {
            self.metrics.many_people();
            tracing::warn!(
                request.id = request,
                "somebody was shown more than 200 different people within an hour"
            );
        }
    }

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
