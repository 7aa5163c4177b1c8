//! What goes wrong, as RFC 9457 `application/problem+json`: one mapping for the engine's kinds and the door's own.
//!
//! Decision: a problem rides in the response's extensions until the envelope writes its body, so that
//! request id, log line and body are made in one place.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::ErrorKind;
use serde::Serialize;
use utoipa::ToSchema;

/// How long a caller should wait who came when there was no place, in seconds.
const RETRY_AFTER_SECONDS: u64 = 1;

/// Longest detail that quotes a request, in characters.
const LONGEST_DETAIL: usize = 300;

/// What went wrong, by what the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// The body is not JSON.
    MalformedJson,
    /// The body could not be read to its end.
    UnreadableBody,
    /// A field is missing, unknown, or out of its range.
    InvalidRequest,
    /// Who is asking cannot be told.
    Unauthorized,
    /// The caller may not do this.
    Forbidden,
    /// There is no such route, or nothing there for the asker.
    NotFound,
    /// The route has other methods.
    MethodNotAllowed,
    /// It cannot be done as things stand.
    Conflict,
    /// The request took too long to arrive.
    RequestTimeout,
    /// The body is larger than allowed.
    BodyTooLarge,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// The request is addressed to a host name that is not ours.
    MisdirectedRequest,
    /// The caller asks too often.
    TooManyRequests,
    /// Too many searches wait already, or this one waited too long.
    Busy,
    /// A part that is needed is not there now.
    Unavailable,
    /// There is no room on the disk.
    DiskFull,
    /// A fault of ours; the log says which.
    Internal,
}

impl ProblemKind {
    /// Status, last part of the `type`, and title.
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedJson => {
                (StatusCode::BAD_REQUEST, "malformed-json", "The request body is not JSON")
            }
            Self::UnreadableBody => {
                (StatusCode::BAD_REQUEST, "unreadable-body", "The request body broke off")
            }
            Self::InvalidRequest => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-request",
                "The request cannot be answered as it is",
            ),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "Who sends this?"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "This is not allowed"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This route has other methods")
            }
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "This cannot be done as things stand"),
            Self::RequestTimeout => {
                (StatusCode::REQUEST_TIMEOUT, "request-timeout", "The request took too long to arrive")
            }
            Self::BodyTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The request body is too large")
            }
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The request body must be JSON",
            ),
            Self::MisdirectedRequest => (
                StatusCode::MISDIRECTED_REQUEST,
                "misdirected-request",
                "The request is addressed to another host",
            ),
            Self::TooManyRequests => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "You ask too often")
            }
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many questions at once"),
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service is not available now")
            }
            Self::DiskFull => (
                StatusCode::INSUFFICIENT_STORAGE,
                "disk-full",
                "There is no room left where this would be kept",
            ),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here"),
        }
    }

    pub(crate) const fn status(self) -> StatusCode {
        self.parts().0
    }
}

/// What went wrong, and what may be said of it outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    detail: String,
    field: Option<String>,
    /// In seconds.
    retry_after: Option<u64>,
}

/// What went wrong (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The kind: `urn:whoknows:problem:` and a word that programs can act on.
    r#type: String,
    /// The kind in words.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// What went wrong here, in words.
    detail: &'a str,
    /// The field of the request that cannot be taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// `urn:whoknows:request:` and the request's id.
    instance: String,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let retry_after = (kind.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER_SECONDS);
        Self { kind, detail: cut(detail.into()), field: None, retry_after }
    }

    /// A field that cannot be taken; `field` is its path in the request, such as `evidence.max_chars`.
    pub(crate) fn field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(cut(field.into())), ..Self::new(ProblemKind::InvalidRequest, detail) }
    }

    /// The same, of a part of the request.
    #[must_use]
    pub(crate) fn within(self, part: &str) -> Self {
        Self { field: self.field.map(|field| cut(format!("{part}.{field}"))), ..self }
    }

    /// The field that cannot be taken.
    #[cfg(test)]
    pub(crate) fn field_name(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// A caller who asks too often, and when the next request would pass.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        let detail = "you ask more often than is allowed; Retry-After says when to come back";
        Self {
            retry_after: Some(u64::try_from(seconds).unwrap_or(u64::MAX)),
            ..Self::new(ProblemKind::TooManyRequests, detail)
        }
    }

    /// Something that cannot be done now, and in how many seconds it may.
    pub(crate) fn later(detail: impl Into<String>, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(ProblemKind::Conflict, detail) }
    }

    /// A fault of ours: says nothing of its cause.
    pub(crate) fn internal() -> Self {
        Self::new(ProblemKind::Internal, "this failed; the log has it under the id of this request")
    }

    /// The response without its body, which [`Problem::write`] makes when the request's id is known.
    fn head(&self) -> Response {
        let mut response = self.kind.status().into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self.kind, ProblemKind::Unauthorized) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if matches!(self.kind, ProblemKind::RequestTimeout) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// The body, for the request with this id.
    pub(crate) fn write(&self, request_id: &str) -> Vec<u8> {
        let (status, word, title) = self.kind.parts();
        let body = ProblemBody {
            r#type: format!("urn:whoknows:problem:{word}"),
            title,
            status: status.as_u16(),
            detail: &self.detail,
            field: self.field.as_deref(),
            instance: format!("urn:whoknows:request:{request_id}"),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

impl From<&engine::Error> for Problem {
    /// Says of an invalid request what is wrong with it, and of everything else only the kind.
    fn from(error: &engine::Error) -> Self {
        match error.kind() {
            ErrorKind::Invalid => Self::new(ProblemKind::InvalidRequest, error.to_string()),
            ErrorKind::NotFound => match error {
                engine::Error::NoEvidence(_) => Self::new(ProblemKind::NotFound, "there is no such evidence"),
                engine::Error::NoSubject(_) => Self::new(ProblemKind::NotFound, "nothing is known of you"),
                _ => Self::new(ProblemKind::NotFound, "there is no index to search yet"),
            },
            ErrorKind::Refused => Self::new(ProblemKind::Forbidden, "a policy forbids it"),
            ErrorKind::Unavailable => {
                Self::new(ProblemKind::Unavailable, "a part of the search is not available; try again soon")
            }
            ErrorKind::DiskFull => {
                Self::new(ProblemKind::DiskFull, "the disk is full; send it again when there is room")
            }
            ErrorKind::BrokenInput | ErrorKind::Internal => Self::internal(),
        }
    }
}

impl From<&routing::Error> for Problem {
    fn from(error: &routing::Error) -> Self {
        use routing::Refusal;
        match error {
            routing::Error::NotFound => {
                Self::new(ProblemKind::NotFound, "there is no ask of this id that concerns you")
            }
            routing::Error::Refused(Refusal::NotAsker | Refusal::NotOffered) => {
                Self::new(ProblemKind::Forbidden, error.to_string())
            }
            routing::Error::Refused(Refusal::KeyReused) => Self::field("idempotency-key", error.to_string()),
            routing::Error::Refused(Refusal::Setting(_)) => {
                Self::new(ProblemKind::InvalidRequest, error.to_string())
            }
            routing::Error::Refused(_) => Self::new(ProblemKind::Conflict, error.to_string()),
            _ => Self::internal(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.head();
        response.extensions_mut().insert(self);
        response
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => text.get(..end).map_or_else(String::new, |kept| format!("{kept}…")),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn check(error: &engine::Error, status: u16, detail: &str) {
        let problem = Problem::from(error);
        assert_eq!(problem.kind.status().as_u16(), status);
        assert_eq!(problem.detail, detail);
    }

    #[test]
    fn an_invalid_search_says_what_is_wrong_with_it() {
        let error = engine::Error::QuestionLength { length: 0, max: 4_000 };
        check(&error, 422, "the question has 0 characters, allowed are 1 to 4000");
    }

    #[test]
    fn everything_else_says_nothing_of_its_cause() {
        check(&engine::Error::NoIndex(PathBuf::from("/secret")), 404, "there is no index to search yet");
        let io = engine::Error::Io(std::io::Error::other("/secret"));
        check(&io, 500, "this failed; the log has it under the id of this request");
    }

    #[test]
    fn a_detail_that_quotes_a_request_is_cut_between_characters() {
        let problem = Problem::new(ProblemKind::InvalidRequest, "é".repeat(400));
        assert_eq!(problem.detail, format!("{}…", "é".repeat(300)));
    }
}
