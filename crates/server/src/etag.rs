//! Answers that the asker may have already: named by their content, and not sent twice.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// Longest answer that is named, in bytes; all of ours are shorter.
const LONGEST: usize = 16 << 20;

/// Names an answer by the hash of its content (`ETag`), and sends 304 to who has it (`If-None-Match`). For GET routes
/// whose answer changes only with the index, the rights of who asks, and what people hide.
pub(crate) async fn etag(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return Problem::internal().into_response() };
    let digest = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", HEXLOWER.encode(digest.get(..16).unwrap_or_default()));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        head.headers.insert(header::ETAG, value);
    }
    // It may be kept by who got it, and must be asked for again: rights change.
    head.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if asked.is_some_and(|asked| matches(&asked, &tag)) {
        head.status = StatusCode::NOT_MODIFIED;
        strip(&mut head.headers);
        return Response::from_parts(head, Body::empty());
    }
    Response::from_parts(head, Body::from(bytes))
}

fn strip(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
}

/// Whether one of the names that a caller has is this one (RFC 9110, 13.1.2: compared weakly).
fn matches(asked: &HeaderValue, tag: &str) -> bool {
    let Ok(asked) = asked.to_str() else { return false };
    let mut names = asked.split(',').map(str::trim);
    names.any(|name| name == "*" || name.strip_prefix("W/").unwrap_or(name) == tag)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::testing::{get, send, standard};

    #[tokio::test]
    async fn who_has_an_answer_is_not_sent_it_again() {
        for path in ["/v1/people/slack:U1", "/v1/people", "/v1/topics", "/openapi.json", "/assets/page.css"] {
            let first = get(standard(), path).await;
            let tag = first.header("etag").to_owned();
            assert_eq!((first.status.as_u16(), tag.len()), (200, 34), "{path}");
            for asked in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
                let request = Request::get(path).header("if-none-match", &asked).body(Body::empty()).unwrap();
                let again = send(standard(), request).await;
                assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""), "{path}: {asked}");
                assert_eq!(again.header("etag"), tag);
            }
            let request = Request::get(path).header("if-none-match", "\"x\"").body(Body::empty()).unwrap();
            assert_eq!(send(standard(), request).await.body, first.body, "{path}");
        }
        let missing = get(standard(), "/v1/people/slack:U2").await;
        assert_eq!((missing.status.as_u16(), missing.header("etag")), (404, ""));
    }
}
