//! Exit codes.

use std::process::ExitCode;

use engine::ErrorKind;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Ok,
    /// Anything that is none of the others.
    Failed,
    /// Done, but some records are in quarantine.
    Partial,
    /// A policy forbids it.
    Refused,
    /// An export could not be read at all.
    BrokenInput,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Partial => 2,
            Exit::Refused => 3,
            Exit::BrokenInput => 4,
        })
    }
}

/// The code for an error that ended a command.
pub(crate) fn of(error: &anyhow::Error) -> Exit {
    match error.downcast_ref::<engine::Error>().map(engine::Error::kind) {
        Some(ErrorKind::BrokenInput) => Exit::BrokenInput,
        Some(ErrorKind::Refused) => Exit::Refused,
        _ if error.is::<eval::Error>() => Exit::BrokenInput,
        _ => Exit::Failed,
    }
}
