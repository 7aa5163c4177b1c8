//! A made-up Qdrant for tests: it speaks the server's gRPC over an exact search in memory.
//!
//! It is no Qdrant: no graph, no shards, no replicas, no disk. What it knows of the real one is the protocol, what
//! filters and scores mean, and that a write is seen by the next read.

mod collections;
mod filter;
mod points;
mod score;
mod state;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use tokio::sync::oneshot;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use state::State;

/// The largest message it takes: as much as a real one.
const LARGEST: usize = 32 << 20;

/// What both services work on.
#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<State>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state, for one call of a client: counted, and refused if that is wanted.
    fn called(&self) -> Result<MutexGuard<'_, State>, tonic::Status> {
        let mut state = self.lock();
        state.calls += 1;
        match &mut state.calls_until_failing {
            Some(0) => return Err(tonic::Status::unavailable("told to fail")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(state)
    }
}

/// A server on this machine; stops when it is dropped. What it holds outlives [`Self::stop`].
#[derive(Debug)]
pub struct StandIn {
    address: SocketAddr,
    shared: Shared,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl StandIn {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// The machine has no port or no thread left.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let mut server = Self { address: listener.local_addr()?, shared: Shared::default(), running: None };
        server.run(listener)?;
        Ok(server)
    }

    /// Its address, for `dense.url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops listening and cuts every connection.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // It may have ended by itself.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }

    /// Listens again, at the same address, with what it held.
    ///
    /// # Errors
    /// Somebody else has taken the port.
    pub fn come_back(&mut self) -> std::io::Result<()> {
        if self.running.is_none() {
            let listener = TcpListener::bind(self.address)?;
            self.run(listener)?;
        }
        Ok(())
    }

    /// Lets so many calls through and fails all that follow; `None`: none fails.
    pub fn fail_after(&self, calls: Option<u64>) {
        self.shared.lock().calls_until_failing = calls;
    }

    /// How many calls came, those that failed included.
    pub fn calls(&self) -> u64 {
        self.shared.lock().calls
    }

    /// Loses everything, as a node that was set up anew.
    pub fn lose_everything(&self) {
        let mut state = self.shared.lock();
        state.collections.clear();
        state.aliases.clear();
    }

    /// Collections by name, with how many points each holds.
    pub fn collections(&self) -> Vec<(String, usize)> {
        let state = self.shared.lock();
        state.collections.iter().map(|(name, collection)| (name.clone(), collection.points.len())).collect()
    }

    /// Aliases by name, with what they stand on.
    pub fn aliases(&self) -> Vec<(String, String)> {
        self.shared.lock().aliases.clone().into_iter().collect()
    }

    fn run(&mut self, listener: TcpListener) -> std::io::Result<()> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let points = PointsServer::new(self.shared.clone()).max_decoding_message_size(LARGEST);
        let collections = CollectionsServer::new(self.shared.clone());
        let serve = async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            let server = Server::builder().add_service(points).add_service(collections);
            tokio::select! {
                // Dropping the server cuts its connections; a graceful end would wait for clients.
                _ = stopped => {}
                _ = server.serve_with_incoming(TcpIncoming::from(listener)) => {}
            }
        };
        let run = move || {
            runtime.block_on(serve);
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("standin".to_owned()).spawn(run)?;
        self.running = Some((stop, thread));
        Ok(())
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.stop();
    }
}
