//! Hours in other people's time, absences, limits.

use proptest::prelude::*;

use super::*;
use crate::desk::tests::config;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn presence(settings: &Settings, load: Load, now: &str) -> Presence {
    settings.presence(EmploymentStatus::Active, Some("Europe/Berlin"), load, &config(), at(now))
}

#[track_caller]
fn check_hours(zone: &str, now: &str, within: bool, back_at: Option<&str>) {
    let settings = Settings { timezone: Some(zone.to_owned()), ..Settings::default() };
    let presence = presence(&settings, Load::default(), now);
    assert_eq!(presence.within_hours, Some(within), "{zone} {now}");
    assert_eq!(presence.back_at, back_at.map(at), "{zone} {now}");
}

#[test]
fn hours_are_those_of_the_persons_own_clock() {
    // A Wednesday in January: 09:30 in Berlin, 03:30 in New York, 17:30 in Tokyo.
    check_hours("Europe/Berlin", "2026-01-14T08:30:00Z", true, None);
    check_hours("America/New_York", "2026-01-14T08:30:00Z", false, Some("2026-01-14T14:00:00Z"));
    check_hours("Asia/Tokyo", "2026-01-14T08:30:00Z", false, Some("2026-01-15T00:00:00Z"));
    // In summer an hour earlier.
    check_hours("Europe/Berlin", "2026-07-15T07:00:00Z", true, None);
    check_hours("Europe/Berlin", "2026-07-15T15:00:00Z", false, Some("2026-07-16T07:00:00Z"));
    // From Friday evening to Monday, over the night in which clocks are put on.
    check_hours("Europe/Berlin", "2026-03-27T17:00:00Z", false, Some("2026-03-30T07:00:00Z"));
}

#[test]
fn somebody_whose_zone_nobody_knows_has_no_hours() {
    let nothing = Settings::default().presence(
        EmploymentStatus::Active,
        Some("Nowhere/Land"),
        Load::default(),
        &config(),
        at("2026-01-14T03:00:00Z"),
    );
    assert_eq!((nothing.within_hours, nothing.standing), (None, Standing::Available));
}

#[test]
fn an_absence_and_a_full_desk_and_a_rest_keep_asks_away() {
    let now = "2026-01-14T09:00:00Z";
    let absence = Absence { from: at("2026-01-14T00:00:00Z"), until: at("2026-01-16T00:00:00Z") };
    let away = Settings { absences: vec![absence], ..Settings::default() };
    assert_eq!(presence(&away, Load::default(), now).standing, Standing::Away);
    assert_eq!(presence(&away, Load::default(), "2026-01-16T09:00:00Z").standing, Standing::Available);
    let full = Load { open: 2, last_offer_at: None };
    assert_eq!(presence(&Settings::default(), full, now).standing, Standing::Busy);
    let more = Settings { limit: Some(3), ..Settings::default() };
    assert_eq!(presence(&more, full, now).standing, Standing::Available);
    let less = Settings { ask_me_less: true, ..Settings::default() };
    let rested = |hours: i64| Load { open: 0, last_offer_at: Some(at(now).plus_seconds(-3_600 * hours)) };
    assert_eq!(presence(&less, rested(23), now).standing, Standing::Busy);
    assert_eq!(presence(&less, rested(25), now).standing, Standing::Available);
    assert_eq!(presence(&less, Load { open: 1, last_offer_at: None }, now).standing, Standing::Busy);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let zone = Settings { timezone: Some("Mars/Base".to_owned()), ..Settings::default() };
    let limit = Settings { limit: Some(101), ..Settings::default() };
    let backwards = Absence { from: at("2026-01-02T00:00:00Z"), until: at("2026-01-01T00:00:00Z") };
    let absence = Settings { absences: vec![backwards], ..Settings::default() };
    let week = |spans: &[(u16, u16)]| {
        let mut week = Week::default();
        week.0[0] = spans.to_vec();
        Settings { week: Some(week), ..Settings::default() }
    };
    for wrong in
        [zone, limit, absence, week(&[(600, 540)]), week(&[(0, 1_441)]), week(&[(0, 600), (500, 700)])]
    {
        assert!(wrong.check().is_err(), "{wrong:?}");
    }
    assert!(week(&[(0, 600), (600, 1_440)]).check().is_ok());
}

proptest! {
    #[test]
    fn the_next_hour_is_within_hours_and_none_comes_before_it(
        minutes in 0_i64..3_000_000, from in 0_u16..1_000, long in 1_u16..400, day in 0_usize..7, step in 0_i64..1_000,
    ) {
        let now = Timestamp::from_millis(1_760_000_000_000).plus_seconds(60 * minutes);
        let zone = zone("America/Los_Angeles").unwrap();
        let mut week = Week::default();
        week.0[day] = vec![(from, from + long)];
        let next = next_hour(&week, &zone, now);
        if let Some(next) = next {
            prop_assert!(next >= now);
            prop_assert_eq!(next_hour(&week, &zone, next), Some(next));
            let between = now.plus_seconds((next.as_millis() - now.as_millis()) / 1_000 * step / 1_000);
            prop_assert_eq!(next_hour(&week, &zone, between), Some(next));
        }
    }
}
