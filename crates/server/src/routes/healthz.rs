//! `GET /healthz`: whether the process answers at all.

use axum::Json;

use crate::wire::Health;

/// Answers 200 as long as the process serves.
pub(crate) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}
