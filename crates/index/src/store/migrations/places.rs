//! Where each message lies: a narrow table by container, beside the messages in the order of their arrival.

/// Decision: in which conversation a message is, is known only when its whole container is put together, and an export
/// tells the messages of all containers mixed. So it stands in a table that a container has in one piece: noting it
/// in the messages' own rows writes nearly every page of the file for each large container, and with it a log as
/// large as the store. Price: a row and an entry more for each message.
///
/// A message that is written again with its container is taken out of its conversation.
pub(in crate::store) const SQL: &str = "
CREATE TABLE message_place (                 -- messages that are not put together yet have none
    container TEXT NOT NULL,
    number INTEGER NOT NULL,                 -- of the message
    conversation TEXT NOT NULL,
    PRIMARY KEY (container, number)
) WITHOUT ROWID;
INSERT INTO message_place
    SELECT container, number, conversation FROM message WHERE conversation IS NOT NULL ORDER BY container, number;
CREATE INDEX message_place_conversation ON message_place (container, conversation);
DROP INDEX message_container;
ALTER TABLE message DROP COLUMN conversation;
CREATE INDEX message_container ON message (container);
CREATE TRIGGER message_changed AFTER UPDATE OF container ON message BEGIN
    DELETE FROM message_place WHERE container = old.container AND number = old.number;
END;
CREATE TRIGGER message_went AFTER DELETE ON message BEGIN
    DELETE FROM message_place WHERE container = old.container AND number = old.number;
END;
";
