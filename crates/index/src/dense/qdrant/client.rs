//! One connection to a cluster, for everybody in this process: timeouts, retries, the circuit breaker.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use backon::{BlockingRetryable, ExponentialBuilder};
use qdrant_client::{Qdrant, QdrantError};
use tokio::runtime::{Builder, Runtime};

use super::breaker::Breaker;
use super::sparse::WordsConfig;
use crate::Error;

/// The most that one request of an upload may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often such a request is tried.
const ATTEMPTS: usize = 3;
/// The wait before the second try; doubled with each, and stretched by chance so that nobody waits alike.
const FIRST_WAIT: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 100 });

/// How a cluster is spoken to, and what is made in it.
#[derive(Clone)]
pub struct ClusterConfig {
    /// The address of its gRPC port; `https` is TLS with the system's certificates.
    pub url: String,
    /// Sent with every request.
    pub api_key: Option<String>,
    /// Whether this process may write there. A node that reads a copy of the store must not.
    pub uploads: bool,
    /// Into how many parts a collection is cut, at least 1. Holds for collections made from now on.
    pub shards: u32,
    /// On how many nodes each part lies, at least 1. Likewise.
    pub replicas: u32,
    /// Whether words are sent and searched there, too, and how they are weighed.
    pub words: Option<WordsConfig>,
    /// The most that a question waits for its answer.
    pub timeout: Duration,
}

impl fmt::Debug for ClusterConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the key; an address can hold one too.
        formatter
            .debug_struct("ClusterConfig")
            .field("shards", &self.shards)
            .field("replicas", &self.replicas)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A Qdrant cluster. Blocking, like everything below the doors: inside runs a small runtime of its own, one thread
/// that keeps connections alive between questions. Made once a process and shared, so that the circuit breaker
/// outlives a generation. Not to be used from asynchronous code.
pub struct Cluster {
    pub(super) config: ClusterConfig,
    pub(super) hasty: Qdrant,
    pub(super) patient: Qdrant,
    /// Always there, but while being dropped.
    runtime: Option<Runtime>,
    breaker: Mutex<Breaker>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cluster").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Cluster {
    /// Takes an address; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Cluster`] for an address that is none, a key that would travel in the clear, or numbers that
    /// cannot be meant.
    pub fn new(config: ClusterConfig) -> Result<Self, Error> {
        let refused = |reason: &str| Err(Error::Cluster(reason.to_owned()));
        let after = |scheme| config.url.strip_prefix(scheme);
        match (after("https://"), after("http://")) {
            (Some(_), _) => {}
            (None, Some(rest)) if config.api_key.is_none() || is_this_machine(rest) => {}
            (None, Some(_)) => return refused("a key is sent only over https, or to this machine"),
            (None, None) => return refused("the address must begin with https:// or http://"),
        }
        if config.shards == 0 || config.replicas == 0 || config.timeout.is_zero() {
            return refused("shards, replicas and timeout must be at least 1");
        }
        let client = |timeout: Duration| {
            // Its check of versions would print.
            let mut client = Qdrant::from_url(&config.url).skip_compatibility_check();
            client.set_timeout(timeout);
            client.set_connect_timeout(timeout.min(Duration::from_secs(5)));
            client.set_pool_size(1);
            client.api_key(config.api_key.clone()).build()
        };
        let (hasty, patient) = (client(config.timeout).map_err(failure)?, client(PATIENCE).map_err(failure)?);
        // One worker, and not the caller's thread alone: between questions nobody would see a connection die.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("cluster")
            .enable_io()
            .enable_time()
            .build()?;
        let breaker = Mutex::new(Breaker::new());
        Ok(Self { config, hasty, patient, runtime: Some(runtime), breaker })
    }

    /// Whether the cluster failed so often that it is left alone for now.
    pub fn is_down(&self) -> bool {
        self.breaker().is_open(Instant::now())
    }

    /// Whether this process may write there.
    pub const fn uploads(&self) -> bool {
        self.config.uploads
    }

    /// Whether words are searched there, too.
    pub const fn has_words(&self) -> bool {
        self.config.words.is_some()
    }

    /// Asks once, in no more time than a question has.
    pub(super) fn ask<T>(&self, call: impl Future<Output = Result<T, QdrantError>>) -> Result<T, Error> {
        if !self.breaker().admits(Instant::now()) {
            return Err(Error::ClusterDown);
        }
        let bounded = async { tokio::time::timeout(self.config.timeout, call).await };
        let answer = match self.run(bounded)? {
            Ok(answer) => answer.map_err(Failed::Client),
            Err(_) => Err(Failed::TooLate),
        };
        self.learn(answer)
    }

    /// Tries until it works, or has failed as often as makes sense. An open circuit is no reason not to: this is
    /// nobody's question, and how it goes tells the breaker.
    pub(super) fn insist<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, QdrantError>>,
    {
        let waits = ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_max_times(ATTEMPTS - 1)
            .with_jitter();
        let once = || match self.run(call()) {
            Ok(answer) => self.learn(answer.map_err(Failed::Client)),
            Err(error) => Err(error),
        };
        once.retry(waits).when(|error| matches!(error, Error::ClusterDown)).call()
    }

    fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        let runtime = self.runtime.as_ref().ok_or(Error::ClusterDown)?;
        Ok(runtime.block_on(future))
    }

    /// Tells the breaker how it went.
    fn learn<T>(&self, answer: Result<T, Failed>) -> Result<T, Error> {
        match answer {
            Ok(answer) => {
                self.breaker().succeeded();
                Ok(answer)
            }
            Err(failed) if failed.is_passing() => {
                tracing::debug!(reason = %failed, "the vector cluster failed");
                self.breaker().failed(Instant::now());
                Err(Error::ClusterDown)
            }
            Err(failed) if failed.is_absence() => Err(Error::NoCollection),
            Err(failed) => {
                // A key that is refused, say: as useless to ask again as one that does not answer.
                self.breaker().failed(Instant::now());
                Err(Error::Cluster(failed.to_string()))
            }
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Dropped the usual way it would wait, which asynchronous code must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Whether an address without its scheme leads to this machine.
fn is_this_machine(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn failure(error: QdrantError) -> Error {
    Error::Cluster(Failed::Client(error).to_string())
}

/// Why a call gave no answer.
#[derive(Debug)]
enum Failed {
    Client(QdrantError),
    TooLate,
}

impl Failed {
    /// The name of the gRPC status, if it is one.
    fn code(&self) -> Option<String> {
        match self {
            Self::Client(
                QdrantError::ResponseError { status } | QdrantError::ResourceExhaustedError { status, .. },
            ) => Some(format!("{:?}", status.code())),
            Self::Client(_) | Self::TooLate => None,
        }
    }

    /// Whether the same call may go better later.
    fn is_passing(&self) -> bool {
        let passing = [
            "Unavailable",
            "Internal",
            "DeadlineExceeded",
            "Cancelled",
            "Unknown",
            "ResourceExhausted",
            "Aborted",
        ];
        matches!(self, Self::TooLate | Self::Client(QdrantError::Io(_)))
            || self.code().is_some_and(|code| passing.contains(&code.as_str()))
    }

    /// Whether the collection is not there.
    fn is_absence(&self) -> bool {
        self.code().as_deref() == Some("NotFound")
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLate => formatter.write_str("no answer in time"),
            // Without the headers that came with it.
            Self::Client(
                QdrantError::ResponseError { status } | QdrantError::ResourceExhaustedError { status, .. },
            ) => write!(formatter, "{:?}: {}", status.code(), status.message()),
            Self::Client(error) => error.fmt(formatter),
        }
    }
}
