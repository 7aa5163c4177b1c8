//! `GET /metrics`: figures of operation, as Prometheus reads them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::audit::Writer;
use crate::metrics::Now;
use crate::problem::Problem;

/// Tells the figures of operation.
///
/// In the text form of Prometheus: requests by route and status with their times, searches that run and wait,
/// connections, refusals, asks by state, and what everyone may know of the index. Nothing that anybody asked or wrote.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "The figures", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let answerer = Arc::clone(&app.answerer);
    let Ok(standing) = tokio::task::spawn_blocking(move || answerer.standing()).await else {
        return Problem::internal().into_response();
    };
    let (running, waiting) = app.gate.load();
    let draining = app.draining.load(Ordering::Relaxed);
    let audit_lost = app.audit.as_ref().map_or(0, Writer::lost);
    let spans = crate::traces::spans_told_and_lost();
    let mut text = app.metrics.write(&Now { standing, running, waiting, draining, audit_lost, spans });
    text.extend(app.doorkeeper.figures());
    if let Some(asks) = app.asks.clone() {
        let now = (app.clock)();
        let figures = tokio::task::spawn_blocking(move || asks.desk.figures(now)).await;
        if let Ok(Ok(figures)) = figures {
            text.push_str(&crate::asks::figures(&figures));
        } else {
            tracing::warn!("the desk tells no figures");
        }
    }
    let mut response = text.into_response();
    let form = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, form);
    response
}
