//! What people are known for: from what the reader may read, and nothing that is hidden.

use std::fmt::Write as _;

use model::{AccountKey, PersonId, Reader, Timestamp};

use super::*;
use crate::Wanted;
use crate::testing::{Made, made};

/// Dia answers about label printers, in the open and twice on a board; gil about anything else, a long time before.
fn play() -> String {
    let mut play = String::new();
    for number in 0..72 {
        let (day, minute) = (1 + number / 3, number % 3 * 10);
        if number % 3 == 0 {
            writeln!(play, "#open 2026-02-{day:02} source=desk visibility=everyone").unwrap();
        }
        writeln!(play, "09:{minute:02} bo: Where do I find the thing with the number {}?", number + 100)
            .unwrap();
        writeln!(
            play,
            "09:{:02} gil > bo: You find it on floor {}, beside the stairs.",
            minute + 5,
            number + 300
        )
        .unwrap();
        writeln!(play, "09:{:02} bo +1 gil: thanks", minute + 6).unwrap();
    }
    let talks = [
        (
            "open",
            "dia",
            "The label printer prints blank labels, why?",
            "Turn the thermal paper of the label printer.",
        ),
        (
            "open",
            "gil",
            "Where is the meeting tomorrow?",
            "The meeting moved to the second floor, see the notice.",
        ),
        (
            "open",
            "dia",
            "My label printer stops after a page, why?",
            "The label printer wants calibrating after that.",
        ),
        (
            "open",
            "gil",
            "When does lunch begin on Fridays?",
            "Lunch begins at noon, see the notice in the kitchen.",
        ),
        (
            "board",
            "dia",
            "Does the merger touch payroll?",
            "The merger leaves payroll alone for a year at least.",
        ),
        (
            "open",
            "gil",
            "Who waters the plants in summer?",
            "The plants have a list beside the kitchen door.",
        ),
        (
            "board",
            "dia",
            "When is the merger announced?",
            "The merger is announced in spring, Gil knows the day.",
        ),
        ("open", "gil", "May we bring dogs along?", "Dogs may come along on Mondays and Tuesdays."),
        ("open", "dia", "Which label printer do we buy?", "Buy the label printer with the metal roller."),
        ("open", "gil", "How do I book a holiday?", "You book a holiday in the portal, under absence."),
    ];
    for (day, (channel, who, question, answer)) in (1..).zip(talks) {
        let rights = if channel == "open" { "everyone" } else { "dia,bo" };
        writeln!(play, "#{channel} 2026-03-{day:02} source=desk visibility={rights}").unwrap();
        writeln!(play, "09:00 bo: {question}\n09:05 {who} > bo: {answer}\n09:06 bo +1 {who}: thanks")
            .unwrap();
    }
    play
}

fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

fn bo() -> Reader {
    Reader::owning([AccountKey::new("desk:bo").unwrap()])
}

fn of_dia(made: &Made, reader: &Reader) -> Vec<(String, Band)> {
    let dia = made.finder.accounts_meant("desk:dia").unwrap().0.unwrap();
    let topics = made.finder.topics_of(&dia, reader, now()).unwrap();
    topics.into_iter().map(|topic| (topic.name, topic.band)).collect()
}

fn subjects(made: &Made, reader: &Reader) -> Vec<String> {
    made.finder.subjects(reader, now()).unwrap().iter().map(|subject| subject.name.clone()).collect()
}

#[test]
fn what_somebody_answers_about_more_than_others_is_theirs() {
    let made = made(&play());
    assert_eq!(of_dia(&made, &Reader::anyone()), [("label printer".to_owned(), Band::Some)]);
    let dia = made.finder.accounts_meant("desk:dia").unwrap().0.unwrap();
    assert_eq!(made.finder.topics_of(&dia, &Reader::anyone(), now()).unwrap()[0].quarters, ["2026-Q1"]);
    let subjects = made.finder.subjects(&Reader::anyone(), now()).unwrap();
    let printer = subjects.iter().find(|subject| subject.name == "label printer").unwrap();
    assert_eq!(printer.last_at.to_string(), "2026-03-09T09:06:00Z");
    let names: Vec<&str> = printer.experts.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(names, ["dia"]);
    assert!(made.finder.topics_of(&PersonId::new("x:nobody").unwrap(), &bo(), now()).unwrap().is_empty());
}

#[test]
fn what_a_reader_may_not_read_is_no_topic_to_them() {
    let made = made(&play());
    for _ in 0..2 {
        let all = of_dia(&made, &bo());
        assert!(all.iter().any(|(name, _)| name.contains("merger")), "{all:?}");
        assert!(subjects(&made, &bo()).iter().any(|name| name.contains("merger")));
        assert!(!subjects(&made, &Reader::anyone()).iter().any(|name| name.contains("merger")));
    }
}

#[test]
fn what_is_hidden_is_no_topic_and_is_one_again_when_it_is_shown() {
    let made = made(&play());
    let (anyone, before) = (Reader::anyone(), subjects(&made, &Reader::anyone()));
    let (person, accounts) = made.finder.accounts_meant("desk:dia").unwrap();
    for wanted in [Wanted::Everything, Wanted::Topic("label printer".to_owned())] {
        let hides = made.finder.hides(&wanted, person.as_ref()).unwrap().remove(0);
        let hidden = made.finder.opt_outs().hide(&accounts, hides, (false, false), now()).unwrap();
        assert!(of_dia(&made, &anyone).is_empty(), "{wanted:?}");
        assert!(!subjects(&made, &anyone).contains(&"label printer".to_owned()), "{wanted:?}");
        made.finder.opt_outs().show(&accounts, &hidden.id).unwrap();
        assert_eq!(subjects(&made, &anyone), before);
    }
}
