//! What an asker is told of a blind ask, whoever was asked.

use super::*;
use crate::desk::Side;
use crate::desk::tests::{People, at, config, draft, key};
use crate::{Draft, EventRow, Outcome, Reason};

const END: i64 = 24 * 3_600;

fn people() -> People {
    People::of(&["zoe", "ana", "bo", "cem"])
}

fn desk() -> Desk {
    Desk::in_memory(config()).unwrap()
}

fn put(desk: &Desk, channel: Option<&str>) -> String {
    let draft = Draft { blind: Some(at(END)), ..draft("zoe", &[], channel) };
    desk.ask(draft, None, &people(), at(0)).unwrap().ask.id
}

fn brokered(desk: &Desk, list: &[&str]) -> String {
    let id = put(desk, Some("help"));
    let list: Vec<AccountKey> = list.iter().map(|name| key(name)).collect();
    desk.broker(&id, &list, &people(), at(1)).unwrap();
    id
}

fn of(name: &str) -> [AccountKey; 1] {
    [key(name)]
}

/// An event, and of whom it tells.
type Told = (Timestamp, &'static str, Option<AccountKey>);

/// Everything that the asker can see, but for the gaps between the numbers of events.
fn seen(desk: &Desk, id: &str) -> (Ask, Vec<Told>) {
    let ask = desk.get(id, &of("zoe")).unwrap().told_to_asker();
    let told = |event: EventRow| (event.at, event.what.as_str(), event.account.filter(|_| !event.hidden));
    (ask, desk.events_after(0, Some(&of("zoe")), 100).unwrap().into_iter().map(told).collect())
}

#[test]
fn it_is_the_same_to_its_asker_whether_nobody_is_found_somebody_silent_or_many_who_refuse() {
    let (nobody, silent, refused) = (desk(), desk(), desk());
    let ids = [brokered(&nobody, &[]), brokered(&silent, &["ana"]), brokered(&refused, &["ana", "bo"])];
    for (name, seconds) in [("ana", 100), ("bo", 200)] {
        refused.decline(&ids[2], &of(name), (Reason::NotMyArea, None), &people(), at(seconds)).unwrap();
    }
    let desks = [&nobody, &silent, &refused];
    let mut after = 0;
    for now in [300, 3_700, END - 1, END, END + 1] {
        for desk in desks {
            desk.tick(&people(), at(now)).unwrap();
        }
        let all: Vec<_> = desks.iter().zip(&ids).map(|(desk, id)| seen(desk, id)).collect();
        assert!(all[0] == all[1] && all[1] == all[2], "after {now} seconds: {all:#?}");
        let expected = if now < END { State::Offered } else { State::Escalated };
        assert_eq!((all[0].0.state, all[0].0.offers.len()), (expected, 0));
        after += usize::from(now >= END);
    }
    assert_eq!(after, 2);
    // Taking it back looks alike, too.
    for (desk, id) in desks.iter().zip(&ids) {
        let told = desk.close(id, &of("zoe"), Some(true), at(END + 2)).unwrap().told_to_asker();
        assert_eq!((told.state, told.helped, told.offers.len()), (State::Withdrawn, None, 0));
    }
    assert_eq!(seen(&nobody, &ids[0]).1, seen(&refused, &ids[2]).1);
}

#[test]
fn whoever_is_asked_blindly_looks_as_free_as_before_until_they_appear() {
    let desk = desk();
    let ana = people().0["ana"].clone();
    let free = desk.presence(&ana, at(2)).unwrap();
    let id = brokered(&desk, &["ana"]);
    assert_eq!(desk.list(&of("ana"), Side::Offered, None, 10).unwrap().len(), 1);
    assert_eq!(desk.presence(&ana, at(2)).unwrap(), free);
    desk.accept(&id, &of("ana"), at(3)).unwrap();
    assert_eq!(desk.presence(&ana, at(3)).unwrap(), free);
    let (told, events) = seen(&desk, &id);
    assert_eq!((told.state, told.offers.len()), (State::Accepted, 0));
    assert_eq!(events.last(), Some(&(at(3), "accepted", None)));
    desk.reveal(&id, &of("ana"), at(4)).unwrap();
    assert_eq!(desk.presence(&ana, at(4)).unwrap().open_asks, 1);
    let (told, events) = seen(&desk, &id);
    assert_eq!(told.offers[0].to, key("ana"));
    assert_eq!(events.last(), Some(&(at(4), "appeared", Some(key("ana")))));
    assert!(desk.reveal(&id, &of("ana"), at(5)).is_err(), "once");
}

#[test]
fn nobody_is_asked_blindly_beyond_their_limit() {
    let desk = desk();
    let ids: Vec<String> = (0..3).map(|_| brokered(&desk, &["ana"])).collect();
    let had = |id: &String| desk.get(id, &of("ana")).is_ok();
    assert_eq!(ids.iter().map(had).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn an_answer_without_a_name_is_no_evidence_until_its_author_appears() {
    let desk = desk();
    let id = brokered(&desk, &["ana"]);
    desk.answer(&id, &of("ana"), "Like this.", at(3)).unwrap();
    assert!(desk.uncaptured(10).unwrap().is_empty());
    desk.reveal(&id, &of("ana"), at(4)).unwrap();
    assert_eq!(desk.uncaptured(10).unwrap()[0].ask.id, id);
    assert!(desk.lessons().unwrap().is_empty(), "weights bear on everybody's answers");
}

#[test]
fn what_is_exported_to_the_asker_names_nobody_who_has_not_appeared() {
    let desk = desk();
    brokered(&desk, &["ana", "bo"]);
    assert!(!desk.export(&of("zoe")).unwrap().to_string().contains("ana"));
    assert!(desk.export(&of("ana")).unwrap().to_string().contains("zoe want to know"));
}

#[test]
fn it_waits_for_somebody_to_look_survives_that_and_ends_without() {
    let desk = desk();
    let id = put(&desk, None);
    assert_eq!(desk.unbrokered(10).unwrap()[0].id, id);
    assert_eq!(desk.tick(&people(), at(END - 1)).unwrap(), 0);
    desk.broker(&id, &[key("zoe"), key("cem")], &people(), at(END - 1)).unwrap();
    assert!(desk.unbrokered(10).unwrap().is_empty());
    let offered = desk.get(&id, &of("cem")).unwrap();
    assert_eq!(
        (offered.offers.len(), offered.offers[0].until),
        (1, at(END)),
        "not the asker, not beyond the end"
    );
    assert_eq!(desk.replayed(&id).unwrap(), offered);
    desk.tick(&people(), at(END)).unwrap();
    let ended = desk.get(&id, &of("cem")).unwrap();
    assert_eq!((ended.state, ended.offers[0].outcome), (State::Nobody, Outcome::TimedOut));
    // Whoever was too late may still take it, and hand it on no more.
    assert_eq!(desk.accept(&id, &of("cem"), at(END + 5)).unwrap().state, State::Accepted);
    let late = put(&desk, None);
    desk.tick(&people(), at(2 * END)).unwrap();
    desk.broker(&late, &[key("ana")], &people(), at(2 * END)).unwrap();
    assert!(desk.get(&late, &of("ana")).is_err(), "what has ended is put to nobody");
}

#[test]
fn whoever_took_it_can_hand_it_on_after_its_end_and_whoever_gets_it_has_time() {
    let desk = desk();
    let id = brokered(&desk, &["ana"]);
    desk.accept(&id, &of("ana"), at(END - 10)).unwrap();
    desk.reveal(&id, &of("ana"), at(END - 9)).unwrap();
    let handed = desk.hand_off(&id, &of("ana"), &key("bo"), &people(), at(END + 100)).unwrap();
    assert_eq!(handed.offers[1].until, at(END + 100 + 3_600));
    desk.tick(&people(), at(END + 101)).unwrap();
    assert_eq!(desk.accept(&id, &of("bo"), at(END + 102)).unwrap().state, State::Accepted);
    let told = desk.events_after(0, Some(&of("zoe")), 100).unwrap();
    let handed_on = told.iter().find(|event| event.what.as_str() == "handed_off").unwrap();
    assert!(handed_on.hidden && handed_on.told, "she took it, so that it goes on is told, and not to whom");
}

#[test]
fn whoever_has_no_room_is_asked_when_they_have() {
    let desk = desk();
    let ids: Vec<String> = (0..3).map(|_| brokered(&desk, &["ana"])).collect();
    assert!(desk.get(&ids[2], &of("ana")).is_err());
    desk.decline(&ids[0], &of("ana"), (Reason::Busy, None), &people(), at(10)).unwrap();
    desk.tick(&people(), at(3_601)).unwrap();
    assert!(desk.get(&ids[2], &of("ana")).is_ok());
}

#[test]
fn the_webhook_is_told_everything_and_what_of_it_to_keep_from_the_asker() {
    let desk = desk();
    let id = brokered(&desk, &["ana", "bo"]);
    desk.decline(&id, &of("ana"), (Reason::Busy, None), &people(), at(10)).unwrap();
    desk.accept(&id, &of("bo"), at(20)).unwrap();
    desk.decline(&id, &of("bo"), (Reason::Busy, None), &people(), at(30)).unwrap();
    let all = desk.deliveries(at(40), 100).unwrap();
    let told = |one: &crate::Delivery| (one.event.what.as_str(), one.event.told, one.event.hidden);
    let expected = [
        ("asked", true, false),
        ("brokered", false, true),
        ("offered", false, true),
        ("declined", false, true),
        ("offered", false, true),
        ("accepted", true, true),
        ("declined", true, true),
    ];
    assert_eq!(all.iter().map(told).collect::<Vec<_>>(), expected);
    assert!(all.iter().all(|one| one.event.token.len() == 32));
}

#[test]
fn nobody_has_more_blind_asks_open_than_one_may() {
    let desk = desk();
    for _ in 0..MOST_OPEN {
        put(&desk, None);
    }
    let draft = Draft { blind: Some(at(END)), ..draft("zoe", &[], None) };
    let refused = desk.ask(draft, None, &people(), at(0)).unwrap_err();
    assert!(matches!(refused, Error::Refused(Refusal::ManyBlind)), "{refused}");
}
