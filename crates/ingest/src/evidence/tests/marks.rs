//! What marks the documents of a conversation carry.

use model::{Document, Mark, Named as _};

use super::{run, screenplay, time};

fn marks(document: &Document) -> String {
    document.marks.iter().map(Mark::as_str).collect::<Vec<_>>().join("+")
}

/// `person marks` of every document.
fn check(play: &str, expected: &[&str]) {
    let shown: Vec<String> = run(&screenplay(play))
        .iter()
        .map(|d| format!("{} {}", d.person, marks(d)).trim().to_owned())
        .collect();
    assert_eq!(shown, expected, "{play}");
}

const ASKED: &str = "09:00 bo: how do I rotate the key?";
const LONG: &str =
    "run the rotate command on the first gateway, wait for both nodes, then restart the exporter";
const OTHER: &str = "copy the certificate by hand into the store of each node and reload the gateway twice";

#[test]
fn the_first_and_the_closing_answer_of_substance_are_marked() {
    check(
        &format!(
            "{ASKED}\n09:01 cy: read the old handbook first\n09:02 ana: {LONG}\n09:03 dee: {OTHER}\n09:04 bo: thanks!"
        ),
        &["ana substantive+first", "bo question", "cy", "dee substantive+closing"],
    );
    check(
        &format!("{ASKED}\n09:02 ana: {LONG}\n09:04 bo: that worked, thanks!\n09:05 dee: {OTHER}"),
        &["ana substantive+first+closing+confirmed", "bo question", "dee substantive"],
    );
    check(&format!("{ASKED}\n09:02 ana: {LONG}"), &["ana substantive+first", "bo question"]);
    check(
        &format!("{ASKED}\n09:02 ana (accepted): {LONG}\n09:03 cy: {OTHER}"),
        &["ana substantive+first+closing", "bo question", "cy substantive"],
    );
}

#[test]
fn that_it_worked_confirms_and_polite_thanks_do_not() {
    let play = |end: &str| format!("{ASKED}\n09:02 ana: run the rotate command\n09:04 bo: {end}");
    check(&play("that fixed it"), &["ana confirmed", "bo question"]);
    check(&play("thank you so much"), &["ana", "bo question"]);
}

#[test]
fn that_it_did_not_help_fails_until_something_later_says_otherwise() {
    let failed = format!("{ASKED}\n09:02 ana: {LONG}\n09:04 bo: hm, that didn't help");
    check(&failed, &["ana substantive+first+failed", "bo question"]);
    let ana = |play: &str| run(&screenplay(play)).remove(0);
    assert_eq!(ana(&failed).last_at, time("09:04"), "it is as late as what it rests on");
    check(
        &format!("{failed}\n09:05 bo: sorry, wrong node: that worked"),
        &["ana substantive+first+closing+confirmed", "bo question"],
    );
    check(
        &format!("{failed}\n09:05 cy: {OTHER}\n09:06 bo: that worked"),
        &["ana substantive+first+failed", "bo question", "cy substantive+closing+confirmed"],
    );
}

#[test]
fn who_declines_joins_in_or_asks_back_shows_nothing() {
    check(
        &format!(
            "{ASKED}
             09:01 cy: not my area, maybe somebody of the platform group can tell you more
             09:02 dee: I am seeing the same on both gateways since the update of yesterday evening
             09:03 eve: which of the two gateways is it, and does the second one fail as well on Sundays?"
        ),
        &["bo question", "cy declined", "dee me-too", "eve asks-back"],
    );
    check(
        &format!("{ASKED}\n09:01 ana: not sure, but maybe the handbook\n09:02 ana: ah found it: {LONG}"),
        &["ana substantive+first", "bo question"],
    );
}

#[test]
fn who_closes_what_others_solved_is_silent() {
    let ticket = "09:00 bo (ticket; subject Export; resolved eve 12:00): the columns are swapped";
    check(
        &format!("{ticket}\n09:30 dee: {LONG}\n11:00 eve: Closing ticket as fixed, thanks to everybody here"),
        &["bo question", "dee substantive+first", "eve silent+routine"],
    );
    check(&format!("{ticket}\n09:30 eve: {LONG}"), &["bo question", "eve substantive+first"]);
    check(ticket, &["bo question", "eve"]);
    check(&format!("{ticket}\n13:00 dee: {LONG}"), &["bo question", "dee substantive+first", "eve"]);
}

#[test]
fn news_that_somebody_answers_is_no_question() {
    check(
        &format!("09:00 bo: version 3.2 is out, no more errors with empty files\n09:01 ana: {LONG}"),
        &["ana substantive+first", "bo"],
    );
}

#[test]
fn the_asker_is_named_where_somebody_else_answers() {
    let askers = |play: &str| -> Vec<String> {
        let shown = |d: &Document| format!("{} {}", d.person, d.asker.as_ref().map_or("-", |id| id.as_str()));
        run(&screenplay(play)).iter().map(shown).collect()
    };
    assert_eq!(askers(&format!("{ASKED}\n09:01 ana: {LONG}")), ["ana bo", "bo -"]);
    assert_eq!(askers(&format!("09:00 stranger1: how?\n09:01 ana: {LONG}")), ["ana -"]);
    assert_eq!(askers(&format!("09:00 bo: version 3.2 is out\n09:01 ana: {LONG}")), ["ana bo", "bo -"]);
    assert_eq!(
        askers("09:00 bo: version 3.2 is out\n09:01 cy (named ana): cc @ana"),
        ["ana -", "bo -"],
        "who is only named was asked nothing"
    );
}

#[test]
fn what_is_hidden_from_a_reader_marks_nothing() {
    // dee's readers do not read ana's answer: for them dee's is the first.
    check(
        &format!(
            "09:00 bo (readers a b): how?\n09:01 ana (readers a): {LONG}\n09:02 dee (readers a b): {OTHER}"
        ),
        &["ana substantive+first", "bo question", "dee substantive+first"],
    );
    check(
        &format!(
            "09:00 bo (readers a b): how?\n09:02 dee (readers a b): {OTHER}\n09:03 bo (readers a): didn't help"
        ),
        &["bo question", "dee substantive+first"],
    );
}

#[test]
fn own_answers_and_fingerprints_are_of_the_persons_words() {
    let documents =
        run(&screenplay(&format!("{ASKED}\n09:01 ana: {LONG}\n09:02 ana: ok\n09:03 ana: {OTHER}")));
    assert_eq!((documents[0].own_answers, documents[0].fingerprint.is_some()), (2, true));
    assert_eq!((documents[1].own_answers, documents[1].fingerprint), (1, None));
}
