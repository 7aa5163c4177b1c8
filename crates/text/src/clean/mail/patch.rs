//! Patches in a mail: their file names and changed lines, capped, as one fence at the end.

use std::collections::BTreeSet;

use super::Lines;
use crate::clean::draft::push_fence;

/// How many characters of a mail's patches are kept: enough for names, too few to outweigh the prose.
pub(super) const MAX_PATCH_CHARS: usize = 1500;

/// The patches of one mail.
#[derive(Debug, Default)]
pub(super) struct Patch {
    kept: String,
    files: BTreeSet<String>,
    chars: usize,
    /// Lines of the running hunk that are still to come: old, new.
    hunk: (usize, usize),
    /// Whether the last line belonged to a patch.
    inside: bool,
}

impl Patch {
    /// The lines of a patch at `at`; 0 if there is none.
    pub(super) fn take(&mut self, lines: &Lines<'_>, at: usize) -> usize {
        let line = lines.all.get(at).copied().unwrap_or("");
        let starts = is_start(lines, at) || is_stat(line);
        if starts {
            self.inside = true;
            self.hunk = (0, 0);
        }
        if let Some(hunk) = hunk_size(line)
            && self.inside
        {
            self.hunk = hunk;
            self.keep(line.rsplit("@@").next().unwrap_or("").trim());
            return 1 + self.take_hunk(lines, at + 1);
        }
        if starts || (self.inside && is_header(line)) {
            if let Some(name) = file_name(line)
                && self.files.insert(name.to_owned())
            {
                self.keep(name);
            }
            return 1;
        }
        self.inside = false;
        0
    }

    /// Lines of a hunk, as many as its header counts; a line that no hunk can hold ends it.
    fn take_hunk(&mut self, lines: &Lines<'_>, from: usize) -> usize {
        let mut at = from;
        while self.hunk != (0, 0) {
            let Some(line) = lines.all.get(at) else { break };
            let (old, new) = match line.as_bytes().first() {
                Some(b'+') => (0, 1),
                Some(b'-') if line.trim_end() == "--" => break,
                Some(b'-') => (1, 0),
                Some(b' ' | b'\t') | None => (1, 1),
                Some(b'\\') => (0, 0),
                // A line that a mailer wrapped; anything that starts something else is not one.
                Some(b'>' | b'@') => break,
                Some(_) if is_start(lines, at) => break,
                Some(_) => (0, 0),
            };
            if old + new == 0 && !line.starts_with('\\') && prose_follows(lines, at) {
                break;
            }
            if old != new {
                self.keep(line.get(1..).unwrap_or("").trim());
            }
            self.hunk = (self.hunk.0.saturating_sub(old), self.hunk.1.saturating_sub(new));
            at += 1;
        }
        self.hunk = (0, 0);
        at - from
    }

    fn keep(&mut self, line: &str) {
        let chars = line.chars().count() + 1;
        if line.is_empty() || self.chars + chars > MAX_PATCH_CHARS {
            return;
        }
        self.chars += chars;
        self.kept.push_str(line);
        self.kept.push('\n');
    }

    /// Appends what was kept to the own words.
    pub(super) fn finish(self, own: &mut String) {
        if !self.kept.is_empty() {
            own.push('\n');
            push_fence(own, &self.kept);
        }
    }
}

/// Two lines in a row that begin like prose are prose.
fn prose_follows(lines: &Lines<'_>, at: usize) -> bool {
    let next = lines.all.get(at + 1).and_then(|line| line.chars().next());
    next.is_some_and(char::is_alphanumeric)
}

/// `diff --git`, `Index:` above its rule, `--- a` above `+++ b`.
fn is_start(lines: &Lines<'_>, at: usize) -> bool {
    let line = lines.all.get(at).copied().unwrap_or("");
    let next = lines.all.get(at + 1).copied().unwrap_or("");
    line.starts_with("diff --git ")
        || line.starts_with("diff -")
        || (line.starts_with("Index: ") && next.starts_with("====="))
        || (line.starts_with("--- ") && next.starts_with("+++ "))
}

/// Lines between the start of a patch and its hunks.
fn is_header(line: &str) -> bool {
    const HEADS: &[&str] = &[
        "index ",
        "new file mode",
        "deleted file mode",
        "old mode",
        "new mode",
        "similarity index",
        "rename ",
        "copy ",
        "--- ",
        "+++ ",
        "Binary files",
        "GIT binary patch",
        "literal ",
        "=====",
        " create mode",
        " delete mode",
        " rename ",
        " mode change",
        "\\ No newline",
    ];
    HEADS.iter().any(|head| line.starts_with(head))
}

/// A line of `git diff --stat`: ` a/b.c | 5 ++--`, ` 2 files changed, …`, ` create mode 100644 a/b.c`.
fn is_stat(line: &str) -> bool {
    if !line.starts_with(' ') {
        return false;
    }
    if line.starts_with(" create mode ") || line.starts_with(" delete mode ") {
        return true;
    }
    if let Some((name, change)) = line.rsplit_once(" | ") {
        let change = change.trim();
        let counts =
            change.split(' ').next().is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        let bars = change.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        return name.len() < 160
            && (change.starts_with("Bin") || counts && bars.bytes().all(|b| b"+-".contains(&b)));
    }
    let line = line.trim();
    line.starts_with(|c: char| c.is_ascii_digit())
        && (line.contains(" file changed,") || line.contains(" files changed,"))
}

/// The file that a header or a stat line names.
fn file_name(line: &str) -> Option<&str> {
    if let Some(name) = line.strip_prefix("+++ ") {
        let name = name.split('\t').next().unwrap_or(name).trim();
        return (name != "/dev/null").then(|| name.strip_prefix("b/").unwrap_or(name));
    }
    is_stat(line).then(|| line.rsplit_once(" | ").map(|(name, _)| name.trim())).flatten()
}

/// The counts of `@@ -a,b +c,d @@`: lines of the old and of the new file.
fn hunk_size(line: &str) -> Option<(usize, usize)> {
    let mut parts = line.strip_prefix("@@ -")?.split(' ');
    let old = parts.next()?;
    let new = parts.next()?.strip_prefix('+')?;
    let count = |range: &str| range.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok());
    Some((count(old)?, count(new)?))
}
