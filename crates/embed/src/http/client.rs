//! The blocking client that endpoints and the model hub are spoken to with.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::Error;

/// Time to reach the other side, whatever the whole request may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Makes a client. `authorities` are certificates in PEM that are trusted instead of the usual ones; redirects
/// are followed only by whoever carries no secret. The environment is not asked for a proxy.
pub(crate) fn agent(timeout: Duration, authorities: Option<&[u8]>, redirects: u32) -> Result<Agent, Error> {
    let roots = match authorities {
        None => RootCerts::WebPki,
        Some(pem) => {
            let mut trusted = Vec::new();
            for item in parse_pem(pem) {
                let item = item.map_err(|error| Error::Endpoint(format!("the certificates: {error}")))?;
                if let PemItem::Certificate(certificate) = item {
                    trusted.push(certificate);
                }
            }
            if trusted.is_empty() {
                return Err(Error::Endpoint("the file of certificates holds none".to_owned()));
            }
            RootCerts::Specific(Arc::new(trusted))
        }
    };
    Ok(Agent::config_builder()
        .timeout_global(Some(timeout))
        .timeout_connect(Some(CONNECT))
        .max_redirects(redirects)
        .proxy(None)
        .user_agent("whoknows")
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build()
        .new_agent())
}

/// Whether a request that failed so may go better the next time.
pub(crate) fn is_passing(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::StatusCode(status) => matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
        ureq::Error::Io(_)
        | ureq::Error::Timeout(_)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Protocol(_)
        | ureq::Error::BodyStalled => true,
        _ => false,
    }
}
