//! Live ingestion, as the options file says it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use serde::{Deserialize, Serialize};

/// The table `[live]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Live {
    pub(crate) enabled: bool,
    pub(crate) token_file: PathBuf,
    pub(crate) max_body_bytes: usize,
    watch_ms: u64,
}

impl Live {
    /// Refuses what cannot work.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            (1..=1 << 30).contains(&self.max_body_bytes),
            "live.max_body_bytes is {}, allowed are 1 to {}",
            self.max_body_bytes,
            1 << 30
        );
        ensure!(
            (50..=3_600_000).contains(&self.watch_ms),
            "live.watch_ms is {}, allowed are 50 to 3600000",
            self.watch_ms
        );
        ensure!(
            !self.enabled || !self.token_file.as_os_str().is_empty(),
            "live.enabled needs live.token_file: a file that holds a secret of 32 characters or more"
        );
        Ok(())
    }

    /// How often the server looks for a newer index.
    pub(crate) const fn watch(&self) -> Duration {
        Duration::from_millis(self.watch_ms)
    }
}
