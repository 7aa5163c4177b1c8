//! Whether somebody is there: what they said themselves, their hours in their own time zone, and their load.
//!
//! Decision: the zones come compiled in, so that the same moment is the same hour on every machine. Price: a new
//! rule of a government needs a new build.

use jiff::ToSpan;
use jiff::civil::Time;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use model::{EmploymentStatus, Timestamp};

use crate::{Config, Refusal};

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Most spans of one day.
const SPANS: usize = 4;
/// Most absences that somebody can state.
const ABSENCES: usize = 100;
/// Highest limit that somebody can set.
const HIGHEST_LIMIT: u32 = 100;
/// How far ahead the next working hour is looked for, in days.
const AHEAD: i64 = 14;

/// Working hours: spans in minutes after midnight for each weekday, Monday first; the end is not in a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Week(pub [Vec<(u16, u16)>; 7]);

/// When somebody is not there; the end is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// From then on.
    pub from: Timestamp,
    /// Until then.
    pub until: Timestamp,
}

/// What somebody said of when and how often they want to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// IANA name; `None`: what an export says.
    pub timezone: Option<String>,
    /// `None`: the hours of the options.
    pub week: Option<Week>,
    /// When they are not there.
    pub absences: Vec<Absence>,
    /// Open asks at once, 0 (none at all) to 100; `None`: as the options say.
    pub limit: Option<u32>,
    /// A lower limit and longer rests.
    pub ask_me_less: bool,
}

/// Whether somebody can be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes.
    Available,
    /// They are absent.
    Away,
    /// They have as many open asks as they take, or rest from the last.
    Busy,
    /// They have left.
    Departed,
}

impl Standing {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Away => "away",
            Self::Busy => "busy",
            Self::Departed => "departed",
        }
    }
}

/// Whether somebody is there, and how much they have to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Whether they can be asked.
    pub standing: Standing,
    /// Whether it is one of their working hours; `None`: their time zone is not known.
    pub within_hours: Option<bool>,
    /// Asks that they have now.
    pub open_asks: u32,
    /// Most that they take.
    pub limit: u32,
    /// When their next working hour begins; `None` if it has begun, or is not known.
    pub back_at: Option<Timestamp>,
}

/// What is on somebody's desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Asks that they have now.
    pub open: u32,
    /// When they were last offered one.
    pub last_offer_at: Option<Timestamp>,
}

impl Week {
    /// The same span, in minutes after midnight, on each of the days that are worked on, Monday first.
    pub fn alike(worked: [bool; 7], from: u16, to: u16) -> Self {
        Self(worked.map(|works| if works { vec![(from, to)] } else { Vec::new() }))
    }

    /// The same span on every day from Monday to Friday.
    pub fn weekdays(from: u16, to: u16) -> Self {
        Self::alike([true, true, true, true, true, false, false], from, to)
    }

    /// Refuses spans that end before they begin, overlap, or are too many.
    ///
    /// # Errors
    /// [`Refusal::Setting`].
    pub fn check(&self) -> Result<(), Refusal> {
        for day in &self.0 {
            let sound = day.iter().all(|(from, to)| from < to && *to <= DAY);
            let in_order = day.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            if !sound || !in_order || day.len() > SPANS {
                return Err(Refusal::Setting(
                    "hours: at most four spans a day, one after the other, within 00:00 to 24:00",
                ));
            }
        }
        Ok(())
    }
}

impl Settings {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`Refusal::Setting`].
    pub fn check(&self) -> Result<(), Refusal> {
        if self.timezone.as_deref().is_some_and(|name| zone(name).is_none()) {
            return Err(Refusal::Setting("timezone is no IANA name such as Europe/Berlin"));
        }
        if let Some(week) = &self.week {
            week.check()?;
        }
        if self.absences.len() > ABSENCES || self.absences.iter().any(|one| one.from >= one.until) {
            return Err(Refusal::Setting("absences: at most 100, each ends after it begins"));
        }
        if self.limit.is_some_and(|limit| limit > HIGHEST_LIMIT) {
            return Err(Refusal::Setting("limit: 0 to 100"));
        }
        Ok(())
    }

    /// Whether somebody is there.
    pub fn presence(
        &self,
        status: EmploymentStatus,
        timezone: Option<&str>,
        load: Load,
        config: &Config,
        now: Timestamp,
    ) -> Presence {
        let usual = self.limit.unwrap_or(config.limit);
        let (limit, rest) = if self.ask_me_less {
            (usual.min(config.less_limit), i64::from(config.less_rest_hours) * 3_600)
        } else {
            (usual, i64::from(config.rest_minutes) * 60)
        };
        // An offer from further ahead than the rest itself was noted by a clock that was wrong.
        let lately = |at: Timestamp| now < at.plus_seconds(rest) && at < now.plus_seconds(rest);
        let rests = load.last_offer_at.is_some_and(lately);
        let absent = self.absences.iter().any(|one| one.from <= now && now < one.until);
        let standing = match status {
            EmploymentStatus::Departed => Standing::Departed,
            EmploymentStatus::Away => Standing::Away,
            EmploymentStatus::Active if absent => Standing::Away,
            EmploymentStatus::Active if rests || load.open >= limit => Standing::Busy,
            EmploymentStatus::Active => Standing::Available,
        };
        let zone = self.timezone.as_deref().or(timezone).and_then(zone);
        let next = zone.map(|zone| next_hour(self.week.as_ref().unwrap_or(&config.week), &zone, now));
        Presence {
            standing,
            within_hours: next.map(|next| next == Some(now)),
            open_asks: load.open,
            limit,
            back_at: next.flatten().filter(|at| *at > now),
        }
    }
}

fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

/// The first moment from `now` on that is within working hours: `now` itself, if it is.
fn next_hour(week: &Week, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let here = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?.to_zoned(zone.clone());
    let today = here.date();
    (0..=AHEAD).find_map(|days| {
        let date = today.checked_add(days.days()).ok()?;
        let spans = &week.0[date.weekday().to_monday_zero_offset() as usize];
        spans.iter().find_map(|(from, to)| {
            let (begin, end) = (moment(date, *from, zone)?, moment(date, *to, zone)?);
            (now < end).then(|| begin.max(now))
        })
    })
}

/// A minute of a day as a time; where clocks are put on it is the moment after the gap.
fn moment(date: jiff::civil::Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let (date, minute) =
        if minute >= DAY { (date.checked_add(1.day()).ok()?, minute - DAY) } else { (date, minute) };
    let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?;
    let zoned = date.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
