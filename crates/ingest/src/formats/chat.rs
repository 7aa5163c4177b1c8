//! What the chat formats share: rooms that may be read, rights, names of reactions, what is told at the end.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, Reaction, Visibility,
};

use super::out::{Flow, Out, Tally};

/// No real message bears more kinds of reaction.
const MAX_REACTIONS: usize = 256;

/// What messages of a closed room are counted as when they are left out.
pub(super) fn left_out(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Direct => "direct message left out",
        ContainerKind::GroupDirect => "group direct message left out",
        _ => "private channel left out",
    }
}

/// The rooms of an export that have been met: each is handed out once, if it may be read.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    met: HashMap<ContainerId, Result<(), ContainerKind>>,
}

impl Rooms {
    /// Whether messages of the room may be read; if not, one is counted. `container` is asked once a room.
    pub(super) fn enter(
        &mut self,
        id: &ContainerId,
        container: impl FnOnce() -> Container,
        out: &mut Out<'_>,
    ) -> ControlFlow<(), bool> {
        if !self.met.contains_key(id) {
            let container = container();
            let admitted = !container.kind.is_closed() || out.admits(&container);
            self.met.insert(id.clone(), if admitted { Ok(()) } else { Err(container.kind) });
            if admitted {
                out.container(container)?;
            }
        }
        match self.met.get(id) {
            Some(Err(kind)) => {
                out.refuse(left_out(*kind), 1);
                ControlFlow::Continue(false)
            }
            _ => ControlFlow::Continue(true),
        }
    }
}

/// The members may read it; nobody, if none are known.
pub(super) fn members(accounts: impl IntoIterator<Item = AccountKey>) -> Visibility {
    let accounts: BTreeSet<AccountKey> = accounts.into_iter().collect();
    if accounts.is_empty() { Visibility::Nobody } else { Visibility::Members(accounts) }
}

/// An account of which no more than a name is known.
pub(super) fn named(key: AccountKey, name: Option<&str>) -> Account {
    Account {
        key,
        name: name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        verified_emails: Vec::new(),
        bot: false,
        directory: DirectoryEntry::default(),
    }
}

/// A mail address as it is kept, if it is one.
pub(super) fn email(text: Option<&str>) -> Vec<String> {
    let address = text.map(|text| text.trim().to_lowercase());
    address.filter(|text| text.contains('@') && !text.contains(char::is_whitespace)).into_iter().collect()
}

/// Each of these once, in the order of their first mention.
pub(super) fn once(keys: impl IntoIterator<Item = AccountKey>) -> Vec<AccountKey> {
    let mut seen = HashSet::new();
    keys.into_iter().filter(|key| seen.insert(key.clone())).collect()
}

/// A short stand-in for a text that is only compared: what is remembered of ten million messages must fit in
/// memory.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(b"\n");
    }
    u64::from_be_bytes(hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default())
}

/// Counts one person's reaction. Skin tones and colons are no part of the name.
pub(super) fn react(reactions: &mut Vec<Reaction>, name: &str, by: Option<AccountKey>) {
    let plain = name.trim().trim_matches(':');
    let plain = plain.split_once("::").map_or(plain, |(plain, _)| plain);
    let toneless: String = plain.chars().filter(|c| !matches!(c, '\u{1f3fb}'..='\u{1f3ff}')).collect();
    let known = reactions.iter().position(|known| known.name == toneless);
    if toneless.is_empty() || known.is_none() && reactions.len() >= MAX_REACTIONS {
        return;
    }
    let at = known.unwrap_or_else(|| {
        reactions.push(Reaction { name: toneless, count: 0, by: Vec::new() });
        reactions.len() - 1
    });
    if let Some(reaction) = reactions.get_mut(at) {
        reaction.count = reaction.count.saturating_add(1);
        reaction.by.extend(by);
    }
}

/// What is told about an export as a whole at its end.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Kinds of message that nobody wrote down here.
    pub(super) unknown: Tally,
    /// Records that are no messages, of kinds that nobody wrote down here.
    pub(super) passed_over: Tally,
    /// Replies that the export says there are.
    pub(super) expected: u64,
    /// Those of them that it holds.
    pub(super) found: u64,
}

impl Notes {
    /// Says it, as warnings.
    pub(super) fn report(&self, out: &mut Out<'_>) {
        if let Some(list) = self.unknown.list() {
            out.warn(format!("unknown kinds of message, taken as written by their user: {list}"));
        }
        if let Some(list) = self.passed_over.list() {
            out.warn(format!("records of unknown kinds, left out: {list}"));
        }
        if self.found < self.expected {
            let (expected, found) = (self.expected, self.found);
            out.warn(format!(
                "expected {expected} replies, found {found}: the export is not whole, or its time span cuts \
                 conversations"
            ));
        }
    }
}

/// Counts the replies below each message, to hold them against how many the export says there are.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// Expected and found, by a hash of the message they are below.
    below: BTreeMap<u64, (u32, u32)>,
}

impl Replies {
    /// The export says that there are so many below a message; said twice, the last one counts.
    pub(super) fn expect(&mut self, root: &str, count: u64) {
        self.below.entry(hash(&[root])).or_default().0 = u32::try_from(count).unwrap_or(u32::MAX);
    }

    /// There is one below a message.
    pub(super) fn found(&mut self, root: &str) {
        let found = &mut self.below.entry(hash(&[root])).or_default().1;
        *found = found.saturating_add(1);
    }

    /// Tells how it comes out. More than were expected is no fault: the count was taken earlier.
    pub(super) fn settle(&mut self, notes: &mut Notes) {
        for (expected, found) in std::mem::take(&mut self.below).into_values() {
            notes.expected += u64::from(expected);
            notes.found += u64::from(found.min(expected));
        }
    }
}

/// Skips something that says nothing.
pub(super) fn skipped(reason: &'static str, out: &mut Out<'_>) -> Flow {
    out.skip(reason);
    Flow::Continue(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_add_up_whatever_their_skin() {
        let mut reactions = Vec::new();
        for name in [":+1:", "+1::skin-tone-2", "👍🏽", "👍", "::", " "] {
            react(&mut reactions, name, None);
        }
        let counted: Vec<_> = reactions.iter().map(|r| (r.name.as_str(), r.count)).collect();
        assert_eq!(counted, [("+1", 2), ("👍", 2)]);
    }

    #[test]
    fn an_address_is_kept_in_small_letters() {
        assert_eq!(email(Some(" Ann@Example.COM ")), ["ann@example.com"]);
        assert!(email(Some("not one")).is_empty() && email(None).is_empty());
    }
}
