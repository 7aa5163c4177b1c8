//! Log lines: to stderr, never with anybody's words in them. Spans are for traces, and in no line.

use server::Traces;
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt, registry};

use crate::arguments::{Arguments, Command, LogFormat};
use crate::environment;

/// Starts logging: warnings for commands that end, more for the server; `WHOKNOWS_LOG` goes before both. Spans go to
/// `traces`, if there are any; without them a span costs a look at a number.
pub(crate) fn start(arguments: &Arguments, traces: Option<&Traces>) {
    // tantivy tells of every commit and merge at "info"; that is for those who ask for it.
    let usual = match arguments.command {
        Command::Serve(_) => "info,tantivy=warn",
        _ => "warn",
    };
    let wanted = environment::read(environment::LOG).unwrap_or_else(|| usual.to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|_| EnvFilter::new(usual));
    let lines = fmt::layer().with_writer(std::io::stderr);
    // A log that cannot be written (its disk is full) must not end what works; saying so on stderr would.
    let lines = lines.log_internal_errors(false);
    let lines = match arguments.log_format {
        LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let lines = lines.with_filter(filter.and(filter_fn(|about| !about.is_span())));
    // A second start in one process (tests) keeps the first.
    let _ = registry().with(lines).with(traces.map(Traces::layer)).try_init();
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
