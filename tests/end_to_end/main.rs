//! End to end: the real binary, real HTTP on a free port, exports that the tests write themselves.
//!
//! One test binary for all of it, because each would link everything anew.

mod evaluate;
mod ingest;
mod journey;
mod privacy;
mod rights;
mod support;
