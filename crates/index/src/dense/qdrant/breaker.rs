//! The circuit breaker: a cluster that fails is left alone for a while, so that no question waits for it.

use std::time::{Duration, Instant};

/// Failures in a row that open the circuit.
const FAILURES: u32 = 3;
/// How long it stays open the first time; doubled with each trial that fails …
const FIRST: Duration = Duration::from_secs(1);
/// … up to this.
const LONGEST: Duration = Duration::from_secs(30);

/// Whether the other side may be asked.
///
/// Closed: everybody asks. After [`FAILURES`] in a row it is open: nobody asks. When its time is over, one call is
/// let through as a trial: if it succeeds the circuit closes, if it fails the next wait is twice as long. Times
/// are handed in; they are of the machine's steady clock and reach no answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Breaker {
    failures: u32,
    wait: Duration,
    open_until: Option<Instant>,
}

impl Breaker {
    pub(super) const fn new() -> Self {
        Self { failures: 0, wait: FIRST, open_until: None }
    }

    /// Whether a call may go out now. Whoever gets `true` on an open circuit makes the trial: until it is told how
    /// that went, or the trial has had as long as the last wait, nobody else gets it.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + self.wait);
                true
            }
        }
    }

    /// Whether a call would not go out now. Takes no trial.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::new();
    }

    pub(super) fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        if self.failures < FAILURES {
            return;
        }
        if self.failures > FAILURES {
            self.wait = (self.wait * 2).min(LONGEST);
        }
        self.open_until = Some(now + self.wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that has just opened, at `now`.
    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new();
        for _ in 0..FAILURES {
            assert!(breaker.admits(now), "a failure or two are bad luck");
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_not_before() {
        let now = Instant::now();
        let mut breaker = Breaker::new();
        for _ in 0..10 {
            breaker.failed(now);
            breaker.failed(now);
            breaker.succeeded();
        }
        assert!(breaker.admits(now), "no three in a row");
        assert!(!opened(now).admits(now));
    }

    #[test]
    fn one_trial_goes_out_when_the_wait_is_over() {
        let now = Instant::now();
        let mut breaker = opened(now);
        assert!(breaker.is_open(now) && !breaker.is_open(now + FIRST));
        assert!(breaker.admits(now + FIRST), "the trial");
        assert!(!breaker.admits(now + FIRST), "one is enough");
        breaker.succeeded();
        assert!(breaker.admits(now + FIRST));
    }

    #[test]
    fn every_trial_that_fails_doubles_the_wait_up_to_a_bound() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            let wait = Duration::from_secs(seconds);
            assert!(!breaker.admits(now + wait.mul_f64(0.99)), "{seconds}");
            now += wait;
            assert!(breaker.admits(now), "{seconds}");
            breaker.failed(now);
        }
    }
}
