//! What every request and answer have around them: id, host check, security headers, the problem's body,
//! one log line.
//!
//! The log line carries ids, route, status, time and counts: never a question, a name, an address, nor the
//! request's target (the page keeps the question in its address).

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::{RequestId, X_REQUEST_ID};

/// What a search adds to the log line of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) experts: usize,
    pub(crate) answers: usize,
    pub(crate) degraded: usize,
}

/// Headers of every answer that does not state its own.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Wraps the routes.
pub(crate) async fn envelope(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = app.request_ids.next(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let directed = app.hosts.accept(request.uri(), request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = if directed {
        next.run(request).await
    } else {
        Problem::new(ProblemKind::MisdirectedRequest, "this server does not answer under that host name")
            .into_response()
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        write_problem(&mut response, &problem, &id.public);
    }
    seal(response.headers_mut(), &id.public);
    let counts = response.extensions_mut().remove::<Counts>();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    log(&Line { id: &id, method: &method, route, status: response.status(), took: started.elapsed(), counts });
    response
}

/// Everything that the log may know of a request.
struct Line<'a> {
    id: &'a RequestId,
    method: &'a Method,
    route: &'a str,
    status: StatusCode,
    took: Duration,
    counts: Option<Counts>,
}

fn log(line: &Line<'_>) {
    // A method is any word the caller likes: only the known ones are printed.
    let method = match *line.method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::DELETE | Method::OPTIONS => {
            line.method.as_str()
        }
        _ => "other",
    };
    let took_ms = line.took.as_secs_f64() * 1_000.0;
    tracing::info!(
        request.id = line.id.public,
        request.own_id = line.id.own,
        http.method = method,
        http.route = line.route,
        http.status = line.status.as_u16(),
        took_ms,
        search.experts = line.counts.map(|counts| counts.experts),
        search.answers = line.counts.map(|counts| counts.answers),
        search.degraded = line.counts.map(|counts| counts.degraded),
        "answered a request"
    );
}

fn write_problem(response: &mut Response, problem: &Problem, request_id: &str) {
    let json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(problem.write(request_id));
}

/// Adds the request's id, and what every answer must say to a browser unless the route said it itself.
fn seal(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(X_REQUEST_ID, value);
    }
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
