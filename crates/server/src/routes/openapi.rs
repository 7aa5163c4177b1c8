//! `GET /openapi.json`: the API, for programs.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::openapi::document;

/// The OpenAPI document.
pub(crate) async fn openapi() -> Response {
    let mut response = document().text.as_str().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn the_document_is_served() {
        let answer = get(standard(), "/openapi.json").await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.json()["info"]["title"], "whoknows");
    }
}
