//! Arguments of `whoknows people`.

use clap::{Args, Subcommand};
use model::AccountKey;

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct People {
    #[command(subcommand)]
    pub(crate) action: PeopleAction,
}

/// What every action takes.
#[derive(Debug, Args)]
pub(crate) struct PeopleOptions {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleAction {
    /// Everybody with their accounts, and why these are theirs.
    List {
        #[command(flatten)]
        options: PeopleOptions,
        /// Only people with a name, address or account that holds this text.
        #[arg(value_name = "TEXT")]
        text: Option<String>,
        /// What was decided by hand instead.
        #[arg(long, conflicts_with = "text")]
        decisions: bool,
    },
    /// Who may be one person: merge them, or split the one from the other so that it is not asked again.
    Review {
        #[command(flatten)]
        options: PeopleOptions,
    },
    /// Make one person of the owners of two accounts.
    Merge {
        #[command(flatten)]
        options: PeopleOptions,
        /// An account, as `list` shows it: `slack:U02A`.
        a: AccountKey,
        /// The other.
        b: AccountKey,
    },
    /// Part an account from the other accounts of its person, or from somebody else for good.
    Split {
        #[command(flatten)]
        options: PeopleOptions,
        /// The account.
        account: AccountKey,
        /// An account of whom it is to be apart from; left out, all others of its person.
        from: Option<AccountKey>,
    },
    /// Take a decision back.
    Undo {
        #[command(flatten)]
        options: PeopleOptions,
        /// Its number, as `list --decisions` shows it.
        number: i64,
    },
}

impl PeopleAction {
    pub(crate) const fn options(&self) -> &PeopleOptions {
        match self {
            Self::List { options, .. }
            | Self::Review { options }
            | Self::Merge { options, .. }
            | Self::Split { options, .. }
            | Self::Undo { options, .. } => options,
        }
    }
}
