//! `whoknows rollback`, `backup`, `restore` and `healthy`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct Rollback {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Which kept generation, by its number (0: the first one); without it the newest before the one that answers.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) to: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// The folder to write; it must not be there.
    #[arg(value_name = "FOLDER")]
    pub(crate) to: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// The folder that `whoknows backup` wrote.
    #[arg(value_name = "FOLDER")]
    pub(crate) from: PathBuf,
    /// A folder with the list of what was erased since (suppression.key, suppression.list): the data directory that
    /// this one replaces, or a copy of the two. A list that lies in the new data directory already counts, too.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) erased: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Healthy {
    /// Where the server listens, instead of what the options say.
    #[arg(value_name = "ADDRESS")]
    pub(crate) address: Option<SocketAddr>,
}
