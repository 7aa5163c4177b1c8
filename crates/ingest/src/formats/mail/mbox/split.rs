//! Cuts an mbox into mails.
//!
//! A separator must stand at the start of the file or after a blank line, and be well formed. A
//! `Content-Length` is believed only if it lands on a separator or on the end of the file; while it may
//! still do so, separators inside are only remembered. If it does not, the mail is cut at those: every byte
//! is looked at once, whatever the headers claim.

use std::io::{self, BufRead};

use super::separator::{self, Separator};
use crate::formats::lines::{Lines, without_end};
use crate::formats::out::Flow;

/// No real mail is longer (attachments included); a longer one is set aside.
pub(in crate::formats::mail) const MAX_MAIL_BYTES: usize = 32 << 20;
/// Longer lines are read in pieces.
const MAX_LINE_BYTES: usize = 1 << 16;

/// One mail as it stands in the file, its separator left away and `>From ` unquoted.
#[derive(Debug)]
pub(in crate::formats::mail) struct RawMail<'m> {
    pub(in crate::formats::mail) bytes: &'m [u8],
    pub(in crate::formats::mail) separator: &'m Separator,
    /// Where its separator stands.
    pub(in crate::formats::mail) line: u64,
    pub(in crate::formats::mail) offset: u64,
    /// It was longer than [`MAX_MAIL_BYTES`]; the bytes are its beginning.
    pub(in crate::formats::mail) too_long: bool,
}

/// What was noticed on the way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats::mail) struct Noticed {
    /// Lines that look like a separator and may not be one, or the other way round.
    pub(in crate::formats::mail) ambiguous: u64,
    /// Bytes before the first separator that are not blank.
    pub(in crate::formats::mail) before_first: u64,
}

/// The mail that is being read.
struct Open {
    separator: Separator,
    line: u64,
    offset: u64,
    bytes: Vec<u8>,
    in_body: bool,
    /// Bytes of the body as they stand in the file.
    body: u64,
    /// What `Content-Length` says, as long as it may be true.
    claim: Option<u64>,
    /// Separators inside the claimed length.
    inside: Vec<Inside>,
    too_long: bool,
}

struct Inside {
    separator: Separator,
    line: u64,
    offset: u64,
    start: usize,
    end: usize,
}

impl Open {
    fn new(separator: Separator, line: u64, offset: u64, bytes: Vec<u8>) -> Self {
        let (in_body, body, claim, inside) = (false, 0, None, Vec::new());
        Self { separator, line, offset, bytes, in_body, body, claim, inside, too_long: false }
    }

    /// Whether the body has just the claimed length; a blank line after it is not counted by all writers.
    fn claim_lands(&self) -> bool {
        self.claim.is_some_and(|claim| (claim..=claim.saturating_add(2)).contains(&self.body))
    }

    fn claim_missed(&self) -> bool {
        self.claim.is_some_and(|claim| self.body > claim.saturating_add(2))
    }

    fn push(&mut self, line: &[u8], begins: bool) {
        if self.in_body {
            self.body += line.len() as u64;
        } else if begins && without_end(line).is_empty() {
            self.in_body = true;
            self.claim = content_length(&self.bytes);
        }
        if self.too_long {
            return;
        }
        let unquoted = if begins { unquoted(line) } else { line };
        self.bytes.extend_from_slice(unquoted);
        if self.bytes.len() > MAX_MAIL_BYTES {
            (self.too_long, self.claim) = (true, None);
        }
    }
}

/// Hands every mail of the file to `with`.
pub(in crate::formats::mail) fn mails(
    reader: &mut dyn BufRead,
    mut with: impl FnMut(RawMail<'_>) -> Flow,
) -> (Flow, Noticed, Option<io::Error>) {
    let mut splitter = Splitter { open: None, git: None, noticed: Noticed::default() };
    let mut lines = Lines::new(reader, MAX_LINE_BYTES);
    let mut line = Vec::new();
    let mut after_blank = true;
    let mut failed = None;
    loop {
        let piece = match lines.next(&mut line) {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(error) => {
                failed = Some(error);
                break;
            }
        };
        let text =
            if piece.offset == 0 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line) } else { &line };
        let found = if piece.begins && piece.ends { separator::parse(without_end(text)) } else { None };
        let cut = found.filter(|found| splitter.cuts(found, after_blank));
        match (cut, &mut splitter.open) {
            (Some(found), Some(open)) if open.claim.is_some_and(|claim| open.body < claim) => {
                let (start, end) = (open.bytes.len(), open.bytes.len() + text.len());
                let (line, offset) = (piece.line, piece.offset);
                open.inside.push(Inside { separator: found, line, offset, start, end });
                open.bytes.extend_from_slice(text);
                open.body += text.len() as u64;
            }
            (Some(found), _) => {
                if splitter.close(&mut with).is_break() {
                    return (Flow::Break(()), splitter.noticed, None);
                }
                splitter.open = Some(Open::new(found, piece.line, piece.offset, Vec::new()));
            }
            (None, Some(open)) => open.push(text, piece.begins),
            (None, None) => {
                let blank = text.iter().all(u8::is_ascii_whitespace);
                splitter.noticed.before_first += if blank { 0 } else { text.len() as u64 };
            }
        }
        after_blank = piece.begins && without_end(text).is_empty();
        if splitter.open.as_ref().is_some_and(Open::claim_missed) && splitter.resplit(&mut with).is_break() {
            return (Flow::Break(()), splitter.noticed, None);
        }
    }
    let flow = splitter.close(&mut with);
    (flow, splitter.noticed, failed)
}

struct Splitter {
    open: Option<Open>,
    /// Whether the file's first separator was git's.
    git: Option<bool>,
    noticed: Noticed,
}

impl Splitter {
    /// Whether a well-formed separator ends the open mail (or may end it, within a claimed length).
    fn cuts(&mut self, found: &Separator, after_blank: bool) -> bool {
        let Some(open) = &self.open else {
            self.git.get_or_insert(found.git);
            return true;
        };
        if open.claim_lands() {
            return true;
        }
        // A patch within a mail begins like a mail that git wrote.
        let foreign = found.git && self.git == Some(false);
        if !after_blank || foreign {
            self.noticed.ambiguous += 1;
            return false;
        }
        true
    }

    /// Hands out the open mail: whole if its claimed length was right, else cut at what is inside.
    fn close(&mut self, with: &mut impl FnMut(RawMail<'_>) -> Flow) -> Flow {
        if self.open.as_ref().is_some_and(|open| !open.claim_lands()) {
            self.resplit(with)?;
        }
        let Some(open) = self.open.take() else { return Flow::Continue(()) };
        with(RawMail {
            bytes: trimmed(&open.bytes),
            separator: &open.separator,
            line: open.line,
            offset: open.offset,
            too_long: open.too_long,
        })
    }

    /// The claimed length was wrong: cuts the open mail at the separators inside; the last part stays open.
    fn resplit(&mut self, with: &mut impl FnMut(RawMail<'_>) -> Flow) -> Flow {
        let Some(open) = &mut self.open else { return Flow::Continue(()) };
        open.claim = None;
        if open.inside.is_empty() {
            return Flow::Continue(());
        }
        let Some(mut open) = self.open.take() else { return Flow::Continue(()) };
        self.noticed.ambiguous += open.inside.len() as u64;
        let (mut start, mut separator, mut line, mut offset) = (0, open.separator, open.line, open.offset);
        for inside in open.inside {
            let bytes = trimmed(open.bytes.get(start..inside.start).unwrap_or_default());
            with(RawMail { bytes, separator: &separator, line, offset, too_long: false })?;
            (start, separator, line, offset) = (inside.end, inside.separator, inside.line, inside.offset);
        }
        let rest = open.bytes.split_off(start.min(open.bytes.len()));
        let mut last = Open::new(separator, line, offset, rest);
        (last.in_body, last.too_long) = (true, open.too_long);
        self.open = Some(last);
        Flow::Continue(())
    }
}

/// One `>` less before `From `: mboxrd's quoting undone, and mboxo's as far as it can be.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    let quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
    if quoted { line.get(1..).unwrap_or(line) } else { line }
}

fn trimmed(mail: &[u8]) -> &[u8] {
    let end = mail.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |place| place + 1);
    mail.get(..end).unwrap_or(mail)
}

fn content_length(headers: &[u8]) -> Option<u64> {
    let name = b"content-length:";
    let lines = headers.split(|byte| *byte == b'\n');
    let mut values = lines.filter_map(|line| {
        let (head, value) = line.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(name).then_some(value)
    });
    std::str::from_utf8(values.next()?).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEPARATOR: &str = "From ann@example.com Fri Mar 29 14:07:21 2019\n";

    fn split(file: &str) -> (Vec<String>, Noticed) {
        let mut all = Vec::new();
        let mut reader = file.as_bytes();
        let (flow, noticed, error) = mails(&mut reader, |mail| {
            all.push(String::from_utf8_lossy(mail.bytes).into_owned());
            Flow::Continue(())
        });
        assert!(flow.is_continue() && error.is_none());
        (all, noticed)
    }

    fn check(file: &str, expected: &[&str], ambiguous: u64) {
        let (all, noticed) = split(file);
        assert_eq!(all, expected, "{file}");
        assert_eq!(noticed.ambiguous, ambiguous, "{file}");
    }

    #[test]
    fn only_a_well_formed_separator_after_a_blank_line_cuts() {
        let file = format!(
            "{SEPARATOR}A: 1\n\nFrom our side\n\nFrom our side\n{SEPARATOR}x\n\n{SEPARATOR}B: 2\n\nb\n"
        );
        let first = format!("A: 1\n\nFrom our side\n\nFrom our side\n{SEPARATOR}x");
        check(&file, &[&first, "B: 2\n\nb"], 1);
    }

    #[test]
    fn quoting_is_undone_once() {
        check(
            &format!("{SEPARATOR}A: 1\n\n>From x\n>>From y\n> From z\n"),
            &["A: 1\n\nFrom x\n>From y\n> From z"],
            0,
        );
    }

    #[test]
    fn a_length_that_lands_is_believed() {
        let body = format!("a\n\n{SEPARATOR}b\n");
        let length = body.len();
        let mail = format!("Content-Length: {length}\n\n{body}");
        let file = format!("{SEPARATOR}{mail}{SEPARATOR}B: 2\n\nb\n");
        check(&file, &[mail.trim_end(), "B: 2\n\nb"], 0);
        check(&format!("{SEPARATOR}{mail}"), &[mail.trim_end()], 0);
        check(&format!("{SEPARATOR}{mail}\n{SEPARATOR}B: 2\n\nb\n"), &[mail.trim_end(), "B: 2\n\nb"], 0);
    }

    #[test]
    fn a_length_that_lands_nowhere_is_ignored() {
        for length in [3, 70, 100_000, u64::MAX] {
            let file = format!(
                "{SEPARATOR}Content-Length: {length}\n\na\n\n{SEPARATOR}B: 2\n\nb\n\n{SEPARATOR}C: 3\n\nc\n"
            );
            let (all, _) = split(&file);
            let expected = [format!("Content-Length: {length}\n\na"), "B: 2\n\nb".into(), "C: 3\n\nc".into()];
            assert_eq!(all, expected, "{length}");
        }
    }

    #[test]
    fn a_patch_inside_a_mail_does_not_cut_it() {
        let patch = "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n";
        check(&format!("{SEPARATOR}A: 1\n\n{patch}x\n"), &[&format!("A: 1\n\n{patch}x")], 1);
        check(&format!("{patch}A: 1\n\na\n\n{patch}B: 2\n"), &["A: 1\n\na", "B: 2"], 0);
    }

    #[test]
    fn windows_lines_and_a_byte_order_mark_make_no_difference() {
        let file = format!("\u{feff}{SEPARATOR}A: 1\n\na\n\n{SEPARATOR}B: 2\n").replace('\n', "\r\n");
        check(&file, &["A: 1\r\n\r\na", "B: 2"], 0);
    }

    #[test]
    fn claims_that_never_land_cost_no_second_look() {
        let mail = format!("{SEPARATOR}Content-Length: 900000000\n\nx\n\n");
        let (all, _) = split(&mail.repeat(20_000));
        assert_eq!(all.len(), 20_000);
    }
}
