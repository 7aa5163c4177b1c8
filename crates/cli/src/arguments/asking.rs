//! The flags of every command that asks one question.

use clap::Args;
use model::{AccountKey, Timestamp};

use super::View;

/// One question: who asks it, where, and as of when.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// The question.
    #[arg(value_name = "QUESTION")]
    pub(crate) question: String,
    /// How many people, 1 to 20.
    #[arg(short = 'k', long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) limit: u8,
    /// The channel, list or project it is asked in.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// Ask as the person who owns this account: with their rights, and without naming them (unless somebody asks
    /// to have just them explained).
    #[arg(long = "as", value_name = "ACCOUNT")]
    pub(crate) asker: Option<AccountKey>,
    /// Answer as of this time (RFC 3339) instead of now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Which question the ranking answers.
    #[arg(long, value_enum, default_value_t = View::Helps)]
    pub(crate) view: View,
}
