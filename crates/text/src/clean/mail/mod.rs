//! Mail: quotes, attribution lines, forwarded blocks, signatures, footers, patches, trailers.
//!
//! One pass over the lines. At each line the readers below are asked in turn whether something begins here; one
//! that says yes tells how many lines it takes and where they go. What nobody claims is the author's own.

mod attribution;
mod ending;
mod forwarded;
mod patch;
mod trailer;

use super::Draft;

/// Lines of a mail, and what is known of them before they are read.
#[derive(Debug)]
struct Lines<'a> {
    all: Vec<&'a str>,
    /// The number of the last line that is quoted with `>`; `None` if there is none.
    last_quote: Option<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let all: Vec<_> = text.lines().collect();
        let last_quote = all.iter().rposition(|line| is_quote(line));
        Self { all, last_quote }
    }

    /// A line without the blanks around it; empty behind the end.
    fn trimmed(&self, number: usize) -> &'a str {
        self.all.get(number).map_or("", |line| line.trim())
    }

    /// The number of the first line from `number` on that is not empty, among the next `within`.
    fn next_words(&self, number: usize, within: usize) -> Option<usize> {
        (number..(number + within).min(self.all.len())).find(|&n| !self.trimmed(n).is_empty())
    }

    fn is_quote(&self, number: usize) -> bool {
        self.all.get(number).is_some_and(|line| is_quote(line))
    }

    fn quotes_follow(&self, number: usize) -> bool {
        self.last_quote.is_some_and(|last| last >= number)
    }
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with(['>', '＞'])
}

/// Reads a mail's text into own and quoted words.
pub(super) fn read(text: &str, draft: &mut Draft) {
    let lines = Lines::new(text);
    let mut patch = patch::Patch::default();
    let mut at = 0;
    while at < lines.all.len() {
        at += take(&lines, at, &mut patch, draft).max(1);
    }
    patch.finish(&mut draft.own);
    ending::move_disclaimers(draft);
}

/// Takes what begins at a line; gives the number of lines.
fn take(lines: &Lines<'_>, at: usize, patch: &mut patch::Patch, draft: &mut Draft) -> usize {
    let line = lines.all.get(at).copied().unwrap_or("");
    if is_quote(line) {
        return take_quote(lines, at, draft);
    }
    if line.trim().is_empty() {
        draft.own.push('\n');
        draft.quoted.push('\n');
        return 1;
    }
    let used = patch.take(lines, at);
    if used > 0 {
        return used;
    }
    if is_spilled_quote(lines, at) {
        draft.quote_line(line.trim());
        return 1;
    }
    let quoted = attribution::take(lines, at, !draft.own.trim().is_empty())
        .or_else(|| forwarded::take(lines, at))
        .or_else(|| ending::take(lines, at))
        .or_else(|| trailer::take(lines, at, draft.own.trim().is_empty()));
    let Some(count) = quoted else {
        draft.own_line(line);
        return 1;
    };
    for number in at..(at + count).min(lines.all.len()) {
        draft.quote_line(lines.trimmed(number).trim_start_matches(['>', ' ', '＞']));
    }
    count
}

/// Some mailers wrap a quote's first line without its `>`: one long line after an empty one, without an end, that
/// goes on in small letters inside the quote.
fn is_spilled_quote(lines: &Lines<'_>, at: usize) -> bool {
    const FULL_LINE: usize = 60;
    let line = lines.trimmed(at);
    let next = lines.trimmed(at + 1);
    at > 0
        && line.len() >= FULL_LINE
        && lines.trimmed(at - 1).is_empty()
        && line.ends_with(|c: char| c.is_alphanumeric() || c == ',')
        && next.strip_prefix("> ").is_some_and(|rest| rest.starts_with(char::is_lowercase))
}

/// A quoted line; but a lone `>From ` is how an mbox writes a line that begins with "From ".
fn take_quote(lines: &Lines<'_>, at: usize, draft: &mut Draft) -> usize {
    let line = lines.trimmed(at);
    let lone = !lines.is_quote(at + 1) && (at == 0 || !lines.is_quote(at - 1));
    if lone && let Some(rest) = line.strip_prefix(">From ") {
        draft.own_line(&format!("From {rest}"));
    } else {
        draft.quote_line(line.trim_start_matches(['>', ' ', '＞']));
    }
    1
}

#[cfg(test)]
mod tests;
