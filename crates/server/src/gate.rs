//! How many searches run and wait at once, and how long they may wait: what is beyond that is refused. Whoever comes
//! while more is asked than can be answered hears so soon, and those who are answered have not waited long.
//!
//! Decision: two counting semaphores of our own rather than a layer, so that the bound can be tested and is
//! held until the search itself has ended, not until somebody stopped waiting for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};
use tokio::time::{Instant, timeout_at};

/// The entrance to the searching threads.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
    threads: usize,
    places: usize,
    patience: Duration,
}

/// The right to run one search; dropped when it has ended.
#[derive(Debug)]
pub(crate) struct Pass {
    _admitted: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

/// Why a search may not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// As many as allowed wait already, or it waited as long as it may.
    QueueFull,
    /// The deadline passed while it waited.
    TooLate,
}

impl Gate {
    /// A gate for `threads` searches at once and `queue` waiting ones, each no longer than `patience`.
    pub(crate) fn new(threads: usize, queue: usize, patience: Duration) -> Self {
        let running = threads.clamp(1, Semaphore::MAX_PERMITS / 2);
        let waiting = queue.min(Semaphore::MAX_PERMITS / 2);
        Self {
            admitted: Arc::new(Semaphore::new(running + waiting)),
            running: Arc::new(Semaphore::new(running)),
            threads: running,
            places: running + waiting,
            patience,
        }
    }

    /// How many searches run and wait now.
    pub(crate) fn load(&self) -> (usize, usize) {
        let running = self.threads.saturating_sub(self.running.available_permits());
        let admitted = self.places.saturating_sub(self.admitted.available_permits());
        (running, admitted.saturating_sub(running))
    }

    /// Waits for a free thread, first come first served, as long as it may and until the deadline at most.
    pub(crate) async fn enter(&self, deadline: Instant) -> Result<Pass, Busy> {
        let patient_until = Instant::now() + self.patience;
        match self.wait(deadline.min(patient_until)).await {
            Err(Busy::TooLate) if patient_until < deadline => Err(Busy::QueueFull),
            entered => entered,
        }
    }

    /// Waits for a free thread until the deadline: for what nobody waits for at a screen.
    pub(crate) async fn wait(&self, deadline: Instant) -> Result<Pass, Busy> {
        let admitted = match Arc::clone(&self.admitted).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(Busy::QueueFull),
        };
        match timeout_at(deadline, Arc::clone(&self.running).acquire_owned()).await {
            Ok(Ok(running)) => Ok(Pass { _admitted: admitted, _running: running }),
            Ok(Err(_)) | Err(_) => Err(Busy::TooLate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_mins(1)
    }

    #[tokio::test]
    async fn beyond_threads_and_queue_a_search_is_refused_at_once() {
        let gate = Gate::new(1, 1, Duration::from_mins(2));
        let running = gate.enter(soon()).await.unwrap();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter(soon()).await.map(drop) }
        });
        while gate.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(gate.enter(soon()).await.unwrap_err(), Busy::QueueFull);
        drop(running);
        assert_eq!(waiting.await.unwrap(), Ok(()));
        assert!(gate.enter(soon()).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_past_the_deadline_gives_up_the_place() {
        let gate = Gate::new(1, 1, Duration::from_mins(2));
        let running = gate.enter(soon()).await.unwrap();
        assert_eq!(gate.enter(Instant::now()).await.unwrap_err(), Busy::TooLate);
        assert_eq!(gate.admitted.available_permits(), 1);
        drop(running);
        assert!(gate.enter(soon()).await.is_ok());
    }

    #[tokio::test]
    async fn who_waits_longer_than_is_allowed_is_refused_as_from_a_full_queue() {
        let gate = Gate::new(1, 1, Duration::ZERO);
        let running = gate.enter(soon()).await.unwrap();
        assert_eq!(gate.enter(soon()).await.unwrap_err(), Busy::QueueFull);
        drop(running);
        assert!(gate.enter(soon()).await.is_ok());
    }
}
