//! The desk of asks behind the routes: what moves by itself, what goes into the index, and who is told.

mod figures;
mod recent;
mod tend;
mod webhook;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::{AccountKey, Timestamp};
use routing::{Desk, Directory, Somebody};
use tokio::sync::{Semaphore, watch};

use crate::cell::Answerer;
use recent::Recent;

pub(crate) use figures::figures;
#[cfg(test)]
pub(crate) use tend::move_on;
pub(crate) use tend::tend;
pub use webhook::Webhook;

/// Streams of events that are open at once.
const STREAMS: usize = 256;

/// Asks: off unless a server is given them.
pub struct Asks {
    pub(crate) desk: Arc<Desk>,
    pub(crate) webhook: Option<Webhook>,
    /// How often it is looked for what moves by itself.
    pub(crate) tick: Duration,
    /// Questions that were searched for lately.
    pub(crate) recent: Recent,
    /// Places for streams of events.
    pub(crate) streams: Arc<Semaphore>,
    /// Whether the server stops; whoever waits is woken at every change.
    changed: watch::Sender<bool>,
}

impl Asks {
    /// Keeps asks on this desk, and looks every `tick` for what moves by itself. The webhook is told everything, if
    /// there is one.
    pub fn new(desk: Arc<Desk>, webhook: Option<Webhook>, tick: Duration) -> Self {
        Self {
            desk,
            webhook,
            tick,
            recent: Recent::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            changed: watch::Sender::new(false),
        }
    }

    /// Something happened: whoever waits looks again.
    pub(crate) fn wake(&self) {
        self.changed.send_modify(|_| {});
    }

    /// Ends whatever waits.
    pub(crate) fn stop(&self) {
        self.changed.send_replace(true);
    }

    /// Tells of changes, and whether the server stops.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.changed.subscribe()
    }
}

impl fmt::Debug for Asks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Asks").field("tick", &self.tick).finish_non_exhaustive()
    }
}

/// People as the index knows them at a time.
pub(crate) struct Seen<'a> {
    pub(crate) answerer: &'a dyn Answerer,
    pub(crate) now: Timestamp,
}

impl Directory for Seen<'_> {
    fn somebody(&self, account: &AccountKey) -> Option<Somebody> {
        self.answerer.somebody(account, self.now)
    }
}
