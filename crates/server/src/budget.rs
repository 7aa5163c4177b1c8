//! How many different people one principal is shown in an hour: who goes through everybody is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

/// How many different people in an hour are usual.
const USUAL: usize = 200;
/// Principals that are remembered at once.
const MOST: usize = 10_000;
/// An hour, in milliseconds.
const HOUR_MS: i64 = 3_600_000;

/// Who was shown to whom, hour by hour.
#[derive(Debug, Default)]
pub(crate) struct Budget(Mutex<BTreeMap<String, Hour>>);

/// One hour of one principal.
#[derive(Debug)]
struct Hour {
    began: i64,
    people: BTreeSet<String>,
}

impl Hour {
    /// Not once it is over, nor if it begins ahead of a clock that was put back.
    fn goes_on(&self, now: i64) -> bool {
        (0..HOUR_MS).contains(&now.saturating_sub(self.began))
    }
}

impl Budget {
    /// Notes who is shown to a principal; `true` when they pass what is usual, once an hour.
    pub(crate) fn show(&self, principal: &str, people: &[String], now: Timestamp) -> bool {
        let now = now.as_millis();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(principal) && all.len() >= MOST {
            all.retain(|_, hour| hour.goes_on(now));
            if all.len() >= MOST {
                return false;
            }
        }
        let new = || Hour { began: now, people: BTreeSet::new() };
        let hour = all.entry(principal.to_owned()).or_insert_with(new);
        if !hour.goes_on(now) {
            *hour = new();
        }
        let before = hour.people.len();
        if before > USUAL {
            return false;
        }
        let room = USUAL + 1 - before;
        let unseen: Vec<&String> = people.iter().filter(|id| !hour.people.contains(*id)).collect();
        hour.people.extend(unseen.into_iter().take(room).cloned());
        hour.people.len() > USUAL
    }

    /// As if the hour were over.
    #[cfg(test)]
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|number| format!("p{number}")).collect()
    }

    #[test]
    fn who_goes_through_everybody_is_told_once_an_hour() {
        let budget = Budget::default();
        let at = Timestamp::from_millis;
        for _ in 0..3 {
            assert!(!budget.show("ana", &people(0..200), at(0)));
        }
        assert!(!budget.show("bo", &people(150..300), at(0)));
        assert!(budget.show("ana", &people(199..201), at(1)));
        assert!(!budget.show("ana", &people(300..900), at(2)));
        assert!(!budget.show("ana", &people(0..200), at(HOUR_MS)));
        assert!(budget.show("ana", &people(200..500), at(HOUR_MS + 1)));
    }

    #[test]
    fn a_clock_that_goes_back_a_day_or_far_ahead_hides_nobody() {
        let budget = Budget::default();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for day in
            ["2026-03-02T09:00:00Z", "2026-03-01T09:00:00Z", "2038-01-19T03:14:08Z", "2026-03-01T09:00:00Z"]
        {
            assert!(!budget.show("ana", &people(0..150), at(day)), "{day}");
            assert!(budget.show("ana", &people(150..300), at(day)), "{day}");
        }
        assert!(!budget.show("ana", &people(0..150), Timestamp::from_millis(i64::MIN)));
        assert!(!budget.show("ana", &people(0..150), Timestamp::MAX));
    }
}
