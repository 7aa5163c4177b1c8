//! Messages: what one account wrote at one time.

use crate::{AccountKey, ContainerId, MessageId, Timestamp, Visibility};

/// What wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A person.
    Human,
    /// A bot, an integration, a machine's mail, an automatic reply, a newsletter: credits nobody.
    Automatic,
    /// A notice of the source itself ("has joined the channel"): carries no words of anyone.
    Notice,
}

impl MessageKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Automatic => "automatic",
            Self::Notice => "notice",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Human, Self::Automatic, Self::Notice].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji's name without colons and skin tone: `+1`, `tada`.
    pub name: String,
    /// How often it was given; may be more than the accounts that are named.
    pub count: u32,
    /// Who gave it, as far as the export says.
    pub by: Vec<AccountKey>,
}

/// What one account wrote at one time, cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `source:native id`.
    pub id: MessageId,
    /// Where it was written.
    pub container: ContainerId,
    /// Who wrote it.
    pub author: AccountKey,
    /// When.
    pub at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// What wrote it.
    pub kind: MessageKind,
    /// Subject of a mail, summary of a ticket.
    pub subject: Option<String>,
    /// The author's own words: markup decoded, code in ``` fences, quotes and signature taken out.
    pub text: String,
    /// What cleaning took out of the text: quotes and signature.
    pub quoted: String,
    /// The source's own id of the conversation, unique in the source: a ticket key, a thread's first message.
    pub native_conversation: Option<String>,
    /// Messages this one answers, nearest last (mail: References, then In-Reply-To).
    pub reply_to: Vec<MessageId>,
    /// Accounts that the text names.
    pub mentions: Vec<AccountKey>,
    /// Emoji under it.
    pub reactions: Vec<Reaction>,
    /// Marked as the accepted answer.
    pub accepted: bool,
    /// On a conversation's first message: who closed it as done.
    pub resolved_by: Option<AccountKey>,
    /// On a conversation's first message: whose it was.
    pub assignee: Option<AccountKey>,
    /// On a conversation's first message: when it was closed as done.
    pub resolved_at: Option<Timestamp>,
    /// A link that opens it.
    pub permalink: Option<String>,
    /// Who may read it, where the export says so; `None` leaves it to its container, then to policy.
    pub stated_visibility: Option<Visibility>,
    /// Sender and recipients of a mail: who may read it if policy does not open the source.
    pub participants: Vec<AccountKey>,
}

impl Message {
    /// A person's message with nothing but its text: what else a source says of it is set field by field.
    pub fn new(
        id: MessageId,
        container: ContainerId,
        author: AccountKey,
        at: Timestamp,
        text: String,
    ) -> Self {
        Self {
            id,
            container,
            author,
            at,
            edited_at: None,
            kind: MessageKind::Human,
            subject: None,
            text,
            quoted: String::new(),
            native_conversation: None,
            reply_to: Vec::new(),
            mentions: Vec::new(),
            reactions: Vec::new(),
            accepted: false,
            resolved_by: None,
            assignee: None,
            resolved_at: None,
            permalink: None,
            stated_visibility: None,
            participants: Vec::new(),
        }
    }
}
