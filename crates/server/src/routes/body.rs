//! Bodies of requests: what they are declared as, and reading them within bounds.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use tokio::time::{Instant, timeout_at};

use crate::problem::{Problem, ProblemKind};

/// The media type that a body is declared as, in lower case and without parameters; empty if it is not.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    declared.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// Whether a body is declared as packed.
pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity")
}

/// A body that a plain form of another site could send (without a preflight request) is refused here.
pub(super) fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    let essence = media_type(headers);
    let is_json =
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    if !is_json {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            "send the request with the header content-type: application/json",
        ));
    }
    if is_encoded(headers) {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            "send the request without content-encoding",
        ));
    }
    Ok(())
}

/// All of a body, by a time and within a number of bytes.
pub(super) async fn read(request: Request, deadline: Instant, max_bytes: usize) -> Result<Bytes, Problem> {
    let too_large_problem = || {
        Problem::new(ProblemKind::BodyTooLarge, format!("the request body is larger than {max_bytes} bytes"))
    };
    if declared_length(request.headers()).is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large_problem());
    }
    match timeout_at(deadline, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if too_large(&rejection) => Err(too_large_problem()),
        Ok(Err(_)) => Err(Problem::new(ProblemKind::UnreadableBody, "the request body ended before its end")),
        Err(_) => Err(Problem::new(ProblemKind::RequestTimeout, "the request body did not arrive in time")),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(rejection: &BytesRejection) -> bool {
    rejection.status() == StatusCode::PAYLOAD_TOO_LARGE
}
