//! What tests stand on.

mod options;
#[cfg(test)]
mod tables;

pub use options::{CONFIDENCE, config, helps, rank_config};
#[cfg(test)]
pub(crate) use tables::{admission, now, table, unit};
