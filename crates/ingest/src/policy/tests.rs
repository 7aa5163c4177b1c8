//! What policies decide, and how a bad one is told.

use model::{Container, ContainerId, ContainerKind, Message, MessageId, Timestamp};

use super::*;
use crate::{RawMessage, Record};

const NOW: Timestamp = Timestamp::from_millis(1_000 * 86_400_000);

fn container(id: &str, name: &str, kind: ContainerKind) -> Container {
    Container { id: ContainerId::new(id).unwrap(), name: name.to_owned(), kind, stated_visibility: None }
}

fn with(text: &str) -> Policy {
    let rest = SHIPPED.split_once("\n[[rules]]").unwrap().1;
    Policy::parse(&format!("version = 1\n{text}\n[[rules]]{rest}"), "test").unwrap()
}

fn message(container: &str, day: i64) -> Message {
    Message::new(
        MessageId::new("desk:1").unwrap(),
        ContainerId::new(container).unwrap(),
        "desk:ana".parse().unwrap(),
        Timestamp::from_millis(day * 86_400_000),
        String::new(),
    )
}

#[test]
fn what_ships_reads_and_closes_what_should_be_closed() {
    let policy = Policy::shipped().unwrap();
    for (name, kind, refusal) in [
        ("general", ContainerKind::Channel, None),
        ("HR", ContainerKind::Channel, Some(Refusal::Rule)),
        ("emea-legal", ContainerKind::Project, Some(Refusal::Rule)),
        ("chrome", ContainerKind::Channel, None),
        ("team", ContainerKind::Private, Some(Refusal::Kind(Kind::Private))),
        ("dm", ContainerKind::Direct, Some(Refusal::Kind(Kind::Dm))),
        ("mpdm", ContainerKind::GroupDirect, Some(Refusal::Kind(Kind::GroupDm))),
        ("dev", ContainerKind::Mailbox, None),
        ("SUP", ContainerKind::Project, None),
    ] {
        assert_eq!(policy.refuses(&container("chat:C1", name, kind)), refusal, "{name}");
    }
    let none = Suppression::default();
    let gate = Gate::new(&policy, &none, NOW, None);
    let notes = gate.notes(&ContainerId::new("jira:SUP").unwrap());
    assert_eq!(notes, Some(Refusal::Kind(Kind::InternalNotes)));
}

#[test]
fn the_first_rule_that_fits_decides_and_opens_only_the_kinds_it_names() {
    let policy = with(
        "[[rules]]\nread = true\nsources = [\"chat\"]\ncontainers = [\"leads\", \"C9\"]\nkinds = [\"private\"]\n\
         [[rules]]\nread = true\ncontainers = [\"hr-open\", \"secret*\"]\n",
    );
    let refusal = |id: &str, name: &str, kind| policy.refuses(&container(id, name, kind));
    assert_eq!(refusal("chat:C1", "leads", ContainerKind::Private), None);
    assert_eq!(refusal("chat:C9", "renamed", ContainerKind::Private), None);
    assert!(refusal("desk:C1", "leads", ContainerKind::Private).is_some(), "another source");
    assert!(refusal("chat:C1", "leads", ContainerKind::Direct).is_some(), "another kind");
    assert_eq!(refusal("chat:C2", "hr-open", ContainerKind::Channel), None);
    assert!(refusal("chat:C3", "secret-x", ContainerKind::Direct).is_some(), "a rule that names no kind");
}

#[test]
fn a_source_can_be_closed_and_its_past_cut_off() {
    let policy =
        with("keep_days = 500\n[sources.old]\nkeep_days = 10\nread = true\n[sources.shut]\nread = false\n");
    assert_eq!(policy.refuses(&container("shut:C", "c", ContainerKind::Channel)), Some(Refusal::Source));
    let none = Suppression::default();
    let mut gate = Gate::new(&policy, &none, NOW, None);
    assert_eq!(gate.message(&message("desk:C", 499)), Some(Refusal::Old));
    assert_eq!(gate.message(&message("desk:C", 501)), None);
    let old = Message { id: MessageId::new("old:1").unwrap(), ..message("old:C", 989) };
    assert_eq!(gate.message(&old), Some(Refusal::Old));
    assert_eq!(gate.refused().get(&Refusal::Old), Some(&2));
}

#[test]
fn since_keeps_out_what_was_not_touched_after_it() {
    let policy = Policy::shipped().unwrap();
    let none = Suppression::default();
    let mut gate = Gate::new(&policy, &none, NOW, Some(Timestamp::from_millis(100 * 86_400_000)));
    assert_eq!(gate.message(&message("desk:C", 99)), Some(Refusal::BeforeSince));
    let edited = Message { edited_at: Some(NOW), ..message("desk:C", 99) };
    assert_eq!(gate.message(&edited), None);
    assert_eq!(gate.message(&message("desk:C", 100)), None);
}

#[test]
fn a_container_of_no_source_speaks_for_all_of_the_export() {
    let policy = Policy::shipped().unwrap();
    let none = Suppression::default();
    let mut gate = Gate::new(&policy, &none, NOW, None);
    assert!(gate.container(&container("jsonl:C7", "hr", ContainerKind::Channel)).is_some());
    assert_eq!(gate.message(&message("desk:C7", 1)), Some(Refusal::Rule));
    assert_eq!(gate.message(&message("desk:legal", 1)), Some(Refusal::Rule), "known by its id alone");
}

#[test]
fn a_bad_policy_is_told_with_its_line() {
    let error = |text: &str| Policy::parse(text, "p.toml").unwrap_err().to_string();
    let shipped = |from: &str, to: &str| error(&SHIPPED.replacen(from, to, 1));
    let line_of = |what: &str| 1 + SHIPPED.lines().position(|line| line.starts_with(what)).unwrap();
    let unknown = shipped("private = false", "privat = false");
    assert!(unknown.starts_with(&format!("p.toml:{}: ", line_of("private ="))) && unknown.contains("privat"));
    let version = shipped("version = 1", "version = 7");
    assert_eq!(version, format!("p.toml:{}: only version 1 of the policy is known", line_of("version")));
    assert!(shipped("\"hr\"", "\" \"").contains("an empty pattern fits nothing"));
    assert!(shipped("read = false\ncontainers = [", "read = false\nsource = [").contains("source"));
    assert!(error("version = 1\n[[rules]]\nread = true\n").contains("missing field"));
}

#[test]
fn what_was_erased_stays_out_under_new_accounts_too() {
    let policy = Policy::shipped().unwrap();
    let mut list = Suppression::new([7; 32], BTreeMap::new());
    list.add(Erased::Address("Ana@Firm.example"), Erasure::Both);
    list.add(Erased::Account(&"desk:bo".parse().unwrap()), Erasure::Anonymise);
    list.add(Erased::Container(&ContainerId::new("desk:gone").unwrap()), Erasure::Both);
    list.add(Erased::Message(&MessageId::new("desk:9").unwrap()), Erasure::Both);
    let mut gate = Gate::new(&policy, &list, NOW, None);
    let account = |key: &str, email: &str| model::Account {
        verified_emails: vec![email.to_owned()],
        ..stand_in(key.parse().unwrap())
    };
    let mut pass = |record| gate.record(record);
    let raw =
        |message: Message| Record::Message(Box::new(RawMessage { message, markup: text::Markup::Plain }));
    assert!(matches!(pass(Record::Account(account("desk:ana", "ana@firm.example"))), Passage::Kept));
    assert!(matches!(pass(raw(message("desk:c", 1))), Passage::Kept), "by the account that was found");
    let by = |author: &str, id: &str| Message {
        author: author.parse().unwrap(),
        id: MessageId::new(id).unwrap(),
        ..message("desk:c", 1)
    };
    let mut named = by("desk:bo", "desk:2");
    named.mentions = vec!["desk:ana".parse().unwrap(), "desk:cem".parse().unwrap()];
    named.reply_to = vec![MessageId::new("desk:1").unwrap()];
    named.quoted = "what she wrote".to_owned();
    let Passage::Under(stand_in, raw_message) = pass(raw(named)) else { panic!("not anonymised") };
    assert_eq!(stand_in.key, raw_message.message.author);
    assert!(!stand_in.key.native().contains("bo") && stand_in.name.as_deref() == Some(FORMER));
    assert_eq!(raw_message.message.mentions, ["desk:cem".parse().unwrap()]);
    assert_eq!(raw_message.message.quoted, "");
    assert!(matches!(pass(raw(by("mail:ana@firm.example", "mail:1"))), Passage::Kept), "a mail account");
    assert!(matches!(pass(raw(by("desk:cem", "desk:9"))), Passage::Kept), "a message");
    assert!(matches!(pass(raw(message("desk:gone", 1))), Passage::Kept), "a container");
    assert!(matches!(pass(raw(by("desk:cem", "desk:3"))), Passage::Through(_)));
    assert_eq!(gate.found().count(), 1);
    assert_eq!(gate.refused().get(&Refusal::Forgotten), Some(&5));
}

#[test]
fn who_was_erased_with_their_messages_stays_so_whatever_is_ordered_later() {
    let mut list = Suppression::new([7; 32], []);
    let key: model::AccountKey = "desk:ana".parse().unwrap();
    for mode in [Erasure::Person, Erasure::Both, Erasure::Anonymise] {
        list.add(Erased::Account(&key), mode);
    }
    assert_eq!(list.account(&key), Some(Erasure::Both));
    let again = Suppression::new([7; 32], [(list.tombstone(Erased::Account(&key)), Erasure::Both)]);
    assert_eq!(again.account(&key), Some(Erasure::Both));
}
