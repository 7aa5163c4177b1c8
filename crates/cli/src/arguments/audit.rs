//! `whoknows audit`: arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The data directory.
    #[arg(long, value_name = "DIR", default_value = ".whoknows", global = true)]
    pub(crate) data_dir: PathBuf,
    #[command(subcommand)]
    pub(crate) action: AuditAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditAction {
    /// Check that nothing was changed, removed or moved.
    Verify,
    /// Print entries, the newest first.
    List {
        /// Only what this person did, or was done about them: a person id, or an account.
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// Only what this word says, such as `search`.
        #[arg(long, value_name = "WORD")]
        did: Option<String>,
        /// How many at most.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        /// For programs: one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}
