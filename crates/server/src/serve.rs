//! Listening, connections, and stopping.
//!
//! Decision: hyper's connection builder instead of `axum::serve`, for the two bounds that the latter lacks: a
//! timeout on the head of a request, and a cap on open connections.

use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use model::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::app::App;
use crate::{Config, Error, FinderCell, Live};

/// Room for the head of a request, in bytes; a longer one is answered with 431.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// Pause after the machine could not hand out a connection (too many open files).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

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
    live: Option<Live>,
    config: Config,
    clock: fn() -> Timestamp,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    if live.is_some() && !config.address.ip().to_canonical().is_loopback() {
        return Err(Error::LiveRemote { address: config.address });
    }
    let app = App::new(finder, &config, clock).with_live(live);
    serve_app(app, config, ready, shutdown).await
}

/// [`serve`], over anything that answers.
async fn serve_app(
    app: App,
    config: Config,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    config.check()?;
    let address = config.address;
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let taken = listener.local_addr().map_err(failed)?;
    let router = app.into_router();
    tracing::info!(server.address = %taken, "listening");
    ready(taken);
    let connections = accept_until(listener, router, &config, shutdown).await;
    finish(connections, config.shutdown_timeout()).await;
    Ok(())
}

/// The open connections, and the way to tell them to stop.
struct Connections {
    tasks: JoinSet<()>,
    stop: watch::Sender<()>,
}

async fn accept_until(
    listener: TcpListener,
    router: Router,
    config: &Config,
    shutdown: impl Future<Output = ()>,
) -> Connections {
    let permits = Arc::new(Semaphore::new(config.max_connections));
    let mut connections = Connections { tasks: JoinSet::new(), stop: watch::Sender::new(()) };
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => return connections,
            Some(_) = connections.tasks.join_next() => continue,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Some((stream, permit)) = accepted else { continue };
        let connection =
            Connection { stream, permit, router: router.clone(), header_read: config.header_read_timeout() };
        connections.tasks.spawn(connection.run(connections.stop.subscribe()));
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

/// One connection and its place among those that may be open.
struct Connection {
    stream: TcpStream,
    permit: OwnedSemaphorePermit,
    router: Router,
    header_read: Duration,
}

impl Connection {
    /// Answers requests until either side closes, or the server stops and the open request is answered.
    async fn run(self, mut stop: watch::Receiver<()>) {
        // Answers are small and written at once: waiting to fill a packet would only add to their time.
        let _ = self.stream.set_nodelay(true);
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.header_read).max_buf_size(MAX_HEAD_BYTES);
        let service = TowerToHyperService::new(self.router);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(self.stream), service));
        let ended = tokio::select! {
            ended = &mut connection => ended,
            _ = stop.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
        drop(self.permit);
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
