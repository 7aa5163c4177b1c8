//! Days, zones and working hours, without the clock of this machine or a zone database.

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::tz::Offset;

/// One minute, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;
/// One hour, in milliseconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// One day, in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// When the clocks of a zone are put forward by an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Summer {
    Never,
    /// Last Sunday of March to last Sunday of October.
    European,
    /// Second Sunday of March to first Sunday of November.
    American,
}

/// A place where the company has people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zone {
    /// The IANA name.
    pub(crate) name: &'static str,
    /// What Slack writes beside it.
    pub(crate) label: &'static str,
    /// The office.
    pub(crate) city: &'static str,
    standard_minutes: i64,
    summer: Summer,
}

const fn zone(
    name: &'static str,
    label: &'static str,
    city: &'static str,
    standard_minutes: i64,
    summer: Summer,
) -> Zone {
    Zone { name, label, city, standard_minutes, summer }
}

/// The offices; people carry the position in this list.
pub(crate) const ZONES: [Zone; 7] = [
    zone("Europe/Berlin", "Central European Time", "Hamburg", 60, Summer::European),
    zone("Europe/London", "Greenwich Mean Time", "Leeds", 0, Summer::European),
    zone("Europe/Paris", "Central European Time", "Lyon", 60, Summer::European),
    zone("America/New_York", "Eastern Time", "Boston", -300, Summer::American),
    zone("America/Denver", "Mountain Time", "Denver", -420, Summer::American),
    zone("Asia/Tokyo", "Japan Standard Time", "Osaka", 540, Summer::Never),
    zone("Asia/Kolkata", "India Standard Time", "Pune", 330, Summer::Never),
];

impl Zone {
    /// Minutes that its clocks are ahead of UTC at that time.
    ///
    /// The switch is taken at midnight UTC of its Sunday, when nobody works.
    pub(crate) fn offset_minutes(&self, millis: i64) -> i64 {
        let day = civil(millis).date();
        let summer = match self.summer {
            Summer::Never => false,
            Summer::European => nth_sunday(day.year(), 3, -1) <= day && day < nth_sunday(day.year(), 10, -1),
            Summer::American => nth_sunday(day.year(), 3, 2) <= day && day < nth_sunday(day.year(), 11, 1),
        };
        self.standard_minutes + if summer { 60 } else { 0 }
    }

    /// The wall clock of the zone.
    pub(crate) fn local(&self, millis: i64) -> DateTime {
        civil(millis + self.offset_minutes(millis) * MINUTE)
    }

    /// The first moment from `millis` on at which somebody here who starts at `start_hour` is at work:
    /// nine hours a day, Monday to Friday. `late_minutes` are added to a moment that had to be moved.
    pub(crate) fn at_work(&self, millis: i64, start_hour: i64, late_minutes: i64) -> i64 {
        let mut at = millis;
        for _ in 0..5 {
            let shift = self.offset_minutes(at) * MINUTE;
            let of_day = (at + shift).rem_euclid(DAY);
            let weekend = matches!(self.local(at).weekday(), Weekday::Saturday | Weekday::Sunday);
            let midnight = at - of_day;
            if weekend || of_day >= (start_hour + 9) * HOUR {
                at = midnight + DAY + start_hour * HOUR + late_minutes * MINUTE;
            } else if of_day < start_hour * HOUR {
                return midnight + start_hour * HOUR + late_minutes * MINUTE;
            } else {
                return at;
            }
        }
        at
    }
}

/// The calendar date and time of day in UTC.
pub(crate) fn civil(millis: i64) -> DateTime {
    jiff::Timestamp::from_millisecond(millis)
        .map_or_else(|_| DateTime::default(), |time| Offset::UTC.to_datetime(time))
}

fn nth_sunday(year: i16, month: i8, nth: i8) -> Date {
    let first = date(year, month, 1);
    first.nth_weekday_of_month(nth, Weekday::Sunday).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> i64 {
        text.parse::<model::Timestamp>().unwrap().as_millis()
    }

    #[test]
    fn clocks_are_put_forward_where_they_are() {
        let check = |zone: usize, at: &str, minutes: i64| {
            assert_eq!(ZONES[zone].offset_minutes(millis(at)), minutes, "{} at {at}", ZONES[zone].name);
        };
        check(0, "2026-01-15T12:00:00Z", 60);
        check(0, "2026-03-30T12:00:00Z", 120);
        check(0, "2026-10-26T12:00:00Z", 60);
        check(3, "2026-03-09T12:00:00Z", -240);
        check(3, "2026-11-02T12:00:00Z", -300);
        check(5, "2026-07-01T12:00:00Z", 540);
    }

    #[test]
    fn nobody_answers_at_night_or_on_sunday() {
        let check = |at: &str, expected: &str| {
            assert_eq!(ZONES[0].at_work(millis(at), 8, 20), millis(expected), "{at}");
        };
        check("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z");
        check("2026-01-15T03:00:00Z", "2026-01-15T07:20:00Z");
        check("2026-01-16T21:00:00Z", "2026-01-19T07:20:00Z");
        check("2026-01-18T11:00:00Z", "2026-01-19T07:20:00Z");
    }
}
