//! A store of an older version is brought to this one without losing anything.

use model::{Mark, MarkSet, PersonId};
use rusqlite::Connection;

use super::{Store, StoredDocument, schema};
use crate::Error;
use crate::testing::{container, document, numbers, sync};

fn documents(store: &Store) -> Vec<StoredDocument> {
    let mut found = Vec::new();
    let visit = &mut |document| {
        found.push(document);
        Ok(())
    };
    store.each_document("none", visit).unwrap();
    found
}

/// A file as version 1 left it: one clean container, one document.
fn of_version_1(path: &std::path::Path) {
    let mut connection = Connection::open(path).unwrap();
    schema::migrations().to_version(&mut connection, 1).unwrap();
    let rows = "
        INSERT INTO container (id, name, kind, dirty) VALUES ('chat:c1', 'general', 'channel', 0);
        INSERT INTO document (conversation, container, person, own, question, roles, reactions, first_at,
            last_at, audience, messages, content_hash)
        VALUES ('chat:c1/1', 'chat:c1', 'p1', 'a', 'q', 2, 0, 5, 7, 0, '[]', zeroblob(16));";
    connection.execute_batch(rows).unwrap();
}

#[test]
fn the_latest_version_is_the_one_the_migrations_lead_to() {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrations().to_latest(&mut connection).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, schema::LATEST);
}

#[test]
fn an_old_store_is_migrated_and_all_of_it_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    of_version_1(&path);
    assert!(matches!(Store::open_read_only(&path), Err(Error::Outdated)));

    let store = Store::open(&path).unwrap();
    let old = documents(&store).remove(0);
    assert_eq!((old.marks, old.asker, old.fingerprint, old.own_answers), (MarkSet::EMPTY, None, None, 0));
    assert_eq!(store.containers(true).unwrap().len(), 1, "dirty");

    let before = numbers(&store);
    let mut marked = document(1, "p1", "q", "three words here");
    marked.marks = MarkSet::EMPTY.with(Mark::Confirmed);
    marked.asker = Some(PersonId::new("p0").unwrap());
    marked.fingerprint = Some(model::Fingerprint([7; 8]));
    marked.own_answers = 1;
    assert_eq!(sync(&store, std::slice::from_ref(&marked)).written, before, "it keeps its number");
    let new = documents(&store).remove(0);
    assert_eq!(
        (new.marks, new.asker, new.fingerprint),
        (marked.marks, marked.asker.clone(), marked.fingerprint)
    );
    assert_eq!((new.own_answers, new.own_characters), (1, 16));
    store.mark_clean(&container()).unwrap();
    drop(store);
    assert!(Store::open(&path).unwrap().containers(true).unwrap().is_empty(), "only once");
    assert!(Store::open_read_only(&path).is_ok());
}

#[test]
fn messages_keep_their_conversations_when_these_move_to_a_table_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.sqlite");
    let mut connection = Connection::open(&path).unwrap();
    schema::migrations().to_version(&mut connection, 9).unwrap();
    let rows = "
        INSERT INTO container (id, name, kind, dirty) VALUES ('chat:c1', 'general', 'channel', 0);
        INSERT INTO message (id, container, author, at, kind, text, quoted, details, content_hash, conversation)
        VALUES ('chat:1', 'chat:c1', 'chat:ana', 1, 'human', 'a question', '', '{}', zeroblob(16), 'chat:1'),
               ('chat:2', 'chat:c1', 'chat:bo', 3, 'human', 'an answer', '', '{}', zeroblob(16), 'chat:1'),
               ('chat:3', 'chat:c1', 'chat:cy', 2, 'human', 'come later', '', '{}', zeroblob(16), NULL);";
    connection.execute_batch(rows).unwrap();
    drop(connection);

    let store = Store::open(&path).unwrap();
    let mut heads = Vec::new();
    let visit = &mut |number: u64, message: model::Message, conversation| {
        heads.push((number, message.id.to_string(), conversation));
        Ok(())
    };
    store.each_message_head(&container(), visit).unwrap();
    heads.sort();
    let first = || Some("chat:1".to_owned());
    let expected = [(1, "chat:1", first()), (2, "chat:2", first()), (3, "chat:3", None)];
    assert_eq!(heads, expected.map(|(number, id, conversation)| (number, id.to_owned(), conversation)));
    let together = store.messages_together(&container(), &"chat:1".parse().unwrap()).unwrap();
    assert_eq!(together.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["a question", "an answer"]);
    assert!(store.integrity().unwrap().is_empty());
}

#[test]
fn a_document_is_written_again_if_only_its_marks_or_its_asker_differ() {
    let plain = document(1, "p1", "q", "a");
    let mut marked = plain.clone();
    marked.marks = MarkSet::EMPTY.with(Mark::First);
    let mut asked = plain.clone();
    asked.asker = Some(PersonId::new("p0").unwrap());
    let mut told = plain.clone();
    told.fingerprint = Some(model::Fingerprint([1; 8]));
    for changed in [marked, asked, told] {
        let store = crate::testing::store(std::slice::from_ref(&plain));
        assert_eq!(sync(&store, &[changed]).written.len(), 1);
    }
}
