//! The bodies of `/v1/me/availability`.

use routing::{Absence, Presence, Settings, Week};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::request::parse;
use crate::problem::Problem;

/// When and how often somebody wants to be asked. What is left out is as the options of the server say; a time zone,
/// as an export says.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AvailabilityRequest {
    /// IANA name, such as `Europe/Berlin`.
    #[schema(min_length = 1, max_length = 64)]
    timezone: Option<String>,
    /// Working hours in that zone, for each weekday; a day that is left out has none.
    hours: Option<Hours>,
    /// When they are not there.
    #[serde(default)]
    #[schema(max_items = 100)]
    absences: Vec<WireAbsence>,
    /// Most open asks at once; 0: none.
    #[schema(minimum = 0, maximum = 100)]
    limit: Option<u32>,
    /// A lower limit, and longer rests between two asks.
    #[serde(default)]
    ask_me_less: bool,
}

/// What somebody said of when and how often they want to be asked, and what it comes to now. Fields of its own: a
/// request, taken in whole, would refuse `now`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailabilityResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<Hours>,
    absences: Vec<WireAbsence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    ask_me_less: bool,
    /// Absent for somebody whom the index does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<AvailableNow>,
}

/// Whether somebody can be asked now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailableNow {
    /// `available`, `away`, `busy` or `departed`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    within_hours: Option<bool>,
    open_asks: u32,
    limit: u32,
}

/// Spans of each day: at most four, one after the other.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Hours {
    monday: Vec<Span>,
    tuesday: Vec<Span>,
    wednesday: Vec<Span>,
    thursday: Vec<Span>,
    friday: Vec<Span>,
    saturday: Vec<Span>,
    sunday: Vec<Span>,
}

/// From when to when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
    from: String,
    #[schema(pattern = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example = "17:00")]
    to: String,
}

/// From when to when somebody is not there.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireAbsence {
    #[schema(format = DateTime)]
    from: String,
    #[schema(format = DateTime)]
    until: String,
}

impl AvailabilityRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<Settings, Problem> {
        let request: Self = parse(body)?;
        let absence = |one: WireAbsence| {
            let time = |text: &str| {
                let wrong = |error: model::TimeError| Problem::field("absences", error.to_string());
                text.parse().map_err(wrong)
            };
            Ok(Absence { from: time(&one.from)?, until: time(&one.until)? })
        };
        Ok(Settings {
            timezone: request.timezone,
            week: request.hours.map(Hours::week).transpose()?,
            absences: request.absences.into_iter().map(absence).collect::<Result<_, Problem>>()?,
            limit: request.limit,
            ask_me_less: request.ask_me_less,
        })
    }
}

impl Hours {
    fn week(self) -> Result<Week, Problem> {
        let days = [
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        ];
        let mut week = Week::default();
        for (day, spans) in week.0.iter_mut().zip(days) {
            for Span { from, to } in &spans {
                let span = minutes(from).zip(minutes(to));
                let wrong = || Problem::field("hours", "a span of hours is such as from 09:00 to 17:00");
                day.push(span.ok_or_else(wrong)?);
            }
        }
        Ok(week)
    }

    fn of(week: &Week) -> Self {
        let text = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let day = |number: usize| {
            week.0[number].iter().map(|(from, to)| Span { from: text(*from), to: text(*to) }).collect()
        };
        Self {
            monday: day(0),
            tuesday: day(1),
            wednesday: day(2),
            thursday: day(3),
            friday: day(4),
            saturday: day(5),
            sunday: day(6),
        }
    }
}

/// Minutes after midnight of `HH:MM`, to 24:00.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (hours, minutes): (u16, u16) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

impl AvailabilityResponse {
    pub(crate) fn new(settings: &Settings, presence: Option<Presence>) -> Self {
        let absence =
            |one: &Absence| WireAbsence { from: one.from.to_string(), until: one.until.to_string() };
        let now = presence.map(|presence| AvailableNow {
            state: presence.standing.as_str(),
            within_hours: presence.within_hours,
            open_asks: presence.open_asks,
            limit: presence.limit,
        });
        Self {
            timezone: settings.timezone.clone(),
            hours: settings.week.as_ref().map(Hours::of),
            absences: settings.absences.iter().map(absence).collect(),
            limit: settings.limit,
            ask_me_less: settings.ask_me_less,
            now,
        }
    }
}
