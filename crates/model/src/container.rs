//! Containers: channels, mailboxes, ticket projects.

use crate::{ContainerId, Visibility};

/// What sort of place a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerKind {
    /// A chat channel that everybody may join.
    Channel,
    /// A chat channel that only its members know.
    Private,
    /// A talk of two.
    Direct,
    /// A talk of a few, outside of any channel.
    GroupDirect,
    /// A mailbox or a mailing list.
    Mailbox,
    /// A ticket project or queue.
    Project,
}

impl ContainerKind {
    /// All kinds there are.
    pub const ALL: [Self; 6] =
        [Self::Channel, Self::Private, Self::Direct, Self::GroupDirect, Self::Mailbox, Self::Project];

    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Private => "private",
            Self::Direct => "direct",
            Self::GroupDirect => "group_direct",
            Self::Mailbox => "mailbox",
            Self::Project => "project",
        }
    }

    /// Whether only those who take part know it: left out unless a policy names it.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Private | Self::Direct | Self::GroupDirect)
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
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
