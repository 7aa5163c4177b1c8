//! What the routes share, and the table of routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use model::Timestamp;

use crate::Config;
use crate::cell::Answerer;
use crate::envelope::envelope;
use crate::gate::Gate;
use crate::host::Hosts;
use crate::live::Live;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestIds;
use crate::routes;

/// What the routes share.
pub(crate) struct App {
    pub(crate) answerer: Arc<dyn Answerer>,
    pub(crate) gate: Gate,
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) request_ids: RequestIds,
    pub(crate) hosts: Hosts,
    pub(crate) request_timeout: Duration,
    pub(crate) max_body_bytes: usize,
    /// Off unless it is turned on.
    pub(crate) live: Option<Live>,
}

impl App {
    /// The shared part of a server with these settings.
    pub(crate) fn new(answerer: Arc<dyn Answerer>, config: &Config, clock: fn() -> Timestamp) -> Self {
        Self {
            answerer,
            gate: Gate::new(config.search_threads, config.queue),
            clock,
            request_ids: RequestIds::new(clock()),
            hosts: Hosts::new(config.allow_remote, &config.host_names),
            request_timeout: config.request_timeout(),
            max_body_bytes: config.max_body_bytes,
            live: None,
        }
    }

    /// The same, with live ingestion.
    pub(crate) fn with_live(self, live: Option<Live>) -> Self {
        Self { live, ..self }
    }

    /// The routes, inside their envelope.
    pub(crate) fn into_router(self) -> Router {
        let max_body_bytes = self.max_body_bytes;
        let max_records_bytes = self.live.as_ref().map_or(max_body_bytes, |live| live.max_body_bytes);
        let app = Arc::new(self);
        Router::new()
            .route("/", get(routes::page::page))
            .route("/assets/{name}", get(routes::page::asset))
            .route("/healthz", get(routes::healthz::healthz))
            .route("/readyz", get(routes::readyz::readyz))
            .route("/v1/experts/search", post(routes::search::search))
            .route(
                "/v1/messages",
                post(routes::messages::messages).layer(DefaultBodyLimit::max(max_records_bytes)),
            )
            .fallback(no_such_route)
            .method_not_allowed_fallback(no_such_method)
            .layer(DefaultBodyLimit::max(max_body_bytes))
            .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), envelope))
            .with_state(app)
    }
}

async fn no_such_route() -> Problem {
    Problem::new(ProblemKind::NotFound, "there is no such route; the search is POST /v1/experts/search")
}

async fn no_such_method() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "the header Allow names the methods of this route")
}
