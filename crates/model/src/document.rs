//! Documents: the unit that is retrieved.

use crate::{
    ContainerId, ConversationId, Fingerprint, MarkSet, MessageId, PersonId, RoleSet, Timestamp, Visibility,
};

/// An answer unit: what one person wrote in one conversation, with the question it answers, and the roles
/// that tie the person to it (the association).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The conversation.
    pub conversation: ConversationId,
    /// Where it took place.
    pub container: ContainerId,
    /// Who is credited.
    pub person: PersonId,
    /// The person's own words, several messages joined by blank lines; empty if they only resolved it.
    pub own: String,
    /// Subject and opening of the conversation, if somebody else opened it; else the subject alone.
    pub question: String,
    /// How the person took part.
    pub roles: RoleSet,
    /// What the person's part shows; never [`crate::Mark::Canned`] or [`crate::Mark::Copied`] yet.
    pub marks: MarkSet,
    /// Who asked, if that is somebody known and somebody else.
    pub asker: Option<PersonId>,
    /// Fingerprint of the person's own words; `None` if these are too few to tell.
    pub fingerprint: Option<Fingerprint>,
    /// How many of the person's own messages say enough for an answer.
    pub own_answers: u32,
    /// How many different people reacted to the person's messages here.
    pub reactions: u32,
    /// When the person wrote first here (or resolved it).
    pub first_at: Timestamp,
    /// When the last thing this document or its roles are made of was written.
    pub last_at: Timestamp,
    /// Who may read it: those who may read every message it is made of.
    pub visibility: Visibility,
    /// The person's own messages, oldest first.
    pub messages: Vec<MessageId>,
    /// A link to the person's first message here.
    pub permalink: Option<String>,
}
