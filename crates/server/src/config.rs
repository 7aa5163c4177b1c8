//! How the server is set up; every value comes from the options file.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::audit::AuditLog;
use crate::{Error, Rate, Tls, Tokens};

/// How the server is set up. There is no default: `config/default.toml` holds the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// Listen without TLS on an address that other machines can reach: a proxy in front brings it.
    pub insecure: bool,
    /// Speak TLS.
    pub tls: Option<Tls>,
    /// Host names, besides the loopback ones, that a request may be addressed to. On an address that other
    /// machines can reach, an empty list accepts every name.
    pub host_names: Vec<String>,
    /// On a loopback address, whoever shows nothing asks with the rights of anyone. Elsewhere nobody does.
    pub anonymous: bool,
    /// The file of API keys, which need not be there.
    pub keys_file: PathBuf,
    /// Tokens of an OpenID Connect issuer, if they are taken.
    pub tokens: Option<Tokens>,
    /// How often one principal may ask.
    pub rate: Rate,
    /// Who did what, if that is to be kept.
    pub audit: Option<AuditLog>,
    /// How many months of it are kept, 6 to 1,200.
    pub audit_months: u32,
    /// Largest request body, in bytes, 1 to 16 MiB.
    pub max_body_bytes: usize,
    /// Most connections open at once, 1 to 100,000; more wait in the machine's own queue.
    pub max_connections: usize,
    /// Searches that run at once, 1 to 1,024; about the number of cores.
    pub search_threads: usize,
    /// Searches that may wait for a free thread, 0 to 100,000; more are refused with 503.
    pub queue: usize,
    /// Longest time that a search may wait for a free thread, in milliseconds, 1 to 10 minutes; then it is refused
    /// with 503.
    pub queue_wait_ms: u64,
    /// Longest time from a request's head to its answer, in milliseconds, 1 to 10 minutes.
    pub request_timeout_ms: u64,
    /// Longest time for a request's head to arrive, and for a kept connection to stay idle, in
    /// milliseconds, 1 to 10 minutes.
    pub header_read_timeout_ms: u64,
    /// Longest time for a caller to take in an answer without taking anything of it, in milliseconds, 1 to 10
    /// minutes.
    pub write_timeout_ms: u64,
    /// How long requests are still taken after the stop signal while `/readyz` says 503 already, in milliseconds,
    /// 0 to 10 minutes.
    pub drain_ms: u64,
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
        if !self.is_loopback() && self.tls.is_none() && !self.insecure {
            return Err(Error::Remote { address: self.address });
        }
        within("rate.per_second", self.rate.per_second.into(), 0, 100_000)?;
        within("rate.burst", self.rate.burst.into(), 1, 100_000)?;
        let months = u64::from(crate::audit::SHORTEST_MONTHS);
        within("audit.keep_months", self.audit_months.into(), months, 1_200)?;
        within("write_timeout_ms", self.write_timeout_ms, 1, LONGEST_MS)?;
        within("drain_ms", self.drain_ms, 0, LONGEST_MS)?;
        within("max_body_bytes", self.max_body_bytes as u64, 1, 16 << 20)?;
        within("max_connections", self.max_connections as u64, 1, 100_000)?;
        within("search_threads", self.search_threads as u64, 1, 1_024)?;
        within("queue", self.queue as u64, 0, 100_000)?;
        within("queue_wait_ms", self.queue_wait_ms, 1, LONGEST_MS)?;
        within("request_timeout_ms", self.request_timeout_ms, 1, LONGEST_MS)?;
        within("header_read_timeout_ms", self.header_read_timeout_ms, 1, LONGEST_MS)?;
        within("shutdown_timeout_ms", self.shutdown_timeout_ms, 0, LONGEST_MS)
    }

    /// Whether only this machine can reach the address.
    pub(crate) fn is_loopback(&self) -> bool {
        self.address.ip().to_canonical().is_loopback()
    }

    pub(crate) const fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }

    pub(crate) const fn drain(&self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }

    pub(crate) const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    pub(crate) const fn queue_wait(&self) -> Duration {
        Duration::from_millis(self.queue_wait_ms)
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

    fn check_address(address: &str, insecure: bool, expected: bool) {
        let config = Config { address: address.parse().unwrap(), insecure, ..testing::config() };
        let refused = matches!(config.check(), Err(Error::Remote { .. }));
        assert_eq!(!refused, expected, "{address}");
    }

    #[test]
    fn only_loopback_addresses_are_taken_without_tls_unless_it_is_said() {
        check_address("127.0.0.1:0", false, true);
        check_address("127.8.9.1:0", false, true);
        check_address("[::1]:0", false, true);
        check_address("[::ffff:127.0.0.1]:0", false, true);
        check_address("0.0.0.0:0", false, false);
        check_address("[::]:0", false, false);
        check_address("10.0.0.7:0", false, false);
        check_address("0.0.0.0:0", true, true);
        let tls = Some(Tls { certificate: "c.pem".into(), key: "k.pem".into() });
        let config = Config { address: "0.0.0.0:0".parse().unwrap(), tls, ..testing::config() };
        assert!(config.check().is_ok());
    }

    #[test]
    fn a_server_without_threads_is_refused() {
        let config = Config { search_threads: 0, ..testing::config() };
        let message = config.check().unwrap_err().to_string();
        assert_eq!(message, "search_threads is 0, allowed are 1 to 1024");
    }
}
