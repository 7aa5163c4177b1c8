//! `GET /` and `GET /assets/{name}`: the web page, compiled in.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Problem, ProblemKind};

/// What the page may do: its own scripts, its own styles, its own API. Text that an export brought in stays
/// text even if a script of ours were wrong, because Trusted Types bar the sinks that would parse it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Name, media type, content.
type Asset = (&'static str, &'static str, &'static str);

const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const ASSETS: [Asset; 15] = [
    ("page.css", STYLE, include_str!("../page/page.css")),
    ("views.css", STYLE, include_str!("../page/views.css")),
    ("icon.svg", "image/svg+xml", include_str!("../page/icon.svg")),
    ("page.js", SCRIPT, include_str!("../page/page.js")),
    ("api.js", SCRIPT, include_str!("../page/api.js")),
    ("dom.js", SCRIPT, include_str!("../page/dom.js")),
    ("search.js", SCRIPT, include_str!("../page/search.js")),
    ("cards.js", SCRIPT, include_str!("../page/cards.js")),
    ("person.js", SCRIPT, include_str!("../page/person.js")),
    ("ask.js", SCRIPT, include_str!("../page/ask.js")),
    ("asks.js", SCRIPT, include_str!("../page/asks.js")),
    ("me.js", SCRIPT, include_str!("../page/me.js")),
    ("availability.js", SCRIPT, include_str!("../page/availability.js")),
    ("data.js", SCRIPT, include_str!("../page/data.js")),
    ("operations.js", SCRIPT, include_str!("../page/operations.js")),
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
pub(crate) async fn asset(name: Result<Path<String>, PathRejection>) -> Response {
    let asset = name.ok().and_then(|Path(name)| ASSETS.iter().find(|(known, _, _)| *known == name));
    match asset {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn the_page_runs_its_own_script_and_nothing_else() {
        let answer = get(standard(), "/?q=how%3F").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"] {
            assert!(policy.contains(rule), "{rule} in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        assert!(!answer.body.contains("style=") && !answer.body.contains(" onclick"));
    }

    #[tokio::test]
    async fn everything_that_the_page_names_is_there() {
        let page = get(standard(), "/").await.body;
        for (name, media_type, _) in ASSETS {
            let answer = get(standard(), &format!("/assets/{name}")).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, media_type));
            let imported = format!("from \"./{name}\"");
            let scripts = ASSETS.iter().any(|(_, _, content)| content.contains(&imported));
            assert!(page.contains(&format!("/assets/{name}")) || scripts, "{name}");
        }
        let named = page.matches("/assets/").count();
        assert_eq!(named, 5, "icon (twice), styles and script");
        assert!(!page.contains("http://") && !page.contains("https://"), "nothing from outside");
    }

    #[tokio::test]
    async fn no_other_file_is_served() {
        for path in ["/assets/", "/assets/index.html", "/assets/..%2f..%2fCargo.toml", "/assets/page.css/x"] {
            get(standard(), path).await.assert_problem(404, "not-found");
        }
        get(standard(), "/assets/%ff").await.assert_problem(404, "not-found");
    }

    #[test]
    fn evidence_stays_text() {
        for (name, _, content) in ASSETS {
            for sink in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"]
            {
                assert!(!content.contains(sink), "{name} uses {sink}");
            }
        }
    }

    #[test]
    fn a_key_lies_in_the_tab_and_goes_out_in_a_header_alone() {
        for (name, _, content) in ASSETS {
            assert!(!content.contains("localStorage") && !content.contains("document.cookie"), "{name}");
            assert_eq!(content.contains("sessionStorage"), name == "api.js", "{name}");
            assert!(content.lines().count() <= 400, "{name} says more than one thing");
        }
    }
}
