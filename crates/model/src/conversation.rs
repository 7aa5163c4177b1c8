//! Conversations: messages that belong together.

use crate::{ContainerId, ConversationId, MessageId};

/// Messages that belong together, in the order they were written (ties end on the id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id, stable as long as its first message is the same.
    pub id: ConversationId,
    /// Where it took place.
    pub container: ContainerId,
    /// Its messages, oldest first.
    pub messages: Vec<MessageId>,
}
