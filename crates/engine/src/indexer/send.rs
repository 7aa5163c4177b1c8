//! Vectors into a cluster, where there is one: after every change, and once more when it was down.

use index::dense::qdrant;
use index::{Error as IndexError, Store};

use super::{Indexer, Progress, Stage};
use crate::doctor::seal;
use crate::{DataFolder, Error, IndexerConfig};

impl IndexerConfig {
    /// Whether there is a cluster that this process writes to and that is not being left alone.
    fn can_send(&self) -> bool {
        self.cluster.as_ref().is_some_and(|cluster| cluster.uploads() && !cluster.is_down())
    }
}

impl Indexer {
    /// Sends the cluster what it lacks; gives how many documents are left. A cluster that does not answer is no
    /// error: what it missed is noted, and answers say that they lack it.
    pub(crate) fn send(&self, progress: &mut dyn FnMut(Progress)) -> Result<u64, Error> {
        let Some(cluster) = self.config.cluster.as_ref().filter(|cluster| cluster.uploads()) else {
            return Ok(0);
        };
        let told = &mut |done, total| progress(Progress { stage: Stage::Send, done, total: Some(total) });
        match qdrant::send(&self.store, cluster, told) {
            Ok(_) => Ok(0),
            Err(error @ (IndexError::Cluster(_) | IndexError::ClusterDown | IndexError::NoCollection)) => {
                let unsent = match self.store.sending()? {
                    Some(_) => self.store.unsent_count()?,
                    None => self.store.document_counts()?.0,
                };
                tracing::warn!(%error, unsent, "the vector cluster could not be brought up to date");
                Ok(unsent)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a cluster that this process writes to still lacks something, or holds what was erased.
    pub(crate) fn lacks_cluster(&self) -> Result<bool, Error> {
        let writes = self.config.cluster.as_ref().is_some_and(|cluster| cluster.uploads());
        Ok(writes && qdrant::is_wanting(&self.store)?)
    }

    /// Sends a cluster that is back what it missed; gives whether it lacked something and now has all. Costs a look at the store where nothing is missing, and
    /// nothing while the cluster is being left alone.
    ///
    /// # Errors
    /// What the store says; a cluster that still does not answer is none.
    pub fn send_missed(&self) -> Result<bool, Error> {
        if !self.config.can_send() || !qdrant::is_wanting(&self.store)? {
            return Ok(false);
        }
        self.send(&mut |_| {})?;
        Ok(!qdrant::is_wanting(&self.store)?)
    }
}

/// [`Indexer::send_missed`] for a process that does not write otherwise; does nothing while another one writes to
/// the data directory: that one sends, too.
///
/// # Errors
/// As there.
pub fn send_missed(folder: &DataFolder, config: &IndexerConfig) -> Result<bool, Error> {
    if !config.can_send() || !qdrant::is_wanting(&Store::open_read_only(&folder.store())?)? {
        return Ok(false);
    }
    let indexer = match Indexer::without_encoder(folder.clone(), config.clone()) {
        Err(Error::Index(IndexError::Locked(_))) => return Ok(false),
        opened => opened?,
    };
    let sent = indexer.send_missed()?;
    seal::put_on(folder, &indexer.place)?;
    Ok(sent)
}
