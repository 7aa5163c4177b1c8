//! The lexical side: two fields of every document in tantivy, scored by our own BM25 over its postings.
//!
//! Decision: documents that everyone may read and documents with named readers lie in two separate indexes
//! (*partitions*). A reader of whom nothing is known never touches the second one, so what it holds can
//! change neither order nor timing of their answers; for a reader with accounts, every statistic (document
//! count, document frequency, mean length) is counted over what they may read, at query time.
//! Decision: scoring is ours, because every match votes (not only a top k), because document frequency must
//! obey rights, and because k1 and b are fixed in tantivy's own.

mod best;
mod fields;
mod hits;
mod partition;
mod places;
mod score;
mod scratch;
mod statistics;
#[cfg(test)]
mod tests;
mod weighed;
mod writer;

pub use hits::{Hit, Hits};
pub use score::{QueryTerm, ScoreConfig};
pub use weighed::Weighed;
pub use writer::{LexicalWriter, WriterConfig};

use std::path::Path;

use tantivy::Index;
use tantivy::directory::MmapDirectory;

use model::AudienceId;
use partition::Partition;
use places::Places;
use statistics::Statistics;

use crate::{DocumentTable, Error, Row};

/// Both partitions, ready for questions.
#[derive(Debug)]
pub struct Lexical {
    public: Partition,
    restricted: Partition,
    places: Places,
    statistics: Statistics,
}

impl Lexical {
    /// Opens the index in `folder`, if it was built for this generation of the store; `None` if it was not
    /// (a crash came between the two, or it was never built), and then it has to be built again.
    pub fn open(folder: &Path, generation: u64, table: &DocumentTable) -> Result<Option<Self>, Error> {
        if built_for(folder) != Some(generation) {
            return Ok(None);
        }
        let mut places = Places::new(table);
        let is_public = |row: Row| table.audience[row.at()] == AudienceId::EVERYONE;
        // Whatever a partition holds: the public one answers with what is for everyone, and with nothing else.
        let public = Partition::open(&folder.join(fields::PUBLIC), table, &mut places, &is_public)?;
        places.end_public();
        let restricted =
            Partition::open(&folder.join(fields::RESTRICTED), table, &mut places, &|row| !is_public(row))?;
        let statistics = Statistics::new(table, &places);
        Ok(Some(Self { public, restricted, places, statistics }))
    }
}

/// For which generation of the store the index in `folder` was built; `None` if there is none, if its
/// partitions disagree, if it has other fields than this version writes, or if it is broken: then it has to be
/// built again. The one place that decides it, for readers and writers.
pub fn built_for(folder: &Path) -> Option<u64> {
    let (oldest, newest) = builds(folder)?;
    (oldest == newest).then_some(oldest)
}

/// The generations of the two partitions, the older one first: they differ if a crash came between their
/// commits. `None` as in [`built_for`].
pub fn builds(folder: &Path) -> Option<(u64, u64)> {
    let public = partition_built_for(&folder.join(fields::PUBLIC))?;
    let restricted = partition_built_for(&folder.join(fields::RESTRICTED))?;
    Some((public.min(restricted), public.max(restricted)))
}

fn partition_built_for(folder: &Path) -> Option<u64> {
    let index = Index::open(MmapDirectory::open(folder).ok()?).ok()?;
    let payload = index.load_metas().ok()?.payload?;
    (index.schema() == fields::Fields::new().schema).then_some(payload)?.parse().ok()
}
