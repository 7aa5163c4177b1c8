//! What ties a person to a document.

use std::fmt;

/// How a person took part in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// Opened it with a question, a report or a request.
    Asked = 0,
    /// Wrote in it after somebody else had opened it.
    Answered = 1,
    /// The ticket was closed as done in their name.
    Resolved = 2,
    /// The ticket was theirs, without its being closed as done.
    Assigned = 3,
    /// The asker thanked them or reacted to their answer.
    Thanked = 4,
    /// Their answer was marked as the accepted one.
    Accepted = 5,
    /// Opened it with an announcement that nobody answered: shows a little.
    Announced = 6,
    /// Somebody else sent the asker to them.
    Referred = 7,
}

impl Role {
    /// Every role, in the order of its number.
    pub const ALL: [Self; 8] = [
        Self::Asked,
        Self::Answered,
        Self::Resolved,
        Self::Assigned,
        Self::Thanked,
        Self::Accepted,
        Self::Announced,
        Self::Referred,
    ];

    /// The word in answers, options and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Resolved => "resolved",
            Self::Assigned => "assigned",
            Self::Thanked => "thanked",
            Self::Accepted => "accepted",
            Self::Announced => "announced",
            Self::Referred => "referred",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A set of roles, one bit each, as it lies in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RoleSet(u16);

impl RoleSet {
    /// The set without a role.
    pub const EMPTY: Self = Self(0);

    /// The set that the stored bits name; unknown bits are dropped.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & 0xff)
    }

    /// The bits that are stored: bit n is role n.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// This set with one role more.
    #[must_use]
    pub const fn with(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u16)
    }

    /// Whether the role is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// The roles in the set, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for RoleSet {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        roles.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_set_keeps_its_roles() {
        let set: RoleSet = [Role::Thanked, Role::Answered].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Role::Answered, Role::Thanked]);
        assert_eq!(RoleSet::from_bits(set.bits()), set);
    }

    #[test]
    fn every_word_reads_back() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
    }
}
