//! Exports in through the command line: what is read and counted, again, broken, interrupted.

mod again;
mod bad;
mod formats;
mod interrupted;
mod plan;
mod policy;
