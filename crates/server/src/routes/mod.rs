//! The routes, one file each.

pub(crate) mod audit;
pub(crate) mod batch;
mod body;
pub(crate) mod docs;
pub(crate) mod healthz;
pub(crate) mod jobs;
pub(crate) mod me;
pub(crate) mod messages;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod readyz;
pub(crate) mod search;
pub(crate) mod topics;
mod work;
