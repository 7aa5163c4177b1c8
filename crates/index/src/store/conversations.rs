//! In which conversation of its container each message is, and messages conversation by conversation.

use std::ops::ControlFlow;

use model::{ContainerId, ConversationId, Message};
use rusqlite::params;

use super::Store;
use super::codec::unreadable;
use super::messages::{COLUMNS, read_message};
use crate::Error;

/// Messages with their places, found by what is known of the message; `conversation` is null where it has none.
pub(super) const PLACED: &str = "FROM message LEFT JOIN message_place USING (container, number)";

/// Messages by their places.
const BY_PLACE: &str = "FROM message_place CROSS JOIN message USING (container, number)";

impl Store {
    /// Hands every message of a container to `visit`, in no particular order: what decides to which
    /// conversation it belongs. Only what may be flat talk (no subject, no conversation of the source's own)
    /// has its texts. Before it comes the number of its row, after it the conversation that it is noted to be in.
    pub fn each_message_head(
        &self,
        container: &ContainerId,
        visit: &mut dyn FnMut(u64, Message, Option<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!(
            "SELECT id, container, author, at, kind, subject,
                    CASE WHEN native_conversation IS NULL AND subject IS NULL THEN text ELSE '' END,
                    CASE WHEN native_conversation IS NULL AND subject IS NULL THEN quoted ELSE '' END,
                    native_conversation, details, conversation, number
             {PLACED} WHERE container = ?1"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([container.as_str()])?;
        while let Some(row) = rows.next()? {
            visit(row.get(11)?, read_message(row)?, row.get(10)?)?;
        }
        Ok(())
    }

    /// Notes to which conversation the container's message in the row of that number belongs.
    pub fn put_in_conversation(
        &self,
        container: &ContainerId,
        number: u64,
        conversation: &ConversationId,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO message_place (container, number, conversation) VALUES (?1, ?2, ?3)
                   ON CONFLICT (container, number) DO UPDATE SET conversation = excluded.conversation";
        let values = params![container.as_str(), number, conversation.as_str()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// The messages of one conversation of a container by time and then id; none if it has none any more.
    pub fn messages_together(
        &self,
        container: &ContainerId,
        conversation: &ConversationId,
    ) -> Result<Vec<Message>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} {BY_PLACE} WHERE container = ?1 AND conversation = ?2
             ORDER BY at, id"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![container.as_str(), conversation.as_str()])?;
        let mut messages = Vec::new();
        while let Some(row) = rows.next()? {
            messages.push(read_message(row)?);
        }
        Ok(messages)
    }

    /// Hands every conversation of a container to `visit` with its messages by time and then id,
    /// conversations by id: memory holds one conversation at a time.
    pub fn each_conversation(
        &self,
        container: &ContainerId,
        visit: &mut dyn FnMut(ConversationId, Vec<Message>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.each_conversation_after(container, None, &mut |id, messages| {
            visit(id, messages)?;
            Ok(ControlFlow::Continue(()))
        })
    }

    /// As [`Self::each_conversation`], from the one behind `after` on, until `visit` breaks: who breaks and comes back
    /// may end a transaction in between, for nothing is being read then.
    pub fn each_conversation_after(
        &self,
        container: &ContainerId,
        after: Option<&ConversationId>,
        visit: &mut dyn FnMut(ConversationId, Vec<Message>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        // No conversation's id is empty, and what is in none is not behind anything.
        let sql = format!(
            "SELECT {COLUMNS}, conversation {BY_PLACE}
             WHERE container = ?1 AND conversation > ?2 ORDER BY conversation"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let after = after.map_or("", ConversationId::as_str);
        let mut rows = statement.query(params![container.as_str(), after])?;
        let mut open: Option<(String, Vec<Message>)> = None;
        let mut close = |open: Option<(String, Vec<Message>)>| {
            let Some((id, mut messages)) = open else { return Ok(ControlFlow::Continue(())) };
            let unreadable = |_| unreadable(("message_place", "conversation", id.as_str()));
            let id = ConversationId::new(id.clone()).map_err(unreadable)?;
            // Here, and not in the query: it would sort whole rows of a container, or read its places twice.
            messages.sort_unstable_by(|a, b| (a.at, a.id.as_str()).cmp(&(b.at, b.id.as_str())));
            visit(id, messages)
        };
        while let Some(row) = rows.next()? {
            let (message, conversation): (_, String) = (read_message(row)?, row.get(10)?);
            match &mut open {
                Some((id, messages)) if *id == conversation => messages.push(message),
                _ => {
                    if close(open.replace((conversation, vec![message])))?.is_break() {
                        return Ok(());
                    }
                }
            }
        }
        close(open).map(|_| ())
    }
}
