//! What ties a person to a document.

use std::fmt;

use crate::set::{Named, Set};

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

impl Named for Role {
    const ALL: &'static [Self] = &[
        Self::Asked,
        Self::Answered,
        Self::Resolved,
        Self::Assigned,
        Self::Thanked,
        Self::Accepted,
        Self::Announced,
        Self::Referred,
    ];

    fn number(self) -> u16 {
        self as u16
    }

    fn as_str(self) -> &'static str {
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
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The roles of one document.
pub type RoleSet = Set<Role>;

impl RoleSet {
    /// Whether a document shows an answer: the person wrote one, or closed the matter as done.
    pub fn is_answer(self) -> bool {
        self.contains_any(&[Role::Answered, Role::Resolved])
    }

    /// Whether somebody else acknowledged it: thanked, accepted, closed as done.
    pub fn is_acknowledged(self) -> bool {
        self.contains_any(&[Role::Thanked, Role::Accepted, Role::Resolved])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_alone_is_no_answer_and_an_answer_alone_is_not_acknowledged() {
        let of = |role| RoleSet::EMPTY.with(role);
        let facts = |set: RoleSet| (set.is_answer(), set.is_acknowledged());
        assert_eq!(facts(of(Role::Answered)), (true, false));
        assert_eq!(facts(of(Role::Thanked)), (false, true));
        assert_eq!(facts(of(Role::Accepted)), (false, true));
        assert_eq!(facts(of(Role::Resolved)), (true, true));
        assert_eq!(facts(of(Role::Asked)), (false, false));
    }
}
