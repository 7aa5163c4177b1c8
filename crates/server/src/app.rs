//! What the routes share, and the table of routes.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, post};
use engine::jobs::JobBook;
use model::Timestamp;

use crate::asks::Asks;
use crate::audit::{AuditLog, Writer};
use crate::budget::Budget;
use crate::cell::Answerer;
use crate::envelope::envelope;
use crate::etag::etag;
use crate::gate::Gate;
use crate::host::Hosts;
use crate::keys::{Ring, Scope};
use crate::limits::Limits;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestIds;
use crate::routes;
use crate::who::{Access, Doorkeeper, guard};
use crate::{Config, Error};

/// What the routes share.
pub(crate) struct App {
    pub(crate) answerer: Arc<dyn Answerer>,
    pub(crate) gate: Gate,
    pub(crate) clock: fn() -> Timestamp,
    pub(crate) request_ids: RequestIds,
    pub(crate) hosts: Hosts,
    pub(crate) request_timeout: Duration,
    pub(crate) max_body_bytes: usize,
    pub(crate) doorkeeper: Doorkeeper,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    /// Set when the server is told to stop.
    pub(crate) draining: Arc<AtomicBool>,
    /// Whether callers who show nothing are let in.
    pub(crate) anonymous: bool,
    /// Off unless it is turned on.
    pub(crate) live: Option<Live>,
    /// Who did what, if that is kept.
    pub(crate) audit: Option<Writer>,
    pub(crate) budget: Budget,
    /// Whether connections are encrypted here.
    pub(crate) tls: bool,
    /// What the server is ordered to do beside its answers.
    pub(crate) jobs: Option<Arc<JobBook>>,
    /// Off unless there is a desk.
    pub(crate) asks: Option<Arc<Asks>>,
}

impl App {
    /// The shared part of a server with these settings.
    pub(crate) fn new(answerer: Arc<dyn Answerer>, config: &Config, clock: fn() -> Timestamp) -> Self {
        let anonymous = config.anonymous && config.is_loopback();
        let keys = Ring::new(config.keys_file.clone());
        Self {
            answerer,
            doorkeeper: Doorkeeper::new(keys, config.tokens.clone(), anonymous),
            limits: Limits::new(config.rate),
            metrics: Metrics::default(),
            draining: Arc::default(),
            anonymous,
            gate: Gate::new(config.search_threads, config.queue, config.queue_wait()),
            clock,
            request_ids: RequestIds::new(clock()),
            hosts: Hosts::new(config.is_loopback(), &config.host_names),
            request_timeout: config.request_timeout(),
            max_body_bytes: config.max_body_bytes,
            live: None,
            audit: None,
            budget: Budget::default(),
            tls: config.tls.is_some(),
            jobs: None,
            asks: None,
        }
    }

    /// The same, with live ingestion.
    pub(crate) fn with_live(self, live: Option<Live>) -> Self {
        let token = live.as_ref().map(|live| live.token.clone());
        Self { doorkeeper: self.doorkeeper.with_live(token), live, ..self }
    }

    /// The same, with a log of who did what.
    ///
    /// # Errors
    /// [`Error::Audit`] without a thread to write it.
    pub(crate) fn with_audit(self, log: Option<AuditLog>) -> Result<Self, Error> {
        let start = |log| Writer::start(log, self.clock).map_err(Error::Audit);
        let audit = log.map(start).transpose()?;
        Ok(Self { audit, ..self })
    }

    /// The same, with a book of jobs.
    pub(crate) fn with_jobs(self, jobs: Option<Arc<JobBook>>) -> Self {
        Self { jobs, ..self }
    }

    /// The same, with asks.
    pub(crate) fn with_asks(self, asks: Option<Arc<Asks>>) -> Self {
        if let Some(asks) = &asks {
            self.answerer.take_desk(Arc::clone(&asks.desk));
        }
        Self { asks, ..self }
    }

    /// The routes, inside their envelope.
    #[cfg(test)]
    pub(crate) fn into_router(self) -> Router {
        Self::router(&Arc::new(self))
    }

    /// The routes, inside their envelope.
    pub(crate) fn router(app: &Arc<Self>) -> Router {
        let max_body_bytes = app.max_body_bytes;
        let max_records_bytes = app.live.as_ref().map_or(max_body_bytes, |live| live.max_body_bytes);
        let live = app.live.is_some();
        let mut router = Router::new();
        for route in table() {
            let named = matches!(route.path, "/openapi.json" | "/assets/{name}" | "/v1/people")
                || route.path.starts_with("/v1/people/")
                || route.path.starts_with("/v1/topics");
            let methods = if named { route.methods.route_layer(from_fn(etag)) } else { route.methods };
            let methods = match route.access {
                Access::Open => methods,
                Access::Scope(scope) => {
                    methods.route_layer(from_fn_with_state((Arc::clone(app), scope), guard))
                }
            };
            let records = route.access == Access::Scope(Scope::Ingest);
            let longest = if records { max_records_bytes } else { max_body_bytes };
            // What is turned off is not there, whoever asks.
            if live || !records {
                router = router.route(route.path, methods.layer(DefaultBodyLimit::max(longest)));
            }
        }
        router
            .fallback(no_such_route)
            .method_not_allowed_fallback(no_such_method)
            .layer(from_fn_with_state(Arc::clone(app), envelope))
            .with_state(Arc::clone(app))
    }

    /// Tells everybody to come back later, inside the same envelope.
    pub(crate) fn refusing(app: &Arc<Self>) -> Router {
        Router::new().fallback(stopping).layer(from_fn_with_state(Arc::clone(app), envelope))
    }
}

/// A route: its pattern, its methods, and who may use it.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    methods: MethodRouter<Arc<App>>,
    pub(crate) access: Access,
}

/// Every route there is. What stands here stands in the OpenAPI document and in the matrix of who may do what;
/// tests hold the three against each other.
pub(crate) fn table() -> Vec<Route> {
    let open = |path, methods| Route { path, methods, access: Access::Open };
    let scoped = |path, scope, methods| Route { path, methods, access: Access::Scope(scope) };
    vec![
        open("/", get(routes::page::page)),
        open("/assets/{name}", get(routes::page::asset)),
        open("/openapi.json", get(routes::openapi::openapi)),
        open("/docs", get(routes::docs::docs)),
        open("/healthz", get(routes::healthz::healthz)),
        open("/readyz", get(routes::readyz::readyz)),
        scoped("/v1/experts/search", Scope::Search, post(routes::search::search)),
        scoped("/v1/experts/batch", Scope::Search, post(routes::batch::batch)),
        scoped("/v1/people", Scope::People, get(routes::people::people)),
        scoped("/v1/people/{id}", Scope::People, get(routes::people::person)),
        scoped("/v1/topics", Scope::People, get(routes::topics::topics)),
        scoped("/v1/topics/{id}/experts", Scope::People, get(routes::topics::experts)),
        scoped("/v1/me", Scope::Me, get(routes::me::me)),
        scoped("/v1/me/hidden", Scope::Me, get(routes::me::hidden).post(routes::me::hide)),
        scoped("/v1/me/hidden/{id}", Scope::Me, delete(routes::me::show)),
        scoped("/v1/me/topics/{id}/wrong", Scope::Me, post(routes::me::wrong)),
        scoped("/v1/me/why", Scope::Me, get(routes::me::why)),
        scoped("/v1/me/export", Scope::Me, get(routes::me::export)),
        scoped("/v1/me/erase", Scope::Me, post(routes::erase::erase)),
        open("/v1/me/erase/receipt", get(routes::erase::receipt)),
        scoped("/v1/messages", Scope::Ingest, post(routes::messages::messages)),
        scoped("/v1/admin/audit", Scope::Audit, get(routes::audit::audit)),
        scoped("/v1/admin/index", Scope::Admin, get(routes::index::index)),
        scoped("/v1/admin/jobs", Scope::Admin, post(routes::jobs::order)),
        scoped("/v1/jobs", Scope::Admin, get(routes::jobs::jobs)),
        scoped("/v1/jobs/{id}", Scope::Admin, get(routes::jobs::job).delete(routes::jobs::cancel)),
        scoped("/v1/jobs/{id}/events", Scope::Admin, get(routes::jobs::events)),
        scoped("/v1/asks", Scope::Search, get(routes::asks::list).post(routes::asks::put)),
        scoped("/v1/asks/{id}", Scope::Search, get(routes::asks::one)),
        scoped("/v1/asks/{id}/accept", Scope::Search, post(routes::asks::accept)),
        scoped("/v1/asks/{id}/decline", Scope::Search, post(routes::asks::decline)),
        scoped("/v1/asks/{id}/handoff", Scope::Search, post(routes::asks::hand_off)),
        scoped("/v1/asks/{id}/answer", Scope::Search, post(routes::asks::answer)),
        scoped("/v1/asks/{id}/close", Scope::Search, post(routes::asks::close)),
        scoped("/v1/asks/{id}/reveal", Scope::Search, post(routes::asks::reveal)),
        scoped("/v1/feedback", Scope::Search, post(routes::feedback::feedback)),
        scoped(
            "/v1/me/availability",
            Scope::Search,
            get(routes::availability::show).put(routes::availability::put),
        ),
        scoped("/v1/events", Scope::Search, get(routes::events::events)),
        scoped("/metrics", Scope::Metrics, get(routes::metrics::metrics)),
    ]
}

async fn no_such_route() -> Problem {
    Problem::new(ProblemKind::NotFound, "there is no such route; the search is POST /v1/experts/search")
}

async fn stopping() -> Problem {
    Problem::new(ProblemKind::Unavailable, "the server stops; another one may answer")
}

async fn no_such_method() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "the header Allow names the methods of this route")
}
