//! What is hidden is gone from the next answer on, and comes back when it is shown again.

use std::collections::BTreeSet;

use model::{AccountKey, PersonId, Reader, Timestamp};

use super::*;
use crate::explained::Wish;
use crate::testing::{Made, made};
use crate::{Error, Found, Search, Wanted};

/// Dia answers about tunnels twice and about printers once; gil about tunnels once.
const PLAY: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 dia > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 dia: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 dia > bo: The label printer needs thermal paper; turn the roll and calibrate it.
    10:05 bo +1 dia: thanks, that worked
    #network 2026-03-08 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:30 gil > cem: The VPN tunnel of mine stays up since I set the keepalive of the tunnel.
    11:31 cem +1 gil: thanks, that worked
";
const TUNNEL: &str = "how do I keep the VPN tunnel alive?";
const LABELS: &str = "the label printer prints blank labels";

fn key(name: &str) -> AccountKey {
    AccountKey::new(name).unwrap()
}

fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

fn ask(made: &Made, question: &str) -> Found {
    made.finder.search(&Search::new(question.to_owned(), Reader::anyone(), now())).unwrap()
}

fn names(found: &Found) -> BTreeSet<&str> {
    let experts = found.experts.iter().map(|expert| expert.name.as_str());
    experts.chain(found.answers.iter().map(|answer| answer.by_name.as_str())).collect()
}

fn names_dia(made: &Made, question: &str) -> bool {
    names(&ask(made, question)).contains("dia")
}

fn dia(made: &Made) -> PersonId {
    made.finder.accounts_meant("desk:dia").unwrap().0.unwrap()
}

fn hide(made: &Made, wanted: &Wanted) -> Vec<OptOut> {
    let (person, accounts) = made.finder.accounts_meant("desk:dia").unwrap();
    let hides = made.finder.hides(wanted, person.as_ref()).unwrap();
    let put = |hides| made.finder.opt_outs().hide(&accounts, hides, (false, false), now()).unwrap();
    hides.into_iter().map(put).collect()
}

fn show(made: &Made, hidden: &[OptOut]) {
    for one in hidden {
        assert!(made.finder.opt_outs().show(&one.accounts, &one.id).unwrap().is_some());
    }
}

#[track_caller]
fn check(made: &Made, wanted: &Wanted, tunnel: bool, labels: bool) {
    assert!(names_dia(made, TUNNEL) && names_dia(made, LABELS), "nothing is hidden yet");
    let before = (ask(made, TUNNEL), ask(made, LABELS));
    let hidden = hide(made, wanted);
    assert_eq!((names_dia(made, TUNNEL), names_dia(made, LABELS)), (tunnel, labels), "{wanted:?}");
    assert!(names(&ask(made, TUNNEL)).contains("gil"), "{wanted:?}");
    show(made, &hidden);
    assert_eq!((ask(made, TUNNEL), ask(made, LABELS)), before, "{wanted:?}");
}

#[test]
fn every_kind_hides_what_it_says_and_no_more() {
    let made = made(PLAY);
    check(&made, &Wanted::Everything, false, false);
    check(&made, &Wanted::Source("desk".to_owned()), false, false);
    check(&made, &Wanted::Source("paper".to_owned()), true, true);
    check(&made, &Wanted::Channel("#Printing".to_owned()), true, false);
    check(&made, &Wanted::Topic("tunnels".to_owned()), false, true);
    check(&made, &Wanted::Topic("tunnel printer".to_owned()), true, true);
    let time = |text: &str| text.parse().unwrap();
    let march_third = Wanted::Span(time("2026-03-03T00:00:00Z"), time("2026-03-04T00:00:00Z"));
    check(&made, &march_third, true, false);
    let evidence = ask(&made, LABELS).experts[0].evidence[0].id.clone();
    check(&made, &Wanted::Evidence(evidence), true, false);
}

#[test]
fn who_hides_a_topic_is_not_named_by_other_evidence_either() {
    let made = made(PLAY);
    let hidden = hide(&made, &Wanted::Topic("labels".to_owned()));
    // Nothing of the evidence about printers holds the word; the question does.
    let question = "which labels go with a VPN tunnel?";
    assert!(!names_dia(&made, question));
    show(&made, &hidden);
    assert!(names_dia(&made, question));
}

#[test]
fn who_hides_everything_is_nowhere_but_sees_themselves() {
    let made = made(PLAY);
    let dia = dia(&made);
    let reader = Reader::anyone();
    assert!(made.finder.profile(&dia, &reader, now()).unwrap().is_some());
    hide(&made, &Wanted::Everything);
    assert_eq!(made.finder.profile(&dia, &reader, now()).unwrap(), None);
    let listed = made.finder.people_named("", None, 100, &reader, now()).unwrap();
    assert!(listed.people.iter().all(|person| person.name != "dia"), "{listed:?}");
    let search = Search::new(TUNNEL.to_owned(), reader, now());
    let wish = Wish { person: Some("desk:dia".to_owned()), ..Wish::default() };
    let asked_for = made.finder.why(&search, &wish).unwrap().asked_for.unwrap();
    assert_eq!(asked_for.person, None);
    let me = made.finder.me(&key("desk:dia"), now()).unwrap().unwrap();
    assert_eq!((me.profile, me.opt_outs.len()), (None, 1));
    assert_eq!(me.opt_outs[0].hides, Hides::Everything);
}

#[test]
fn an_opt_out_holds_for_whoever_owns_the_account_and_is_kept_once() {
    let made = made(PLAY);
    let file = made.finder.opt_outs();
    let accounts = BTreeSet::from([key("desk:dia"), key("mail:dia@firm.example")]);
    let first = file.hide(&accounts, Hides::Everything, (false, true), now()).unwrap();
    let again = BTreeSet::from([key("desk:dia"), key("chat:dia")]);
    let same = file.hide(&again, Hides::Everything, (false, false), now()).unwrap();
    assert_eq!((same.id.as_str(), same.accounts.len(), same.by_operator), (first.id.as_str(), 3, true));
    assert_eq!(file.read().unwrap(), [same]);
    assert!(!names_dia(&made, TUNNEL));
    let chat = BTreeSet::from([key("chat:dia")]);
    assert!(file.show(&BTreeSet::from([key("desk:gil")]), &first.id).unwrap().is_none());
    assert!(file.show(&chat, &first.id).unwrap().is_some());
    assert!(names_dia(&made, TUNNEL));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let made = made(PLAY);
    let dia = dia(&made);
    let time = |text: &str| text.parse().unwrap();
    for wanted in [
        Wanted::Topic(" ".to_owned()),
        Wanted::Topic("é".repeat(LONGEST_TOPIC + 1)),
        Wanted::Source("de sk".to_owned()),
        Wanted::Channel("nowhere".to_owned()),
        Wanted::Span(time("2026-03-03T00:00:00Z"), time("2026-03-03T00:00:00Z")),
    ] {
        assert!(matches!(made.finder.hides(&wanted, Some(&dia)), Err(Error::OptOut(_))), "{wanted:?}");
    }
    let evidence = Wanted::Evidence("0123456789abcdef".to_owned());
    assert!(matches!(made.finder.hides(&evidence, Some(&dia)), Err(Error::NoEvidence(_))));
    assert!(matches!(made.finder.accounts_meant("nobody"), Err(Error::NoSubject(_))));
    // Ahead of any evidence.
    let (person, accounts) = made.finder.accounts_meant("New@firm.example").unwrap();
    assert_eq!((person, accounts), (None, BTreeSet::from([key("mail:new@firm.example")])));
}

#[test]
fn nobody_is_named_while_the_file_does_not_read() {
    let made = made(PLAY);
    let path = made.finder.opt_outs().path().to_owned();
    for text in ["", "{", r#"{"version":2,"opt_outs":[]}"#, r#"{"version":1,"opt_outs":[{"a":1}]}"#] {
        fs_err::write(&path, text).unwrap();
        let search = Search::new(TUNNEL.to_owned(), Reader::anyone(), now());
        assert!(matches!(made.finder.search(&search), Err(Error::OptOuts { .. })), "{text}");
        assert!(made.finder.profile(&dia(&made), &Reader::anyone(), now()).is_err(), "{text}");
    }
    fs_err::remove_file(&path).unwrap();
    assert!(names_dia(&made, TUNNEL));
}

#[test]
fn what_is_erased_is_named_no_more_by_what_was_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let file = OptOutFile::new(&crate::DataFolder::new(folder.path()));
    let dia = BTreeSet::from([key("desk:dia")]);
    let container = model::ContainerId::new("desk:network").unwrap();
    let message = model::MessageId::new("desk:m1").unwrap();
    let piece = Hides::Evidence {
        container: "desk:other".to_owned(),
        conversation: "desk:1".to_owned(),
        messages: vec!["desk:m1".to_owned(), "desk:m2".to_owned()],
    };
    for hides in [Hides::Channel(container.clone()), piece] {
        file.hide(&dia, hides, (false, false), now()).unwrap();
    }
    let text = || fs_err::read_to_string(file.path()).unwrap();
    assert_eq!(file.forget(&Gone::Message(&message)).unwrap(), 0);
    assert!(!text().contains("desk:m1") && text().contains("desk:m2"));
    assert_eq!(file.forget(&Gone::Container(&container)).unwrap(), 1);
    assert!(!text().contains("network"));
    assert_eq!(file.forget(&Gone::Accounts(&dia)).unwrap(), 1);
    assert!(!text().contains("dia") && file.read().unwrap().is_empty());
}
