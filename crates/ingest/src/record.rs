//! What a format reads out of an export, in the order it stands there.

use model::{Account, Container, Message, MessageId};
use text::clean::Markup;

/// One thing that an export says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An account and what the source knows of its owner. The last one for a key wins, field by field:
    /// a field that is `None` or empty leaves what an earlier record said.
    Account(Account),
    /// A channel, mailbox or project. The last one for an id wins.
    Container(Container),
    /// A message as the source wrote it. The last one for an id wins.
    Message(Box<RawMessage>),
    /// The message with that id is gone.
    Delete(MessageId),
}

/// A message whose text still carries the source's markup, quotes and signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// The message; `text` is the source's own, `quoted` and `mentions` are filled by cleaning
    /// (mentions that the format itself states may be there already).
    pub message: Message,
    /// How the text is to be cleaned.
    pub markup: Markup,
}
