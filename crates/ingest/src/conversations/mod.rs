//! Messages into conversations.
//!
//! Decision: what the source says (a ticket, a chat's own thread, a mail's references) goes before what looks
//! alike (subjects), and that before what is likely (flat talk). The price is that a question whose answer
//! came late, outside any thread, may stay apart from it.

mod cues;
pub mod flat;
mod links;
pub(crate) mod subject;

use std::collections::HashMap;
use std::sync::LazyLock;

use model::{
    AccountKey, ContainerId, Conversation, ConversationId, Message, MessageId, MessageKind, Timestamp,
};

use cues::Cues;
use flat::ShownName;
use links::Groups;

/// What decides which messages belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How long after its last message a conversation of flat talk may still go on, in minutes.
    pub flat_quiet_minutes: u32,
    /// Most messages of one conversation of flat talk; 0 counts as 1.
    pub flat_max_messages: usize,
    /// Most conversations of flat talk that may go on at the same time; 0 counts as 1.
    pub flat_open: usize,
    /// How long after a conversation's last mail a `Re:` without references still belongs to it, in days.
    pub subject_days: u32,
}

/// What of a message decides which conversation it belongs to: of its text only a few hashed words and what
/// it does, so that a container of a million messages fits in memory.
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
    pub native_conversation: Option<Box<str>>,
    /// Messages this one answers, nearest last.
    pub reply_to: Box<[MessageId]>,
    /// Subject of a mail, summary of a ticket: what has one is never flat talk.
    pub subject: Option<Box<str>>,
    /// Accounts that the text names, if it may be flat talk.
    pub mentions: Box<[AccountKey]>,
    /// Whether it was sent to named recipients, as a mail is: such a message is never flat talk.
    pub addressed: bool,
    /// Whether everyone may read it. What is not open never decides how open messages belong together.
    pub open: bool,
    /// What its text says of where it belongs; none if it cannot be flat talk.
    cues: Option<Box<Cues>>,
}

/// What a text says that was not read.
static NO_CUES: LazyLock<Cues> = LazyLock::new(Cues::default);

impl MessageHead {
    /// The head of a message that everyone may read, or not. Reads its text if it may be flat talk.
    pub fn new(message: Message, open: bool) -> Self {
        let flat = message.native_conversation.is_none()
            && message.subject.is_none()
            && message.participants.is_empty();
        Self {
            cues: flat.then(|| Box::new(Cues::of(&message))),
            mentions: if flat { message.mentions.into_boxed_slice() } else { Box::default() },
            id: message.id,
            author: message.author,
            at: message.at,
            kind: message.kind,
            native_conversation: message.native_conversation.map(String::into_boxed_str),
            reply_to: message.reply_to.into_boxed_slice(),
            subject: message.subject.map(String::into_boxed_str),
            addressed: !message.participants.is_empty(),
            open,
        }
    }

    /// What its text says of where it belongs; nothing if it cannot be flat talk.
    fn cues(&self) -> &Cues {
        self.cues.as_deref().unwrap_or(&NO_CUES)
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
/// 4. Flat talk (no native conversation, no link, no subject, not addressed) is parted by who speaks to whom,
///    when, and about what ([`flat`]). `shown` gives the name that an account shows, by which it is called.
///
/// A conversation is named after its native id, or else after its earliest message. Every message is in
/// exactly one, but for notices of the source in flat talk, which are in none: they carry nobody's words.
/// Of several heads with one id the smallest counts. Sorted by time of the first message, then id; the order
/// of `messages` changes nothing. Costs O(n log n), and O(n · `flat_open`) for flat talk.
///
/// Where only some messages are open, those are put together as if there were no others; each of the others
/// joins the open conversation it would have been in, or else stays with its like. So what somebody may not
/// read changes nothing of what everyone may.
pub fn assemble(
    container: &ContainerId,
    messages: &[MessageHead],
    shown: &ShownName<'_>,
    config: &Config,
) -> Vec<Conversation> {
    let heads = in_order(messages);
    let open: Vec<&MessageHead> = heads.iter().copied().filter(|head| head.open).collect();
    let all = together(container, &heads, shown, config);
    let mut conversations = if open.is_empty() || open.len() == heads.len() {
        all
    } else {
        beside_open(together(container, &open, shown, config), all, &heads)
    };
    conversations.sort_unstable_by(|left, right| (left.0, &left.1.id).cmp(&(right.0, &right.1.id)));
    conversations.into_iter().map(|(_, conversation)| conversation).collect()
}

/// A conversation with the time of its first message.
type Dated = (Timestamp, Conversation);

/// Adds to the open conversations what is not open: a message goes to the conversation of the first open
/// message that it is together with in `all`; where there is none, its conversation stays as it is in `all`.
fn beside_open(open: Vec<Dated>, all: Vec<Dated>, heads: &[&MessageHead]) -> Vec<Dated> {
    let order: HashMap<&MessageId, usize> = heads.iter().enumerate().map(|(n, head)| (&head.id, n)).collect();
    let is_open = |id: &MessageId| order.get(id).and_then(|n| heads.get(*n)).is_some_and(|head| head.open);
    let mut place: HashMap<MessageId, usize> = HashMap::new();
    for (number, (_, conversation)) in open.iter().enumerate() {
        place.extend(conversation.messages.iter().map(|id| (id.clone(), number)));
    }
    let mut conversations = open;
    for (first_at, mut conversation) in all {
        let home = conversation.messages.iter().find_map(|id| place.get(id).copied());
        conversation.messages.retain(|id| !is_open(id));
        if let Some((_, home)) = home.and_then(|number| conversations.get_mut(number)) {
            home.messages.extend(conversation.messages);
            home.messages.sort_unstable_by_key(|id| order.get(id).copied());
        } else if !conversation.messages.is_empty() {
            conversations.push((first_at, conversation));
        }
    }
    conversations
}

/// All these messages, oldest first, into conversations, whoever may read them.
fn together(
    container: &ContainerId,
    heads: &[&MessageHead],
    shown: &ShownName<'_>,
    config: &Config,
) -> Vec<Dated> {
    let mut groups = Groups::new(heads);
    groups.join_native();
    groups.join_replies();
    groups.join_subjects(config);
    let mut conversations: Vec<Dated> = Vec::new();
    let mut talk: Vec<&MessageHead> = Vec::new();
    for group in groups.finish() {
        match group.members.as_slice() {
            [only] if group.native.is_none() && is_flat(only) => talk.push(only),
            _ => conversations.extend(conversation(container, group.native, &group.members)),
        }
    }
    talk.sort_unstable_by(|left, right| (left.at, &left.id).cmp(&(right.at, &right.id)));
    talk.retain(|head| head.kind != MessageKind::Notice);
    for members in flat::conversations(&talk, shown, config) {
        conversations.extend(conversation(container, None, &members));
    }
    conversations
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
) -> Option<Dated> {
    let first = members.first()?;
    let id = native.or_else(|| ConversationId::new(first.id.as_str()).ok())?;
    let messages = members.iter().map(|head| head.id.clone()).collect();
    Some((first.at, Conversation { id, container: container.clone(), messages }))
}

#[cfg(test)]
mod tests;
