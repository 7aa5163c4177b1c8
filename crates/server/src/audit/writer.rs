//! Writing behind the answers: a thread with a bounded queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use model::Timestamp;
use tokio::sync::oneshot;

use super::{AuditLog, Event};

/// Entries that may wait to be written.
const QUEUE: usize = 8_192;
/// Entries that are written together.
const BATCH: usize = 512;
/// How long an entry that nobody waits for may wait for others: each writing waits for the disk, and a hundred a
/// second took a tenth of the processor from the answers.
const LINGER: Duration = Duration::from_millis(50);

/// An event, and whom to tell that it is written.
type Message = (Option<Event>, Option<oneshot::Sender<bool>>);

/// Writes the log behind the answers.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    log: AuditLog,
    queue: SyncSender<Message>,
    lost: Arc<AtomicU64>,
}

impl Writer {
    /// Starts writing; ends when the last copy of it is gone.
    ///
    /// # Errors
    /// The machine has no thread left.
    pub(crate) fn start(log: AuditLog, clock: fn() -> Timestamp) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let worker = Worker { log: log.clone(), clock, lost: Arc::clone(&lost), told: 0 };
        std::thread::Builder::new().name("audit".to_owned()).spawn(move || worker.run(&waiting))?;
        Ok(Self { log, queue, lost })
    }

    /// The log.
    pub(crate) const fn log(&self) -> &AuditLog {
        &self.log
    }

    /// How many entries were lost since the start: the queue was full, or the disk took none.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Notes an event; never waits.
    pub(crate) fn note(&self, event: Event) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) =
            self.queue.try_send((Some(event), None))
        {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes an event; whether it is on the disk when it returns.
    pub(crate) async fn write(&self, event: Event) -> bool {
        self.wait(Some(event)).await
    }

    /// Waits until everything is written that was noted before.
    pub(crate) async fn flush(&self) {
        self.wait(None).await;
    }

    async fn wait(&self, event: Option<Event>) -> bool {
        let (done, told) = oneshot::channel();
        if self.queue.try_send((event, Some(done))).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        told.await.unwrap_or(false)
    }
}

struct Worker {
    log: AuditLog,
    clock: fn() -> Timestamp,
    lost: Arc<AtomicU64>,
    /// How many lost entries the log tells of.
    told: u64,
}

impl Worker {
    fn run(mut self, waiting: &Receiver<Message>) {
        while let Ok(first) = waiting.recv() {
            let (mut events, waiters) = gather(first, waiting);
            let lost = self.lost.load(Ordering::Relaxed);
            let given = events.len() as u64;
            if lost > self.told {
                let outcome = format!("{} entries", lost - self.told);
                events.push(Event { did: "lost".to_owned(), outcome, ..Event::default() });
            }
            let written = self.log.append(&events, (self.clock)());
            match &written {
                Ok(()) => self.told = lost,
                Err(error) => {
                    self.lost.fetch_add(given, Ordering::Relaxed);
                    tracing::error!(%error, entries = given, "the audit log could not be written");
                }
            }
            for waiter in waiters {
                // Whoever waits may have given up.
                let _ = waiter.send(written.is_ok());
            }
        }
    }
}

/// What is written together: what is there, and what comes soon unless somebody waits for it to be written.
fn gather(first: Message, waiting: &Receiver<Message>) -> (Vec<Event>, Vec<oneshot::Sender<bool>>) {
    let until = Instant::now() + LINGER;
    let (mut events, mut waiters) = (Vec::new(), Vec::new());
    let mut next = Some(first);
    while let Some((event, waiter)) = next {
        events.extend(event);
        waiters.extend(waiter);
        next = if events.len() + waiters.len() >= BATCH {
            None
        } else if waiters.is_empty() {
            waiting.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
        } else {
            waiting.try_recv().ok()
        };
    }
    (events, waiters)
}
