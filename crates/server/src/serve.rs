//! Listening, connections, and stopping.
//!
//! Decision: hyper's connection builder instead of `axum::serve`, for the two bounds that the latter lacks: a
//! timeout on the head of a request, and a cap on open connections.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use engine::jobs::JobBook;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use model::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::slow::Impatient;
use crate::{Asks, Config, Error, FinderCell, Live, Tls};

/// Room for the head of a request, in bytes; a longer one is answered with 431.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// Most connections that are taken from the machine's own queue when the door shuts: as many as it holds.
const MOST_AT_THE_DOOR: usize = 4_096;

/// So long these are waited for: a connection that nothing was read from yet is closed without an answer when the
/// server stops, and the bytes of a request that lie there already are not seen at the first look.
const FIRST_BYTES: Duration = Duration::from_millis(250);

/// Pause after the machine could not hand out a connection (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a server does beside answering; all of it off by default.
#[derive(Debug, Default)]
pub struct Parts {
    /// Takes in records while it runs.
    pub live: Option<Live>,
    /// Takes orders of long work.
    pub jobs: Option<Arc<JobBook>>,
    /// Puts questions to people.
    pub asks: Option<Arc<Asks>>,
}

/// Serves the API and the page until `shutdown` ends, then lets open requests finish for
/// [`Config::shutdown_timeout_ms`] at most.
///
/// `ready` is called once with the address that was really taken, when connections are accepted. `clock` is
/// the "now" of every search. Must run on a tokio runtime with time and IO; searches run on its blocking
/// threads.
///
/// # Errors
/// [`Error::Remote`] and [`Error::Setting`] before anything is opened; [`Error::Listen`] if the address is
/// taken or not ours. Once it listens it does not fail.
pub async fn serve(
    finder: Arc<FinderCell>,
    parts: Parts,
    config: Config,
    clock: fn() -> Timestamp,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let Parts { live, jobs, asks } = parts;
    if live.is_some() && !config.address.ip().to_canonical().is_loopback() {
        return Err(Error::LiveRemote { address: config.address });
    }
    let app = App::new(finder, &config, clock).with_live(live).with_jobs(jobs).with_asks(asks);
    let app = app.with_audit(config.audit.clone())?;
    app.doorkeeper.start()?;
    serve_app(app, config, ready, shutdown).await
}

/// [`serve`], over anything that answers.
pub(crate) async fn serve_app(
    app: App,
    config: Config,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    config.check()?;
    let address = config.address;
    let tls = config.tls.as_ref().map(Tls::acceptor).transpose()?;
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let taken = listener.local_addr().map_err(failed)?;
    let (draining, audit) = (Arc::clone(&app.draining), app.audit.clone());
    let app = Arc::new(app);
    let tending = crate::asks::tend(&app);
    let asks = app.asks.clone();
    let accepting = Accepting { router: App::router(&app), refusing: App::refusing(&app), tls, app };
    tracing::info!(server.address = %taken, "listening");
    ready(taken);
    let told = async {
        shutdown.await;
        // Whoever watches `/readyz` sends the next request elsewhere; what still comes is answered.
        draining.store(true, Ordering::Relaxed);
        if let Some(asks) = asks {
            asks.stop();
        }
        tracing::info!("stopping");
        tokio::time::sleep(config.drain()).await;
    };
    let connections = accept_until(listener, &accepting, &config, told).await;
    finish(connections, config.shutdown_timeout()).await;
    if let Some(audit) = audit {
        audit.flush().await;
    }
    for task in tending {
        task.abort();
    }
    Ok(())
}

/// What answers a connection.
struct Accepting {
    router: Router,
    /// What answers when there is no place left, and there will be none.
    refusing: Router,
    tls: Option<TlsAcceptor>,
    app: Arc<App>,
}

/// The open connections, and the way to tell them to stop.
struct Connections {
    tasks: JoinSet<()>,
    stop: watch::Sender<()>,
}

async fn accept_until(
    listener: TcpListener,
    accepting: &Accepting,
    config: &Config,
    shutdown: impl Future<Output = ()>,
) -> Connections {
    let permits = Arc::new(Semaphore::new(config.max_connections));
    let mut connections = Connections { tasks: JoinSet::new(), stop: watch::Sender::new(()) };
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.tasks.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Some((stream, permit)) = accepted else { continue };
        connections.take((stream, Some(permit)), accepting, config, Duration::ZERO);
    }
    // Whoever got a connection from the machine before the door shut is answered: closing the door would break off
    // what waits in front of it.
    if let Ok(listener) = listener.into_std() {
        for _ in 0..MOST_AT_THE_DOOR {
            let Ok((stream, _)) = listener.accept() else { break };
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                // Without a place: told to come back, which takes no time of a search.
                let permit = Arc::clone(&permits).try_acquire_owned().ok();
                connections.take((stream, permit), accepting, config, FIRST_BYTES);
            }
        }
    }
    connections
}

impl Connections {
    /// Answers what comes over one more connection; until its first bytes are there, at most for so long, it does
    /// not hear that the server stops.
    fn take(
        &mut self,
        (stream, permit): (TcpStream, Option<OwnedSemaphorePermit>),
        accepting: &Accepting,
        config: &Config,
        first_bytes: Duration,
    ) {
        // Answers are small and written at once: waiting to fill a packet would only add to their time.
        let _ = stream.set_nodelay(true);
        let router = if permit.is_some() { &accepting.router } else { &accepting.refusing };
        let connection = Connection {
            router: router.clone(),
            header_read: config.header_read_timeout(),
            write: config.write_timeout(),
            _open: Open::new(&accepting.app, permit),
        };
        let (tls, stop) = (accepting.tls.clone(), self.stop.subscribe());
        self.tasks.spawn(async move {
            if !first_bytes.is_zero() {
                let _ = timeout(first_bytes, stream.readable()).await;
            }
            match tls {
                None => connection.run(stream, stop).await,
                Some(tls) => match timeout(connection.header_read, tls.accept(stream)).await {
                    Ok(Ok(stream)) => connection.run(stream, stop).await,
                    Ok(Err(error)) => tracing::debug!(%error, "no TLS came about"),
                    Err(_) => tracing::debug!("no TLS came about in time"),
                },
            }
        });
    }
}

/// Waits for a free place, then for a connection; the others wait in the machine's own queue.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            tracing::warn!(%error, "could not accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// A place among the connections that may be open; counted.
struct Open {
    app: Arc<App>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Open {
    fn new(app: &Arc<App>, permit: Option<OwnedSemaphorePermit>) -> Self {
        app.metrics.opened();
        Self { app: Arc::clone(app), _permit: permit }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.app.metrics.closed();
    }
}

/// How one connection is answered, and its place.
struct Connection {
    router: Router,
    header_read: Duration,
    write: Duration,
    _open: Open,
}

impl Connection {
    /// Answers requests until either side closes, or the server stops and the open request is answered.
    async fn run<S>(self, stream: S, mut stop: watch::Receiver<()>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Impatient::new(stream, self.write);
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.header_read).max_buf_size(MAX_HEAD_BYTES);
        let service = TowerToHyperService::new(self.router);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            // What came before the stop is read first: a connection that nothing was read from is closed at once.
            biased;
            ended = &mut connection => ended,
            _ = stop.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

async fn finish(mut connections: Connections, longest: Duration) {
    connections.stop.send_replace(());
    let all = async { while connections.tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(longest, all).await.is_err() {
        tracing::warn!(
            connections.open = connections.tasks.len(),
            "stopped before every request was answered"
        );
    }
    tracing::info!("stopped");
}

#[cfg(test)]
mod tests;
