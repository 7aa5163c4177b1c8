//! The routes, one file each.

pub(crate) mod healthz;
pub(crate) mod messages;
pub(crate) mod page;
pub(crate) mod readyz;
pub(crate) mod search;
