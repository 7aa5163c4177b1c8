//! What a format reads out of an export, in the order it stands there, and the cleaning of it.

use std::collections::BTreeSet;

use model::{Account, AccountKey, Container, Message, MessageId, SourceName};
use text::{Markup, clean};

/// One thing that an export says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "records are handed on one at a time; messages, the most of them, are boxed"
)]
pub enum Record {
    /// An account and what the source knows of its owner. The last one for a key wins, field by field:
    /// a field that is `None` or empty leaves what an earlier record said.
    Account(Account),
    /// A channel, mailbox or project. The last one for an id wins, but a visibility of `None` leaves what an
    /// earlier record stated: an export that states no rights never opens what another one closed.
    Container(Container),
    /// A message as the source wrote it. The last one for an id wins.
    Message(Box<RawMessage>),
    /// The message with that id is gone. The source `jsonl` in it stands for every jsonl source.
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

/// The clean stage: the author's own words, with quotes, signature and mentions taken out of them.
///
/// A native id that the text mentions becomes an account of the author's source, after those that the
/// format stated, each once.
#[must_use]
pub fn cleaned(raw: RawMessage) -> Message {
    let RawMessage { mut message, markup } = raw;
    let cleaned = clean(&message.text, markup);
    message.text = cleaned.own;
    message.quoted = cleaned.quoted;
    let mut seen: BTreeSet<AccountKey> = message.mentions.iter().cloned().collect();
    if let Ok(source) = SourceName::new(message.author.source()) {
        let named = cleaned.mentions.iter().filter_map(|id| AccountKey::from_native(&source, id).ok());
        message.mentions.extend(named.filter(|key| seen.insert(key.clone())));
    }
    message
}

#[cfg(test)]
mod tests {
    use model::{ContainerId, Timestamp};

    use super::*;

    fn key(text: &str) -> AccountKey {
        AccountKey::new(text).unwrap()
    }

    fn raw(text: &str, markup: Markup) -> RawMessage {
        let message = Message {
            mentions: vec![key("slack:U2")],
            ..Message::new(
                MessageId::new("slack:C1/1.0").unwrap(),
                ContainerId::new("slack:C1").unwrap(),
                key("slack:U1"),
                Timestamp::EPOCH,
                text.to_owned(),
            )
        };
        RawMessage { message, markup }
    }

    #[test]
    fn cleaning_takes_quotes_out_and_adds_mentions_of_the_same_source() {
        let message = cleaned(raw("&gt; old\n<@U3> and <@U2>: done", Markup::Slack));
        assert!(message.text.contains("done") && !message.text.contains("old"));
        assert!(message.quoted.contains("old"));
        assert_eq!(message.mentions, [key("slack:U2"), key("slack:U3")]);
    }
}
