//! Every filter through a whole search, and what an answer says when they leave nobody.

use std::collections::BTreeSet;

use model::{AccountKey, Reader};
use serde_json::json;

use super::*;
use crate::Nothing;
use crate::testing::{Made, made_of};

/// Dia answers in chat of 2024 and in tickets of 2026, gil in chat of 2026; what eve answers only she and bo may read.
const PLAY: &str = "
    #network 2024-03-02 source=chat visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 dia > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 dia: thanks, that worked
    #ops 2026-03-08 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:06 cem +1 dia: thanks, that worked
    #network 2026-03-09 source=chat visibility=everyone
    11:00 fay: My VPN tunnel drops every hour, how do I keep it alive?
    11:30 gil > fay: The VPN tunnel of mine stays up since I set the keepalive of the tunnel.
    11:31 fay +1 gil: thanks, that worked
";
const TUNNEL: &str = "how do I keep the VPN tunnel alive, it drops every hour?";

/// Dia is in Berlin and speaks Austrian German, gil in Lima; nothing is stated of eve.
fn made() -> Made {
    let people = [
        json!({"type": "person", "source": "chat", "id": "dia", "team": "Field Sales", "region": "EMEA",
            "languages": ["de-AT", "English"], "timezone": "Europe/Berlin", "emails": ["dia@firm.example"]}),
        json!({"type": "person", "source": "desk", "id": "dia", "emails": ["dia@firm.example"]}),
        json!({"type": "person", "source": "chat", "id": "gil", "team": "Platform", "region": "LATAM",
            "languages": ["es"], "timezone": "America/Lima"}),
    ];
    let secret = |id: &str, author: &str, minute: u8, text: &str| {
        json!({"source": "chat", "id": id, "channel": "secret", "conversation": "s", "author": {"id": author},
            "at": format!("2026-03-10T08:0{minute}:00Z"), "text": text,
            "visibility": {"members": ["chat:bo", "chat:eve"]}})
    };
    let hidden = [
        secret("s1", "bo", 0, "The VPN tunnel drops every hour, how do I keep it alive?"),
        secret(
            "s2",
            "eve",
            5,
            "Keep the VPN tunnel alive with a keepalive of five seconds, then it never drops.",
        ),
        secret("s3", "bo", 6, "thanks, that worked"),
    ];
    let lines = people.iter().chain(&hidden).map(|line| format!("{line}\n"));
    made_of(&(synth::screenplay(PLAY).unwrap() + &lines.collect::<String>()))
}

fn search(filters: Filters) -> Search {
    let now = "2026-04-01T00:00:00Z".parse().unwrap();
    Search { filters, ..Search::new(TUNNEL.to_owned(), Reader::anyone(), now) }
}

#[track_caller]
fn check(made: &Made, filters: &Filters, expected: &[&str]) {
    let found = made.finder.search(&search(filters.clone())).unwrap();
    let names: BTreeSet<&str> = found.experts.iter().map(|expert| expert.name.as_str()).collect();
    assert_eq!(names, expected.iter().copied().collect(), "{filters:?}");
    assert_eq!(found.nothing, expected.is_empty().then_some(Nothing::AllFiltered), "{filters:?}");
    for piece in found.experts.iter().flat_map(|expert| &expert.evidence) {
        let of = |wanted: &[String], stated: &str| {
            wanted.is_empty() || wanted.iter().any(|one| alike(one, stated))
        };
        assert!(of(&filters.sources, &piece.source), "{filters:?}: {piece:?}");
        assert!(filters.evidence_after.is_none_or(|after| piece.at >= after), "{filters:?}: {piece:?}");
    }
}

fn one(text: &str) -> Vec<String> {
    vec![text.to_owned()]
}

#[test]
fn every_filter_narrows_to_what_it_names() {
    let made = made();
    check(&made, &Filters::NONE, &["dia", "gil"]);
    let none = || Filters::NONE;
    check(&made, &Filters { regions: one("emea"), ..none() }, &["dia"]);
    check(
        &made,
        &Filters { regions: vec!["LATAM".to_owned(), "EMEA".to_owned()], ..none() },
        &["dia", "gil"],
    );
    check(&made, &Filters { teams: one(" platform "), ..none() }, &["gil"]);
    check(&made, &Filters { languages: one("DE"), ..none() }, &["dia"]);
    check(&made, &Filters { languages: one("english"), ..none() }, &["dia"]);
    check(&made, &Filters { languages: one("d"), ..none() }, &[]);
    check(&made, &Filters { timezones: one("America/Lima"), ..none() }, &["gil"]);
    check(&made, &Filters { sources: one("desk"), ..none() }, &["dia"]);
    check(&made, &Filters { channels: one("#Ops"), ..none() }, &["dia"]);
    check(&made, &Filters { channels: one("chat:network"), ..none() }, &["dia", "gil"]);
    let after = |time: &str| Filters { evidence_after: Some(time.parse().unwrap()), ..none() };
    check(&made, &after("2026-03-09T00:00:00Z"), &["gil"]);
    check(&made, &after("2026-03-01T00:00:00Z"), &["dia", "gil"]);
    check(&made, &Filters { sources: one("chat"), ..after("2026-03-01T00:00:00Z") }, &["gil"]);
    check(&made, &Filters { regions: one("EMEA"), teams: one("Platform"), ..none() }, &[]);
}

#[test]
fn filters_that_leave_nobody_say_the_same_whether_or_not_somebody_is_hidden() {
    let made = made();
    let told = |reader: Reader, filters: Filters| {
        let found = made.finder.search(&Search { reader, ..search(filters) }).unwrap();
        (found.nothing, found.experts.len())
    };
    let secret = Filters { channels: one("secret"), ..Filters::NONE };
    let missing = Filters { channels: one("no such channel"), ..Filters::NONE };
    let bo = Reader::owning(["chat:bo".parse::<AccountKey>().unwrap()]);
    assert_eq!(told(bo, secret.clone()), (None, 1), "he may read what eve wrote there");
    assert_eq!(told(Reader::anyone(), secret), told(Reader::anyone(), missing));
    let found = made.finder.search(&Search {
        question: "Which gasket fits the coolant pump?".to_owned(),
        ..search(Filters { teams: one("Platform"), ..Filters::NONE })
    });
    assert_ne!(found.unwrap().nothing, Some(Nothing::AllFiltered), "nobody is named without filters either");
}

#[test]
fn what_a_filter_leaves_out_is_as_good_as_never_written() {
    let made = made();
    let narrowed = made.finder.search(&search(Filters { sources: one("desk"), ..Filters::NONE })).unwrap();
    let alone = made_of(&synth::screenplay(DESK).unwrap());
    let alone = alone.finder.search(&search(Filters::NONE)).unwrap();
    let shown = |found: &crate::Found| -> Vec<(String, Vec<String>)> {
        let of = |expert: &crate::Expert| {
            (expert.name.clone(), expert.evidence.iter().map(|piece| piece.snippet.clone()).collect())
        };
        found.experts.iter().map(of).collect()
    };
    assert_eq!(shown(&narrowed), shown(&alone));
}

/// The part of [`PLAY`] in which the desk speaks.
const DESK: &str = "
    #ops 2026-03-08 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:06 cem +1 dia: thanks, that worked
";
