//! Dates as people and tools write them in tables: with a month's name, with slashes in two orders, ISO.

use jiff::civil::{Date, DateTime};
use model::Timestamp;

use super::values;

/// Shapes of a day with a time; a space is any blank.
const TIMES: [&str; 16] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%Y %H:%M",
    "%d-%b-%Y %H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%b %d, %Y %I:%M %p",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%a %b %d %Y %H:%M:%S",
];
/// Shapes of a day.
const DAYS: [&str; 7] = ["%Y-%m-%d", "%d/%b/%y", "%d/%b/%Y", "%d-%b-%Y", "%d.%m.%Y", "%b %d, %Y", "%Y/%m/%d"];
/// What follows the day where slashes stand between numbers.
const CLOCKS: [&str; 5] = ["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"];

/// How a table writes dates with slashes; everything else is read the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dates {
    /// Whether `3/4/2024` is the third of April.
    day_first: bool,
    /// Whether a date was seen that reads both ways, and none that tells.
    pub(super) undecided: bool,
}

impl Dates {
    /// Learns the order of day and month from what stands in the cells. If nothing tells, months come first.
    pub(super) fn learn<'t>(cells: impl Iterator<Item = &'t str>) -> Self {
        let (mut days, mut months, mut any) = (0_u32, 0_u32, false);
        for (first, second) in cells.filter_map(two_numbers) {
            any = true;
            days += u32::from(first > 12 && second <= 12);
            months += u32::from(second > 12 && first <= 12);
        }
        Self { day_first: days > months, undecided: any && days == 0 && months == 0 }
    }

    /// The time that a text states; without a zone it is taken as UTC.
    pub(super) fn time(self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        if let Some(time) = values::time(text) {
            return Some(time);
        }
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) || text.len() > 64 {
            return None;
        }
        let (text, offset) = without_zone(&plain_blanks(text));
        let civil = self.civil(&text)?;
        let at = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
        Some(Timestamp::from_millis(at).plus_seconds(-offset))
    }

    fn civil(self, text: &str) -> Option<DateTime> {
        if two_numbers(text).is_some() {
            return self.with_slashes(text);
        }
        let time = || TIMES.iter().find_map(|shape| DateTime::strptime(shape, text).ok());
        let day = || DAYS.iter().find_map(|shape| Date::strptime(shape, text).ok());
        time().or_else(|| Some(day()?.at(0, 0, 0, 0)))
    }

    fn with_slashes(self, text: &str) -> Option<DateTime> {
        let order = if self.day_first { "%d/%m" } else { "%m/%d" };
        let long = text.split([' ', '/']).nth(2).is_some_and(|year| year.len() == 4);
        let year = if long { "%Y" } else { "%y" };
        CLOCKS.iter().find_map(|clock| {
            let shape = format!("{order}/{year}{clock}");
            if clock.is_empty() {
                return Some(Date::strptime(&shape, text).ok()?.at(0, 0, 0, 0));
            }
            DateTime::strptime(&shape, text).ok()
        })
    }
}

/// The numbers of `3/4/2024…`, as far as it begins like that.
fn two_numbers(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start().splitn(3, '/');
    let mut number = || parts.next().filter(|part| part.len() <= 2)?.parse::<u32>().ok();
    let numbers = (number()?, number()?);
    parts.next()?.starts_with(|c: char| c.is_ascii_digit()).then_some(numbers)
}

/// Narrow and unbreakable blanks become plain ones, commas between day and time go.
fn plain_blanks(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    // A comma belongs only to dates that begin with a month's name.
    if text.starts_with(|c: char| c.is_ascii_digit()) { text.replace(',', "") } else { text }
}

/// The text without the zone at its end, and the zone's seconds east of UTC.
fn without_zone(text: &str) -> (String, i64) {
    // Scripts print `Tue Jan 10 2023 14:00:00 GMT+0200 (a name)`.
    let text = text.split(" (").next().unwrap_or(text);
    for zone in [" UTC", " GMT", " Z"] {
        if let Some(rest) = text.strip_suffix(zone) {
            return (rest.to_owned(), 0);
        }
    }
    let Some(cut) = text.len().checked_sub(5) else { return (text.to_owned(), 0) };
    let (Some(rest), Some(zone)) = (text.get(..cut), text.get(cut..)) else { return (text.to_owned(), 0) };
    let sign = match zone.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') if text.contains(':') => -1,
        _ => return (text.to_owned(), 0),
    };
    let part = |from: usize| zone.get(from..from + 2).and_then(|digits| digits.parse::<i64>().ok());
    match (part(1), part(3)) {
        (Some(hours), Some(minutes)) => {
            let rest = rest.trim_end().trim_end_matches("GMT").trim_end_matches("UTC").trim_end();
            (rest.to_owned(), sign * (hours * 3600 + minutes * 60))
        }
        _ => (text.to_owned(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let read = Dates::default().time(text).map(|time| time.to_string());
        assert_eq!(read.as_deref(), expected, "{text:?}");
    }

    #[test]
    fn the_shapes_of_real_tables_are_read() {
        check("31/Mar/24 6:49 AM", Some("2024-03-31T06:49:00Z"));
        check("14/Jul/25 3:42\u{202f}PM", Some("2025-07-14T15:42:00Z"));
        check("6/21/2025 16:14", Some("2025-06-21T16:14:00Z"));
        check("6/21/25 4:14 PM", Some("2025-06-21T16:14:00Z"));
        check("2024-03-31 06:49:10", Some("2024-03-31T06:49:10Z"));
        check("2024-03-31 06:49:10.5 UTC", Some("2024-03-31T06:49:10.5Z"));
        check("2024-03-31T06:49:10+02:00", Some("2024-03-31T04:49:10Z"));
        check("2024-03-31T06:49:10.000+0000", Some("2024-03-31T06:49:10Z"));
        check("19-Aug-2026 14:22:35", Some("2026-08-19T14:22:35Z"));
        check("31.03.2024 06:49", Some("2024-03-31T06:49:00Z"));
        check("2024-03-31", Some("2024-03-31T00:00:00Z"));
        check("Tue Jan 10 2023 14:00:00 GMT+0200 (Some Zone)", Some("2023-01-10T12:00:00Z"));
        check("Mar 31, 2024 6:49 AM", Some("2024-03-31T06:49:00Z"));
        for text in ["", "soon", "13/13/2024", "31/Foo/24 6:49 AM", "5", "1/2", "é1/2/2024", "2024-02-31"] {
            check(text, None);
        }
    }

    #[test]
    fn a_table_tells_its_order_of_day_and_month() {
        let dates = Dates::learn(["3/4/2024", "21/6/2024 10:00", "text"].into_iter());
        assert_eq!(dates.time("3/4/2024").map(|time| time.to_string()).unwrap(), "2024-04-03T00:00:00Z");
        assert!(!dates.undecided && Dates::learn(["3/4/2024"].into_iter()).undecided);
        assert!(!Dates::learn(["2024-04-03"].into_iter()).undecided);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}", numbers in "[0-9/ :+.-]{0,30}") {
            let _ = (Dates::default().time(&text), Dates::default().time(&numbers));
            let _ = Dates::learn([text.as_str(), numbers.as_str()].into_iter());
        }
    }
}
