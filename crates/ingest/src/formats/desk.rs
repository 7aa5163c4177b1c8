//! What the ticket formats share: accounts, one container a desk, openings with an outcome, replies.
//!
//! Decision: a container is what a ticket keeps for life (a project, a repository, a desk), not the group it
//! is given to, because a later export would tear a conversation apart whose ticket moved. The price is that
//! groups are not channels to ask in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, IdError, Message, MessageId,
    MessageKind, SourceName, Timestamp, Visibility,
};
use text::Markup;

use super::mail::html::to_text;
use super::out::{Flow, Out};
use super::values;
use crate::RawMessage;

/// Why a message is left out: the word in every report.
pub(super) const INTERNAL: &str = "internal note left out";
/// The same for what was written to a confidential ticket.
pub(super) const INSIDE: &str = "reply to a confidential ticket left out";
/// The same for whole tickets.
pub(super) const CONFIDENTIAL: &str = "confidential ticket left out";
/// Why a message is kept and closed.
pub(super) const RESTRICTED: &str = "restricted ticket: readable by nobody";

/// One ticket system.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) source: SourceName,
    seen: BTreeSet<ContainerId>,
}

/// What somebody wrote.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) author: AccountKey,
    pub(super) at: Timestamp,
    pub(super) text: String,
    pub(super) markup: Markup,
    /// A machine wrote it.
    pub(super) automatic: bool,
}

/// How a ticket ended, and whose it was.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) assignee: Option<AccountKey>,
    /// Closed as done: not as a duplicate, not as refused.
    pub(super) done: bool,
    /// In whose name; without it, in the assignee's.
    pub(super) by: Option<AccountKey>,
    pub(super) at: Option<Timestamp>,
}

impl Desk {
    pub(super) fn new(source: &str) -> Result<Self, IdError> {
        Ok(Self { source: SourceName::new(source)?, seen: BTreeSet::new() })
    }

    /// The key of the account with a native id.
    pub(super) fn key(&self, native: &str) -> Option<AccountKey> {
        values::account(&self.source, native)
    }

    /// The id of a container; what is said of it is handed out the first time.
    pub(super) fn container(
        &mut self,
        native: &str,
        name: &str,
        stated_visibility: Option<Visibility>,
        out: &mut Out<'_>,
    ) -> ControlFlow<(), Option<ContainerId>> {
        let Ok(id) = ContainerId::from_native(&self.source, native) else {
            return ControlFlow::Continue(None);
        };
        if self.seen.insert(id.clone()) {
            let (name, kind) = (name.trim().to_owned(), ContainerKind::Project);
            out.container(Container { id: id.clone(), name, kind, stated_visibility })?;
        }
        ControlFlow::Continue(Some(id))
    }

    /// A ticket's own text.
    pub(super) fn opening(&self, ticket: &str, container: &ContainerId, words: Words) -> Option<RawMessage> {
        let id = MessageId::from_native(&self.source, ticket).ok()?;
        Some(raw(id, ticket, container, words))
    }

    /// A reply to a ticket; its id is unique in the ticket.
    pub(super) fn reply(
        &self,
        ticket: &str,
        reply: &str,
        container: &ContainerId,
        words: Words,
    ) -> Option<RawMessage> {
        let id = MessageId::from_native(&self.source, &format!("{ticket}/{reply}")).ok()?;
        let mut message = raw(id, ticket, container, words);
        message.message.reply_to = vec![MessageId::from_native(&self.source, ticket).ok()?];
        Some(message)
    }
}

impl Outcome {
    /// Writes the outcome on a ticket's own message.
    pub(super) fn close(self, opening: &mut Message) {
        if self.done {
            opening.resolved_by = self.by.or_else(|| self.assignee.clone());
            opening.resolved_at = self.at;
        }
        opening.assignee = self.assignee;
    }
}

/// Hands out an account of which only the key is known, if no better one came before.
pub(super) fn named(key: &AccountKey, out: &mut Out<'_>) -> Flow {
    if out.knows(key) { Flow::Continue(()) } else { out.account(account(key.clone())) }
}

/// An account of which only the key is known.
pub(super) fn account(key: AccountKey) -> Account {
    Account { key, name: None, verified_emails: Vec::new(), bot: false, directory: DirectoryEntry::default() }
}

/// A mail address as it is compared: lower case, without blanks; `None` if it is none.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let blank = text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ','));
    (!local.is_empty() && !domain.is_empty() && !blank).then_some(text)
}

/// A text that may be HTML, as plain text.
pub(super) fn plain(text: &str) -> String {
    if text.contains("</") || text.contains("<br") { to_text(text) } else { text.to_owned() }
}

/// Closes a message to every reader, and counts it.
pub(super) fn shut(message: &mut RawMessage, reason: &'static str, out: &mut Out<'_>) {
    out.skip(reason);
    message.message.stated_visibility = Some(Visibility::Nobody);
}

/// Hands out what a desk keeps to itself where policy admits its notes, with the rights of its container;
/// counts it and lets it go otherwise.
pub(super) fn note(message: RawMessage, reason: &'static str, out: &mut Out<'_>) -> Flow {
    if out.admits_notes(&message.message.container) {
        return out.message(message);
    }
    out.refuse(reason, 1);
    Flow::Continue(())
}

fn raw(id: MessageId, ticket: &str, container: &ContainerId, words: Words) -> RawMessage {
    let Words { author, at, text, markup, automatic } = words;
    let message = Message {
        kind: if automatic { MessageKind::Automatic } else { MessageKind::Human },
        native_conversation: Some(ticket.to_owned()),
        ..Message::new(id, container.clone(), author, at, text)
    };
    RawMessage { message, markup }
}

/// 64 bits of a text, to know it again without keeping it.
pub(super) fn digest(text: &str) -> u64 {
    let hash = blake3::hash(text.trim().as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Numbers what has no id of its own by its time: the same time again gets `-2`, `-3` …, so that what is
/// added later does not shift what was there.
#[derive(Debug, Default)]
pub(super) struct Stamps(BTreeMap<i64, u32>);

impl Stamps {
    pub(super) fn next(&mut self, at: Timestamp) -> String {
        let count = self.0.entry(at.as_millis()).or_default();
        *count += 1;
        if *count == 1 { at.as_millis().to_string() } else { format!("{}-{count}", at.as_millis()) }
    }
}
