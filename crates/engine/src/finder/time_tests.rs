//! Clocks that are wrong, and messages from the future or from before there were computers (trust.md R15).

use model::{Reader, Timestamp};

use crate::testing::made_of;
use crate::{Detail, Search};

/// One question and its answer at a time.
fn exchange(number: usize, at: &str) -> String {
    let record = |id: &str, author: &str, text: &str| {
        format!(
            "{{\"source\":\"desk\",\"id\":\"{number}{id}\",\"at\":\"{at}\",\"channel\":\"pumps\",\
             \"conversation\":\"{number}\",\"author\":{{\"id\":\"{author}\",\"name\":\"{author}\"}},\
             \"text\":\"{text}\",\"visibility\":\"everyone\"}}\n"
        )
    };
    // Different enough that none is taken for a copy of another.
    let answers = [
        "The green one from the spring catalogue",
        "Take what the workshop keeps behind the lathe",
        "Only rubber of hardness seventy holds there",
        "We turned ours ourselves out of bronze",
        "Ask the supplier in the harbour for theirs",
        "A flat seal with four holes and paste",
        "Whatever the manual of nineteen eighty says",
        "Paper soaked in oil until tomorrow morning",
        "None, weld the flange and be done",
    ];
    let answer = answers[number % answers.len()];
    record("-1q", "zoe", "Which gasket fits the old coolant pump?")
        + &record("-2a", &format!("p{number}"), &format!("{answer}: that gasket fits the old coolant pump."))
}

#[test]
fn no_time_of_a_message_and_no_clock_breaks_an_answer() {
    let times = [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-03-29T02:30:00+01:00",
        "2026-10-25T02:30:00+02:00",
        "2038-01-19T03:14:08Z",
        "2106-02-07T06:28:16Z",
        "9999-12-31T23:59:59Z",
    ];
    let records: String = times.iter().enumerate().map(|(number, at)| exchange(number, at)).collect();
    let made = made_of(&records);
    let ask = |as_of: Timestamp, detail: Detail| {
        let question = "Which gasket fits the old coolant pump?".to_owned();
        let search = Search { detail, limit: 20, ..Search::new(question, Reader::anyone(), as_of) };
        made.finder.search(&search).unwrap()
    };
    let day = 86_400_000;
    let now: i64 = 1_774_000_000_000;
    let clocks = [i64::MIN, -day, 0, now - day, now, now + day, 4_294_967_296_000, i64::MAX - 1, i64::MAX];
    let mut seen = 0;
    for clock in clocks {
        let as_of = Timestamp::from_millis(clock);
        for detail in [Detail::Ranking, Detail::Full] {
            let found = ask(as_of, detail);
            assert_eq!(format!("{found:?}"), format!("{:?}", ask(as_of, detail)), "the same again");
            assert!(
                found.experts.iter().flat_map(|expert| expert.parts.iter()).all(|(_, part)| part.is_finite())
            );
        }
        // What is later than the clock has not been written yet: a later clock sees no less.
        let known = ask(as_of, Detail::Ranking).experts.len();
        assert!(known >= seen, "{known} after {seen} at {clock}");
        seen = known;
    }
    assert!(seen >= 7, "{seen}");
}

#[test]
fn a_clock_that_is_a_day_off_changes_no_order() {
    let records: String = (1..9).map(|day| exchange(day, &format!("2026-0{day}-10T09:00:00Z"))).collect();
    let made = made_of(&records);
    let order = |clock: &str| {
        let question = "Which gasket fits the old coolant pump?".to_owned();
        let as_of = clock.parse().unwrap();
        let search =
            Search { detail: Detail::Ranking, limit: 20, ..Search::new(question, Reader::anyone(), as_of) };
        let experts = made.finder.search(&search).unwrap().experts.into_iter();
        experts.map(|expert| expert.person.to_string()).collect::<Vec<_>>()
    };
    let today = order("2026-11-20T12:00:00Z");
    assert_eq!(today.len(), 8);
    for clock in ["2026-11-19T12:00:00Z", "2026-11-21T12:00:00Z", "2026-11-20T23:59:59Z"] {
        assert_eq!(order(clock), today, "{clock}");
    }
}
