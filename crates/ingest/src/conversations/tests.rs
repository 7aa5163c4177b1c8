//! Conversations out of heads that are written as lines: `id day hh:mm author #native >parent @named |
//! subject`.

use std::time::{Duration, Instant};

use model::{AccountKey, ContainerId, Message, MessageId, MessageKind, Timestamp};
use proptest::prelude::*;

use super::cues::Cues;
use super::{Config, Conversation, MessageHead, assemble};

const CONFIG: Config =
    Config { flat_quiet_minutes: 120, flat_max_messages: 40, flat_open: 8, subject_days: 30 };

fn account(name: &str) -> AccountKey {
    AccountKey::new(format!("chat:{name}")).unwrap()
}

fn message(name: &str) -> MessageId {
    MessageId::new(format!("chat:{name}")).unwrap()
}

fn with<T: Clone>(all: &[T], one: T) -> Box<[T]> {
    all.iter().cloned().chain([one]).collect()
}

/// Reads one line; `notice` and `mail` are words like the others.
fn head(line: &str) -> MessageHead {
    let (words, subject) =
        line.split_once('|').map_or((line, None), |(words, text)| (words, Some(text.trim())));
    let mut words = words.split_whitespace();
    let id = message(words.next().unwrap());
    let day: i64 = words.next().unwrap().parse().unwrap();
    let (hours, minutes) = words.next().unwrap().split_once(':').unwrap();
    let minutes = (day * 24 + hours.parse::<i64>().unwrap()) * 60 + minutes.parse::<i64>().unwrap();
    let mut head = MessageHead {
        id,
        author: account(words.next().unwrap()),
        at: Timestamp::from_millis(minutes * 60_000),
        kind: MessageKind::Human,
        native_conversation: None,
        reply_to: Box::default(),
        subject: subject.map(Box::from),
        mentions: Box::default(),
        addressed: false,
        open: true,
        cues: None,
    };
    for word in words {
        match (word.split_at(1), word) {
            (("#", native), _) => head.native_conversation = Some(native.into()),
            ((">", parent), _) => head.reply_to = with(&head.reply_to, message(parent)),
            (("@", named), _) => head.mentions = with(&head.mentions, account(named)),
            (_, "notice") => head.kind = MessageKind::Notice,
            (_, "mail") => head.addressed = true,
            (_, "closed") => head.open = false,
            _ => panic!("what is {word}?"),
        }
    }
    head
}

fn run(heads: &[MessageHead]) -> Vec<Conversation> {
    assemble(&ContainerId::new("chat:room").unwrap(), heads, &|_| None, &CONFIG)
}

/// One line per conversation: `name: its messages`.
fn check(lines: &str, expected: &[&str]) {
    let heads: Vec<MessageHead> = lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(head).collect();
    let shown: Vec<String> = run(&heads)
        .iter()
        .map(|conversation| {
            let messages: Vec<&str> = conversation.messages.iter().map(MessageId::native).collect();
            format!("{}: {}", conversation.id.native(), messages.join(" "))
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn the_sources_own_conversation_stays_apart_from_the_talk_around_it() {
    check(
        "root 0 09:00 bo #root
         talk1 0 09:01 cy
         reply 0 09:02 ana #root
         talk2 0 09:03 dee
         late 3 09:00 bo #root",
        &["root: root reply late", "talk1: talk1 talk2"],
    );
}

#[test]
fn a_root_that_does_not_name_its_conversation_still_belongs_to_it() {
    check("root 0 09:00 bo\nreply 0 12:00 ana #root", &["root: root reply"]);
}

#[test]
fn references_join_mails_even_through_one_that_is_missing() {
    check(
        "a 0 09:00 bo >lost | Boot fails on rev C
         b 5 09:00 ana >lost | Re: Boot fails on rev C
         c 90 09:00 bo >lost >b | now something else",
        &["a: a b c"],
    );
}

#[test]
fn an_answer_goes_with_the_native_conversation_of_its_nearest_parent() {
    check("a 0 09:00 bo #one\nb 0 09:01 cy #two\nc 0 09:02 ana >a >b", &["one: a", "two: b c"]);
}

#[test]
fn a_re_without_references_goes_with_the_latest_mail_of_its_subject() {
    check(
        "a 0 09:00 bo mail | Boot fails on rev C
         b 1 09:00 cy mail | boot fails on rev c
         c 2 09:00 ana mail | [hw] RE: Boot fails on rev C
         d 31 09:00 dee mail | AW: Boot fails on rev C
         e 90 09:00 eve mail | Re: Boot fails on rev C",
        &["a: a", "b: b c d", "e: e"],
    );
}

#[test]
fn thirty_days_count_from_the_last_mail_of_the_conversation_whatever_its_subject() {
    check(
        "a 0 09:00 bo mail | Boot fails on rev C
         b 25 09:00 cy mail >a | workaround found
         c 50 09:00 ana mail | Re: Boot fails on rev C",
        &["a: a b c"],
    );
}

#[test]
fn generic_subjects_and_patches_join_nothing() {
    check(
        "a 0 09:00 bo mail | Question
         b 0 10:00 ana mail | Re: Question
         p 1 09:00 bo mail | [PATCH v2 3/7] fan: fix the speed
         q 1 10:00 ana mail | Re: [PATCH v2 3/7] fan: fix the speed
         r 1 11:00 ana mail >p | Re: [PATCH v2 3/7] fan: fix the speed",
        &["a: a", "b: b", "p: p r", "q: q"],
    );
}

#[test]
fn mails_without_a_subject_are_no_talk() {
    check("a 0 09:00 bo mail\nb 0 09:01 ana mail", &["a: a", "b: b"]);
}

#[test]
fn notices_are_in_no_talk() {
    check("a 0 09:00 bo\nn 0 10:08 cy notice\nb 0 11:15 ana", &["a: a", "b: b"]);
}

#[test]
fn flat_talk_ends_after_a_long_silence_or_many_messages() {
    check("a 0 09:00 bo\nb 0 11:01 bo", &["a: a", "b: b"]);
    let lines: Vec<String> = (0..45).map(|n| format!("m{n:02} 0 09:{n:02} bo")).collect();
    let heads: Vec<MessageHead> = lines.iter().map(|line| head(line)).collect();
    let sizes: Vec<usize> = run(&heads).iter().map(|conversation| conversation.messages.len()).collect();
    assert_eq!(sizes, [40, 5]);
}

#[test]
fn nothing_makes_no_conversation() {
    check("", &[]);
    check("n 0 09:08 cy notice", &[]);
}

fn many(count: usize, line: impl Fn(usize) -> String) -> Vec<MessageHead> {
    (0..count).map(|n| head(&line(n))).collect()
}

fn within(limit: Duration, heads: &[MessageHead]) -> usize {
    let start = Instant::now();
    let count = run(heads).len();
    assert!(start.elapsed() < limit, "{} heads took {:?}", heads.len(), start.elapsed());
    count
}

#[test]
fn a_hundred_thousand_messages_take_no_time_to_speak_of() {
    let talk = many(100_000, |n| format!("m{n} {} {:02}:{:02} p{}", n / 1440, n / 60 % 24, n % 60, n % 50));
    within(Duration::from_secs(5), &talk);
    let same_time = many(100_000, |n| format!("m{n} 0 09:00 p{}", n % 50));
    within(Duration::from_secs(5), &same_time);
    let chain = many(100_000, |n| format!("m{n} {n} 09:00 p >m{} >m0 | Re: one long subject", n.max(1) - 1));
    assert_eq!(within(Duration::from_secs(5), &chain), 1);
}

/// The cues of one of a few texts.
fn any_cues(number: usize) -> Cues {
    let texts = ["how do I rotate the key?", "d: yes, restart the gateway", "thanks!", "lunch, anybody?", ""];
    let (id, room) = (message("any"), ContainerId::new("chat:room").unwrap());
    let text = texts[number % texts.len()].to_owned();
    Cues::of(&Message::new(id, room, account("any"), Timestamp::EPOCH, text))
}

fn any_head() -> impl Strategy<Value = MessageHead> {
    let native = proptest::option::weighted(0.2, "[a-c0-3]");
    let parents = proptest::collection::vec("[0-9]{1,2}", 0..2);
    let subject = proptest::option::weighted(0.4, "(Re: )?(first long subject|second long subject|help)");
    let flags = (any::<bool>(), any::<bool>());
    let rest = (0i64..5000, "[a-d]", proptest::collection::vec("[a-d]", 0..2), flags, 0u8..8);
    ("[0-9]{1,2}", native, parents, subject, rest).prop_map(|(id, native, parents, subject, rest)| {
        let (minute, author, named, (addressed, open), kind) = rest;
        MessageHead {
            id: message(&id),
            author: account(&author),
            at: Timestamp::from_millis(minute * 60_000),
            kind: if kind == 0 { MessageKind::Notice } else { MessageKind::Human },
            native_conversation: native.map(String::into_boxed_str),
            reply_to: parents.iter().map(|id| message(id)).collect(),
            subject: subject.map(String::into_boxed_str),
            mentions: named.iter().map(|name| account(name)).collect(),
            addressed,
            open,
            cues: Some(Box::new(any_cues(minute as usize))),
        }
    })
}

#[test]
fn what_is_not_open_ties_nothing_together_and_follows_what_is() {
    check(
        "
        a 1 09:00 bo
        b 1 10:08 bo closed
        c 1 11:15 bo
        d 1 16:00 eva closed
        e 1 16:01 eva closed
        ",
        &["a: a b", "c: c", "d: d e"],
    );
}

proptest! {
    #[test]
    fn what_is_not_open_changes_nothing_of_what_is(heads in proptest::collection::vec(any_head(), 0..40)) {
        let mut seen = std::collections::BTreeSet::new();
        let heads: Vec<MessageHead> = heads.into_iter().filter(|head| seen.insert(head.id.clone())).collect();
        let open: Vec<MessageHead> = heads.iter().filter(|head| head.open).cloned().collect();
        let ids: Vec<&MessageId> = open.iter().map(|head| &head.id).collect();
        let mut beside = run(&heads);
        for conversation in &mut beside {
            conversation.messages.retain(|id| ids.contains(&id));
        }
        beside.retain(|conversation| !conversation.messages.is_empty());
        let mut alone = run(&open);
        beside.sort_by(|left, right| left.id.cmp(&right.id));
        alone.sort_by(|left, right| left.id.cmp(&right.id));
        prop_assert_eq!(beside, alone);
    }

    #[test]
    fn the_order_of_messages_changes_nothing(
        (heads, shuffled) in proptest::collection::vec(any_head(), 0..40)
            .prop_flat_map(|heads| (Just(heads.clone()), Just(heads).prop_shuffle())),
    ) {
        prop_assert_eq!(run(&heads), run(&shuffled));
    }

    #[test]
    fn every_message_is_in_one_conversation_and_every_conversation_has_its_own_name(
        heads in proptest::collection::vec(any_head(), 0..40),
    ) {
        let conversations = run(&heads);
        let mut placed: Vec<&MessageId> = conversations.iter().flat_map(|c| &c.messages).collect();
        placed.sort();
        let count = placed.len();
        placed.dedup();
        prop_assert_eq!(placed.len(), count);
        for head in &heads {
            let notice = heads.iter().any(|other| other.id == head.id && other.kind == MessageKind::Notice);
            prop_assert!(notice || placed.contains(&&head.id));
        }
        let mut names: Vec<_> = conversations.iter().map(|c| &c.id).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), conversations.len());
    }
}
