//! `GET /healthz`: whether the process answers at all.

use axum::Json;

use crate::wire::Health;

/// Tells that the process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "It does", body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[cfg(test)]
mod tests {
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn a_server_that_answers_is_well() {
        let answer = get(standard(), "/healthz").await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"status":"ok"}"#));
    }
}
