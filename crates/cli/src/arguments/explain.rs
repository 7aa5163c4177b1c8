//! The flags of `whoknows explain`.

use clap::Args;

use super::{Asking, DataDir};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(flatten)]
    pub(crate) asking: Asking,
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
    /// Print everything as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
