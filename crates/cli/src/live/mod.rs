//! A server whose index changes while it runs: by what is sent to it, or by another process.

mod answering;
pub(crate) mod jobs;
mod watch;

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use engine::{DataFolder, Error, ExportReport, Indexer};
use server::{Intake, Token};

use crate::clock;
use crate::commands::{embedder, indexer_by};
use crate::secret;
use crate::settings::Settings;

pub(crate) use answering::Answering;
pub(crate) use watch::watch;

/// An index that answers, and what keeps it new.
pub(crate) struct Running {
    pub(crate) answering: Arc<Answering>,
    /// Where records are taken in.
    pub(crate) live: Option<server::Live>,
    /// The writer of the data directory, where records are taken in.
    pub(crate) indexer: Option<Arc<Mutex<Indexer>>>,
}

/// Takes in records, and has the index made again behind the answers.
struct Taker {
    indexer: Arc<Mutex<Indexer>>,
    wake: Mutex<Sender<()>>,
}

impl Intake for Taker {
    fn take(&self, body: &[u8]) -> Result<ExportReport, Error> {
        let mut indexer = self.indexer.lock().unwrap_or_else(PoisonError::into_inner);
        let report = indexer.take(body, clock::now())?;
        drop(indexer);
        // The other side lives as long as the server.
        let _ = self.wake.lock().unwrap_or_else(PoisonError::into_inner).send(());
        Ok(report)
    }
}

/// Opens a data directory for live ingestion: what an earlier process left unfinished is finished first, and what takes
/// a look at everything is looked over behind the answers.
///
/// # Errors
/// Another process writes to it, or the token file cannot be trusted.
pub(crate) fn start(data_dir: &Path, settings: &Settings) -> anyhow::Result<Running> {
    let folder = DataFolder::new(data_dir);
    let token = token(&settings.live.token_file)?;
    let embedder = embedder(&folder, settings)?;
    let mut indexer = indexer_by(embedder.clone(), folder.clone(), settings)?;
    indexer.keep_cached(false)?;
    indexer.make_ready()?;
    let answering = Arc::new(Answering::open(&folder, embedder, settings)?);
    let indexer = Arc::new(Mutex::new(indexer));
    let (wake, woken) = channel();
    let worker = Worker {
        indexer: Arc::clone(&indexer),
        answering: Arc::clone(&answering),
        every: settings.live.watch(),
    };
    std::thread::Builder::new().name("live".to_owned()).spawn(move || worker.run(&woken))?;
    let taker = Arc::new(Taker { indexer: Arc::clone(&indexer), wake: Mutex::new(wake) });
    let live = server::Live::new(taker, token, settings.live.max_body_bytes);
    Ok(Running { answering, live: Some(live), indexer: Some(indexer) })
}

/// Makes the index again after records came, and puts it in place.
struct Worker {
    indexer: Arc<Mutex<Indexer>>,
    answering: Arc<Answering>,
    /// How often it is looked whether a cluster that was down is back.
    every: Duration,
}

impl Worker {
    fn run(&self, woken: &Receiver<()>) {
        if let Err(error) = self.look_over() {
            tracing::error!(%error, "the index could not be looked over; it answers as it is");
        }
        // Whether something is stored that cannot be found yet, because the disk was full or failed.
        let mut behind = false;
        loop {
            match woken.recv_timeout(self.every) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) if behind => {}
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = self.send_missed() {
                        tracing::warn!(%error, "what the vector cluster missed could not be sent");
                    }
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // What came meanwhile is made together.
            while woken.try_recv().is_ok() {}
            let renewed = self.renew();
            behind = renewed.is_err();
            if let Err(error) = renewed {
                tracing::error!(%error, "the index could not be made again; the last one answers");
            }
        }
    }

    fn look_over(&self) -> anyhow::Result<()> {
        let newer = self.indexer.lock().unwrap_or_else(PoisonError::into_inner).look_over()?;
        if newer { self.answering.renew() } else { Ok(()) }
    }

    fn renew(&self) -> anyhow::Result<()> {
        self.indexer.lock().unwrap_or_else(PoisonError::into_inner).catch_up()?;
        self.answering.renew()
    }

    /// Answers lack what was missed until the index is opened again.
    fn send_missed(&self) -> anyhow::Result<()> {
        let sent = self.indexer.lock().unwrap_or_else(PoisonError::into_inner).send_missed()?;
        if sent { self.answering.renew() } else { Ok(()) }
    }
}

/// The secret that callers must show.
fn token(path: &Path) -> anyhow::Result<Token> {
    Token::new(&secret::read(path)?).with_context(|| path.display().to_string())
}
