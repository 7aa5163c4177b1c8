//! How the server is set up; every value comes from the options file.

use std::net::SocketAddr;
use std::time::Duration;

use crate::Error;

/// How the server is set up. There is no default: `config/default.toml` holds the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Listen on an address that other machines can reach, although nobody is authenticated.
    pub allow_remote: bool,
    /// Host names, besides the loopback ones, that a request may be addressed to. Where remote access is
    /// allowed, an empty list accepts every name.
    pub host_names: Vec<String>,
    /// Largest request body, in bytes, 1 to 16 MiB.
    pub max_body_bytes: usize,
    /// Most connections open at once, 1 to 100,000; more wait in the machine's own queue.
    pub max_connections: usize,
    /// Searches that run at once, 1 to 1,024; about the number of cores.
    pub search_threads: usize,
    /// Searches that may wait for a free thread, 0 to 100,000; more are refused with 503.
    pub queue: usize,
    /// Longest time from a request's head to its answer, in milliseconds, 1 to 10 minutes.
    pub request_timeout_ms: u64,
    /// Longest time for a request's head to arrive, and for a kept connection to stay idle, in
    /// milliseconds, 1 to 10 minutes.
    pub header_read_timeout_ms: u64,
    /// Longest wait for open requests after the stop signal, in milliseconds, 0 to 10 minutes.
    pub shutdown_timeout_ms: u64,
}

/// Ten minutes, the longest of every timeout.
const LONGEST_MS: u64 = 600_000;

impl Config {
    /// Refuses values that cannot work.
    ///
    /// # Errors
    /// [`Error::Remote`] and [`Error::Setting`].
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.address.ip().to_canonical().is_loopback() && !self.allow_remote {
            return Err(Error::Remote { address: self.address });
        }
        within("max_body_bytes", self.max_body_bytes as u64, 1, 16 << 20)?;
        within("max_connections", self.max_connections as u64, 1, 100_000)?;
        within("search_threads", self.search_threads as u64, 1, 1_024)?;
        within("queue", self.queue as u64, 0, 100_000)?;
        within("request_timeout_ms", self.request_timeout_ms, 1, LONGEST_MS)?;
        within("header_read_timeout_ms", self.header_read_timeout_ms, 1, LONGEST_MS)?;
        within("shutdown_timeout_ms", self.shutdown_timeout_ms, 0, LONGEST_MS)
    }

    pub(crate) const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    pub(crate) const fn header_read_timeout(&self) -> Duration {
        Duration::from_millis(self.header_read_timeout_ms)
    }

    pub(crate) const fn shutdown_timeout(&self) -> Duration {
        Duration::from_millis(self.shutdown_timeout_ms)
    }
}

const fn within(name: &'static str, value: u64, min: u64, max: u64) -> Result<(), Error> {
    if value < min || value > max { Err(Error::Setting { name, value, min, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn check_address(address: &str, allow_remote: bool, expected: bool) {
        let config = Config { address: address.parse().unwrap(), allow_remote, ..testing::config() };
        let refused = matches!(config.check(), Err(Error::Remote { .. }));
        assert_eq!(!refused, expected, "{address}");
    }

    #[test]
    fn only_loopback_addresses_are_taken_unless_remote_access_is_allowed() {
        check_address("127.0.0.1:0", false, true);
        check_address("127.8.9.1:0", false, true);
        check_address("[::1]:0", false, true);
        check_address("[::ffff:127.0.0.1]:0", false, true);
        check_address("0.0.0.0:0", false, false);
        check_address("[::]:0", false, false);
        check_address("10.0.0.7:0", false, false);
        check_address("0.0.0.0:0", true, true);
    }

    #[test]
    fn a_server_without_threads_is_refused() {
        let config = Config { search_threads: 0, ..testing::config() };
        let message = config.check().unwrap_err().to_string();
        assert_eq!(message, "search_threads is 0, allowed are 1 to 1024");
    }
}
