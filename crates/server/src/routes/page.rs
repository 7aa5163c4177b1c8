//! `GET /` and `GET /assets/{name}`: the web page, compiled in.

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Problem, ProblemKind};

/// What the page may do: its own two scripts, its own style, its own API. Text that an export brought in stays
/// text even if a script of ours were wrong, because Trusted Types bar the sinks that would parse it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Name, media type, content.
const ASSETS: [(&str, &str, &str); 4] = [
    ("page.css", "text/css; charset=utf-8", include_str!("../page/page.css")),
    ("page.js", "text/javascript; charset=utf-8", include_str!("../page/page.js")),
    ("cards.js", "text/javascript; charset=utf-8", include_str!("../page/cards.js")),
    ("icon.svg", "image/svg+xml", include_str!("../page/icon.svg")),
];

/// The page: one question, the people who have shown that they know.
pub(crate) async fn page() -> Response {
    let mut response = text("text/html; charset=utf-8", include_str!("../page/index.html"));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
    response
}

/// What the page is made of.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, _, _)| *known == name) {
        Some((_, media_type, content)) => text(media_type, content),
        None => Problem::new(ProblemKind::NotFound, "the page has no such part").into_response(),
    }
}

fn text(media_type: &'static str, content: &'static str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    // The page must match the server it came from: browsers ask again each time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
