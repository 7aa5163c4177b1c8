//! Makes small stores for tests.

use model::{
    AudienceTable, Container, ContainerId, ContainerKind, ConversationId, Document, DocumentId, MarkSet,
    MessageId, PersonId, Role, RoleSet, Timestamp, Visibility,
};

use crate::Store;
use crate::store::DocumentChanges;

/// The container that test documents lie in.
pub(crate) fn container() -> ContainerId {
    ContainerId::new("chat:c1").unwrap()
}

/// A document of `person` in conversation `n`, answered on day `n` of 2026.
pub(crate) fn document(n: u32, person: &str, question: &str, own: &str) -> Document {
    let at = Timestamp::from_millis(1_767_225_600_000 + i64::from(n) * 86_400_000);
    Document {
        conversation: ConversationId::new(format!("chat:c1/{n}")).unwrap(),
        container: container(),
        person: PersonId::new(person).unwrap(),
        own: own.to_owned(),
        question: question.to_owned(),
        roles: RoleSet::EMPTY.with(Role::Answered),
        marks: MarkSet::EMPTY,
        asker: None,
        fingerprint: None,
        own_answers: 0,
        reactions: 0,
        first_at: at,
        last_at: at,
        visibility: Visibility::Everyone,
        messages: vec![MessageId::new(format!("chat:m{n}")).unwrap()],
        permalink: None,
    }
}

/// The same document, readable by these accounts only.
pub(crate) fn only(accounts: &[&str], mut document: Document) -> Document {
    let keys = accounts.iter().map(|key| model::AccountKey::new(*key).unwrap());
    document.visibility = Visibility::Members(keys.collect());
    document
}

/// Brings the store's documents to exactly these.
pub(crate) fn sync(store: &Store, documents: &[Document]) -> DocumentChanges {
    let mut audiences: AudienceTable = store.audiences().unwrap();
    let mut sync = store.sync_documents(&container()).unwrap();
    for document in documents {
        let audience = audiences.intern(&document.visibility);
        sync.put(document, audience, Some("en")).unwrap();
    }
    store.put_audiences(&audiences, 2).unwrap();
    sync.finish().unwrap()
}

/// A store that holds these documents.
pub(crate) fn store(documents: &[Document]) -> Store {
    let store = Store::in_memory().unwrap();
    let name = "general".to_owned();
    let kind = ContainerKind::Channel;
    store.put_container(&Container { id: container(), name, kind, stated_visibility: None }).unwrap();
    sync(&store, documents);
    store
}

/// The numbers of all documents, ascending.
pub(crate) fn numbers(store: &Store) -> Vec<DocumentId> {
    let mut numbers = Vec::new();
    let visit = &mut |document: crate::store::StoredDocument| {
        numbers.push(document.id);
        Ok(())
    };
    store.each_document("none", visit).unwrap();
    numbers.sort_unstable();
    numbers
}
