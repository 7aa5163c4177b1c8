//! The routes, one file each.

pub(crate) mod asks;
pub(crate) mod audit;
pub(crate) mod availability;
pub(crate) mod batch;
mod body;
mod desk;
pub(crate) mod docs;
pub(crate) mod erase;
pub(crate) mod events;
pub(crate) mod feedback;
pub(crate) mod healthz;
pub(crate) mod index;
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
