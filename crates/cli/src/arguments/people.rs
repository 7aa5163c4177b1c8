//! Arguments of `whoknows people`.

use clap::{Args, Subcommand};
use engine::Wanted;
use model::{AccountKey, Timestamp};

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
    /// Take evidence of somebody out of every answer, from the next one on, as they wish; it stays in the store.
    Hide {
        #[command(flatten)]
        options: PeopleOptions,
        /// Whose: an account, a mail address, or a person id.
        person: String,
        #[command(flatten)]
        what: HideWhat,
    },
    /// What people hide.
    Hidden {
        #[command(flatten)]
        options: PeopleOptions,
        /// Only what this person hides: an account, a mail address, or a person id.
        person: Option<String>,
    },
    /// Show again what somebody hides.
    Show {
        #[command(flatten)]
        options: PeopleOptions,
        /// Whose: an account, a mail address, or a person id.
        person: String,
        /// Which, as `hidden` shows it.
        id: String,
    },
    /// Take a decision back.
    Undo {
        #[command(flatten)]
        options: PeopleOptions,
        /// Its number, as `list --decisions` shows it.
        number: i64,
    },
}

/// What is to be hidden: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct HideWhat {
    /// All of it: they are named nowhere.
    #[arg(long, conflicts_with_all = ["source", "channel", "topic", "evidence", "from"])]
    pub(crate) everything: bool,
    /// What is from one source, such as `slack`.
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["channel", "topic", "evidence", "from"])]
    pub(crate) source: Option<String>,
    /// What is from one channel, list or project, by name or id.
    #[arg(long, value_name = "CHANNEL", conflicts_with_all = ["topic", "evidence", "from"])]
    pub(crate) channel: Option<String>,
    /// What holds every word of this, and them in answer to questions that do.
    #[arg(long, value_name = "WORDS", conflicts_with_all = ["evidence", "from"])]
    pub(crate) topic: Option<String>,
    /// One piece of evidence, by its id in `explain` and `ask --json`.
    #[arg(long, value_name = "ID", conflicts_with = "from")]
    pub(crate) evidence: Option<String>,
    /// What was written from this time …
    #[arg(long, value_name = "TIME", requires = "until")]
    pub(crate) from: Option<Timestamp>,
    /// … to this one.
    #[arg(long, value_name = "TIME", requires = "from")]
    pub(crate) until: Option<Timestamp>,
}

impl HideWhat {
    /// As the engine takes it; `None` cannot come from the command line.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        let span = || Some(Wanted::Span(self.from?, self.until?));
        let everything = self.everything.then_some(Wanted::Everything);
        everything
            .or_else(|| self.source.clone().map(Wanted::Source))
            .or_else(|| self.channel.clone().map(Wanted::Channel))
            .or_else(|| self.topic.clone().map(Wanted::Topic))
            .or_else(|| self.evidence.clone().map(Wanted::Evidence))
            .or_else(span)
    }
}

impl PeopleAction {
    pub(crate) const fn options(&self) -> &PeopleOptions {
        match self {
            Self::List { options, .. }
            | Self::Review { options }
            | Self::Merge { options, .. }
            | Self::Split { options, .. }
            | Self::Hide { options, .. }
            | Self::Hidden { options, .. }
            | Self::Show { options, .. }
            | Self::Undo { options, .. } => options,
        }
    }
}
