//! `whoknows ingest` and `whoknows plan`.

use std::path::PathBuf;

use clap::Args;
use model::{SourceName, Timestamp, Visibility};

use super::DataDir;

#[derive(Debug, Args)]
pub(crate) struct Ingest {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(flatten)]
    pub(crate) exports: Exports,
    /// Who may read what a source states no rights for: SOURCE=everyone or SOURCE=nobody. Remembered.
    #[arg(long, value_name = "SOURCE=WHO", value_parser = opening)]
    pub(crate) visibility: Vec<(SourceName, Visibility)>,
    /// The exports hold all of their containers: delete what is stored of these and not in them any more.
    #[arg(long, conflicts_with = "since")]
    pub(crate) complete: bool,
    /// Tell what would be added, changed, deleted and left out, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(flatten)]
    pub(crate) exports: Exports,
    /// Print the plan as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is read.
#[derive(Debug, Args)]
pub(crate) struct Exports {
    /// Exports: folders, zip archives or files; the format is told by the content.
    #[arg(required = true, value_name = "EXPORT")]
    pub(crate) paths: Vec<PathBuf>,
    /// What may be read at all, in place of the policy that held until now. An ingest remembers it.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Read only what was written or edited since then (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Timestamp>,
}

fn opening(text: &str) -> Result<(SourceName, Visibility), String> {
    let (source, who) = text.split_once('=').ok_or("expected SOURCE=everyone or SOURCE=nobody")?;
    let source = SourceName::new(source).map_err(|error| error.to_string())?;
    match who {
        "everyone" => Ok((source, Visibility::Everyone)),
        "nobody" => Ok((source, Visibility::Nobody)),
        _ => Err(format!("{who:?} is neither everyone nor nobody")),
    }
}
