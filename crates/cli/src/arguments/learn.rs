//! Arguments of `whoknows learn`.

use clap::Args;

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct Learn {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Print the report and leave everything as it is.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Take away what was learned earlier: the shipped weights rank again, and the options say when to name nobody.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) forget: bool,
    /// The lowest grade that counts as relevant when a model is judged: 2 a substantive answer, 3 thanked for,
    /// accepted, or closed as done.
    #[arg(long, value_name = "GRADE", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) rel: u8,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
