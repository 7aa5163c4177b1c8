//! What can go wrong while a sample is written.

use std::path::PathBuf;

/// Why a sample could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The plan asks for fewer people than the teams need, or for more than there are names.
    #[error("a sample organisation has {least} to {most} people, not {asked}")]
    People {
        /// What the plan asked for.
        asked: usize,
        /// The smallest organisation.
        least: usize,
        /// The largest organisation.
        most: usize,
    },
    /// The plan asks for no time at all, or for longer than the company exists.
    #[error("a sample covers 1 to {most} months, not {asked}")]
    Months {
        /// What the plan asked for.
        asked: u32,
        /// The longest span.
        most: u32,
    },
    /// The last day of the plan lies too early or too late for a mail or a ticket to be dated.
    #[error("the last day of a sample must lie between 2005 and 2200, not at {0}")]
    End(model::Timestamp),
    /// A line of the built-in notation says nothing that the reader knows: a mistake in this crate.
    #[error("{file}, line {line}: {problem}")]
    Notation {
        /// The built-in file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The folder already holds something that a sample would be mixed with.
    #[error("{0} is there already; a sample is written into an empty place")]
    Occupied(PathBuf),
    /// The disk refused; the message of the system names the path.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A record could not be put into words of JSON.
    #[error("a record could not be written as JSON")]
    Json(#[from] serde_json::Error),
}
