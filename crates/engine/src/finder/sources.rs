//! What each source brought, and which builds there are: for operators, whoever may read it.

use std::collections::{BTreeMap, BTreeSet};

use model::{AudienceId, Timestamp};

use super::Finder;
use crate::Error;

/// What an index holds of one source, whoever may read it: for operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStanding {
    /// Its name.
    pub source: String,
    /// Channels, lists or projects with evidence.
    pub channels: usize,
    /// Conversations with evidence.
    pub conversations: usize,
    /// Those of them that everyone may read.
    pub open: usize,
    /// Time of the newest evidence.
    pub newest: Option<Timestamp>,
}

/// What is counted of a source.
#[derive(Default)]
struct Tally {
    channels: BTreeSet<u32>,
    conversations: BTreeSet<u32>,
    open: BTreeSet<u32>,
    newest: Option<Timestamp>,
}

impl Finder {
    /// The sources, by name. Costs a pass over the documents.
    pub fn sources(&self) -> Vec<SourceStanding> {
        let table = &self.snapshot.table;
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for row in table.all() {
            let container = table.container[row.at()];
            let id = table.containers.get(container as usize).map_or("", String::as_str);
            let tally = tallies.entry(id.split_once(':').map_or("", |(source, _)| source)).or_default();
            tally.channels.insert(container);
            tally.conversations.insert(table.conversation[row.at()]);
            if table.audience[row.at()] == AudienceId::EVERYONE {
                tally.open.insert(table.conversation[row.at()]);
            }
            tally.newest = tally.newest.max(Some(table.last_at[row.at()]));
        }
        let standing = |(source, tally): (&str, Tally)| SourceStanding {
            source: source.to_owned(),
            channels: tally.channels.len(),
            conversations: tally.conversations.len(),
            open: tally.open.len(),
            newest: tally.newest,
        };
        tallies.into_iter().map(standing).collect()
    }

    /// The numbers of the kept builds, ascending, and whether each is the one that answers.
    ///
    /// # Errors
    /// What the file system says.
    pub fn generations(&self) -> Result<Vec<(u64, bool)>, Error> {
        let current = self.folder().current()?.number();
        let kept = self.folder().kept()?;
        Ok(kept.into_iter().map(|one| (one.number(), one.number() == current)).collect())
    }
}
