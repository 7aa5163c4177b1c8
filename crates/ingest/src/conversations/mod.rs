//! Messages into conversations.
//!
//! Decision: what the source says (a ticket, a chat's own thread, a mail's references) goes before what looks
//! alike (subjects), and that before what lies close in time (flat talk). The price is that a question whose
//! answer came late, outside any thread, stays apart from it.

mod flat;
mod links;
pub(crate) mod subject;

use std::collections::HashMap;

use model::{
    AccountKey, ContainerId, Conversation, ConversationId, Message, MessageId, MessageKind, Timestamp,
};

use links::Groups;

/// What decides which messages belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Longest pause within a stretch of flat talk, in minutes.
    pub flat_gap_minutes: u32,
    /// Most messages of one stretch of flat talk; 0 counts as 1.
    pub flat_max_messages: usize,
    /// Longest stretch of flat talk from its first to its last message, in minutes; also how long after
    /// its last message a mention of somebody in it still continues it.
    pub flat_max_minutes: u32,
    /// How long after a conversation's last mail a `Re:` without references still belongs to it, in days.
    pub subject_days: u32,
}

/// What of a message decides which conversation it belongs to: everything but its text, so that a container
/// of a million messages fits in memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageHead {
    /// The message.
    pub id: MessageId,
    /// Who wrote it.
    pub author: AccountKey,
    /// When.
    pub at: Timestamp,
    /// What wrote it.
    pub kind: MessageKind,
    /// The source's own id of the conversation, unique in the source.
    pub native_conversation: Option<String>,
    /// Messages this one answers, nearest last.
    pub reply_to: Vec<MessageId>,
    /// Subject of a mail, summary of a ticket: what has one is never flat talk.
    pub subject: Option<String>,
    /// Accounts that the text names.
    pub mentions: Vec<AccountKey>,
    /// Whether it was sent to named recipients, as a mail is: such a message is never flat talk.
    pub addressed: bool,
}

impl From<&Message> for MessageHead {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.clone(),
            author: message.author.clone(),
            at: message.at,
            kind: message.kind,
            native_conversation: message.native_conversation.clone(),
            reply_to: message.reply_to.clone(),
            subject: message.subject.clone(),
            mentions: message.mentions.clone(),
            addressed: !message.participants.is_empty(),
        }
    }
}

/// All messages of one container into its conversations. In this order:
///
/// 1. Messages with the same `native_conversation` (and the message whose id that is).
/// 2. Messages that answer one another, or answer the same message, be it in the export or not. Such a link
///    never joins two native conversations: the nearest one keeps the message.
/// 3. A mail that says `Re:` and refers to nothing goes with the latest mail of the same subject, if the
///    conversation's last mail is at most `subject_days` old. Not so generic or very short subjects, nor
///    patches.
/// 4. Flat talk (no native conversation, no link, no subject, not addressed) is cut by pauses.
///
/// A conversation is named after its native id, or else after its earliest message. Every message is in
/// exactly one, but for notices of the source in flat talk, which are in none: they carry nobody's words.
/// Of several heads with one id the smallest counts. Sorted by time of the first message, then id; the order
/// of `messages` changes nothing. Costs O(n log n).
pub fn assemble(container: &ContainerId, messages: &[MessageHead], config: &Config) -> Vec<Conversation> {
    let heads = in_order(messages);
    let mut groups = Groups::new(&heads);
    groups.join_native();
    groups.join_replies();
    groups.join_subjects(config);
    let mut conversations = Vec::new();
    let mut talk: Vec<&MessageHead> = Vec::new();
    for group in groups.finish() {
        match group.members.as_slice() {
            [only] if group.native.is_none() && is_flat(only) => talk.push(only),
            _ => conversations.extend(conversation(container, group.native, &group.members)),
        }
    }
    talk.sort_unstable_by(|left, right| (left.at, &left.id).cmp(&(right.at, &right.id)));
    talk.retain(|head| head.kind != MessageKind::Notice);
    for stretch in flat::stretches(&talk, config) {
        conversations.extend(conversation(container, None, stretch));
    }
    conversations.sort_unstable_by(|left, right| (left.0, &left.1.id).cmp(&(right.0, &right.1.id)));
    conversations.into_iter().map(|(_, conversation)| conversation).collect()
}

/// Whether a message that nothing is tied to is talk in a channel, rather than a mail or a ticket.
fn is_flat(head: &MessageHead) -> bool {
    head.subject.is_none() && !head.addressed && head.reply_to.is_empty()
}

/// One head per message id, by time and then id.
fn in_order(messages: &[MessageHead]) -> Vec<&MessageHead> {
    let mut smallest: HashMap<&MessageId, &MessageHead> = HashMap::with_capacity(messages.len());
    for head in messages {
        let kept = smallest.entry(&head.id).or_insert(head);
        if head < *kept {
            *kept = head;
        }
    }
    let mut heads: Vec<&MessageHead> = smallest.into_values().collect();
    heads.sort_unstable_by(|left, right| (left.at, &left.id).cmp(&(right.at, &right.id)));
    heads
}

/// The conversation of these messages (oldest first) and its first time; `None` only if there is no message,
/// since an id of a message always has the form that an id of a conversation needs.
fn conversation(
    container: &ContainerId,
    native: Option<ConversationId>,
    members: &[&MessageHead],
) -> Option<(Timestamp, Conversation)> {
    let first = members.first()?;
    let id = native.or_else(|| ConversationId::new(first.id.as_str()).ok())?;
    let messages = members.iter().map(|head| head.id.clone()).collect();
    Some((first.at, Conversation { id, container: container.clone(), messages }))
}

#[cfg(test)]
mod tests;
