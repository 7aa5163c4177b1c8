//! The words of whoknows: ids, time, people, messages, conversations, documents, associations, access.
//!
//! Decision: this crate is plain data without IO, so that every other crate can speak the same language
//! without standing on anybody's disk, clock or network. The price is that conversions to rows and to the
//! wire are written where they are needed, not derived here.

mod access;
mod association;
mod container;
mod conversation;
mod document;
mod fingerprint;
mod ids;
mod mark;
mod message;
mod person;
mod set;
mod time;

pub use access::{Audience, AudienceId, AudienceMask, AudienceTable, Reader, Visibility, Visible};
pub use association::{Role, RoleSet};
pub use container::{Container, ContainerKind};
pub use conversation::Conversation;
pub use document::Document;
pub use fingerprint::{FINGERPRINT_NUMBERS, Fingerprint};
pub use ids::{
    AccountKey, ContainerId, ConversationId, DocumentId, IdError, MessageId, PersonId, SourceName,
};
pub use mark::{Mark, MarkSet};
pub use message::{Message, MessageKind, Reaction};
pub use person::{Account, DirectoryEntry, Employment, EmploymentStatus, Person, PersonKind};
pub use set::{Named, Set};
pub use time::{TimeError, Timestamp};
