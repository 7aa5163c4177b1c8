//! What must hold of mined questions, on small screenplays.

use eval::{Aliases, ChannelPart};
use model::Timestamp;
use proptest::prelude::*;

use super::{Fold, HistoryQuestion, facts, folds, leaks, linked, questions, refuse_leaks, split};
use crate::Search;
use crate::evaluate::{run_as, search_of};
use crate::simple::{self, Method};
use crate::testing::{Made, made, made_of};

const PLAY: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, Ana, how can I keep it alive?
    09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 ana: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
    #network 2026-03-04 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    #board 2026-03-05 source=desk visibility=ana,bo
    11:00 bo: Which budget pays for the second VPN gateway licence?
    11:05 ana > bo: The facilities budget pays for the gateway licence this year.
    #network 2026-03-06 source=desk visibility=everyone
    09:00 cem: ok?
    09:01 ana > cem: The maintenance window of the gateway is over, everything runs again.
";

fn mined(play: &str) -> (Made, Vec<HistoryQuestion>) {
    let made = made(play);
    let found = questions(&made.finder).unwrap();
    (made, found)
}

fn search(question: &eval::TestQuestion) -> Search {
    search_of(question, &Aliases::default(), ChannelPart::Full)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_open_conversation_with_an_answer_is_a_question_by_its_opening_alone() {
    let (_made, found) = mined(PLAY);
    let summary: Vec<(&str, &str)> = found
        .iter()
        .map(|q| (q.test.channel.as_deref().unwrap(), q.test.asked_by.as_deref().unwrap()))
        .collect();
    // The board is not everyone's, and "ok?" asks nothing that can be looked up.
    assert_eq!(summary, [("network", "desk:bo"), ("printing", "desk:bo"), ("network", "desk:cem")]);
    let first = &found[0].test;
    assert_eq!(first.ts, at("2026-03-02T09:00:00Z"));
    assert_eq!(first.experts.iter().collect::<Vec<_>>(), [(&"desk:ana".to_owned(), &3)]);
    assert_eq!(found[1].test.experts.values().collect::<Vec<_>>(), [&2]);
    assert!(first.acknowledged && !found[1].test.acknowledged);
    for said_later in ["rekey", "thanks", "Ana"] {
        assert!(!first.text.contains(said_later), "{}", first.text);
    }
}

#[test]
fn a_question_is_never_answered_from_its_own_conversation() {
    let (made, found) = mined(PLAY);
    assert_eq!(leaks(&made.finder, &found, None), []);
    let tests: Vec<_> = found.iter().map(|question| question.test.clone()).collect();
    let run = run_as(&made.finder, &tests, &search).unwrap();
    assert!(run.ranked(&tests[0].qid).is_empty(), "nothing was known before the first question");
    assert_eq!(run.ranked(&tests[2].qid)[0], ["desk:ana"]);
}

#[test]
fn a_planted_leak_is_caught() {
    let (made, mut found) = mined(PLAY);
    // A wrong time: the question seems to come after its own answer.
    found[0].test.ts = at("2026-03-10T00:00:00Z");
    let caught = leaks(&made.finder, &found, None);
    assert_eq!(caught.len(), 2, "the asker's and the answerer's document: {caught:?}");
    assert!(caught.iter().all(|leak| leak.qid == found[0].test.qid));
    assert!(refuse_leaks(&made.finder, &found, None).unwrap_err().to_string().contains(&found[0].test.qid));
    // Frozen before the conversation, the same index does not leak.
    assert_eq!(leaks(&made.finder, &found, Some(at("2026-03-02T00:00:00Z"))), []);
}

#[test]
fn an_answer_with_a_clock_that_is_behind_does_not_leak() {
    let play = synth::screenplay(
        "#network 2026-03-02 source=desk visibility=everyone
        09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
        09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
        09:30 bo: thanks",
    );
    let play = play.unwrap();
    // As if the asker had written nothing before: a ticket with a summary alone looks like that.
    let behind = play.replace("T09:05", "T08:05");
    assert_ne!(play, behind);
    let made = made_of(&behind);
    let found = questions(&made.finder).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(leaks(&made.finder, &found, None), []);
}

#[test]
fn evidence_ends_at_the_cut_while_questions_come_later() {
    let (made, found) = mined(PLAY);
    let cut = at("2026-03-03T00:00:00Z");
    let frozen = |question: &eval::TestQuestion| Search { evidence_before: Some(cut), ..search(question) };
    let late = eval::TestQuestion { ts: at("2026-06-01T00:00:00Z"), ..found[0].test.clone() };
    let now = run_as(&made.finder, std::slice::from_ref(&late), &search).unwrap();
    assert_eq!(now.ranked(&late.qid).len(), 3);
    let then = run_as(&made.finder, std::slice::from_ref(&late), &frozen).unwrap();
    assert_eq!(then.ranked(&late.qid), [["desk:ana"]]);
}

#[test]
fn nothing_of_those_who_are_taken_out_is_left() {
    let (made, found) = mined(PLAY);
    let late = eval::TestQuestion { ts: at("2026-06-01T00:00:00Z"), ..found[0].test.clone() };
    let owner = made.finder.owner("desk:ana").cloned().unwrap();
    let without = Search { without_people: vec![owner], ..search(&late) };
    let names = |search: &Search| {
        let answer = made.finder.search(search).unwrap();
        answer.experts.into_iter().map(|expert| expert.accounts[0].to_string()).collect::<Vec<_>>()
    };
    assert!(names(&search(&late)).contains(&"desk:ana".to_owned()));
    let left = names(&without);
    assert!(!left.contains(&"desk:ana".to_owned()) && left.contains(&"desk:dia".to_owned()), "{left:?}");
    for method in Method::ALL {
        let people = simple::rank(&made.finder, method, &without).unwrap();
        assert!(!people.contains(&vec!["desk:ana".to_owned()]), "{method:?}");
    }
}

#[test]
fn a_cross_post_is_one_question_with_the_experts_of_both() {
    let (made, found) = mined(
        "#network 2026-03-02 source=desk visibility=everyone
        09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
        09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
        #general 2026-03-02 source=desk visibility=everyone
        09:10 bo: The VPN tunnel drops every hour, how can I keep it alive?
        09:30 cem > bo: Have a look at the keepalive of the VPN tunnel, ten seconds will do.
        #general 2026-03-20 source=desk visibility=everyone
        09:10 bo: The VPN tunnel drops every hour, how can I keep it alive?
        09:30 cem > bo: Have a look at the keepalive of the VPN tunnel once more, ten seconds will do.",
    );
    assert_eq!(found.len(), 2, "the third one comes too late to be the same");
    assert_eq!(found[0].test.experts.keys().collect::<Vec<_>>(), ["desk:ana", "desk:cem"]);
    assert_eq!(found[0].documents.len(), 4);
    assert_eq!(leaks(&made.finder, &found, None), []);
}

#[test]
fn what_was_known_of_the_experts_is_told_as_of_the_question() {
    let (made, found) = mined(PLAY);
    let tests: Vec<_> = found.iter().map(|question| question.test.clone()).collect();
    let known = facts(&made.finder, &tests, &Aliases::default(), 2, &search);
    assert!(!known[0].known && known[0].cold && known[0].evidence_age_days.is_none());
    assert_eq!((known[2].known, known[2].own_channel, known[2].best_pop_rank), (false, false, None));
    let again = eval::TestQuestion { ts: at("2026-04-01T00:00:00Z"), ..found[0].test.clone() };
    let then = facts(&made.finder, &[again], &Aliases::default(), 2, &search)[0];
    // "ok?" was answered too.
    assert!(then.known && then.own_channel && then.cold);
    assert_eq!(then.best_pop_rank, Some(1));
}

#[test]
fn simple_methods_obey_time_rights_and_the_asker() {
    let (made, found) = mined(PLAY);
    let late = eval::TestQuestion { ts: at("2026-04-01T00:00:00Z"), ..found[1].test.clone() };
    for method in Method::ALL {
        let first = simple::rank(&made.finder, method, &search(&found[0].test)).unwrap();
        assert!(first.is_empty(), "{method:?} knows the future: {first:?}");
        let people = simple::rank(&made.finder, method, &search(&late)).unwrap();
        assert!(
            !people.is_empty() && !people.contains(&vec!["desk:bo".to_owned()]),
            "{method:?}: {people:?}"
        );
    }
    let of = |method| simple::rank(&made.finder, method, &search(&late)).unwrap();
    assert_eq!(of(Method::Busiest)[0], ["desk:ana"], "two conversations, the board not counted");
    assert_eq!(of(Method::BusiestInChannel)[0], ["desk:cem"]);
    assert_eq!(of(Method::Bm25Conversations)[0], ["desk:cem"]);
}

fn timed(model: &HistoryQuestion, times: &[i64]) -> Vec<HistoryQuestion> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted
        .iter()
        .map(|hour| {
            let mut question = model.clone();
            question.test.ts = Timestamp::from_millis(hour * 3_600_000);
            question
        })
        .collect()
}

#[test]
fn folds_cut_before_all_of_their_questions_and_after_all_earlier_ones() {
    let (_made, mined) = mined(PLAY);
    proptest!(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() },
        |(times in prop::collection::vec(0_i64..40, 1..40), n in 1_usize..6, wanted in 0_usize..40)| {
        let questions = timed(&mined[0], &times);
        let found: Vec<Fold<'_>> = folds(&questions, n, wanted);
        let first = questions.len() - found.iter().map(|fold| fold.questions.len()).sum::<usize>();
        prop_assert!(first * 3 >= questions.len(), "a third goes by first");
        prop_assert!(questions.len() - first <= wanted.max(questions.len() / 2), "no more than is wanted");
        prop_assert!(found.len() <= n);
        for (fold, next) in found.iter().zip(found.iter().skip(1)) {
            prop_assert!(fold.cut < next.cut);
        }
        for fold in &found {
            prop_assert!(!fold.questions.is_empty());
            prop_assert!(fold.questions.iter().all(|question| question.test.ts >= fold.cut));
        }
        let cut = questions[questions.len() / 2].test.ts;
        let one = split(&questions, cut, Some(0.5));
        prop_assert!(one.questions.iter().all(|q| q.test.ts >= cut && q.test.ts.days_since(cut) < 0.5));
    });
}

#[test]
fn a_question_answered_with_a_link_to_an_earlier_one_is_a_test_of_past_answers() {
    let message = |id: &str, at: &str, by: &str, talk: &str, text: &str| {
        format!(
            r#"{{"id":"{id}","at":"2026-03-{at}:00Z","author":{{"id":"{by}","name":"{by}"}},"channel":"OPS","#
        ) + &format!(r#""conversation":"{talk}","visibility":"everyone","text":"{text}"}}"#)
    };
    let records = [
        message("1", "02T09:00", "bo", "OPS-1", "How do we renew the gateway certificate without an outage?"),
        message(
            "2",
            "02T09:05",
            "ana",
            "OPS-1",
            "Renew it on the standby node first, then fail over and repeat.",
        ),
        message("3", "09T09:00", "cem", "OPS-2", "The gateway certificate runs out, how do we renew it?"),
        message(
            "4",
            "09T09:05",
            "dia",
            "OPS-2",
            "We had that before, it is all in OPS-1, follow it step by step.",
        ),
        message("5", "10T09:00", "bo", "OPS-3", "OPS-2 is closed, but who renews the mail certificate now?"),
        message(
            "6",
            "10T09:05",
            "ana",
            "OPS-3",
            "Whoever did OPS-2 should renew the mail certificate as well.",
        ),
    ];
    let made = made_of(&records.join("\n"));
    let mined = questions(&made.finder).unwrap();
    let found = linked(&made.finder, &mined).unwrap();
    let asked: Vec<&str> = found.iter().map(|one| one.question.conversation.as_str()).collect();
    assert_eq!(asked, ["jsonl:OPS/OPS-2"], "a link that the asker gave tests nothing");
    let exam = crate::backtest::Exam {
        items: Vec::new(),
        aliases: Aliases::default(),
        lowest_relevant_grade: 2,
        channel: ChannelPart::Full,
        evidence_before: None,
        spread: false,
        seed: 1,
    };
    let hits = crate::backtest::PastHits::of(&made.finder, &exam, &found).unwrap();
    assert_eq!((hits.n_questions, hits.first_three), (1, 1.0));
}
