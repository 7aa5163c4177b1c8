//! What was erased must not come back with an old export: keyed hashes of ids and addresses, and no names.
//!
//! Decision: the list can tell whether something is on it and cannot tell what is on it: BLAKE3 with a key that
//! never leaves the data directory. The price is that the key must not be lost; without it nothing is read.

use std::collections::BTreeMap;

use model::{AccountKey, ContainerId, MessageId};

/// A keyed hash.
pub type Tombstone = [u8; 32];

/// What becomes of somebody's messages when they are erased; what takes most is the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Erasure {
    /// Person and messages go.
    Both,
    /// The person goes; the messages stay as those of one "former colleague", whoever that was.
    Person,
    /// The messages stay under a name that means nothing, one for each account, so that conversations keep
    /// their shape.
    Anonymise,
}

impl Erasure {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Person => "person",
            Self::Anonymise => "anonymise",
        }
    }

    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Both, Self::Person, Self::Anonymise].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Something that can be on the list.
#[derive(Debug, Clone, Copy)]
pub enum Erased<'a> {
    /// An account.
    Account(&'a AccountKey),
    /// A mail address.
    Address(&'a str),
    /// A message.
    Message(&'a MessageId),
    /// A channel, mailbox or project.
    Container(&'a ContainerId),
}

/// The list, with its key.
#[derive(Clone, Default)]
pub struct Suppression {
    key: [u8; 32],
    list: BTreeMap<Tombstone, Erasure>,
}

impl std::fmt::Debug for Suppression {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Suppression").field("entries", &self.list.len()).finish_non_exhaustive()
    }
}

/// Notes how something was erased: the way that takes most, if there are several.
fn note(list: &mut BTreeMap<Tombstone, Erasure>, tombstone: Tombstone, mode: Erasure) {
    list.entry(tombstone).and_modify(|known| *known = mode.min(*known)).or_insert(mode);
}

impl Suppression {
    /// A list under a key, of entries as they were added.
    pub fn new(key: [u8; 32], entries: impl IntoIterator<Item = (Tombstone, Erasure)>) -> Self {
        let mut list = BTreeMap::new();
        for (tombstone, mode) in entries {
            note(&mut list, tombstone, mode);
        }
        Self { key, list }
    }

    /// Whether nothing was ever erased.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The entries, by hash.
    pub fn entries(&self) -> impl Iterator<Item = (Tombstone, Erasure)> {
        self.list.iter().map(|(hash, mode)| (*hash, *mode))
    }

    /// The hash of something, under this key.
    pub fn tombstone(&self, erased: Erased<'_>) -> Tombstone {
        let (kind, text): (u8, String) = match erased {
            Erased::Account(key) => (b'a', key.to_string()),
            Erased::Address(address) => (b'@', address.trim().to_lowercase()),
            Erased::Message(id) => (b'm', id.to_string()),
            Erased::Container(id) => (b'c', id.to_string()),
        };
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(&[kind]);
        hasher.update(text.as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// How something was erased; `None` if it was not.
    pub fn mode(&self, erased: Erased<'_>) -> Option<Erasure> {
        if self.list.is_empty() {
            return None;
        }
        self.list.get(&self.tombstone(erased)).copied()
    }

    /// How an account was erased. A mail account is its address, too.
    pub fn account(&self, key: &AccountKey) -> Option<Erasure> {
        let address = key.native().contains('@').then(|| self.mode(Erased::Address(key.native())));
        [self.mode(Erased::Account(key)), address.flatten()].into_iter().flatten().min()
    }

    /// Puts something on the list. Of two ways the one that takes more holds: what went once must not come back with
    /// an old export because somebody ordered less afterwards.
    pub fn add(&mut self, erased: Erased<'_>, mode: Erasure) -> Tombstone {
        let tombstone = self.tombstone(erased);
        note(&mut self.list, tombstone, mode);
        tombstone
    }

    /// Who stands in the place of an erased author whose messages stay.
    pub fn stand_in(&self, key: &AccountKey, mode: Erasure) -> Option<AccountKey> {
        let native = match mode {
            Erasure::Both => return None,
            Erasure::Person => "former-colleague".to_owned(),
            Erasure::Anonymise => format!("former-{}", self.pseudonym(key)),
        };
        AccountKey::new(format!("{}:{native}", key.source())).ok()
    }

    /// Eight letters that stand for an account and tell nothing of it.
    pub fn pseudonym(&self, key: &AccountKey) -> String {
        let hash = self.tombstone(Erased::Account(key));
        hash.iter().take(8).map(|byte| char::from(b'a' + byte % 26)).collect()
    }
}
