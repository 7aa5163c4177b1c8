//! Takeout's dates: English words, and a narrow no-break space before AM and PM.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::Timestamp;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `Thursday, March 14, 2024 at 10:30:15 PM UTC`, with any kind of blank. Other languages and zones are `None`.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let (month, rest) = match words.as_slice() {
        [first, rest @ ..] if MONTHS.contains(first) => (*first, rest),
        [_, second, rest @ ..] => (*second, rest),
        _ => return None,
    };
    let month = MONTHS.iter().position(|known| *known == month)? as i8 + 1;
    let [day, year, rest @ ..] = rest else { return None };
    let rest = rest.strip_prefix(&["at"]).unwrap_or(rest);
    let (clock, half) = match rest {
        [clock, half @ ("am" | "pm"), "utc"] => (clock, Some(*half)),
        [clock, "utc"] => (clock, None),
        _ => return None,
    };
    let mut parts = clock.split(':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("am") => hour % 12,
        Some(_) => hour % 12 + 12,
    };
    let civil = DateTime::new(year.parse().ok()?, month, day.parse().ok()?, hour, minute, second, 0).ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text).map(|time| time.to_string()).as_deref(), expected, "{text:?}");
    }

    #[test]
    fn every_kind_of_blank_is_read() {
        check("Thursday, March 14, 2024 at 10:30:15\u{202f}PM UTC", Some("2024-03-14T22:30:15Z"));
        check("Thursday, March 14, 2024 at 12:05:00 AM UTC", Some("2024-03-14T00:05:00Z"));
        check("March 14, 2024 at 12:00:00\u{a0}PM UTC", Some("2024-03-14T12:00:00Z"));
        check("Thursday, March 14, 2024, 22:30:15 UTC", Some("2024-03-14T22:30:15Z"));
    }

    #[test]
    fn what_is_not_sure_is_no_time() {
        for bad in [
            "Donnerstag, 14. März 2024 um 22:30:15 UTC",
            "Thursday, March 14, 2024 at 10:30:15 PM CET",
            "Thursday, March 34, 2024 at 10:30:15 PM UTC",
            "Thursday, March 14, 2024 at 13:30:15 PM UTC",
            "March 14, 2024 at 10:30 PM UTC",
            "",
        ] {
            check(bad, None);
        }
    }
}
