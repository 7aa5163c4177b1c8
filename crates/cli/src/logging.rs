//! Log lines: to stderr, never with anybody's words in them.

use tracing_subscriber::EnvFilter;

use crate::arguments::{Arguments, Command, LogFormat};
use crate::environment;

/// Starts logging: warnings for commands that end, more for the server; `WHOKNOWS_LOG` goes before both.
pub(crate) fn start(arguments: &Arguments) {
    // tantivy tells of every commit and merge at "info"; that is for those who ask for it.
    let usual = match arguments.command {
        Command::Serve(_) => "info,tantivy=warn",
        _ => "warn",
    };
    let wanted = environment::read(environment::LOG).unwrap_or_else(|| usual.to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new(usual));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = match arguments.log_format {
        LogFormat::Text => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
