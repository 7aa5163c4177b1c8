//! What tests stand on.

#[cfg(test)]
mod made;
mod options;

#[cfg(test)]
pub(crate) use made::{Made, made, made_of};
pub use options::{finder_config, indexer_config};
