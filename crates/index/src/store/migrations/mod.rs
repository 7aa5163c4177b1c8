//! Migrations that are more than a line, one file each; `schema.rs` says in which order they run.

pub(super) mod lists;
pub(super) mod operations;
pub(super) mod places;
pub(super) mod sending;
pub(super) mod touched;
