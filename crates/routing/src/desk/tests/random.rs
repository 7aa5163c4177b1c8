//! Whatever people do in whatever order: no illegal state, nobody over their limit, nobody asked twice, and the
//! events alone tell the rows.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 6] = ["ana", "bo", "cem", "dan", "eve", "fay"];

/// Something that somebody does, by numbers: who, to which ask, with whom.
#[derive(Debug, Clone)]
struct Step {
    what: u8,
    who: usize,
    ask: usize,
    other: usize,
    pause: i64,
}

fn step() -> impl Strategy<Value = Step> {
    (0_u8..13, 0..NAMES.len(), 0_usize..6, 0..NAMES.len(), 0_i64..20_000)
        .prop_map(|(what, who, ask, other, pause)| Step { what, who, ask, other, pause })
}

/// Does it; what may not be done is refused.
fn take(desk: &Desk, people: &People, asks: &mut Vec<(String, AccountKey)>, step: &Step, now: Timestamp) {
    let (who, other) = (key(NAMES[step.who]), key(NAMES[step.other]));
    let id = asks.get(step.ask).map_or("none", |(id, _)| id).to_owned();
    let own = std::slice::from_ref(&who);
    let done = match step.what {
        0 | 1 => {
            let mut list = NAMES.to_vec();
            list.rotate_left(step.other);
            let draft = draft(NAMES[step.who], &list, step.ask.is_multiple_of(2).then_some("help"));
            let blind = (step.what == 1).then(|| now.plus_seconds(30_000));
            let asked = desk.ask(Draft { blind, ..draft }, None, people, now).unwrap().ask;
            asks.push((asked.id.clone(), who.clone()));
            Ok(asked)
        }
        2 | 3 => desk.accept(&id, own, now),
        4 => desk.decline(&id, own, (Reason::Busy, None), people, now),
        5 => desk.decline(&id, own, (Reason::SuggestOther, Some(&other)), people, now),
        6 => desk.hand_off(&id, own, &other, people, now),
        7 => desk.answer(&id, own, "So.", now),
        8 => desk.close(&id, own, Some(true), now),
        9 => desk.reveal(&id, own, now),
        10 => {
            let limit = Some(step.pause as u32 % 3);
            desk.put_settings(own, &Settings { limit, ..Settings::default() }).unwrap();
            return;
        }
        11 => {
            desk.tick(people, now).unwrap();
            return;
        }
        _ => {
            for ask in desk.unbrokered(2).unwrap() {
                let list: Vec<AccountKey> =
                    NAMES.iter().cycle().skip(step.other).take(4).map(|name| key(name)).collect();
                desk.broker(&ask.id, &list, people, now).unwrap();
            }
            return;
        }
    };
    if let Err(error) = done {
        assert!(matches!(error, Error::NotFound | Error::Refused(_)), "{error}");
    }
}

/// What must hold of an ask by itself.
fn check_ask(ask: &Ask) -> Result<(), TestCaseError> {
    let asked: BTreeSet<&AccountKey> = ask.offers.iter().map(|offer| &offer.to).collect();
    prop_assert_eq!(asked.len(), ask.offers.len(), "nobody is asked twice");
    prop_assert!(!asked.contains(&ask.draft.asker), "nobody is asked what they ask");
    let count = |outcome| ask.offers.iter().filter(|offer| offer.outcome == outcome).count();
    let expected = match ask.state {
        // A blind ask waits for its end, whether or not somebody has it.
        State::Offered if ask.draft.blind.is_some() => (count(Outcome::Pending).min(1), 0),
        State::Offered => (1, 0),
        State::Accepted | State::Answered => (0, 1),
        State::Escalated | State::Nobody | State::Withdrawn => (0, 0),
        State::Closed => (0, usize::from(ask.answer.is_some())),
    };
    prop_assert_eq!((count(Outcome::Pending), count(Outcome::Accepted)), expected, "{:?}", ask);
    prop_assert!(ask.answer.is_some() == matches!(ask.state, State::Answered) || ask.state == State::Closed);
    Ok(())
}

fn open_asks(desk: &Desk, people: &People, now: Timestamp) -> Vec<u32> {
    NAMES.iter().map(|name| desk.presence(&people.0[*name], now).unwrap().open_asks).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_history_is_legal(steps in prop::collection::vec(step(), 1..60)) {
        let (desk, people) = (Desk::in_memory(config()).unwrap(), People::of(&NAMES));
        let (mut asks, mut now, mut n_events) = (Vec::new(), at(0), 0);
        for step in &steps {
            let before = open_asks(&desk, &people, now);
            now = now.plus_seconds(step.pause);
            take(&desk, &people, &mut asks, step, now);
            for (name, before) in NAMES.iter().zip(before) {
                let presence = desk.presence(&people.0[*name], now).unwrap();
                // A limit that was lowered takes nothing away; it only lets nothing more in.
                prop_assert!(presence.open_asks <= presence.limit.max(before), "{name}: {presence:?}");
            }
            let happened = desk.events_after(0, None, 100_000).unwrap();
            prop_assert!(happened.len() >= n_events, "what happened stays");
            n_events = happened.len();
        }
        for (id, asker) in &asks {
            let mut ask = desk.get(id, std::slice::from_ref(asker)).unwrap();
            check_ask(&ask)?;
            let mut told = desk.replayed(id).unwrap();
            for one in [&mut ask, &mut told] {
                if let Some(answer) = &mut one.answer {
                    answer.text.clear();
                }
            }
            prop_assert_eq!(told, ask, "the events alone tell the rows");
        }
    }
}
