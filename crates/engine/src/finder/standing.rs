//! What an index holds, as far as everyone may know.

use index::Snapshot;
use model::{AudienceId, Timestamp};

/// What an index holds, as far as everyone may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which build of the index it is.
    pub generation: u64,
    /// Conversations that everyone may read.
    pub conversations: usize,
    /// Documents that everyone may read.
    pub documents: usize,
    /// People with evidence that everyone may read.
    pub people: usize,
    /// Newest evidence that everyone may read.
    pub newest: Option<Timestamp>,
}

pub(super) fn standing(snapshot: &Snapshot) -> Standing {
    let table = &snapshot.table;
    let public = || table.all().filter(|row| table.audience[row.at()] == AudienceId::EVERYONE);
    let distinct = |column: &[u32]| {
        let mut numbers: Vec<u32> = public().map(|row| column[row.at()]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    };
    Standing {
        generation: snapshot.generation,
        conversations: distinct(&table.conversation),
        documents: public().count(),
        people: distinct(&table.person),
        newest: public().map(|row| table.last_at[row.at()]).last(),
    }
}
