//! People and their accounts.

use crate::{AccountKey, PersonId, Timestamp};

/// Whether somebody can be asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EmploymentStatus {
    /// Works here, or nothing says otherwise.
    Active,
    /// Works here and is away.
    Away,
    /// Has left: never suggested as reachable; their answers stay.
    Departed,
}

impl EmploymentStatus {
    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Away => "away",
            Self::Departed => "departed",
        }
    }

    /// Reads the word, and what exports write for it (`inactive`, `deleted`, `terminated`, `left`).
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "active" | "employed" | "present" => Some(Self::Active),
            "away" | "leave" | "on_leave" | "absent" => Some(Self::Away),
            "departed" | "inactive" | "deleted" | "terminated" | "left" | "deactivated" => {
                Some(Self::Departed)
            }
            _ => None,
        }
    }
}

/// What stands behind a person's accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKind {
    /// Works for the organisation.
    Employee,
    /// Works with it for a time, as a guest or on a contract.
    Contractor,
    /// Belongs to somebody else: a customer, a partner, a passer-by on a list.
    External,
    /// An address behind which several people read: never suggested.
    SharedMailbox,
    /// A machine: credited with nothing.
    Bot,
}

impl PersonKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Employee, Self::Contractor, Self::External, Self::SharedMailbox, Self::Bot];

    /// The word in the store and in what commands print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::External => "external",
            Self::SharedMailbox => "shared mailbox",
            Self::Bot => "bot",
        }
    }

    /// Reads the word, and what personnel lists write for it (`full-time`, `freelance`, `vendor`, `guest`).
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace(['_', '-'], " ");
        match plain.as_str() {
            "employee" | "full time" | "part time" | "regular" | "permanent" | "staff" | "intern"
            | "working student" => Some(Self::Employee),
            "contractor" | "contract" | "freelance" | "freelancer" | "contingent" | "contingent worker"
            | "temporary" | "temp" | "agency" => Some(Self::Contractor),
            "external" | "vendor" | "partner" | "guest" | "customer" => Some(Self::External),
            "shared mailbox" | "shared" | "group" | "role" | "mailbox" => Some(Self::SharedMailbox),
            "bot" | "service" | "service account" | "app" | "integration" => Some(Self::Bot),
            _ => None,
        }
    }

    /// Whether somebody of this kind can be asked: bots and shared mailboxes are nobody.
    pub const fn is_somebody(self) -> bool {
        !matches!(self, Self::SharedMailbox | Self::Bot)
    }
}

/// One identity in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// `source:native id`.
    pub key: AccountKey,
    /// The display name.
    pub name: Option<String>,
    /// Mail addresses that the source vouches for, lower case.
    pub verified_emails: Vec<String>,
    /// A bot or an integration, not a human.
    pub bot: bool,
    /// Deactivated, or a role, title, team, zone: what the source knows of its owner.
    pub directory: DirectoryEntry,
}

/// What an export says of a person beyond name and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectoryEntry {
    /// Whether they can be asked.
    pub status: Option<EmploymentStatus>,
    /// Job title.
    pub title: Option<String>,
    /// Team or department.
    pub team: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Languages, as the export writes them.
    pub languages: Vec<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// What personnel data says of their employment.
    pub employment: Employment,
    /// The name that the account is signed in with: unique in its source.
    pub user_name: Option<String>,
    /// The full name, where the display name is another.
    pub full_name: Option<String>,
    /// What an export says that stands behind the account; of a person: what all of it comes to.
    pub kind: Option<PersonKind>,
}

/// From when to when somebody works here, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Employment {
    /// Their manager, as the export writes it: an address, an id or a name. Never shown.
    pub manager: Option<String>,
    /// Their first day.
    pub starts_at: Option<Timestamp>,
    /// When they are gone: from then on they are never suggested, whatever their status says.
    /// [`Timestamp::MAX`] takes back an end that was stated before.
    pub ends_at: Option<Timestamp>,
}

impl DirectoryEntry {
    /// Whether they can be asked at that time: an end that has come makes them departed.
    pub fn status_at(&self, now: Timestamp) -> Option<EmploymentStatus> {
        let gone = self.employment.ends_at.is_some_and(|end| end <= now);
        if gone { Some(EmploymentStatus::Departed) } else { self.status }
    }
}

/// One human, however many accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Derived from the person's smallest account key.
    pub id: PersonId,
    /// The best display name among the accounts.
    pub name: String,
    /// The person's accounts, ascending.
    pub accounts: Vec<AccountKey>,
    /// Verified mail addresses, ascending.
    pub emails: Vec<String>,
    /// All accounts are bots.
    pub bot: bool,
    /// What the accounts' sources know together.
    pub directory: DirectoryEntry,
}

impl Person {
    /// Whether a text that somebody wrote to name a person means this one: their id, one of their accounts, or a
    /// mail address of theirs in any case.
    pub fn is_meant_by(&self, text: &str) -> bool {
        let text = text.trim();
        self.id.as_str() == text
            || self.accounts.iter().any(|key| key.as_str() == text)
            || self.emails.contains(&text.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_has_come_beats_the_status() {
        let mut entry =
            DirectoryEntry { status: Some(EmploymentStatus::Active), ..DirectoryEntry::default() };
        entry.employment.ends_at = Some(Timestamp::from_millis(100));
        assert_eq!(entry.status_at(Timestamp::from_millis(99)), Some(EmploymentStatus::Active));
        assert_eq!(entry.status_at(Timestamp::from_millis(100)), Some(EmploymentStatus::Departed));
        assert_eq!(DirectoryEntry::default().status_at(Timestamp::MAX), None);
    }
}
