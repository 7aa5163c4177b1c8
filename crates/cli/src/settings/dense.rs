//! The options under `dense`, and the cluster that they lead to.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use index::dense::qdrant::{Cluster, ClusterConfig, WordsConfig};
use serde::{Deserialize, Serialize};

use super::file::within;
use crate::secret;

/// The table `[dense]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dense {
    approximate_from: u64,
    url: String,
    api_key_file: PathBuf,
    upload: bool,
    words: bool,
    shards: u32,
    replicas: u32,
    timeout_ms: u64,
}

impl Dense {
    /// Refuses what cannot work.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        within("dense.shards", f64::from(self.shards), 1.0, 10_000.0)?;
        within("dense.replicas", f64::from(self.replicas), 1.0, 100.0)?;
        within("dense.timeout_ms", self.timeout_ms as f64, 1.0, 60_000.0)
    }

    /// From so many vectors on that everyone may read, not all are looked at; 0: never.
    pub(super) const fn approximate_from(&self) -> u64 {
        self.approximate_from
    }

    /// The cluster, if there is one; nothing is sent yet.
    ///
    /// # Errors
    /// An address that is none, a key that others can read.
    pub(super) fn cluster(&self, words: WordsConfig) -> anyhow::Result<Option<Arc<Cluster>>> {
        if self.url.is_empty() {
            return Ok(None);
        }
        let api_key = if self.api_key_file.as_os_str().is_empty() {
            None
        } else {
            Some(secret::read(&self.api_key_file).context("dense.api_key_file")?)
        };
        let config = ClusterConfig {
            url: self.url.clone(),
            api_key,
            uploads: self.upload,
            words: self.words.then_some(words),
            shards: self.shards,
            replicas: self.replicas,
            timeout: Duration::from_millis(self.timeout_ms),
        };
        Ok(Some(Arc::new(Cluster::new(config).context("dense.url")?)))
    }
}
