//! Traces of the server: begun before the first log line, told to their end when it stops.

use std::time::Duration;

use server::Traces;

use crate::arguments::{Arguments, Command};
use crate::settings::Settings;

/// Longest time for what still waits when the process ends.
const LONGEST: Duration = Duration::from_secs(3);

/// Starts traces, where a server is started and its options turn them on.
///
/// # Errors
/// A file of certificates that does not read.
pub(crate) fn start(arguments: &Arguments, settings: Option<&Settings>) -> anyhow::Result<Option<Traces>> {
    let config = settings.and_then(|settings| settings.traces.as_ref());
    let wanted = config.filter(|_| matches!(arguments.command, Command::Serve(_)));
    Ok(wanted.map(Traces::start).transpose()?)
}

/// Tells what still waits.
pub(crate) fn stop(traces: Option<Traces>) {
    if let Some(traces) = traces {
        traces.stop(LONGEST);
    }
}
