//! Clients for what the operator's options name: bounded, and no further than the address says.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::typestate::AgentScope;

use crate::Error;

/// Time to reach the other side, and for all of one request, if it may take so long.
const TIMEOUTS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(10));

/// What every client is: it follows no redirect, asks the environment for no proxy, and gives up after `longest`.
pub(crate) fn bounded(longest: Duration) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .timeout_global(Some(longest))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("whoknows")
}

/// A [`bounded`] client that gives up after `longest`, or ten seconds. Certificates (PEM) in `ca_file` are trusted
/// instead of the usual ones.
///
/// # Errors
/// [`Error::Tls`] if the file does not read or holds none.
pub(crate) fn agent(ca_file: Option<&Path>, longest: Option<Duration>) -> Result<Agent, Error> {
    let (connect, whole) = TIMEOUTS;
    let whole = longest.unwrap_or(whole).min(whole);
    let config = bounded(whole)
        .timeout_connect(Some(connect.min(whole)))
        .tls_config(TlsConfig::builder().root_certs(roots(ca_file)?).build());
    Ok(config.build().new_agent())
}

/// Whom to trust.
fn roots(ca_file: Option<&Path>) -> Result<RootCerts, Error> {
    let Some(path) = ca_file else { return Ok(RootCerts::WebPki) };
    let wrong = |why: String| Error::Tls { path: path.to_owned(), why };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut trusted = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            trusted.push(certificate);
        }
    }
    if trusted.is_empty() {
        return Err(wrong("holds no certificate".to_owned()));
    }
    Ok(RootCerts::Specific(Arc::new(trusted)))
}
