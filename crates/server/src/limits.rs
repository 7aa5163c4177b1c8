//! How often one principal may ask: a token bucket for each, told by one time stamp (GCRA).
//!
//! Decision: forty lines of our own rather than a crate: the clock is an argument, a request may cost more than
//! one, and the table is bounded.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How often one principal may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run, 0 to 100,000; 0: no limit.
    pub per_second: u32,
    /// Requests at once after a pause, 1 to 100,000.
    pub burst: u32,
}

/// Principals that are remembered at once; a bucket that is full again is forgotten.
const MOST: usize = 100_000;

/// The buckets of all principals.
#[derive(Debug)]
pub(crate) struct Limits {
    rate: Rate,
    /// By principal: the time at which the bucket would be full again.
    full_at: Mutex<BTreeMap<String, Instant>>,
}

impl Limits {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::default() }
    }

    /// Takes so many requests from a principal's bucket.
    ///
    /// # Errors
    /// How long to wait until it would hold them; nothing is taken then.
    pub(crate) fn take(&self, principal: &str, cost: u32, now: Instant) -> Result<(), Duration> {
        if self.rate.per_second == 0 {
            return Ok(());
        }
        let each = Duration::from_secs(1) / self.rate.per_second;
        let room = each * self.rate.burst;
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let from = full_at.get(principal).map_or(now, |at| (*at).max(now));
        let until = from + each * cost.min(self.rate.burst);
        let over = until.saturating_duration_since(now + room);
        if !over.is_zero() {
            return Err(over);
        }
        if full_at.len() >= MOST && !full_at.contains_key(principal) {
            full_at.retain(|_, at| *at > now);
        }
        if full_at.len() < MOST || full_at.contains_key(principal) {
            full_at.insert(principal.to_owned(), until);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(Rate { per_second: 10, burst: 20 })
    }

    #[test]
    fn a_burst_passes_and_then_ten_a_second() {
        let (limits, start) = (limits(), Instant::now());
        for _ in 0..20 {
            assert_eq!(limits.take("a", 1, start), Ok(()));
        }
        assert_eq!(limits.take("a", 1, start), Err(Duration::from_millis(100)));
        assert_eq!(limits.take("b", 1, start), Ok(()), "everybody has a bucket of their own");
        let passed =
            (0..1_000).filter(|n| limits.take("a", 1, start + Duration::from_millis(n * 10)).is_ok());
        assert_eq!(passed.count(), 99);
    }

    #[test]
    fn what_costs_more_takes_more_and_a_refusal_takes_nothing() {
        let (limits, start) = (limits(), Instant::now());
        assert_eq!(limits.take("a", 15, start), Ok(()));
        assert_eq!(limits.take("a", 15, start), Err(Duration::from_secs(1)));
        assert_eq!(limits.take("a", 5, start), Ok(()));
        assert_eq!(limits.take("c", 1_000, start), Ok(()), "no request costs more than a full bucket");
    }

    #[test]
    fn a_time_that_goes_back_locks_nobody_out_and_opens_nothing() {
        // Buckets go by the machine's steady clock; what is handed in may still be out of order.
        let (limits, start) = (limits(), Instant::now() + Duration::from_hours(24));
        for _ in 0..20 {
            assert_eq!(limits.take("a", 1, start), Ok(()));
        }
        let before = start.checked_sub(Duration::from_secs(10)).unwrap();
        let wait = limits.take("a", 1, before).unwrap_err();
        assert!(wait <= Duration::from_secs(11), "{wait:?}");
        assert_eq!(limits.take("a", 1, start + Duration::from_millis(100)), Ok(()));
        assert!(limits.take("a", 1, start + Duration::from_millis(100)).is_err());
    }

    #[test]
    fn without_a_rate_nothing_is_refused() {
        let limits = Limits::new(Rate { per_second: 0, burst: 1 });
        assert!((0..100).all(|_| limits.take("a", 1, Instant::now()).is_ok()));
    }
}
