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
    // A log that cannot be written (its disk is full) must not end what works; saying so on stderr would.
    let builder = builder.log_internal_errors(false);
    // A second start in one process (tests) keeps the first.
    let _ = match arguments.log_format {
        LogFormat::Text => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

/// Prints no panic that becomes an error anyway: of whatever reads a damaged index.
pub(crate) fn hush_what_becomes_an_error() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if index::lexical::is_guarded() {
            tracing::debug!(%panic, "reading the lexical index broke off");
        } else {
            usual(panic);
        }
    }));
}
