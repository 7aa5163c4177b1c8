//! What holds for every conversation.

use std::collections::BTreeSet;

use model::{Mark, Message, MessageKind, Role, Visibility};
use proptest::prelude::*;

use super::{accounts, everybody, message, owner, run, visibility};

const WORDS: [&str; 13] = [
    "how do I rotate the key?",
    "run the rotate command there",
    "thanks, that worked",
    "+1",
    "",
    "ask @ana",
    "version 3.2 is out",
    "8443",
    "see `x`",
    "run the rotate command on the first gateway, wait for both nodes, then restart the exporter",
    "that didn't help",
    "that worked",
    "no idea, not my area",
];

fn any_message() -> impl Strategy<Value = Message> {
    let who = proptest::sample::select(vec!["ana", "bo", "bo2", "cy", "bot", "stranger"]);
    let words = proptest::sample::select(WORDS.to_vec());
    let marks = proptest::sample::select(vec![
        "",
        "accepted",
        "auto",
        "notice",
        "ticket; subject S",
        "subject S",
        "resolved dee 12:00",
        "assigned eve",
        "+1 by bo",
        "heart by ana cy",
        "named ana",
        "named bo ana",
        "edited 13:00",
        "resolved bot",
    ]);
    let readers = proptest::option::weighted(0.3, proptest::sample::subsequence(vec!["a", "b", "c"], 1..=3));
    (0usize..24, 0u8..4, who, words, marks, readers).prop_map(
        |(number, minute, who, words, marks, readers)| {
            let mut message = message(number, &format!("09:0{minute} {who} ({marks}): {words}"));
            message.stated_visibility =
                readers.map(|names| Visibility::Members(accounts(&names.join(" ")).into_iter().collect()));
            message
        },
    )
}

fn conversation() -> impl Strategy<Value = Vec<Message>> {
    proptest::collection::vec(any_message(), 0..12).prop_map(|mut messages| {
        let mut known = BTreeSet::new();
        messages.retain(|message| known.insert(message.id.clone()));
        messages
    })
}

/// Whether everybody in `all` is in `part`.
fn may_read(all: &Visibility, part: &Visibility) -> bool {
    all.and(part) == *all
}

proptest! {
    #[test]
    fn the_order_of_messages_changes_nothing(
        (messages, shuffled) in conversation().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
    ) {
        prop_assert_eq!(run(&messages), run(&shuffled));
    }

    #[test]
    fn everybody_credited_wrote_or_is_named_and_no_bot_is(messages in conversation()) {
        let wrote = everybody(&messages);
        for document in run(&messages) {
            prop_assert!(!document.person.as_str().starts_with("bot"));
            let named = document.roles.iter().any(|role| matches!(role, Role::Resolved | Role::Assigned | Role::Referred));
            prop_assert!(wrote.contains(&document.person) || named);
            prop_assert_eq!(document.own.is_empty(), document.messages.is_empty());
            prop_assert!(!document.own.is_empty() || named);
            prop_assert!(document.first_at <= document.last_at);
        }
    }

    #[test]
    fn nobody_answers_what_they_opened(messages in conversation()) {
        for document in run(&messages) {
            let opened = document.roles.contains(Role::Asked) || document.roles.contains(Role::Announced);
            prop_assert!(!(opened && document.roles.contains(Role::Answered)));
        }
    }

    #[test]
    fn who_reads_a_document_may_read_its_messages_and_its_question(messages in conversation()) {
        let answers = |message: &&Message| message.reply_to.is_empty();
        for document in run(&messages) {
            // What everyone may read is made of what everyone may read alone, and its first message opens it.
            let open = document.visibility == Visibility::Everyone;
            let seen = messages.iter().filter(|message| !open || visibility(message) == Visibility::Everyone);
            let first = seen.min_by_key(|message| (message.at, &message.id)).filter(answers);
            for message in messages.iter().filter(|message| document.messages.contains(&message.id)) {
                prop_assert!(may_read(&document.visibility, &visibility(message)));
                prop_assert!(document.last_at >= message.at);
            }
            if let Some(first) = first.filter(|_| !document.question.is_empty()) {
                prop_assert!(may_read(&document.visibility, &visibility(first)));
            }
        }
    }

    #[test]
    fn what_everyone_may_read_is_as_if_nothing_were_hidden(messages in conversation()) {
        let is_open = |visibility: &Visibility| *visibility == Visibility::Everyone;
        let open: Vec<Message> = messages.iter().filter(|message| is_open(&visibility(message))).cloned().collect();
        let mut readable = run(&messages);
        readable.retain(|document| is_open(&document.visibility));
        prop_assert_eq!(readable, run(&open));
    }

    #[test]
    fn a_view_of_the_past_holds_no_mark_of_the_future(messages in conversation(), minute in 0u8..4) {
        let until = super::time(&format!("09:0{minute}"));
        let ended: Vec<Message> = messages
            .iter()
            .filter(|m| m.edited_at.is_none() && m.resolved_by.is_none() && m.assignee.is_none() && !m.accepted)
            .filter(|m| m.stated_visibility.is_none())
            .cloned()
            .collect();
        let past: Vec<Message> = ended.iter().filter(|message| message.at <= until).cloned().collect();
        let then = run(&past);
        for document in run(&ended).iter().filter(|document| document.last_at <= until) {
            let before = then.iter().find(|other| other.person == document.person);
            prop_assert_eq!(before.map(|other| other.marks), Some(document.marks));
        }
    }

    #[test]
    fn marks_agree_with_the_roles(messages in conversation()) {
        for document in run(&messages) {
            let opened = document.roles.contains(Role::Asked) || document.roles.contains(Role::Announced);
            let marked = |mark| document.marks.contains(mark);
            prop_assert!(!marked(Mark::Canned) && !marked(Mark::Copied));
            prop_assert!(!opened || document.marks.iter().all(|mark| mark == Mark::Question));
            prop_assert!(opened || !marked(Mark::Question));
            prop_assert!(marked(Mark::Substantive) || !(marked(Mark::First) || marked(Mark::Closing)));
            prop_assert!(document.asker.as_ref() != Some(&document.person));
        }
    }

    #[test]
    fn one_document_per_person_ascending(messages in conversation()) {
        let documents = run(&messages);
        let people: BTreeSet<_> = documents.iter().map(|document| &document.person).collect();
        prop_assert_eq!(people.len(), documents.len());
        prop_assert!(documents.is_sorted_by_key(|document| &document.person));
    }

    #[test]
    fn a_conversation_of_machines_credits_nobody(messages in conversation()) {
        let machines: Vec<Message> = messages
            .into_iter()
            .map(|message| Message { kind: MessageKind::Automatic, resolved_by: None, assignee: None, ..message })
            .collect();
        prop_assert!(run(&machines).is_empty(), "{:?}", owner(&machines[0].author));
    }
}
