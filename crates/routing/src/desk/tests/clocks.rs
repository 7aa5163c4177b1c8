//! Clocks that are put back and forward a day, summer time, years after 2038: whatever the time does, nothing breaks,
//! and the order of things stays what it was (trust.md R15).
use proptest::prelude::*;

use super::*;
use crate::{Absence, Standing};

const NAMES: [&str; 4] = ["ana", "bo", "cem", "dan"];
const DAY: i64 = 86_400;

/// Moments at which calendars and counters turn over.
const MOMENTS: [&str; 12] = [
    "1970-01-01T00:00:00Z",
    "2016-12-31T23:59:59.999Z", // Before a leap second.
    "2017-01-01T00:00:00Z",
    "2026-03-29T00:59:59Z", // Berlin goes from two to three at one.
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:30:00Z", // Berlin has half past two twice.
    "2026-10-25T01:30:00Z",
    "2028-02-29T12:00:00Z",
    "2038-01-19T03:14:07Z", // The last second of 32 bits.
    "2038-01-19T03:14:08Z",
    "2106-02-07T06:28:16Z",
    "9999-12-30T22:00:00Z",
];

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// They are there; all but Ana in zones with summer time.
fn everybody() -> People {
    let in_zone = |zone: &'static str| move |one: &mut Somebody| one.timezone = Some(zone.to_owned());
    People::of(&NAMES)
        .with("bo", in_zone("Europe/Berlin"))
        .with("cem", in_zone("America/New_York"))
        .with("dan", in_zone("Pacific/Apia"))
}

fn draft(asker: &str, first: usize, blind: Option<Timestamp>) -> Draft {
    let mut list = NAMES;
    list.rotate_left(first);
    Draft { blind, ..super::draft(asker, &list, Some("help")) }
}

/// Three asks at once.
fn desk() -> Desk {
    Desk::in_memory(Config { limit: 3, ..config() }).unwrap()
}

/// Asks, and gives the id.
fn ask(desk: &Desk, draft: Draft, now: Timestamp) -> String {
    desk.ask(draft, None, &everybody(), now).unwrap().ask.id
}

fn state(desk: &Desk, id: &str) -> State {
    desk.get(id, &[key("zoe")]).unwrap().state
}

/// Where the clock goes next.
fn jump() -> impl Strategy<Value = (Option<usize>, i64)> {
    let seconds = prop_oneof![Just(0), Just(-DAY), Just(DAY), Just(-3_600), Just(3_600), -60_i64..60];
    (prop_oneof![4 => Just(None), 1 => (0..MOMENTS.len()).prop_map(Some)], seconds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_clock_does_nothing_breaks_and_the_order_stays(
        steps in prop::collection::vec((jump(), 0_u8..9, 0..NAMES.len(), 0_usize..5), 1..50)
    ) {
        let (desk, mut now) = (desk(), time("2026-03-28T12:00:00Z"));
        let mut asked: Vec<String> = Vec::new();
        for ((moment, seconds), what, who, which) in steps {
            now = moment.map_or(now, |place| time(MOMENTS[place])).plus_seconds(seconds);
            let own = [key(NAMES[who])];
            let id = asked.get(which).cloned().unwrap_or_default();
            let done = match what {
                0 | 1 => {
                    let blind = (what == 1).then(|| now.plus_seconds(DAY));
                    let once = Some(Once { key: "once", hash: [asked.len() as u8; 32] }).filter(|_| which == 0);
                    match desk.ask(draft("zoe", who, blind), once, &everybody(), now) {
                        Ok(placed) => {
                            if !asked.contains(&placed.ask.id) {
                                asked.push(placed.ask.id.clone());
                            }
                            Ok(placed.ask)
                        }
                        Err(error) => Err(error),
                    }
                }
                2 => desk.accept(&id, &own, now),
                3 => desk.decline(&id, &own, (Reason::Busy, None), &everybody(), now),
                4 => desk.hand_off(&id, &own, &key(NAMES[which % 4]), &everybody(), now),
                5 => desk.answer(&id, &own, "So.", now),
                6 => desk.close(&id, &[key("zoe")], Some(true), now),
                7 => {
                    for ask in desk.unbrokered(5).unwrap() {
                        desk.broker(&ask.id, &draft("zoe", who, None).list, &everybody(), now).unwrap();
                    }
                    continue;
                }
                _ => {
                    desk.tick(&everybody(), now).unwrap();
                    continue;
                }
            };
            if let Err(error) = done {
                prop_assert!(matches!(error, Error::NotFound | Error::Refused(_)), "{error}");
            }
            // Asks are listed as they were put, events as they happened, whatever their times say.
            let listed = desk.list(&[key("zoe")], Side::Asked, None, 100).unwrap();
            let ids: Vec<&String> = listed.iter().map(|ask| &ask.id).rev().collect();
            prop_assert_eq!(ids, asked.iter().collect::<Vec<_>>());
            let events = desk.events_after(0, None, 10_000).unwrap();
            prop_assert!(events.windows(2).all(|two| two[0].number < two[1].number));
            for name in NAMES {
                let somebody = everybody().somebody(&key(name)).unwrap();
                let presence = desk.presence(&somebody, now).unwrap();
                prop_assert!(presence.back_at.is_none_or(|at| at > now), "{presence:?}");
            }
        }
    }
}

#[test]
fn an_offer_ends_at_its_time_however_often_the_clock_goes_back() {
    let (desk, start) = (desk(), at(0));
    let id = ask(&desk, draft("zoe", 0, None), start);
    for seconds in [3_599, -DAY, 0, 3_599] {
        assert_eq!(desk.tick(&everybody(), start.plus_seconds(seconds)).unwrap(), 0, "{seconds}");
    }
    assert_eq!(desk.tick(&everybody(), start.plus_seconds(3_600)).unwrap(), 1);
    // The next offer is put by a clock that is wrong by a day, and ends by it.
    let back = start.plus_seconds(-DAY);
    assert_eq!(desk.tick(&everybody(), back).unwrap(), 0);
    let offers = desk.get(&id, &[key("zoe")]).unwrap().offers;
    let outcomes: Vec<Outcome> = offers.iter().map(|offer| offer.outcome).collect();
    assert_eq!(outcomes, [Outcome::TimedOut, Outcome::Pending]);
    let until = offers[1].until;
    desk.accept(&id, &[offers[1].to.clone()], back).unwrap();
    assert_eq!(state(&desk, &id), State::Accepted);
    assert!(until > start);
}

#[test]
fn a_blind_ask_ends_at_its_time_and_not_before() {
    let (desk, start) = (desk(), time("2026-10-24T22:00:00Z"));
    let end = start.plus_seconds(DAY);
    let id = ask(&desk, draft("zoe", 0, Some(end)), start);
    desk.broker(&id, &[], &everybody(), start).unwrap();
    // Through the night in which Berlin's clocks are put back, and by a clock that goes back a day.
    for seconds in [3 * 3_600, 4 * 3_600, -DAY, DAY - 1, 0] {
        desk.tick(&everybody(), start.plus_seconds(seconds)).unwrap();
        assert_eq!(state(&desk, &id), State::Offered, "{seconds}");
    }
    desk.tick(&everybody(), end).unwrap();
    assert_eq!(state(&desk, &id), State::Escalated);
    desk.tick(&everybody(), start).unwrap();
    assert_eq!(state(&desk, &id), State::Escalated, "what is over stays so");
}

#[test]
fn a_request_is_carried_out_once_though_the_clock_goes_back_a_day() {
    let (desk, start) = (desk(), time("2038-01-19T03:14:08Z"));
    let once = || Some(Once { key: "once", hash: [7; 32] });
    let first = desk.ask(draft("zoe", 0, None), once(), &everybody(), start).unwrap().ask.id;
    for seconds in [0, -DAY, -3_600, 60] {
        let again =
            desk.ask(draft("zoe", 0, None), once(), &everybody(), start.plus_seconds(seconds)).unwrap();
        assert_eq!(again.ask.id, first, "{seconds}");
        desk.tick(&everybody(), start.plus_seconds(seconds)).unwrap();
    }
    assert_eq!(desk.list(&[key("zoe")], Side::Asked, None, 10).unwrap().len(), 1);
    // Another request by the same name is none, by whatever clock.
    let other = Some(Once { key: "once", hash: [8; 32] });
    assert!(desk.ask(draft("zoe", 0, None), other, &everybody(), start.plus_seconds(-DAY)).is_err());
}

#[test]
fn whoever_was_asked_by_a_clock_that_was_ahead_does_not_rest_until_then() {
    let (desk, start) = (desk(), at(0));
    ask(&desk, draft("zoe", 0, None), start.plus_seconds(400 * DAY));
    let ana = everybody().somebody(&key("ana")).unwrap();
    assert_eq!(desk.presence(&ana, start).unwrap().standing, Standing::Available);
    let less = Settings { ask_me_less: true, ..Settings::default() };
    desk.put_settings(&[key("bo")], &less).unwrap();
    let bo = everybody().somebody(&key("bo")).unwrap();
    let id = ask(&desk, draft("zoe", 1, None), start);
    desk.accept(&id, &[key("bo")], start).unwrap();
    desk.answer(&id, &[key("bo")], "So.", start).unwrap();
    // A rest of a day holds when the clock goes back within it, and no longer.
    for (seconds, standing) in [
        (0, Standing::Busy),
        (-3_600, Standing::Busy),
        (DAY, Standing::Available),
        (-2 * DAY, Standing::Available),
    ] {
        assert_eq!(desk.presence(&bo, start.plus_seconds(seconds)).unwrap().standing, standing, "{seconds}");
    }
}

#[test]
fn working_hours_begin_after_clocks_were_put_forward_and_back_and_in_far_years() {
    let desk = desk();
    let night = Week::alike([true; 7], 150, 240);
    let hours =
        Settings { week: Some(night), timezone: Some("Europe/Berlin".to_owned()), ..Settings::default() };
    desk.put_settings(&[key("ana")], &hours).unwrap();
    let back_at = |text: &str| {
        let ana = everybody().somebody(&key("ana")).unwrap();
        desk.presence(&ana, time(text)).unwrap().back_at.map(|at| at.to_string())
    };
    // Half past two is not there in that night, and twice in the other.
    assert_eq!(back_at("2026-03-28T23:00:00Z").unwrap(), "2026-03-29T01:30:00Z");
    assert_eq!(back_at("2026-10-24T23:00:00Z").unwrap(), "2026-10-25T00:30:00Z");
    assert_eq!(back_at("2040-06-01T22:00:00Z").unwrap(), "2040-06-02T00:30:00Z");
    let away = Absence { from: time("2026-10-25T00:00:00Z"), until: time("2026-10-25T02:00:00Z") };
    desk.put_settings(&[key("ana")], &Settings { absences: vec![away], ..Settings::default() }).unwrap();
    let standing = |text: &str| {
        let ana = everybody().somebody(&key("ana")).unwrap();
        desk.presence(&ana, time(text)).unwrap().standing
    };
    assert_eq!(standing("2026-10-25T01:59:59Z"), Standing::Away);
    assert_eq!(standing("2026-10-25T02:00:00Z"), Standing::Available);
    // The end of all time breaks nothing.
    back_at("9999-12-30T22:00:00Z");
    assert_eq!(standing("9999-12-30T22:00:00Z"), Standing::Available);
}
