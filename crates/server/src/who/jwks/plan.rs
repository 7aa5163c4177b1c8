//! When the issuer is asked for its keys.

use std::time::{Duration, Instant};

/// How long keys are good where the issuer does not say.
const USUAL: Duration = Duration::from_hours(1);
/// The shortest and the longest time that keys are good, whatever the issuer says.
const BOUNDS: (Duration, Duration) = (Duration::from_mins(5), Duration::from_hours(24));
/// Fewest time between two tries that tokens make by naming unknown keys: anybody can make up such a token.
const ASKED: Duration = Duration::from_mins(1);
/// The first pause after a failure, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(5));

/// When the issuer is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    tried: Option<Instant>,
    due: Instant,
    failures: u32,
}

impl Plan {
    /// At once, for the first time.
    pub(super) const fn new(now: Instant) -> Self {
        Self { tried: None, due: now, failures: 0 }
    }

    /// When, if somebody misses a key, or nobody does.
    pub(super) fn next(&self, missed: bool) -> Instant {
        match self.tried {
            Some(tried) if missed => self.due.min(tried + ASKED),
            _ => self.due,
        }
    }

    /// Keys came, good for so long if the issuer said it.
    pub(super) fn came(&mut self, now: Instant, good_for: Option<Duration>) {
        let (shortest, longest) = BOUNDS;
        let good_for = good_for.unwrap_or(USUAL).clamp(shortest, longest);
        *self = Self { tried: Some(now), due: now + good_for, failures: 0 };
    }

    /// None came.
    pub(super) fn failed(&mut self, now: Instant) {
        let (first, longest) = PAUSES;
        let pause = first.saturating_mul(1 << self.failures.min(16)).min(longest);
        *self = Self { tried: Some(now), due: now + pause, failures: self.failures.saturating_add(1) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(of: &Plan, missed: bool, from: Instant) -> u64 {
        of.next(missed).duration_since(from).as_secs()
    }

    #[test]
    fn keys_are_fetched_again_when_the_issuer_says_within_bounds() {
        let now = Instant::now();
        let mut plan = Plan::new(now);
        assert_eq!(plan.next(false), now);
        for (said, expected) in [(None, 3_600), (Some(0), 300), (Some(900), 900), (Some(u64::MAX), 86_400)] {
            plan.came(now, said.map(Duration::from_secs));
            assert_eq!(seconds(&plan, false, now), expected);
            assert_eq!(seconds(&plan, true, now), 60);
        }
    }

    #[test]
    fn an_issuer_that_is_down_is_tried_again_ever_more_seldom() {
        let now = Instant::now();
        let mut plan = Plan::new(now);
        let pauses: Vec<u64> = (0..8)
            .map(|_| {
                plan.failed(now);
                seconds(&plan, false, now)
            })
            .collect();
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(seconds(&plan, true, now), 60);
        plan.came(now, None);
        plan.failed(now);
        assert_eq!((seconds(&plan, false, now), seconds(&plan, true, now)), (5, 5));
    }
}
