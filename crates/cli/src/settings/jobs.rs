//! What a server may be ordered to do, as the options file says it.

use std::path::PathBuf;

use engine::jobs::JobLimits;
use serde::{Deserialize, Serialize};

use super::file::given;

/// The table `[jobs]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Jobs {
    exports: PathBuf,
    backups: PathBuf,
}

impl Jobs {
    /// What it becomes; an empty path is none.
    pub(crate) fn limits(&self) -> JobLimits {
        JobLimits { exports: given(&self.exports), backups: given(&self.backups) }
    }
}
