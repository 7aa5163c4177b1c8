//! What the store keeps, and what writing it again changes.

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, ConversationId, DirectoryEntry,
    EmploymentStatus, Message, MessageId, MessageKind, Person, PersonId, Reaction, SourceName, Timestamp,
    Visibility,
};

use super::{AccountChange, QuarantineRecord, SourceRow, Store, Upsert};
use crate::testing::{document, numbers, only, sync};

fn account(key: &str) -> Account {
    Account {
        key: AccountKey::new(key).unwrap(),
        name: None,
        verified_emails: Vec::new(),
        bot: false,
        directory: DirectoryEntry::default(),
    }
}

fn message(id: &str, container: &str, text: &str) -> Message {
    let key = |text: &str| AccountKey::new(text).unwrap();
    Message {
        id: MessageId::new(id).unwrap(),
        container: ContainerId::new(container).unwrap(),
        author: key("chat:ana"),
        at: Timestamp::from_millis(1_767_225_600_000),
        edited_at: Some(Timestamp::from_millis(1_767_225_600_001)),
        kind: MessageKind::Human,
        subject: Some("a subject".to_owned()),
        text: text.to_owned(),
        quoted: "> quoted".to_owned(),
        native_conversation: Some("T1".to_owned()),
        reply_to: vec![MessageId::new("chat:m0").unwrap()],
        mentions: vec![key("chat:bo")],
        reactions: vec![Reaction { name: "+1".to_owned(), count: 3, by: vec![key("chat:bo")] }],
        accepted: true,
        resolved_by: Some(key("chat:bo")),
        assignee: Some(key("chat:cy")),
        resolved_at: Some(Timestamp::from_millis(5)),
        permalink: Some("https://chat.example/m".to_owned()),
        stated_visibility: Some(Visibility::Members([key("chat:ana")].into_iter().collect())),
        participants: vec![key("chat:ana"), key("chat:bo")],
    }
}

fn with_container(store: &Store, id: &str) {
    let id = ContainerId::new(id).unwrap();
    let container =
        Container { id, name: "general".to_owned(), kind: ContainerKind::Channel, stated_visibility: None };
    store.put_container(&container).unwrap();
}

fn messages(store: &Store, container: &str) -> Vec<Message> {
    let mut found = Vec::new();
    let visit = &mut |_: ConversationId, messages: Vec<Message>| {
        found.extend(messages);
        Ok(())
    };
    let mut heads = Vec::new();
    let collect = &mut |number, message: Message, _| {
        heads.push((number, ConversationId::new(message.id.as_str()).unwrap()));
        Ok(())
    };
    let container = ContainerId::new(container).unwrap();
    store.each_message_head(&container, collect).unwrap();
    for (number, conversation) in heads {
        store.put_in_conversation(&container, number, &conversation).unwrap();
    }
    store.each_conversation(&container, visit).unwrap();
    found
}

fn dirty(store: &Store) -> Vec<String> {
    store.containers(true).unwrap().into_iter().map(|container| container.id.to_string()).collect()
}

#[test]
fn a_message_reads_back_as_it_was_written() {
    let store = Store::in_memory().unwrap();
    with_container(&store, "chat:c1");
    let message = message("chat:m1", "chat:c1", "hello \u{0}\u{1f600}");
    assert_eq!(store.put_message(&message).unwrap(), Upsert::Added);
    assert_eq!(messages(&store, "chat:c1"), [message]);
}

#[test]
fn writing_a_message_again_changes_nothing_and_an_edit_marks_its_container() {
    let store = Store::in_memory().unwrap();
    with_container(&store, "chat:c1");
    let first = message("chat:m1", "chat:c1", "hello");
    store.put_message(&first).unwrap();
    store.mark_clean(&first.container).unwrap();
    assert_eq!(store.put_message(&first).unwrap(), Upsert::Same);
    assert!(dirty(&store).is_empty());
    assert_eq!(store.put_message(&message("chat:m1", "chat:c1", "hello!")).unwrap(), Upsert::Changed);
    assert_eq!(dirty(&store), ["chat:c1"]);
}

#[test]
fn what_happens_to_messages_touches_their_conversations_alone() {
    let store = Store::in_memory().unwrap();
    with_container(&store, "chat:c1");
    let container = ContainerId::new("chat:c1").unwrap();
    let touched = || {
        let touched = store.touched(&container).unwrap();
        touched.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    for id in ["chat:m1", "chat:m2"] {
        store.put_message(&message(id, "chat:c1", "hello")).unwrap();
    }
    assert_eq!(touched(), None, "nothing was ever made of it");
    messages(&store, "chat:c1");
    store.mark_clean(&container).unwrap();
    store.put_message(&message("chat:m3", "chat:c1", "more")).unwrap();
    assert_eq!(touched().unwrap(), [""; 0], "it is in no conversation yet");
    store.put_message(&message("chat:m1", "chat:c1", "edited")).unwrap();
    store.put_message(&message("chat:m1", "chat:c1", "edited again")).unwrap();
    assert_eq!(touched().unwrap(), ["chat:m1"]);
    assert_eq!(store.delete_message(&MessageId::new("chat:m2").unwrap()).unwrap(), 1);
    assert_eq!(touched().unwrap(), ["chat:m1", "chat:m2"]);
    store.mark_clean(&container).unwrap();
    assert!(dirty(&store).is_empty());
    store.put_message(&message("chat:m4", "chat:c1", "more")).unwrap();
    assert_eq!(touched().unwrap(), [""; 0], "marks do not outlive what was made of them");
    store.mark_dirty(&container).unwrap();
    assert_eq!(touched(), None);
}

#[test]
fn a_message_that_moves_marks_both_containers() {
    let store = Store::in_memory().unwrap();
    for id in ["chat:c1", "chat:c2"] {
        with_container(&store, id);
    }
    store.put_message(&message("chat:m1", "chat:c1", "hello")).unwrap();
    for id in ["chat:c1", "chat:c2"] {
        store.mark_clean(&ContainerId::new(id).unwrap()).unwrap();
    }
    store.put_message(&message("chat:m1", "chat:c2", "hello")).unwrap();
    assert_eq!(dirty(&store), ["chat:c1", "chat:c2"]);
}

#[test]
fn a_deletion_without_a_source_reaches_every_jsonl_source_and_no_other() {
    let store = Store::in_memory().unwrap();
    for (source, format) in [("desk", "jsonl"), ("chat", "slack")] {
        let name = SourceName::new(source).unwrap();
        store.put_source(&SourceRow { name, format: format.to_owned(), participants_read: false }).unwrap();
        with_container(&store, &format!("{source}:c1"));
        store.put_message(&message(&format!("{source}:m1"), &format!("{source}:c1"), "hello")).unwrap();
    }
    assert_eq!(store.delete_message(&MessageId::new("jsonl:m1").unwrap()).unwrap(), 1);
    assert!(messages(&store, "desk:c1").is_empty());
    assert_eq!(messages(&store, "chat:c1").len(), 1);
}

#[test]
fn an_account_keeps_what_a_later_record_leaves_out() {
    let store = Store::in_memory().unwrap();
    let mut first = account("chat:ana");
    first.name = Some("Ana".to_owned());
    first.verified_emails = vec!["ana@x.example".to_owned()];
    first.directory.status = Some(EmploymentStatus::Departed);
    first.directory.employment = model::Employment {
        manager: Some("bo@x.example".to_owned()),
        starts_at: Some(model::Timestamp::from_millis(-5)),
        ends_at: Some(model::Timestamp::MAX),
    };
    assert_eq!(store.put_account(&first).unwrap(), AccountChange::Added);
    assert_eq!(store.put_account(&account("chat:ana")).unwrap(), AccountChange::Same);
    let mut second = account("chat:ana");
    second.name = Some("Ana B.".to_owned());
    assert_eq!(store.put_account(&second).unwrap(), AccountChange::Changed);
    let read = store.account(&first.key).unwrap().unwrap();
    assert_eq!(read.name.as_deref(), Some("Ana B."));
    assert_eq!((read.verified_emails, read.directory), (first.verified_emails, first.directory));
}

#[test]
fn a_container_in_which_an_account_changed_hands_becomes_dirty() {
    let store = Store::in_memory().unwrap();
    with_container(&store, "chat:c1");
    store.put_account(&account("chat:ana")).unwrap();
    store.put_message(&message("chat:m1", "chat:c1", "hello")).unwrap();
    let person = |id: &str| Person {
        id: PersonId::new(id).unwrap(),
        name: "Ana".to_owned(),
        accounts: vec![AccountKey::new("chat:ana").unwrap()],
        emails: Vec::new(),
        bot: false,
        directory: DirectoryEntry::default(),
    };
    assert_eq!(messages(&store, "chat:c1").len(), 1, "it is in a conversation");
    assert_eq!(store.put_people(&[person("p1")]).unwrap(), 1);
    store.mark_clean(&ContainerId::new("chat:c1").unwrap()).unwrap();
    assert_eq!(store.put_people(&[person("p1")]).unwrap(), 0);
    assert!(dirty(&store).is_empty());
    assert_eq!(store.put_people(&[person("p2")]).unwrap(), 1);
    assert_eq!(dirty(&store), ["chat:c1"]);
    assert_eq!(store.people().unwrap(), [person("p2")]);
}

#[test]
fn a_container_that_states_no_rights_leaves_those_that_were_stated() {
    let store = Store::in_memory().unwrap();
    let id = ContainerId::new("desk:c1").unwrap();
    let container = |visibility: Option<Visibility>| Container {
        id: id.clone(),
        name: "general".to_owned(),
        kind: ContainerKind::Channel,
        stated_visibility: visibility,
    };
    assert!(store.put_container(&container(Some(Visibility::Nobody))).unwrap());
    assert!(!store.put_container(&container(None)).unwrap());
    assert_eq!(store.containers(false).unwrap()[0].stated_visibility, Some(Visibility::Nobody));
}

#[test]
fn policy_marks_only_containers_of_its_source() {
    let store = Store::in_memory().unwrap();
    for id in ["desk:c1", "desk-2:c1", "desk.x:c1", "chat:c1"] {
        with_container(&store, id);
        store.mark_clean(&ContainerId::new(id).unwrap()).unwrap();
    }
    let source = SourceName::new("desk").unwrap();
    assert!(store.set_policy(&source, &Visibility::Everyone).unwrap());
    assert_eq!(dirty(&store), ["desk:c1"]);
    assert!(!store.set_policy(&source, &Visibility::Everyone).unwrap());
    assert_eq!(store.policies().unwrap()["desk"], Visibility::Everyone);
}

#[test]
fn making_the_same_documents_again_changes_nothing() {
    let store = crate::testing::store(&[document(1, "p1", "q", "a"), document(2, "p1", "q", "b")]);
    let before = numbers(&store);
    let changes = sync(&store, &[document(1, "p1", "q", "a"), document(2, "p1", "q", "b")]);
    assert_eq!((changes.written.len(), changes.removed.len(), changes.same), (0, 0, 2));
    assert_eq!(numbers(&store), before);
}

#[test]
fn a_changed_document_keeps_its_number_and_loses_its_vector() {
    let store = crate::testing::store(&[document(1, "p1", "q", "a")]);
    let number = numbers(&store)[0];
    store.put_vector(number, "m", &[1, -2, 3], 0.5).unwrap();
    assert!(store.documents_to_encode("m", None, 9).unwrap().is_empty());
    assert_eq!(store.documents_to_encode("other", None, 9).unwrap().len(), 1);
    let changes = sync(&store, &[document(1, "p1", "q", "another answer")]);
    assert_eq!(changes.written, [number]);
    assert_eq!(store.documents_to_encode("m", None, 9).unwrap().len(), 1);
}

#[test]
fn a_document_that_is_gone_is_removed_and_its_number_never_used_again() {
    let store = crate::testing::store(&[document(1, "p1", "q", "a")]);
    let number = numbers(&store)[0];
    assert_eq!(sync(&store, &[]).removed, [number]);
    sync(&store, &[document(2, "p1", "q", "b")]);
    assert!(numbers(&store)[0] > number);
}

#[test]
fn a_document_of_nobody_is_kept_but_handed_to_no_index() {
    let store = crate::testing::store(&[only(&[], document(1, "p1", "q", "a"))]);
    assert_eq!(store.document_counts().unwrap(), (1, 0));
    assert!(numbers(&store).is_empty());
    assert!(store.documents_to_encode("m", None, 9).unwrap().is_empty());
    assert_eq!(store.unreadable_documents().unwrap()["chat"], 1);
}

#[test]
fn vectors_of_another_model_are_not_handed_out() {
    let store = crate::testing::store(&[document(1, "p1", "q", "a")]);
    store.put_vector(numbers(&store)[0], "m", &[1, -128, 127], 0.5).unwrap();
    let vector_of = |model: &str| {
        let mut vector = None;
        let visit = &mut |document: crate::store::StoredDocument| {
            vector = document.vector;
            Ok(())
        };
        store.each_document(model, visit).unwrap();
        vector
    };
    assert_eq!(vector_of("m"), Some((vec![1, -128, 127], 0.5)));
    assert_eq!(vector_of("n"), None);
}

#[test]
fn the_same_bad_record_is_kept_once() {
    let store = Store::in_memory().unwrap();
    let record = QuarantineRecord {
        export: "e",
        file: "f.json",
        line: Some(7),
        offset: None,
        reason: "half",
        hint: Some("export again"),
        raw: b"{\xff",
    };
    assert!(store.put_quarantine(&record).unwrap());
    assert!(!store.put_quarantine(&record).unwrap());
    let mut kept = Vec::new();
    let visit = &mut |bad| {
        kept.push(bad);
        Ok(())
    };
    store.each_quarantined(visit).unwrap();
    assert_eq!(
        (kept.len(), kept[0].line, kept[0].offset, kept[0].raw.as_slice()),
        (1, Some(7), None, record.raw)
    );
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    drop(Store::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(Store::open(&path), Err(crate::Error::Newer { found: 99, .. })));
    assert!(matches!(Store::open_read_only(&path), Err(crate::Error::Newer { found: 99, .. })));
    assert_eq!(Store::versions(&path).unwrap().0, 99);
}

#[test]
fn an_error_leaves_no_transaction_open() {
    let store = Store::in_memory().unwrap();
    let failed: Result<(), crate::Error> = store.in_transaction(|| {
        store.put_message(&message("chat:1", "chat:c", "half"))?;
        Err(crate::Error::Outdated)
    });
    assert!(matches!(failed, Err(crate::Error::Outdated)), "what went wrong first is told: {failed:?}");
    let put = |id: &str| store.put_message(&message(id, "chat:c", "whole"));
    store.in_transaction(|| put("chat:2")).unwrap();
    let stored = store.messages_by(&AccountKey::new("chat:ana").unwrap()).unwrap();
    assert_eq!(stored.len(), 1);
}

#[test]
fn a_message_that_goes_or_comes_again_changed_is_in_no_conversation_any_more() {
    let store = Store::in_memory().unwrap();
    for id in ["chat:c1", "chat:c2"] {
        with_container(&store, id);
    }
    for id in ["chat:m1", "chat:m2", "chat:m3"] {
        store.put_message(&message(id, "chat:c1", "hello")).unwrap();
    }
    messages(&store, "chat:c1");
    let places = || -> Vec<(String, i64)> {
        let sql = "SELECT container, number FROM message_place ORDER BY container, number";
        let mut statement = store.connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let in_first = |number| ("chat:c1".to_owned(), number);
    assert_eq!(places(), [1, 2, 3].map(in_first));
    store.delete_message(&MessageId::new("chat:m1").unwrap()).unwrap();
    store.put_message(&message("chat:m2", "chat:c1", "edited")).unwrap();
    assert_eq!(places(), [3].map(in_first));
    store.put_message(&message("chat:m3", "chat:c2", "moved")).unwrap();
    assert_eq!(places(), []);
    messages(&store, "chat:c2");
    assert_eq!(places(), [("chat:c2".to_owned(), 3)]);
    store.delete_container(&ContainerId::new("chat:c2").unwrap()).unwrap();
    assert_eq!(places(), []);
}
