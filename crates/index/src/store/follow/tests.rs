//! A copy that follows holds what the original holds, whatever happened to it.

use model::{Account, AccountKey, Container, ContainerKind, DirectoryEntry, Message, Timestamp, Visibility};
use proptest::prelude::*;

use super::*;
use crate::store::DecisionKind;

fn message(number: u8, text: &str) -> Message {
    Message::new(
        format!("chat:{number}").parse().unwrap(),
        format!("chat:c{}", number % 3).parse().unwrap(),
        "chat:ana".parse().unwrap(),
        Timestamp::from_millis(i64::from(number)),
        text.to_owned(),
    )
}

fn container(number: u8, visibility: Option<Visibility>) -> Container {
    let id: ContainerId = format!("chat:c{number}").parse().unwrap();
    Container { id, name: format!("c{number}"), kind: ContainerKind::Channel, stated_visibility: visibility }
}

fn account(name: &str, title: &str) -> Account {
    let directory = DirectoryEntry { title: Some(title.to_owned()), ..DirectoryEntry::default() };
    let key = AccountKey::new(format!("chat:{name}")).unwrap();
    Account { key, name: None, verified_emails: Vec::new(), bot: false, directory }
}

/// What is true in a store, in words.
fn truth(store: &Store) -> Vec<String> {
    let mut all: Vec<String> = store.accounts().unwrap().iter().map(|one| format!("{one:?}")).collect();
    all.extend(store.containers(false).unwrap().iter().map(|one| format!("{one:?}")));
    all.extend(store.messages_by(&"chat:ana".parse().unwrap()).unwrap().iter().map(|one| format!("{one:?}")));
    all.extend(store.decisions().unwrap().iter().map(|one| format!("{one:?}")));
    all.push(format!("{:?}", store.policies().unwrap()));
    all
}

/// Something that happens to a store.
#[derive(Debug, Clone)]
enum Event {
    Put(u8, String),
    Delete(u8),
    Account(u8, String),
    DropAccount(u8),
    Open(u8, bool),
    Policy(bool),
    Decide(u8),
    DropContainer(u8),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..20_u8, "[a-d]{1,3}").prop_map(|(number, text)| Event::Put(number, text)),
        2 => (0..20_u8).prop_map(Event::Delete),
        2 => (0..4_u8, "[a-c]").prop_map(|(number, title)| Event::Account(number, title)),
        1 => (0..4_u8).prop_map(Event::DropAccount),
        1 => (0..3_u8, any::<bool>()).prop_map(|(number, open)| Event::Open(number, open)),
        1 => any::<bool>().prop_map(Event::Policy),
        1 => (0..3_u8).prop_map(Event::Decide),
        1 => (0..3_u8).prop_map(Event::DropContainer),
    ]
}

fn apply(store: &Store, event: &Event) {
    let key = |number: &u8| AccountKey::new(format!("chat:p{number}")).unwrap();
    let visibility = |open: bool| if open { Visibility::Everyone } else { Visibility::Nobody };
    match event {
        Event::Put(number, text) => drop(store.put_message(&message(*number, text)).unwrap()),
        Event::Delete(number) => drop(store.delete_message(&message(*number, "").id).unwrap()),
        Event::Account(number, title) => {
            store.put_account(&account(&format!("p{number}"), title)).unwrap();
        }
        Event::DropAccount(number) => drop(store.delete_account(&key(number)).unwrap()),
        Event::Open(number, open) => {
            store.put_container(&container(*number, Some(visibility(*open)))).unwrap();
        }
        Event::Policy(open) => {
            store.set_policy(&"chat".parse().unwrap(), &visibility(*open)).unwrap();
        }
        Event::Decide(number) => {
            let (left, right) = ([key(number)], [key(&(number + 1))]);
            store.decide(DecisionKind::Merge, &left, &right, Timestamp::EPOCH).unwrap();
        }
        Event::DropContainer(number) => {
            store.delete_container(&container(*number, None).id).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_copy_that_follows_holds_the_same_and_following_again_changes_nothing(
        before in prop::collection::vec(event(), 0..25),
        after in prop::collection::vec(event(), 0..25),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (path, copied) = (folder.path().join("odd ?#%.sqlite"), folder.path().join("copy.sqlite"));
        let original = Store::open(&path).unwrap();
        for event in &before {
            apply(&original, event);
        }
        original.copy_to(&copied).unwrap();
        let copy = Store::open(&copied).unwrap();
        prop_assert!(copy.follow(&path).unwrap().is_nothing());
        for event in &after {
            apply(&original, event);
        }
        copy.follow(&path).unwrap();
        prop_assert_eq!(truth(&copy), truth(&original));
        prop_assert!(copy.follow(&path).unwrap().is_nothing());
    }
}

#[test]
fn what_differs_is_marked_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copied) = (folder.path().join("a.sqlite"), folder.path().join("b.sqlite"));
    let original = Store::open(&path).unwrap();
    for number in 0..3 {
        original.put_container(&container(number, None)).unwrap();
        original.put_message(&message(number, "before")).unwrap();
    }
    original.copy_to(&copied).unwrap();
    let copy = Store::open(&copied).unwrap();
    for number in 0..3 {
        copy.mark_clean(&container(number, None).id).unwrap();
    }
    original.put_message(&message(1, "after")).unwrap();
    original.delete_message(&message(2, "").id).unwrap();
    let followed = copy.follow(&path).unwrap();
    assert_eq!(followed, Followed { put: 1, deleted: 1, others: 0 });
    let dirty: Vec<String> =
        copy.containers(true).unwrap().into_iter().map(|container| container.id.to_string()).collect();
    assert_eq!(dirty, ["chat:c1", "chat:c2"]);
}

#[test]
fn the_writer_of_the_original_is_not_held_up() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copied) = (folder.path().join("a.sqlite"), folder.path().join("b.sqlite"));
    let original = Store::open(&path).unwrap();
    original.copy_to(&copied).unwrap();
    let copy = Store::open(&copied).unwrap();
    original.begin().unwrap();
    original.put_message(&message(1, "under way")).unwrap();
    assert!(copy.follow(&path).unwrap().is_nothing(), "what is not committed is not there");
    original.commit().unwrap();
    assert_eq!(copy.follow(&path).unwrap().put, 1);
}

#[test]
fn a_floor_lifts_the_next_generation() {
    let store = Store::in_memory().unwrap();
    store.next_generation().unwrap();
    store.raise_generation_floor(7).unwrap();
    store.raise_generation_floor(3).unwrap();
    assert_eq!((store.generation().unwrap(), store.next_generation().unwrap()), (1, 8));
}
