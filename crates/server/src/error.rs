//! What can keep the server from serving.

use std::net::SocketAddr;

/// What can keep the server from serving.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address can be reached from other machines, and what goes over the wire could be read on its way.
    #[error(
        "{address} can be reached from other machines, and without TLS keys and answers could be read on their \
         way (hint: listen on 127.0.0.1, name server.tls.certificate and server.tls.key, or pass --insecure \
         where a proxy in front speaks TLS)"
    )]
    Remote {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// Live ingestion on an address that other machines can reach.
    #[error(
        "live ingestion listens on loopback addresses only, and {address} is none (hint: turn live.enabled off)"
    )]
    LiveRemote {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The certificate or its key cannot be used.
    #[error("{}: {why}", path.display())]
    Tls {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The issuer's keys cannot be fetched as the options say.
    #[error("the issuer's keys: {0}")]
    Keys(String),
    /// Traces cannot be told as the options say.
    #[error("the traces: {0}")]
    Traces(String),
    /// A token that could be guessed.
    #[error("a token needs at least {shortest} printable characters without blanks")]
    Token {
        /// Fewest characters.
        shortest: usize,
    },
    /// A setting is out of its range.
    #[error("{name} is {value}, allowed are {min} to {max}")]
    Setting {
        /// The field of [`crate::Config`].
        name: &'static str,
        /// What was given.
        value: u64,
        /// Smallest allowed.
        min: u64,
        /// Largest allowed.
        max: u64,
    },
    /// The log of who did what cannot be written.
    #[error("the audit log: {0}")]
    Audit(#[source] std::io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source} (hint: is another server running there?)")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the machine says.
        source: std::io::Error,
    },
}
