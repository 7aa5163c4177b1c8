//! Request ids: the caller's own if it is sane, else one from a counter.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName};
use model::Timestamp;

/// The header that carries a request's id, both ways.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a caller, in characters.
const LONGEST: usize = 64;

/// Makes ids that do not repeat while the server runs: its start in milliseconds, then a counter.
#[derive(Debug)]
pub(crate) struct RequestIds {
    start: i64,
    next: AtomicU64,
}

/// The two ids of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId {
    /// What the answer and the log call it: the caller's own id if it sent a sane one.
    pub(crate) public: String,
    /// Ours, never twice: the `query_id` of a search.
    pub(crate) own: String,
}

impl RequestIds {
    /// Ids of a server that was started then.
    pub(crate) const fn new(start: Timestamp) -> Self {
        Self { start: start.as_millis(), next: AtomicU64::new(1) }
    }

    /// The ids of a request with these headers.
    pub(crate) fn next(&self, headers: &HeaderMap) -> RequestId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let own = format!("{:x}-{number}", self.start);
        let public = incoming(headers).map_or_else(|| own.clone(), str::to_owned);
        RequestId { public, own }
    }
}

fn incoming(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    ((1..=LONGEST).contains(&id.len()) && id.bytes().all(sane)).then_some(id)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(sent: &[u8], expected: &str) {
        let ids = RequestIds::new(Timestamp::from_millis(0xabc));
        let headers = HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_bytes(sent).unwrap())]);
        let id = ids.next(&headers);
        assert_eq!((id.public.as_str(), id.own.as_str()), (expected, "abc-1"));
    }

    #[test]
    fn a_sane_id_of_the_caller_is_kept() {
        check(b"trace_1.A-z", "trace_1.A-z");
        check(&[b'a'; 64], &"a".repeat(64));
    }

    #[test]
    fn any_other_id_is_replaced() {
        check(b"", "abc-1");
        check(&[b'a'; 65], "abc-1");
        check(b"ann@example.com", "abc-1");
        check(b"a b", "abc-1");
        check(b"\xff", "abc-1");
    }

    #[test]
    fn ids_do_not_repeat() {
        let ids = RequestIds::new(Timestamp::EPOCH);
        assert_ne!(ids.next(&HeaderMap::new()), ids.next(&HeaderMap::new()));
    }
}
