//! `whoknows keys`: arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::{AccountKey, SourceName};
use server::keys::Scope;

#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// The data directory.
    #[arg(long, value_name = "DIR", default_value = ".whoknows", global = true)]
    pub(crate) data_dir: PathBuf,
    #[command(subcommand)]
    pub(crate) action: KeysAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysAction {
    /// Make a key and print it, once; only its hash is kept.
    Create(Create),
    /// Print all keys: whose, what for, until when. Nothing printed opens anything.
    List {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Take a key back, at once and for good.
    Revoke {
        /// The key's id.
        id: String,
    },
    /// Give a key a new secret and print it, once.
    Rotate {
        /// The key's id.
        id: String,
        /// How many hours the old secret is still taken.
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=8_760))]
        grace: u32,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    pub(crate) whose: Whose,
    /// What it may do: search, people, me, ingest, metrics, audit, admin.
    #[arg(long, value_name = "SCOPE", value_delimiter = ',', default_value = "search,people")]
    pub(crate) scopes: Vec<Scope>,
    /// Sources for whose accounts a bot may speak (header `x-on-behalf-of`).
    #[arg(long, value_name = "SOURCE", value_delimiter = ',')]
    pub(crate) speaks_for: Vec<SourceName>,
    /// Days until it ends.
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub(crate) days: u32,
}

/// Whose key it is.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Whose {
    /// For a person, by one of their accounts: `mail:ana@firm.example`. Reads what they may read.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) person: Option<AccountKey>,
    /// For a program. Reads what everyone may read.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// For a chat bot. Reads what everyone may read, or speaks for somebody (`--speaks-for`).
    #[arg(long, value_name = "NAME")]
    pub(crate) bot: Option<String>,
}
