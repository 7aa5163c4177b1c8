//! What is printed: answers and reports to stdout, progress and errors to stderr.

pub(crate) mod answer;
pub(crate) mod backtest;
pub(crate) mod explain;
pub(crate) mod hidden;
pub(crate) mod learn;
pub(crate) mod page;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod progress;
pub(crate) mod report;

use std::fmt::Arguments;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

/// Prints a line to stdout.
macro_rules! say {
    ($($part:tt)*) => { crate::print::line(format_args!($($part)*)) };
}
pub(crate) use say;

/// Whether something could not be printed that somebody waits for.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Prints a line to stdout; a reader that has gone away (`| head`) is no error.
pub(crate) fn line(text: Arguments<'_>) {
    note(writeln!(std::io::stdout().lock(), "{text}"));
}

fn note(printed: std::io::Result<()>) {
    if printed.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
        UNPRINTED.store(true, Ordering::Relaxed);
    }
}

/// Whether all was printed; otherwise the command has failed, whatever it did: half an answer must not look like one.
pub(crate) fn all_printed() -> bool {
    note(std::io::stdout().flush());
    !UNPRINTED.load(Ordering::Relaxed)
}

/// Prints why a command failed, with its causes, to stderr.
pub(crate) fn error(error: &anyhow::Error) {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Transparent errors repeat what they wrap.
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    let _ = writeln!(std::io::stderr().lock(), "whoknows: {}", safe(&text));
}

/// Prints a line to stderr: what a program that reads stdout need not see.
pub(crate) fn warn(text: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "whoknows: {}", safe(&text.to_string()));
}

/// Prints one JSON event a line to stderr, for whoever started us without a terminal.
pub(crate) fn event(event: &serde_json::Value) {
    let _ = writeln!(std::io::stderr().lock(), "{event}");
}

/// A text of somebody else's without what a terminal would obey: escapes, bells, direction marks.
pub(crate) fn safe(text: &str) -> String {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if obeyed(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn a_terminal_is_told_nothing_by_a_message() {
        assert_eq!(safe("a\u{1b}[31mred\u{7}\u{202e}b"), "a [31mred  b");
    }
}
