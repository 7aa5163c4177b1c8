//! Figures of operation: how many asks stand where, how fast they are taken, and how evenly they fall.

use std::collections::BTreeMap;

use model::Timestamp;

use super::Desk;
use crate::{Error, State};

/// Upper ends of the buckets of times until somebody took an ask, in seconds.
pub const TIMES_TO_ACCEPT: [u64; 7] = [60, 300, 900, 3_600, 14_400, 86_400, 604_800];
/// Over how many seconds the load is compared.
const SPREAD_SECONDS: i64 = 30 * 86_400;

/// Figures of operation; no names. Offers of which their askers are not told are in none: whoever reads the figures
/// may be such an asker.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// Asks by state, every state.
    pub asks: Vec<(State, u64)>,
    /// How many were taken within each of [`TIMES_TO_ACCEPT`].
    pub taken_within: [u64; TIMES_TO_ACCEPT.len()],
    /// How many were taken.
    pub taken: u64,
    /// How long that took, in seconds, altogether.
    pub taken_seconds: f64,
    /// How unevenly the offers of the last 30 days fall on those who got any: 0 (evenly) to nearly 1.
    pub spread: f64,
    /// How many people got one in that time.
    pub offered_to: u64,
    /// Events that wait for the webhook.
    pub undelivered: u64,
}

impl Desk {
    /// The figures of now. Costs a pass over the offers.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn figures(&self, now: Timestamp) -> Result<Figures, Error> {
        let undelivered = self.n_deliveries()?;
        let db = self.read();
        let mut by_state: BTreeMap<String, i64> = BTreeMap::new();
        let mut statement = db.prepare_cached("SELECT state, count(*) FROM ask GROUP BY state")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            by_state.insert(row.get(0)?, row.get(1)?);
        }
        let count = |state: State| by_state.get(state.as_str()).map_or(0, |count| count.unsigned_abs());
        let mut figures = Figures {
            asks: State::ALL.into_iter().map(|state| (state, count(state))).collect(),
            undelivered,
            ..Figures::default()
        };
        let sql = "SELECT min(offer.accepted_at) - ask.asked_at FROM offer JOIN ask ON ask.number = offer.ask
                   WHERE offer.accepted_at IS NOT NULL AND offer.hidden = 0 GROUP BY offer.ask";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let seconds = row.get::<_, i64>(0)? as f64 / 1_000.0;
            figures.taken += 1;
            figures.taken_seconds += seconds;
            for (within, end) in figures.taken_within.iter_mut().zip(TIMES_TO_ACCEPT) {
                *within += u64::from(seconds <= end as f64);
            }
        }
        let sql = "SELECT count(*) FROM offer WHERE at > ?1 AND hidden = 0 GROUP BY account";
        let mut statement = db.prepare_cached(sql)?;
        let from = now.plus_seconds(-SPREAD_SECONDS).as_millis();
        let loads: Vec<i64> = statement.query_map([from], |row| row.get(0))?.collect::<Result<_, _>>()?;
        figures.offered_to = loads.len() as u64;
        figures.spread = gini(loads);
        Ok(figures)
    }
}

/// The Gini coefficient: the mean difference between two of them, over twice the mean. 0 without any.
fn gini(mut loads: Vec<i64>) -> f64 {
    loads.sort_unstable();
    let (n, total) = (loads.len() as f64, loads.iter().sum::<i64>() as f64);
    if total <= 0.0 {
        return 0.0;
    }
    let weighed: f64 = loads.iter().zip(1_u32..).map(|(load, place)| f64::from(place) * *load as f64).sum();
    (2.0 * weighed / (n * total) - (n + 1.0) / n).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::gini;

    #[test]
    fn the_spread_is_nothing_if_all_have_as_much_and_nearly_all_if_one_has_everything() {
        let close = |loads: &[i64], expected: f64| assert!((gini(loads.to_vec()) - expected).abs() < 1e-9);
        close(&[], 0.0);
        close(&[3, 3, 3], 0.0);
        close(&[0, 0, 0, 8], 0.75);
        close(&[3, 1], 0.25);
    }
}
