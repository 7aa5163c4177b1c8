//! Log lines: to stderr, never with anybody's words in them. Spans are for traces, and in no line.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::panic::Location;

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

/// Tells of a panic where it was, and what was to be said of it if that was written beforehand: what is put together when
/// it happens may quote somebody's words (a text cut amid a letter quotes the text). Prints nothing of a panic that
/// becomes an error anyway: of whatever reads a damaged index.
pub(crate) fn tell_panics_without_words() {
    std::panic::set_hook(Box::new(|panic| {
        let (place, said) = (place(panic.location()), panic.payload().downcast_ref::<&'static str>());
        if index::lexical::is_guarded() {
            tracing::debug!(place, "reading the lexical index broke off");
            return;
        }
        let said = said.copied().unwrap_or("what it says may quote a text and is left out");
        // Nothing is left to do if even this cannot be printed.
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "whoknows: panicked at {place}: {said}");
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            let _ = writeln!(stderr, "{trace}");
        }
    }));
}

fn place(location: Option<&Location<'_>>) -> String {
    location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Words that no log, no core and no panic may tell.
    const CANARY: &str = "zerbinetta señor";

    /// Breaks as real code does: by a text that is cut amid a letter, by a value that is not there, by words.
    fn breaks() -> Vec<Box<dyn FnOnce() + Send + std::panic::UnwindSafe>> {
        let amid = CANARY.find('ñ').unwrap_or_default() + 1;
        vec![
            Box::new(move || drop(CANARY.to_owned().split_off(amid))),
            Box::new(move || assert_eq!(CANARY.get(..amid), Some(CANARY))),
            Box::new(|| assert_eq!(CANARY.parse::<u32>().map_err(|_| CANARY.to_owned()).unwrap(), 1)),
            Box::new(|| panic!("{CANARY}: {}", CANARY.len())),
            Box::new(|| std::panic::panic_any(CANARY.to_owned())),
            Box::new(|| panic!("written beforehand")),
        ]
    }

    /// Run by the test below in a process of its own, for a hook is the whole process's.
    #[test]
    fn broken() {
        if std::env::var_os("WHOKNOWS_BREAK").is_none() {
            return;
        }
        tell_panics_without_words();
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
        subscriber.with_writer(std::io::stderr).init();
        for broken in breaks() {
            assert!(std::panic::catch_unwind(broken).is_err());
        }
    }

    #[test]
    fn a_panic_tells_where_and_nothing_of_anybodys_words() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "logging::tests::broken", "--nocapture", "--test-threads=1"]);
        let ran = command.env("WHOKNOWS_BREAK", "1").output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr) + String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}");
        assert_eq!(said.matches("whoknows: panicked at ").count(), breaks().len(), "{said}");
        assert!(said.contains("logging.rs:") && said.contains(": written beforehand"), "{said}");
        for word in CANARY.split(' ') {
            assert!(!said.contains(word), "{said}");
        }
    }
}
