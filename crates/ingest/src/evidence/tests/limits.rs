//! Times, readers, links, counts and caps of a document.

use std::time::{Duration, Instant};

use model::{Document, MessageId, Visibility};

use super::{accounts, message, run, screenplay, time};

fn document(play: &str, person: &str) -> Document {
    let found = run(&screenplay(play)).into_iter().find(|document| document.person.as_str() == person);
    found.unwrap_or_else(|| panic!("{person} has no document in {play}"))
}

fn check_times(play: &str, person: &str, first: &str, last: &str) {
    let document = document(play, person);
    assert_eq!((document.first_at, document.last_at), (time(first), time(last)), "{play}");
}

fn check_readers(play: &str, person: &str, readers: &str) {
    let expected = match readers {
        "everyone" => Visibility::Everyone,
        "nobody" => Visibility::Nobody,
        names => Visibility::Members(accounts(names).into_iter().collect()),
    };
    assert_eq!(document(play, person).visibility, expected, "{play}");
}

const ANSWERED: &str = "09:00 bo: how do I rotate the key?\n09:05 ana: run the rotate command there";

#[test]
fn a_document_is_as_late_as_the_last_thing_it_rests_on() {
    check_times(ANSWERED, "ana", "09:05", "09:05");
    check_times(&format!("{ANSWERED}\n09:20 cy: or wait for the nightly job"), "ana", "09:05", "09:05");
    check_times(&format!("{ANSWERED}\n10:00 bo: thanks"), "ana", "09:05", "10:00");
    check_times(&format!("{ANSWERED}\n10:00 bo: thanks"), "bo", "09:00", "10:00");
    check_times("09:00 bo (edited 11:00): how?\n09:05 ana: run the rotate command", "ana", "09:05", "11:00");
    check_times("09:00 bo: release is out\n09:05 ana: run the rotate command", "bo", "09:00", "09:05");
}

#[test]
fn a_resolution_is_as_late_as_it_was_made() {
    check_times("09:00 bo (ticket; subject S; resolved ana 12:00): x", "ana", "12:00", "12:00");
    check_times(
        "09:00 bo (ticket; subject S; resolved ana): x\n10:00 cy: three more words",
        "ana",
        "10:00",
        "10:00",
    );
    check_times(
        "09:00 bo (ticket; subject S; assigned ana): x\n10:00 cy: three more words",
        "ana",
        "10:00",
        "10:00",
    );
    check_times("09:00 bo: how?\n09:01 cy (named ana): ask @ana", "ana", "09:01", "09:01");
}

#[test]
fn who_may_read_a_document_may_read_all_it_rests_on() {
    check_readers(ANSWERED, "ana", "everyone");
    check_readers(
        "09:00 bo (readers a b): how?\n09:05 ana (readers b c): run the rotate command",
        "ana",
        "b",
    );
    check_readers(
        "09:00 bo (readers a b): how?\n09:05 ana (readers b c): run the rotate command",
        "bo",
        "a b",
    );
    check_readers(
        "09:00 bo (readers a): how?\n09:05 ana (readers c): run the rotate command",
        "ana",
        "nobody",
    );
    check_readers(
        "09:00 bo (readers a b): how?\n09:05 ana (readers a b): run the rotate command\n10:00 bo (readers a): thanks",
        "ana",
        "a",
    );
    check_readers(&format!("{ANSWERED}\n10:00 cy (readers a): three more words"), "ana", "everyone");
    check_readers("09:00 bo: how?\n09:01 cy (readers a; named ana): ask @ana", "ana", "a");
}

#[test]
fn what_is_hidden_neither_hides_nor_changes_what_is_open() {
    let open = document(ANSWERED, "ana");
    for hidden in ["10:00 bo (readers a): thanks", "10:00 ana (readers a): and tell nobody about it"] {
        assert_eq!(document(&format!("{ANSWERED}\n{hidden}"), "ana"), open, "{hidden}");
    }
    check_readers(&format!("{ANSWERED}\n10:00 cy (readers a): or wait for the nightly job"), "cy", "a");
}

#[test]
fn the_link_is_the_persons_own_else_the_openings() {
    let play = "09:00 bo (link L1; ticket; subject S; resolved cy): how?\n09:05 ana (link L2): run the rotate command now";
    let link = |person: &str| document(play, person).permalink;
    assert_eq!((link("ana").as_deref(), link("cy").as_deref()), (Some("L2"), Some("L1")));
}

#[test]
fn reactions_count_others_once() {
    let play = "09:00 bo: how?
        09:05 ana (+1 by bo cy ana; tada by cy dee): run the rotate command there
        09:06 ana (heart by bo): then restart the gateway";
    assert_eq!(document(play, "ana").reactions, 3);
    let mut unnamed = message(1, "09:05 ana (+1 by ana): run the rotate command there");
    unnamed.reactions[0].count = 7;
    assert_eq!(run(&[message(0, "09:00 bo: how?"), unnamed])[0].reactions, 6);
}

#[test]
fn long_code_and_long_texts_are_cut() {
    let log = "line\\n".repeat(50);
    let words = "word ".repeat(400);
    let play = format!("09:00 bo: why does it fail ```{log}``` here? {words}\n09:05 ana: {words}");
    let ana = document(&play, "ana");
    assert!(ana.question.starts_with("why does it fail  here? word"), "{}", ana.question);
    assert_eq!((ana.question.chars().count() <= 200, ana.own.chars().count() <= 300), (true, true));
}

#[test]
fn own_messages_are_listed_oldest_first() {
    let ids = document("09:00 bo: how?\n09:05 ana: run the rotate command\n09:04 ana: first of all", "ana")
        .messages;
    assert_eq!(ids.iter().map(MessageId::native).collect::<Vec<_>>(), ["m02", "m01"]);
}

#[test]
fn ten_thousand_messages_of_one_conversation_take_no_time_to_speak_of() {
    let lines = |n: usize| match n % 4 {
        0 => message(n, "09:00 bo: thanks, and how do I rotate the next key?"),
        1 => message(n, "09:00 ana (named bo cy): @bo run the rotate command, or ask @cy"),
        2 => message(n, "09:00 bo: that worked, thanks"),
        _ => message(n, &format!("09:00 bot{n}: noise")),
    };
    let messages: Vec<_> = (0..10_000).map(lines).collect();
    let start = Instant::now();
    assert_eq!(run(&messages).len(), 3);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
