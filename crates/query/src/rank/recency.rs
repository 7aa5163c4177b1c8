//! How much less an old thing counts.

use model::Timestamp;

use crate::RankConfig;

/// Days that are looked up; what is older counts as if it were this old.
const DAYS: usize = 8_192;

/// 2^(−age ÷ half-life) for every whole day of age: features look at every row for every question, and a
/// look-up is ten times as fast as the power.
#[derive(Debug, Clone)]
pub struct Recency(Vec<f32>);

impl Recency {
    /// Half after every `half_life_days`, which is above 0.
    pub fn new(half_life_days: f64) -> Self {
        Self((0..DAYS).map(|day| (-(day as f64) / half_life_days).exp2() as f32).collect())
    }

    /// What something of `at` counts at `now`, 0 to 1; 1 for what is younger than a day or lies ahead.
    pub fn of(&self, at: Timestamp, now: Timestamp) -> f32 {
        self.after(days(at, now))
    }

    /// What something counts after so many whole days.
    pub fn after(&self, days: usize) -> f32 {
        self.0[days.min(DAYS - 1)]
    }
}

/// The half-lives by which ranking forgets, each looked up: made once for many questions.
#[derive(Debug, Clone)]
pub struct Ages {
    /// Evidence: [`RankConfig::evidence_half_life_days`].
    pub evidence: Recency,
    /// A fourth of that.
    pub fresh: Recency,
    /// Activity: [`RankConfig::activity_half_life_days`].
    pub activity: Recency,
    /// Activity of late: two weeks.
    pub lately: Recency,
    /// Help to an asker, and how much somebody is leaned on: ninety days.
    pub season: Recency,
    /// Activity ever: a year.
    pub ever: Recency,
}

const LATELY_DAYS: f64 = 14.0;
const SEASON_DAYS: f64 = 90.0;
const EVER_DAYS: f64 = 365.0;

impl Ages {
    /// The half-lives of these options, which are above 0. Costs 50,000 powers.
    pub fn of(config: &RankConfig) -> Self {
        Self {
            evidence: Recency::new(config.evidence_half_life_days),
            fresh: Recency::new(config.evidence_half_life_days / 4.0),
            activity: Recency::new(config.activity_half_life_days),
            lately: Recency::new(LATELY_DAYS),
            season: Recency::new(SEASON_DAYS),
            ever: Recency::new(EVER_DAYS),
        }
    }
}

/// Whole days between two times, 0 if `at` lies ahead.
pub(super) fn days(at: Timestamp, now: Timestamp) -> usize {
    let days = now.days_since(at);
    if days > 0.0 { (days as usize).min(DAYS - 1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_life_halves() {
        let recency = Recency::new(10.0);
        let now = Timestamp::from_millis(100 * 86_400_000);
        let of = |days_ago: i64| recency.of(Timestamp::from_millis((100 - days_ago) * 86_400_000), now);
        let expected = [(0, 1.0), (10, 0.5), (20, 0.25), (-5, 1.0)];
        assert!(expected.into_iter().all(|(days, value): (i64, f32)| (of(days) - value).abs() < 1e-6));
        assert!(
            (of(90_000) - recency.after(DAYS - 1)).abs() < f32::EPSILON,
            "what is older counts as the oldest"
        );
        let centuries = Recency::new(1e5);
        assert!((centuries.after(usize::MAX) - 0.945).abs() < 1e-3);
    }
}
