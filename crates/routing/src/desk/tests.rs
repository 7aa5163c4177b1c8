//! Asks among made-up people.

mod clocks;
mod random;

use std::collections::BTreeMap;

use super::*;
use crate::{Draft, Outcome, Reason, Refusal, Settings, State, Verdict, Week};

/// Options of the tests: two asks at once.
pub(crate) fn config() -> Config {
    Config {
        offer_minutes: 60,
        answer_hours: 24,
        close_days: 7,
        limit: 2,
        rest_minutes: 0,
        less_limit: 1,
        less_rest_hours: 24,
        list: 5,
        blind_hours: 24,
        week: Week::weekdays(9 * 60, 17 * 60),
        webhook: true,
    }
}

pub(super) fn key(name: &str) -> AccountKey {
    AccountKey::new(format!("chat:{name}")).unwrap()
}

/// Seconds after a Wednesday morning.
pub(super) fn at(seconds: i64) -> Timestamp {
    "2026-01-14T09:00:00Z".parse::<Timestamp>().unwrap().plus_seconds(seconds)
}

/// People by name: `ana` owns `chat:ana` and `mail:ana`.
#[derive(Default)]
pub(super) struct People(pub(super) BTreeMap<String, Somebody>);

impl People {
    pub(super) fn of(names: &[&str]) -> Self {
        let somebody = |name: &&str| Somebody {
            home: key(name),
            accounts: vec![key(name), AccountKey::new(format!("mail:{name}")).unwrap()],
            proven: vec![key(name)],
            status: EmploymentStatus::Active,
            timezone: None,
        };
        Self(names.iter().map(|name| ((*name).to_owned(), somebody(name))).collect())
    }

    fn with(mut self, name: &str, change: impl FnOnce(&mut Somebody)) -> Self {
        change(self.0.get_mut(name).unwrap());
        self
    }
}

impl Directory for People {
    fn somebody(&self, account: &AccountKey) -> Option<Somebody> {
        self.0.get(account.native()).cloned()
    }
}

pub(super) fn draft(asker: &str, list: &[&str], channel: Option<&str>) -> Draft {
    Draft {
        asker: key(asker),
        question: format!("What does {asker} want to know?"),
        channel: channel.map(str::to_owned),
        anonymous: false,
        share: false,
        blind: None,
        list: list.iter().map(|name| key(name)).collect(),
    }
}

fn desk() -> Desk {
    Desk::in_memory(config()).unwrap()
}

fn put(desk: &Desk, people: &People, list: &[&str], channel: Option<&str>) -> Ask {
    desk.ask(draft("zoe", list, channel), None, people, at(0)).unwrap().ask
}

#[track_caller]
fn check(desk: &Desk, ask: &Ask, state: State, offers: &[(&str, Outcome)]) {
    let now = desk.get(&ask.id, std::slice::from_ref(&ask.draft.asker)).unwrap();
    let found: Vec<_> = now.offers.iter().map(|offer| (offer.to.native(), offer.outcome)).collect();
    assert_eq!((now.state, found.as_slice()), (state, offers));
}

#[test]
fn an_ask_goes_down_the_list_until_somebody_takes_it_and_ends_in_the_channel() {
    let (desk, people) = (desk(), People::of(&["ana", "bo", "cem"]));
    let ask = put(&desk, &people, &["ana", "bo", "cem"], Some("help"));
    check(&desk, &ask, State::Offered, &[("ana", Outcome::Pending)]);
    assert_eq!(desk.tick(&people, at(3_599)).unwrap(), 0);
    assert_eq!(desk.tick(&people, at(3_600)).unwrap(), 1);
    check(&desk, &ask, State::Offered, &[("ana", Outcome::TimedOut), ("bo", Outcome::Pending)]);
    desk.decline(&ask.id, &[key("bo")], (Reason::Busy, None), &people, at(3_700)).unwrap();
    desk.accept(&ask.id, &[key("cem")], at(3_800)).unwrap();
    desk.tick(&people, at(3_800 + 24 * 3_600)).unwrap();
    let all = [("ana", Outcome::TimedOut), ("bo", Outcome::Declined), ("cem", Outcome::TimedOut)];
    check(&desk, &ask, State::Escalated, &all);
    // Whoever was too late may still take it.
    desk.answer(&ask.id, &[key("ana")], "Like this", at(100_000)).unwrap();
    let done = desk.get(&ask.id, &[key("ana")]).unwrap();
    assert_eq!((done.state, done.answer.unwrap().text.as_str()), (State::Answered, "Like this"));
    desk.tick(&people, at(100_000 + 7 * 86_400)).unwrap();
    assert_eq!(desk.get(&ask.id, &[key("zoe")]).unwrap().state, State::Closed);
}

#[test]
fn only_who_is_there_is_asked() {
    let people = People::of(&["ana", "bo", "cem", "dan", "eve", "zoe"])
        .with("ana", |ana| ana.status = EmploymentStatus::Away)
        .with("bo", |bo| bo.timezone = Some("Asia/Tokyo".to_owned()))
        .with("eve", |eve| eve.timezone = Some("Europe/Berlin".to_owned()));
    let desk = desk();
    let full = Settings { limit: Some(0), ..Settings::default() };
    desk.put_settings(&[key("cem")], &full).unwrap();
    let absence = crate::Absence { from: at(-10), until: at(10) };
    let absent = Settings { absences: vec![absence], ..Settings::default() };
    desk.put_settings(&[key("dan")], &absent).unwrap();
    // Nobody knows a stranger, and an asker never asks themselves, by whatever account.
    let list = ["stranger", "zoe", "ana", "bo", "cem", "dan", "eve"];
    let ask = put(&desk, &people, &list, None);
    check(&desk, &ask, State::Offered, &[("eve", Outcome::Pending)]);
    // Outside everybody's hours the first who will be there is asked, with time from their morning on.
    let ask = put(&desk, &people, &["cem", "bo"], None);
    check(&desk, &ask, State::Offered, &[("bo", Outcome::Pending)]);
    assert_eq!(ask.offers[0].until, "2026-01-15T01:00:00Z".parse().unwrap());
    let ask = put(&desk, &people, &["ana", "cem"], None);
    check(&desk, &ask, State::Nobody, &[]);
}

#[test]
fn a_full_desk_gets_nothing_more_until_something_is_done() {
    let (desk, people) = (desk(), People::of(&["ana"]));
    let first = put(&desk, &people, &["ana"], None);
    put(&desk, &people, &["ana"], None);
    let third = put(&desk, &people, &["ana"], Some("help"));
    check(&desk, &third, State::Escalated, &[]);
    let presence = desk.presence(&people.0["ana"], at(1)).unwrap();
    assert_eq!((presence.standing, presence.open_asks, presence.limit), (crate::Standing::Busy, 2, 2));
    desk.answer(&first.id, &[key("ana")], "So", at(2)).unwrap();
    let fourth = put(&desk, &people, &["ana"], None);
    check(&desk, &fourth, State::Offered, &[("ana", Outcome::Pending)]);
}

#[test]
fn whoever_is_named_is_next_unless_they_cannot_be_asked() {
    let (desk, people) = (desk(), People::of(&["ana", "bo", "cem"]));
    let ask = put(&desk, &people, &["ana", "bo"], None);
    let mail = AccountKey::new("mail:cem").unwrap();
    let named = (Reason::SuggestOther, Some(&mail));
    desk.decline(&ask.id, &[key("ana")], named, &people, at(1)).unwrap();
    check(&desk, &ask, State::Offered, &[("ana", Outcome::Declined), ("cem", Outcome::Pending)]);
    for to in ["ana", "cem", "zoe", "nobody"] {
        let refused = desk.hand_off(&ask.id, &[key("cem")], &key(to), &people, at(2)).unwrap_err();
        assert!(matches!(refused, Error::Refused(Refusal::NotThere)), "{to}: {refused}");
    }
    desk.hand_off(&ask.id, &[key("cem")], &key("bo"), &people, at(3)).unwrap();
    let all = [("ana", Outcome::Declined), ("cem", Outcome::HandedOff), ("bo", Outcome::Pending)];
    check(&desk, &ask, State::Offered, &all);
}

#[test]
fn nobody_else_sees_an_ask_and_each_does_only_what_is_theirs() {
    let (desk, people) = (desk(), People::of(&["ana", "bo"]));
    let ask = put(&desk, &people, &["ana", "bo"], None);
    for stranger in ["bo", "eve"] {
        let accounts = [key(stranger)];
        assert!(matches!(desk.get(&ask.id, &accounts), Err(Error::NotFound)));
        assert!(matches!(desk.accept(&ask.id, &accounts, at(1)), Err(Error::NotFound)));
        assert!(matches!(desk.close(&ask.id, &accounts, None, at(1)), Err(Error::NotFound)));
        assert!(desk.list(&accounts, Side::Both, None, 10).unwrap().is_empty());
        assert!(desk.events_after(0, Some(&accounts), 10).unwrap().is_empty());
    }
    let by_asker = desk.accept(&ask.id, &[key("zoe")], at(1)).unwrap_err();
    assert!(matches!(by_asker, Error::Refused(Refusal::NotOffered)));
    let by_expert = desk.close(&ask.id, &[key("ana")], None, at(1)).unwrap_err();
    assert!(matches!(by_expert, Error::Refused(Refusal::NotAsker)));
    desk.close(&ask.id, &[key("zoe")], None, at(1)).unwrap();
    check(&desk, &ask, State::Withdrawn, &[("ana", Outcome::Ended)]);
    let words = |who: &str| -> Vec<&'static str> {
        let events = desk.events_after(0, Some(&[key(who)]), 10).unwrap();
        events.iter().map(|event| event.what.as_str()).collect()
    };
    assert_eq!(words("zoe"), ["asked", "offered", "withdrawn"]);
    assert_eq!(words("ana"), ["offered", "withdrawn"]);
}

#[test]
fn the_same_request_is_carried_out_once_for_a_day() {
    let (desk, people) = (desk(), People::of(&["ana"]));
    let once = Once { key: "k", hash: [1; 32] };
    let ask = |hash: u8, seconds: i64| {
        let once = Once { hash: [hash; 32], ..once };
        desk.ask(draft("zoe", &["ana"], None), Some(once), &people, at(seconds))
    };
    let first = ask(1, 0).unwrap();
    let again = ask(1, 86_399).unwrap();
    assert_eq!((first.again, again.again, &again.ask.id), (false, true, &first.ask.id));
    assert!(matches!(ask(2, 5).unwrap_err(), Error::Refused(Refusal::KeyReused)));
    assert!(!ask(2, 86_400).unwrap().again);
    desk.tick(&people, at(3 * 86_400)).unwrap();
    assert_eq!(desk.asked_before(&key("zoe"), once, at(1)).unwrap(), None, "forgotten");
}

#[test]
fn what_was_said_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("asks.sqlite");
    let people = People::of(&["ana", "bo"]);
    let desk = Desk::open(&path, config()).unwrap();
    let ask = put(&desk, &people, &["ana", "bo"], None);
    // As a crash would: nothing is closed.
    std::mem::forget(desk);
    let desk = Desk::open(&path, config()).unwrap();
    assert_eq!(desk.get(&ask.id, &[key("zoe")]).unwrap(), ask);
    assert_eq!(desk.n_deliveries().unwrap(), 2);
    desk.tick(&people, at(3_600)).unwrap();
    check(&desk, &ask, State::Offered, &[("ana", Outcome::TimedOut), ("bo", Outcome::Pending)]);
}

#[test]
fn the_webhook_gets_each_event_until_it_takes_it() {
    let (desk, people) = (desk(), People::of(&["ana"]));
    put(&desk, &people, &["ana"], None);
    let due = desk.deliveries(at(0), 10).unwrap();
    assert_eq!(due.iter().map(|one| one.event.what.as_str()).collect::<Vec<_>>(), ["asked", "offered"]);
    desk.delivered(due[0].event.number).unwrap();
    desk.undelivered(due[1].event.number, at(60)).unwrap();
    assert!(desk.deliveries(at(59), 10).unwrap().is_empty());
    let due = desk.deliveries(at(60), 10).unwrap();
    assert_eq!((due.len(), due[0].tries), (1, 1));
}

#[test]
fn what_people_do_is_something_to_learn_from() {
    let (desk, people) = (desk(), People::of(&["ana", "bo", "cem"]));
    let ask = put(&desk, &people, &["ana", "bo", "cem"], None);
    desk.decline(&ask.id, &[key("ana")], (Reason::NotMyArea, None), &people, at(1)).unwrap();
    desk.decline(&ask.id, &[key("bo")], (Reason::Busy, None), &people, at(2)).unwrap();
    desk.answer(&ask.id, &[key("cem")], "So", at(3)).unwrap();
    desk.close(&ask.id, &[key("zoe")], Some(true), at(4)).unwrap();
    let feedback = Feedback {
        at: at(9),
        by: key("zoe"),
        question: "Another?".to_owned(),
        channel: None,
        about: key("bo"),
        verdict: Verdict::WrongPerson,
    };
    desk.put_feedback(&feedback).unwrap();
    let said: Vec<_> = desk.lessons().unwrap().into_iter().map(|lesson| lesson.said).collect();
    let expected = [BTreeMap::from([(key("ana"), -1), (key("cem"), 2)]), BTreeMap::from([(key("bo"), -1)])];
    assert_eq!(said, expected);
}

#[test]
fn whoever_is_erased_is_gone_and_what_they_had_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("asks.sqlite");
    let desk = Desk::open(&path, config()).unwrap();
    let people = People::of(&["ananas", "bo"]);
    let kept = put(&desk, &people, &["ananas", "bo"], None);
    let own = desk.ask(draft("ananas", &["bo"], None), None, &people, at(0)).unwrap().ask;
    desk.put_settings(&[key("ananas")], &Settings { ask_me_less: true, ..Settings::default() }).unwrap();
    let known = desk.export(&[key("ananas")]).unwrap();
    assert_eq!(
        (known["asked"].as_array().unwrap().len(), known["offered"].as_array().unwrap().len()),
        (1, 1)
    );
    let counts = desk.forget(&[key("ananas")]).unwrap();
    assert_eq!(counts, BTreeMap::from([("asks", 1), ("offers", 1), ("events", 1), ("availability", 1)]));
    assert!(matches!(desk.get(&own.id, &[key("bo")]), Err(Error::NotFound)));
    desk.tick(&people, at(1)).unwrap();
    check(&desk, &kept, State::Offered, &[("bo", Outcome::Pending)]);
    drop(desk);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"ananas"));
    }
}

#[test]
fn figures_tell_how_it_goes() {
    let (desk, people) = (desk(), People::of(&["ana", "bo"]));
    let ask = put(&desk, &people, &["ana", "bo"], None);
    desk.accept(&ask.id, &[key("ana")], at(120)).unwrap();
    put(&desk, &people, &["bo"], None);
    let figures = desk.figures(at(200)).unwrap();
    assert_eq!((figures.taken, figures.taken_within[0], figures.taken_within[1]), (1, 0, 1));
    assert_eq!((figures.offered_to, figures.spread, figures.taken_seconds), (2, 0.0, 120.0));
    let count = |state| figures.asks.iter().find(|(one, _)| *one == state).unwrap().1;
    assert_eq!((count(State::Accepted), count(State::Offered), count(State::Closed)), (1, 1, 0));
}
