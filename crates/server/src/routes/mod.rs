//! The routes, one file each.

pub(crate) mod batch;
mod body;
pub(crate) mod docs;
pub(crate) mod healthz;
pub(crate) mod jobs;
pub(crate) mod messages;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod readyz;
pub(crate) mod search;
mod work;
