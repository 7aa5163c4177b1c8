//! `whoknows serve`: the API and the page, until Ctrl-C or SIGTERM.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use engine::DataFolder;

use super::{audit, keys};
use crate::arguments::Serve;
use crate::clock;
use crate::exit::Exit;
use crate::live;
use crate::print::say;
use crate::settings::Settings;

pub(crate) fn run(command: &Serve, settings: &Settings) -> anyhow::Result<Exit> {
    let mut settings = settings.clone();
    settings.server.insecure |= command.insecure;
    serve(&command.data.data_dir, command.address, &settings)
}

/// Serves a data directory until it is told to stop.
pub(crate) fn serve(
    data_dir: &Path,
    address: Option<SocketAddr>,
    settings: &Settings,
) -> anyhow::Result<Exit> {
    let mut config = settings.server.clone();
    config.address = address.unwrap_or(config.address);
    keys::file(data_dir).path().clone_into(&mut config.keys_file);
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let running = if settings.live.enabled {
        live::start(data_dir, settings)?
    } else {
        live::watch(data_dir, settings)?
    };
    // Only beside an index: serving where there is none leaves nothing behind.
    config.audit = Some(audit::log(data_dir, config.audit_months)?);
    let book = live::jobs::book(data_dir, settings)?;
    let worker = live::jobs::Worker {
        data_dir: data_dir.to_owned(),
        settings: settings.clone(),
        answering: Arc::clone(&running.answering),
        live: running.indexer,
    };
    let worked = worker.start(Arc::clone(&book))?;
    let desk = routing::Desk::open(&DataFolder::new(data_dir).asks(), settings.asks.config()?)?;
    let asks = server::Asks::new(Arc::new(desk), settings.asks.webhook()?, settings.asks.tick());
    let parts =
        server::Parts { live: running.live, jobs: Some(Arc::clone(&book)), asks: Some(Arc::new(asks)) };
    let patience = Duration::from_millis(config.drain_ms.saturating_add(config.shutdown_timeout_ms));
    let told = OnceLock::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Heard from here on: whoever reads that the server listens may tell it to stop at once.
        let signals = Signals::new()?;
        // Whoever starts the server on port 0 reads the port from this line.
        let ready = |address: SocketAddr| say!("listening on {scheme}://{address} (Ctrl-C stops)");
        let cell = Arc::clone(&running.answering.cell);
        let stopping = async {
            stop(signals).await;
            let _ = told.set(Instant::now());
            // A job at work stops at its next step, while requests are answered: both have the same time for it.
            book.close();
        };
        anyhow::Ok(server::serve(cell, parts, config, clock::now, ready, stopping).await?)
    })?;
    let left = told.get().map_or(Duration::ZERO, |told| patience.saturating_sub(told.elapsed()));
    // One that does not stop in time is told as interrupted by the next process.
    if worked.recv_timeout(left).is_err() {
        tracing::warn!("stopped before the job at work did");
    }
    // Nor is anything else waited for: records may be waiting for what the job holds.
    runtime.shutdown_background();
    Ok(Exit::Ok)
}

/// Waits for Ctrl-C or, where there is one, SIGTERM. The next one ends the process at once.
async fn stop(mut signals: Signals) {
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        tracing::warn!("told to stop a second time: ending at once");
        std::process::exit(1);
    });
}

/// What tells the server to stop.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Listens to them from now on.
    ///
    /// # Errors
    /// The system says why not.
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What tells the server to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
