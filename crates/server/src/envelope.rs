//! What every request and answer have around them: id, host check, security headers, the problem's body,
//! one log line, one span.
//!
//! The log line carries ids, route, status, time and counts: never a question, a name, an address, nor the
//! request's target (the page keeps the question in its address).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::app::App;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::traces::take_up;
use crate::who::Known;

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
    let span = span_of(&method, route.as_ref(), &id, request.headers());
    request.extensions_mut().insert(id.clone());
    let mut response = if directed {
        next.run(request).instrument(span.clone()).await
    } else {
        Problem::new(ProblemKind::MisdirectedRequest, "this server does not answer under that host name")
            .into_response()
    };
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        write_problem(&mut response, &problem, &id.public);
    }
    seal(response.headers_mut(), &id.public);
    if app.tls {
        // A year: whoever came encrypted once is not to come otherwise.
        let always = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, always);
    }
    if app.draining.load(Ordering::Relaxed) {
        // Nobody should send the next request here.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let known = response.extensions_mut().remove::<Known>();
    let counts = response.extensions_mut().remove::<Counts>();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    finish(&span, response.status(), counts, known.as_ref());
    log(&Line {
        id: &id,
        method: &method,
        route,
        status: response.status(),
        took: started.elapsed(),
        counts,
        known: known.as_ref(),
    });
    app.metrics.answered(route, method_word(&method), response.status().as_u16(), started.elapsed());
    response
}

/// The span of a request, a part of the caller's trace if they name one. It holds nothing that the caller chose.
fn span_of(method: &Method, route: Option<&MatchedPath>, id: &RequestId, headers: &HeaderMap) -> Span {
    let (method, route) = (method_word(method), route.map(MatchedPath::as_str));
    let span = tracing::info_span!(
        "request",
        otel.name = route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}")),
        otel.kind = "server",
        otel.status_code = Empty,
        caller.kind = Empty,
        http.request.method = method,
        http.response.status_code = Empty,
        http.route = route,
        request.own_id = id.own,
        search.answers = Empty,
        search.experts = Empty,
    );
    take_up(&span, headers);
    span
}

/// What is known of a request in the end.
fn finish(span: &Span, status: StatusCode, counts: Option<Counts>, known: Option<&Known>) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    if let Some(known) = known {
        span.record("caller.kind", known.kind.as_str());
    }
    if let Some(counts) = counts {
        span.record("search.answers", counts.answers);
        span.record("search.experts", counts.experts);
    }
}

/// Everything that the log may know of a request.
struct Line<'a> {
    id: &'a RequestId,
    method: &'a Method,
    route: &'a str,
    status: StatusCode,
    took: Duration,
    counts: Option<Counts>,
    known: Option<&'a Known>,
}

/// A method is any word the caller likes: only the known ones are printed.
fn method_word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn log(line: &Line<'_>) {
    let took_ms = line.took.as_secs_f64() * 1_000.0;
    tracing::info!(
        request.id = line.id.public,
        request.own_id = line.id.own,
        caller.kind = line.known.map(|known| known.kind.as_str()),
        caller.key = line.known.and_then(|known| known.key.as_deref()),
        http.method = method_word(line.method),
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

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::testing::{config, found, get, post, router, send, standard};
    use crate::{Config, Tls};

    #[tokio::test]
    async fn every_answer_has_an_id_and_keeps_a_sane_one() {
        assert_eq!(get(standard(), "/healthz").await.header("x-request-id"), "abc-1");
        let request = Request::get("/nowhere").header("x-request-id", "trace-7").body(Body::empty()).unwrap();
        let answer = send(standard(), request).await;
        answer.assert_problem(404, "not-found");
        assert_eq!(answer.header("x-request-id"), "trace-7");
        let mut search = post(r#"{"query":"x"}"#);
        search.headers_mut().insert("x-request-id", "a b".parse().unwrap());
        assert_eq!(send(standard(), search).await.header("x-request-id"), "abc-1");
    }

    #[tokio::test]
    async fn every_answer_tells_browsers_to_keep_their_hands_off() {
        for path in ["/", "/healthz", "/readyz", "/assets/page.js", "/nowhere", "/v1/experts/search"] {
            let answer = get(standard(), path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn whoever_came_encrypted_is_told_to_stay_so() {
        assert_eq!(get(standard(), "/nowhere").await.header("strict-transport-security"), "");
        let tls = Some(Tls { certificate: "c.pem".into(), key: "k.pem".into() });
        let encrypted = router(&Config { tls, ..config() }, |_| Ok(found()));
        let answer = get(encrypted, "/nowhere").await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    }

    #[tokio::test]
    async fn a_request_to_another_host_name_is_not_answered() {
        let request = Request::get("/readyz").header("host", "attacker.example").body(Body::empty()).unwrap();
        send(standard(), request).await.assert_problem(421, "misdirected-request");
        let request = Request::get("/readyz").header("host", "localhost:7070").body(Body::empty()).unwrap();
        assert_eq!(send(standard(), request).await.status, 200);
    }

    #[tokio::test]
    async fn other_methods_are_405_with_those_that_there_are() {
        for path in ["/", "/healthz", "/readyz", "/assets/page.css"] {
            let request = Request::delete(path).body(Body::empty()).unwrap();
            let answer = send(standard(), request).await;
            answer.assert_problem(405, "method-not-allowed");
            assert_eq!(answer.header("allow"), "GET,HEAD", "{path}");
        }
    }
}
