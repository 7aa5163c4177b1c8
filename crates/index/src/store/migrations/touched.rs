//! Conversations whose documents must be made again in a container that is otherwise as it was.

/// `container.dirty` says how much of a container is to be made again: 0 nothing, 1 all of it, 2 the conversations
/// in this table and those that its messages come to lie in.
pub(in crate::store) const SQL: &str = "
CREATE TABLE touched_conversation (
    container TEXT NOT NULL,
    conversation TEXT NOT NULL,
    PRIMARY KEY (container, conversation)
) WITHOUT ROWID;
";
