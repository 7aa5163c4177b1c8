//! The flags of `whoknows explain`.

use clap::Args;
use model::{AccountKey, Timestamp};

use super::{DataDir, View};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// The question.
    #[arg(value_name = "QUESTION")]
    pub(crate) question: String,
    /// How many people to explain, 1 to 20.
    #[arg(short = 'k', long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) limit: u8,
    /// Why this person, or why not: an account of theirs, or their id.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) person: Option<String>,
    /// What would be answered without this evidence: its id, as it is printed.
    #[arg(long, value_name = "EVIDENCE")]
    pub(crate) without: Option<String>,
    /// Leave out everything said in that evidence's conversation, by whomever.
    #[arg(long, requires = "without")]
    pub(crate) whole_conversation: bool,
    /// Pieces of evidence to print for each person and feature, 0 to 10.
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) evidence: u8,
    /// The channel, list or project it is asked in.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// Ask as the person who owns this account: with their rights, and without naming them (unless `--person` asks
    /// for them).
    #[arg(long = "as", value_name = "ACCOUNT")]
    pub(crate) asker: Option<AccountKey>,
    /// Answer as of this time (RFC 3339) instead of now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Which question the ranking answers.
    #[arg(long, value_enum, default_value_t = View::Helps)]
    pub(crate) view: View,
    /// Print everything as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
