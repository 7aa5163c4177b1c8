//! A document of which nothing counts but whose it is, who may read it, and when.

use model::{ContainerId, ConversationId, Document, MarkSet, PersonId, RoleSet, Timestamp, Visibility};

/// One of a conversation of its own, at `number` milliseconds, without a word in it.
pub(crate) fn wordless(
    number: usize,
    container: &ContainerId,
    person: PersonId,
    roles: RoleSet,
    visibility: Visibility,
) -> anyhow::Result<Document> {
    let at = Timestamp::from_millis(number as i64);
    Ok(Document {
        conversation: ConversationId::new(format!("{}/{number}", container.as_str()))?,
        container: container.clone(),
        person,
        own: String::new(),
        question: String::new(),
        roles,
        marks: MarkSet::EMPTY,
        asker: None,
        fingerprint: None,
        own_answers: 1,
        reactions: 0,
        first_at: at,
        last_at: at,
        visibility,
        messages: Vec::new(),
        permalink: None,
    })
}
