//! The options under `server`, and what they become.

use std::net::SocketAddr;
use std::path::PathBuf;

use ::server::{KeysFrom, KeysUrl, TracesConfig};
use anyhow::{Context, ensure};
use model::SourceName;
use serde::{Deserialize, Serialize};

use super::file::given;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    address: SocketAddr,
    insecure: bool,
    host_names: Vec<String>,
    anonymous: bool,
    max_body_bytes: usize,
    max_connections: usize,
    search_threads: usize,
    queue: usize,
    queue_wait_ms: u64,
    request_timeout_ms: u64,
    header_read_timeout_ms: u64,
    write_timeout_ms: u64,
    drain_ms: u64,
    shutdown_timeout_ms: u64,
    tls: Tls,
    rate: Rate,
    tokens: Tokens,
    audit: Audit,
    traces: Traces,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Traces {
    endpoint: String,
    ca_file: PathBuf,
    service: String,
    share: f64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Audit {
    keep_months: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tls {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    per_second: u32,
    burst: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    issuer: String,
    audience: String,
    keys_file: PathBuf,
    keys_url: String,
    keys_ca_file: PathBuf,
    account_claim: String,
    account_source: String,
    admin_claim: String,
    admin_value: String,
}

impl Server {
    /// What it becomes; the file of keys is the data directory's.
    ///
    /// # Errors
    /// Names the option that is missing beside another one.
    pub(super) fn config(&self) -> anyhow::Result<::server::Config> {
        Ok(::server::Config {
            address: self.address,
            insecure: self.insecure,
            tls: self.tls.config()?,
            host_names: self.host_names.clone(),
            anonymous: self.anonymous,
            keys_file: PathBuf::new(),
            tokens: self.tokens.config()?,
            rate: ::server::Rate { per_second: self.rate.per_second, burst: self.rate.burst },
            audit: None,
            audit_months: self.audit.keep_months,
            max_body_bytes: self.max_body_bytes,
            max_connections: self.max_connections,
            search_threads: self.search_threads,
            queue: self.queue,
            queue_wait_ms: self.queue_wait_ms,
            request_timeout_ms: self.request_timeout_ms,
            header_read_timeout_ms: self.header_read_timeout_ms,
            write_timeout_ms: self.write_timeout_ms,
            drain_ms: self.drain_ms,
            shutdown_timeout_ms: self.shutdown_timeout_ms,
        })
    }

    /// Where traces go, if anywhere.
    ///
    /// # Errors
    /// Names the option that cannot be meant.
    pub(super) fn traces(&self) -> anyhow::Result<Option<TracesConfig>> {
        let Traces { endpoint, ca_file, service, share } = &self.traces;
        if endpoint.is_empty() {
            return Ok(None);
        }
        let (endpoint, service) = (endpoint.clone(), service.clone());
        let config = TracesConfig { endpoint, ca_file: given(ca_file), service, share: *share };
        config.check().context("server.traces")?;
        Ok(Some(config))
    }
}

impl Tls {
    fn config(&self) -> anyhow::Result<Option<::server::Tls>> {
        let none = |path: &PathBuf| path.as_os_str().is_empty();
        ensure!(
            none(&self.certificate) == none(&self.key),
            "server.tls.certificate and server.tls.key go together"
        );
        let tls = || ::server::Tls { certificate: self.certificate.clone(), key: self.key.clone() };
        Ok((!none(&self.key)).then(tls))
    }
}

impl Tokens {
    fn config(&self) -> anyhow::Result<Option<::server::Tokens>> {
        if self.issuer.is_empty() {
            return Ok(None);
        }
        ensure!(
            !self.audience.is_empty() && !self.account_claim.is_empty(),
            "server.tokens.issuer needs audience and account_claim beside it"
        );
        ensure!(
            self.admin_claim.is_empty() == self.admin_value.is_empty(),
            "server.tokens.admin_claim and server.tokens.admin_value go together"
        );
        let admin = (self.admin_claim.clone(), self.admin_value.clone());
        Ok(Some(::server::Tokens {
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            keys: self.keys()?,
            account_claim: self.account_claim.clone(),
            account_source: SourceName::new(self.account_source.as_str())
                .context("server.tokens.account_source")?,
            admin: Some(admin).filter(|(claim, _)| !claim.is_empty()),
        }))
    }

    fn keys(&self) -> anyhow::Result<KeysFrom> {
        let (file, ca_file) = (given(&self.keys_file), given(&self.keys_ca_file));
        ensure!(
            file.is_some() == self.keys_url.is_empty(),
            "server.tokens.issuer needs one of keys_file and keys_url beside it, and not both"
        );
        let Some(file) = file else {
            let url = KeysUrl::new(&self.keys_url, ca_file).context("server.tokens.keys_url")?;
            return Ok(KeysFrom::Url(url));
        };
        ensure!(ca_file.is_none(), "server.tokens.keys_ca_file is for server.tokens.keys_url");
        Ok(KeysFrom::File(file))
    }
}
