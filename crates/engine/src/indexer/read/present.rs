//! Which messages an export holds, to tell which it does not hold any more.

use std::collections::{BTreeMap, HashSet};

use index::Store;
use model::{ContainerId, Message, MessageId};

use crate::Error;

/// Ids of an export's messages, by container: eight bytes each. Two ids with one hash cost a deletion that is
/// not made, never one too many.
#[derive(Debug, Default)]
pub(crate) struct Present(BTreeMap<ContainerId, HashSet<u64>>);

/// The first eight bytes of an id's hash: what sets of ids hold.
pub(crate) fn short_hash(id: &MessageId) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&blake3::hash(id.as_str().as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

impl Present {
    pub(crate) fn note(&mut self, message: &Message) {
        if let Some(ids) = self.0.get_mut(&message.container) {
            ids.insert(short_hash(&message.id));
            return;
        }
        self.0.insert(message.container.clone(), HashSet::from([short_hash(&message.id)]));
    }

    /// Stored messages of the export's containers that are not in it, ascending by container and id.
    pub(crate) fn absent(&self, store: &Store) -> Result<Vec<MessageId>, Error> {
        let mut absent = Vec::new();
        for (container, present) in &self.0 {
            let stored = store.message_ids_in(container)?;
            absent.extend(stored.into_iter().filter(|id| !present.contains(&short_hash(id))));
        }
        Ok(absent)
    }
}
