//! Time: UTC milliseconds since 1970; the text form is RFC 3339 with `Z`.

use std::fmt;
use std::str::FromStr;

/// A text that is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an RFC 3339 time such as 2026-01-31T12:00:00Z")]
pub struct TimeError(pub String);

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last instant that jiff can print; used as "later than everything".
    pub const MAX: Self = Self(253_402_207_200_000);
    /// The earliest instant that is taken from an export (1970).
    pub const EPOCH: Self = Self(0);

    /// Milliseconds since 1970, clamped to the years 1 to 9999.
    pub const fn from_millis(millis: i64) -> Self {
        if millis > Self::MAX.0 {
            return Self::MAX;
        }
        if millis < -62_135_596_800_000 {
            return Self(-62_135_596_800_000);
        }
        Self(millis)
    }

    /// Milliseconds since 1970.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Days from `earlier` to `self`; negative if `earlier` is later.
    pub fn days_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / 86_400_000.0
    }

    /// This time moved by whole seconds, clamped to the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(formatter, "{time}"),
            Err(_) => write!(formatter, "{}ms", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Reads RFC 3339 with `Z` or an offset; a time without either is refused.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let time: jiff::Timestamp =
            text.trim().parse().map_err(|_| TimeError(text.chars().take(64).collect()))?;
        Ok(Self::from_millis(time.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_rfc_3339() {
        let time: Timestamp = "2021-03-08T02:08:19.5+01:00".parse().unwrap();
        assert_eq!(time.to_string(), "2021-03-08T01:08:19.5Z");
        assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
    }

    #[test]
    fn a_time_without_a_zone_is_refused() {
        assert!("2021-03-08T02:08:19".parse::<Timestamp>().is_err());
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn every_time_prints_and_reads_back(millis in proptest::num::i64::ANY) {
            let time = Timestamp::from_millis(millis);
            proptest::prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        }
    }
}
