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

/// Prints a line to stdout, without what a terminal would obey, whoever forgot to take it out; a reader that has gone
/// away (`| head`) is no error.
pub(crate) fn line(text: Arguments<'_>) {
    let text = text.to_string();
    let inert: String = text.chars().map(|c| if c != '\t' && is_obeyed(c) { ' ' } else { c }).collect();
    note(writeln!(std::io::stdout().lock(), "{inert}"));
}

/// Prints a value as JSON; what a terminal would obey is escaped, so that programs read what is there.
///
/// # Errors
/// A value that is no JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> serde_json::Result<()> {
    line(format_args!("{}", escaped(&serde_json::to_string_pretty(value)?)));
    Ok(())
}

/// JSON without what a terminal would obey: outside of its texts there is nothing of that kind.
pub(crate) fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) {
            // All of them are below U+FFFF.
            let _ = std::fmt::Write::write_fmt(&mut text, format_args!("\\u{:04x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
    text
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
    let _ = writeln!(std::io::stderr().lock(), "{}", escaped(&event.to_string()));
}

/// A text of somebody else's without what a terminal would obey: escapes, bells, direction marks.
pub(crate) fn safe(text: &str) -> String {
    text.chars().map(|c| if is_obeyed(c) { ' ' } else { c }).collect()
}

/// Whether a terminal does something else than to show it.
const fn is_obeyed(c: char) -> bool {
    matches!(c, '\0'..='\t' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{escaped, safe};

    #[test]
    fn a_terminal_is_told_nothing_by_a_message() {
        assert_eq!(safe("a\u{1b}[31mred\u{7}\u{202e}b\u{9b}c\u{61c}\nd"), "a [31mred  b c \nd");
    }

    #[test]
    fn json_says_the_same_without_what_a_terminal_obeys() {
        let text = "a\u{1b}[31m\u{9b}\u{7f}\u{202e}\u{61c}\t\"\\n";
        let json = escaped(&serde_json::to_string_pretty(&[text]).unwrap());
        assert!(json.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), [text]);
    }
}
