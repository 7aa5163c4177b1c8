//! Who may read what: the only place that makes a [`Visible`].
//!
//! Decision: rights are resolved to *audiences* (distinct reader sets) when evidence is built, so that the
//! check at query time is one look-up in a mask. Everything fails closed: what nobody stated, nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use crate::AccountKey;

/// Who may read a message, a container or a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// Everyone in the organisation.
    Everyone,
    /// These accounts, and through them the people who own them. An empty set is nobody.
    Members(BTreeSet<AccountKey>),
    /// No reader at all: kept, counted, never shown, never a vote.
    Nobody,
}

impl Visibility {
    /// Who may read both: a document made of several messages is readable by those who may read all of them.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Nobody, _) | (_, Self::Nobody) => Self::Nobody,
            (Self::Everyone, visibility) | (visibility, Self::Everyone) => visibility.clone(),
            (Self::Members(left), Self::Members(right)) => {
                let both: BTreeSet<_> = left.intersection(right).cloned().collect();
                if both.is_empty() { Self::Nobody } else { Self::Members(both) }
            }
        }
    }
}

/// The interned number of a visibility in an [`AudienceTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AudienceId(u32);

impl AudienceId {
    /// Everyone in the organisation: always number 0.
    pub const EVERYONE: Self = Self(0);
    /// Nobody: always number 1.
    pub const NOBODY: Self = Self(1);

    /// Wraps a number read from disk; a number that the table does not know is readable by nobody.
    pub const fn from_raw(raw: u32) -> Self {
        Self(raw)
    }

    /// The number as it is stored.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// One row of an [`AudienceTable`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Its number.
    pub id: AudienceId,
    /// Who belongs to it.
    pub visibility: Visibility,
}

/// The distinct reader sets of an index, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceTable {
    rows: Vec<Visibility>,
    numbers: BTreeMap<Visibility, AudienceId>,
}

impl AudienceTable {
    /// A table that holds only "everyone" and "nobody".
    pub fn new() -> Self {
        let rows = vec![Visibility::Everyone, Visibility::Nobody];
        let numbers = rows.iter().cloned().enumerate().map(|(row, v)| (v, AudienceId(row as u32))).collect();
        Self { rows, numbers }
    }

    /// The number of a visibility, made if it is new. An empty member set is nobody.
    pub fn intern(&mut self, visibility: &Visibility) -> AudienceId {
        if matches!(visibility, Visibility::Members(members) if members.is_empty()) {
            return AudienceId::NOBODY;
        }
        if let Some(id) = self.numbers.get(visibility) {
            return *id;
        }
        let Ok(row) = u32::try_from(self.rows.len()) else { return AudienceId::NOBODY };
        self.rows.push(visibility.clone());
        self.numbers.insert(visibility.clone(), AudienceId(row));
        AudienceId(row)
    }

    /// The visibility behind a number; an unknown number is nobody.
    pub fn visibility(&self, id: AudienceId) -> &Visibility {
        self.rows.get(id.0 as usize).unwrap_or(&Visibility::Nobody)
    }

    /// How many rows there are, everyone and nobody included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: everyone and nobody are always there.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows, numbers ascending.
    pub fn rows(&self) -> impl Iterator<Item = Audience> + '_ {
        let number =
            |(row, v): (usize, &Visibility)| Audience { id: AudienceId(row as u32), visibility: v.clone() };
        self.rows.iter().enumerate().map(number)
    }
}

impl Default for AudienceTable {
    fn default() -> Self {
        Self::new()
    }
}

/// Somebody who asks, as far as rights go: the accounts that are theirs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reader {
    accounts: BTreeSet<AccountKey>,
    /// Belongs to every audience but nobody.
    broker: bool,
}

impl Reader {
    /// Somebody in the organisation of whom nothing more is known: reads what everyone may read.
    pub fn anyone() -> Self {
        Self::default()
    }

    /// A person who owns these accounts: reads what everyone may, plus what names one of them.
    pub fn owning(accounts: impl IntoIterator<Item = AccountKey>) -> Self {
        Self { accounts: accounts.into_iter().collect(), broker: false }
    }

    /// Whoever finds somebody for an asker who may not read what shows that they know: reads all that anybody may
    /// read, and is nobody. Nothing that is found with it may be shown to anybody but whom it is about; `.clippy.toml`
    /// forbids it everywhere but in the one place that finds people for blind asks.
    pub fn broker() -> Self {
        Self { accounts: BTreeSet::new(), broker: true }
    }

    /// The reader's own accounts.
    pub fn accounts(&self) -> &BTreeSet<AccountKey> {
        &self.accounts
    }

    /// Whether this reader may read something with that visibility.
    pub fn may_read(&self, visibility: &Visibility) -> bool {
        match visibility {
            Visibility::Everyone => true,
            Visibility::Members(members) => {
                (self.broker && !members.is_empty()) || !members.is_disjoint(&self.accounts)
            }
            Visibility::Nobody => false,
        }
    }

    /// Which audiences of the table this reader belongs to.
    /// Costs one pass over the table for a reader with accounts; nothing for anyone.
    pub fn mask(&self, table: &AudienceTable) -> AudienceMask {
        if self.accounts.is_empty() && !self.broker {
            return AudienceMask { readable: vec![true] };
        }
        AudienceMask { readable: table.rows.iter().map(|visibility| self.may_read(visibility)).collect() }
    }
}

/// The audiences a reader belongs to: the check that runs before anything is ranked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceMask {
    readable: Vec<bool>,
}

impl AudienceMask {
    /// Whether something of that audience may be read; an unknown audience may not.
    pub fn admits(&self, audience: AudienceId) -> bool {
        self.readable.get(audience.0 as usize).copied().unwrap_or(false)
    }

    /// Whether the reader belongs to any audience besides everyone.
    pub fn reads_more_than_everyone(&self) -> bool {
        self.readable.iter().skip(1).any(|readable| *readable)
    }

    /// The audiences that the reader belongs to, ascending.
    pub fn readable(&self) -> impl Iterator<Item = AudienceId> + '_ {
        (0..).zip(&self.readable).filter(|(_, readable)| **readable).map(|(number, _)| AudienceId(number))
    }

    /// Hands out a thing as readable if its audience admits the reader.
    pub fn show<T>(&self, thing: T, audience: AudienceId) -> Option<Visible<T>> {
        self.admits(audience).then_some(Visible(thing))
    }
}

/// A thing that its reader may read. Only this module makes one, so a function that takes `Visible<…>`
/// cannot be handed what was not checked.
///
/// ```compile_fail
/// // Evidence that nobody checked cannot be dressed up as visible: the field is private.
/// let smuggled = model::Visible("a private message");
/// ```
///
/// ```
/// use model::{AudienceId, AudienceTable, Reader};
/// let mask = Reader::anyone().mask(&AudienceTable::new());
/// assert!(mask.show("a public message", AudienceId::EVERYONE).is_some());
/// assert!(mask.show("a hidden message", AudienceId::NOBODY).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visible<T>(T);

impl<T> Visible<T> {
    /// The thing itself.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// The thing itself, owned.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Something derived from the thing alone is as visible as the thing.
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Visible<U> {
        Visible(derive(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> AccountKey {
        AccountKey::new(text).unwrap()
    }

    fn members(keys: &[&str]) -> Visibility {
        Visibility::Members(keys.iter().map(|text| key(text)).collect())
    }

    #[test]
    fn a_document_is_readable_by_those_who_may_read_all_of_it() {
        let both = members(&["mail:a@x", "mail:b@x"]).and(&members(&["mail:b@x", "mail:c@x"]));
        assert_eq!(both, members(&["mail:b@x"]));
        assert_eq!(members(&["mail:a@x"]).and(&members(&["mail:c@x"])), Visibility::Nobody);
        assert_eq!(Visibility::Everyone.and(&Visibility::Nobody), Visibility::Nobody);
    }

    #[test]
    fn the_mask_says_what_may_read_says() {
        let mut table = AudienceTable::new();
        let inside = table.intern(&members(&["mail:a@x"]));
        let outside = table.intern(&members(&["mail:b@x"]));
        let mask = Reader::owning([key("mail:a@x"), key("slack:U1")]).mask(&table);
        assert!(mask.admits(AudienceId::EVERYONE) && mask.admits(inside));
        assert!(!mask.admits(outside) && !mask.admits(AudienceId::NOBODY));
        assert!(!mask.admits(AudienceId::from_raw(99)), "an unknown audience is nobody's");
        assert!(!Reader::anyone().mask(&table).admits(inside));
        #[expect(clippy::disallowed_methods, reason = "what it says is checked here")]
        let broker = Reader::broker().mask(&table);
        assert!(broker.admits(inside) && broker.admits(outside) && broker.admits(AudienceId::EVERYONE));
        assert!(!broker.admits(AudienceId::NOBODY) && !broker.admits(AudienceId::from_raw(99)));
    }

    #[test]
    fn an_empty_member_set_is_nobody() {
        assert_eq!(AudienceTable::new().intern(&members(&[])), AudienceId::NOBODY);
        assert!(!Reader::anyone().may_read(&members(&[])));
    }
}
