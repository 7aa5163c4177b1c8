//! `whoknows forget`, `whoknows export-subject` and `whoknows doctor`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::{ContainerId, MessageId};

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct Forget {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(subcommand)]
    pub(crate) target: Target,
}

/// What goes.
#[derive(Debug, Subcommand)]
pub(crate) enum Target {
    /// A person: all accounts, all addresses.
    Person {
        /// An account such as slack:U017, a mail address, or a person id.
        #[arg(value_name = "PERSON")]
        person: String,
        /// What becomes of their messages.
        #[arg(long, value_enum, default_value_t = Mode::Both)]
        mode: Mode,
    },
    /// A message.
    Message {
        /// Its id, such as slack:C017/1772438460.000100.
        #[arg(value_name = "ID")]
        id: MessageId,
    },
    /// A channel, mailbox or project.
    Channel {
        /// Its id, such as slack:C017.
        #[arg(value_name = "ID")]
        id: ContainerId,
    },
}

/// What becomes of somebody's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// They go, too.
    Both,
    /// They stay as those of "a former colleague", whoever that was.
    Person,
    /// They stay, each account's under a name of its own that means nothing.
    Anonymise,
}

#[derive(Debug, Args)]
pub(crate) struct ExportSubject {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// An account such as slack:U017, a mail address, or a person id.
    #[arg(value_name = "PERSON")]
    pub(crate) person: String,
    /// Write it here, for the owner only, instead of printing it.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
