//! The line that begins a mail in an mbox: `From <address> <date>`.

use model::Timestamp;

/// What a separator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::formats::mail) struct Separator {
    /// When the mail came in, UTC unless it says otherwise.
    pub(in crate::formats::mail) at: Option<Timestamp>,
    /// Written by `git format-patch`: a commit in place of the address. Such lines also stand in patches
    /// that are part of a mail.
    pub(in crate::formats::mail) git: bool,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// No real separator is longer.
const MAX_BYTES: usize = 1024;

/// Reads a line as a separator: it must have an address and end in a date of asctime's or RFC 5322's form.
pub(in crate::formats::mail) fn parse(line: &[u8]) -> Option<Separator> {
    let rest = line.strip_prefix(b"From ").filter(|rest| rest.len() <= MAX_BYTES)?;
    let text = String::from_utf8_lossy(rest);
    let mut words: Vec<&str> = text.split_whitespace().collect();
    // Mail that came by UUCP.
    if let [.., "remote", "from", _] = words.as_slice() {
        words.truncate(words.len() - 3);
    }
    let address = *words.first()?;
    let at = (1..words.len().min(12)).find_map(|start| date(words.get(start..)?))?;
    let git = address.len() == 40 && address.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(Separator { at: at.0, git })
}

/// A date; the inner `None` is one that is well formed and does not exist.
struct Date(Option<Timestamp>);

fn date(words: &[&str]) -> Option<Date> {
    match words {
        // asctime: Fri Mar 29 14:07:21 2019, with a zone before or after the year.
        [day, month, of_month, time, rest @ ..] if is_day(day) && month_of(month).is_some() => {
            let years: Vec<i16> = rest.iter().filter_map(|word| four_digits(word)).collect();
            let zones: Vec<i32> = rest.iter().filter_map(|word| zone(word)).collect();
            let [year] = years.as_slice() else { return None };
            if years.len() + zones.len() != rest.len() || zones.len() > 2 {
                return None;
            }
            built(*year, month, of_month, time, zones.iter().sum())
        }
        // RFC 5322: Fri, 29 Mar 2019 14:07:21 +0100
        [day, rest @ ..] if day.ends_with(',') && is_day(day.trim_end_matches(',')) => numbered(rest),
        rest => numbered(rest),
    }
}

fn numbered(words: &[&str]) -> Option<Date> {
    let [of_month, month, year_word, time, rest @ ..] = words else { return None };
    let zone = match rest {
        [] => 0,
        [word] => zone(word)?,
        [word, comment] if comment.starts_with('(') => zone(word)?,
        _ => return None,
    };
    built(four_digits(year_word)?, month, of_month, time, zone)
}

fn built(year: i16, month: &str, of_month: &str, time: &str, zone: i32) -> Option<Date> {
    let month = month_of(month)?;
    let of_month: i8 = of_month.parse().ok().filter(|day| (1..=31).contains(day))?;
    let parts: Vec<&str> = time.split(':').collect();
    let number = |text: &str| -> Option<i8> {
        let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    let local = jiff::civil::DateTime::new(year, month, of_month, hour, minute, second, 0).ok();
    let at = local.and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let at =
        at.map(|at| Timestamp::from_millis(at.timestamp().as_millisecond()).plus_seconds(i64::from(-zone)));
    Some(Date(at))
}

fn is_day(word: &str) -> bool {
    DAYS.iter().any(|day| word.eq_ignore_ascii_case(day))
}

fn month_of(word: &str) -> Option<i8> {
    let place = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(month))?;
    i8::try_from(place + 1).ok()
}

/// A year, or hours and minutes.
fn four_digits(word: &str) -> Option<i16> {
    let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

/// Seconds east of UTC; a named zone is taken for UTC, since the line is a rough time only.
fn zone(word: &str) -> Option<i32> {
    let named = (1..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if named {
        return Some(0);
    }
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let number = i32::from(four_digits(digits)?);
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&str>) {
        let parsed = parse(line.as_bytes()).map(|found| found.at.map_or("?".to_owned(), |at| at.to_string()));
        assert_eq!(parsed.as_deref(), expected, "{line}");
    }

    #[test]
    fn separators_of_all_writers_are_known() {
        check("From ann@example.com Fri Mar 29 14:07:21 2019", Some("2019-03-29T14:07:21Z"));
        check("From ann@example.com  Fri Mar  1 14:07 2019\r\n", Some("2019-03-01T14:07:00Z"));
        check("From 1719@xxx Tue Mar 01 00:00:00 +0000 2022", Some("2022-03-01T00:00:00Z"));
        check("From - Tue Mar 01 01:00:00 CET 2022", Some("2022-03-01T01:00:00Z"));
        check("From ann@example.com Tue, 1 Mar 2022 10:00:00 +0100", Some("2022-03-01T09:00:00Z"));
        check("From ann@example.com 1 Mar 2022 10:00:00 -0130 (X)", Some("2022-03-01T11:30:00Z"));
        check("From ann at example.com  Tue Mar  1 10:00:00 2022", Some("2022-03-01T10:00:00Z"));
        check("From u!joe Tue Mar 1 10:00:00 2022 remote from host", Some("2022-03-01T10:00:00Z"));
        check("From MAILER-DAEMON Sun Feb 31 10:00:00 2022", Some("?"));
    }

    #[test]
    fn sentences_are_no_separators() {
        for line in [
            "From our side it is fine",
            "From Mon Mar 1 to Fri we are away",
            "From: ann@example.com",
            "From ann@example.com",
            "From ",
            "From Fri Mar 29 14:07:21 2019",
            "From today, Mar 2019 at 10:00",
            "From ann@example.com Fri Mar 29 14:07:21 2019 and more",
            "From ann@example.com Fri Mar 29 14:07:21 2019 +2147483647",
            "From ann@example.com 29 Mar 2019 14:07:21 -2147483648",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn a_patch_is_told_from_a_mail() {
        let line = format!("From {} Mon Sep 17 00:00:00 2001", "0123456789abcdef0123456789abcdef01234567");
        assert!(parse(line.as_bytes()).unwrap().git);
        assert!(!parse(b"From ann@example.com Mon Sep 17 00:00:00 2001").unwrap().git);
    }
}
