//! HTTP: routes, wire types, the web page; the only place that knows HTTP.
//!
//! Decision: one axum router behind hyper's own connection builder. The builder is ours because
//! `axum::serve` has no header timeout and no cap on connections; the router is axum's because routes,
//! bodies and methods are solved there. Searches run on blocking threads behind a bounded queue and are
//! refused cheaply (503 with `Retry-After`) rather than late. Price: about a hundred lines of accept loop of
//! our own, and a search that has begun is not cut off at its deadline; it only stops being waited for,
//! and keeps its place until it ends.
//!
//! Every question is answered with the rights of who asks: an API key, a token of the organization's issuer, or,
//! on a loopback address where the options let it, nobody in particular ([`model::Reader::anyone`]: only what
//! everyone in the organization may read). [`serve`] refuses an address that others can reach without TLS
//! unless it is told that a proxy brings it, and on a loopback address answers only requests whose `Host` is a
//! loopback name (a page elsewhere on the web could otherwise read the API by rebinding its own name to
//! 127.0.0.1).

mod app;
mod asks;
pub mod audit;
mod budget;
mod cell;
mod config;
mod envelope;
mod error;
mod etag;
mod gate;
mod host;
pub mod keys;
mod limits;
mod live;
mod metrics;
mod openapi;
mod outward;
mod problem;
mod request_id;
mod routes;
mod serve;
mod slow;
#[cfg(test)]
mod testing;
mod tls;
mod traces;
mod watched;
mod who;
mod wire;
#[cfg(test)]
mod worlds;

pub use asks::{Asks, Webhook};
pub use cell::FinderCell;
pub use config::Config;
pub use error::Error;
pub use limits::Rate;
pub use live::{Intake, Live, Token};
pub use serve::{Parts, serve};
pub use tls::Tls;
pub use traces::{Traces, TracesConfig};
pub use who::{KeysFrom, KeysUrl, Tokens};
pub use wire::answer_json;
