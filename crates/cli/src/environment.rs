//! Environment variables: all of them, and the only place that reads any.

/// Which log lines to print, in the notation of `tracing` (`info`, `warn,server=debug`).
pub(crate) const LOG: &str = "WHOKNOWS_LOG";

/// The value of one of the variables above, if it is set and readable.
pub(crate) fn read(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
