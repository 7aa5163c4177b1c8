//! Containers: channels, mailboxes, ticket projects.

use crate::{ContainerId, Visibility};

/// What sort of place a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerKind {
    /// A chat channel.
    Channel,
    /// A mailbox or a mailing list.
    Mailbox,
    /// A ticket project or queue.
    Project,
}

impl ContainerKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Mailbox => "mailbox",
            Self::Project => "project",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Channel, Self::Mailbox, Self::Project].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A channel, a mailbox or a ticket project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `source:native id`.
    pub id: ContainerId,
    /// What people call it: `helpdesk`, `SUP`. Not unique.
    pub name: String,
    /// What sort of place it is.
    pub kind: ContainerKind,
    /// Who may read it, where the export says so; `None` leaves it to policy.
    pub stated_visibility: Option<Visibility>,
}
