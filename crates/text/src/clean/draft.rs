//! What a reader of markup writes into, and the last tidying.

use std::collections::BTreeSet;

use super::Cleaned;

/// Native ids longer than this are not ids.
const MAX_ID_BYTES: usize = 128;

/// A message that is being taken apart.
#[derive(Debug)]
pub(super) struct Draft {
    /// Own words so far.
    pub(super) own: String,
    /// Others' words so far.
    pub(super) quoted: String,
    mentions: Vec<String>,
    seen: BTreeSet<String>,
}

impl Draft {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            own: String::with_capacity(bytes),
            quoted: String::new(),
            mentions: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Notes that the text names somebody.
    pub(super) fn mention(&mut self, native_id: &str) {
        let id = native_id.trim();
        if !id.is_empty() && id.len() <= MAX_ID_BYTES && self.seen.insert(id.to_owned()) {
            self.mentions.push(id.to_owned());
        }
    }

    /// Adds one line of others' words.
    pub(super) fn quote_line(&mut self, line: &str) {
        self.quoted.push_str(line);
        self.quoted.push('\n');
    }

    /// Adds one line of own words.
    pub(super) fn own_line(&mut self, line: &str) {
        self.own.push_str(line);
        self.own.push('\n');
    }

    pub(super) fn finish(self) -> Cleaned {
        Cleaned { own: tidy(&self.own), quoted: tidy(&self.quoted), mentions: self.mentions }
    }
}

/// Appends code as a fence on lines of its own; code of nothing but blanks is nothing.
pub(super) fn push_fence(out: &mut String, code: &str) {
    let code = code.trim_matches('\n').trim_end();
    if code.trim().is_empty() {
        return;
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str("```\n");
    // A fence inside code would end ours.
    for (number, part) in code.split("```").enumerate() {
        if number > 0 {
            out.push_str("'''");
        }
        out.push_str(part);
    }
    out.push_str("\n```\n");
}

/// No blanks at line ends, at most one empty line in a row, none at the ends.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        tidied.push_str(line);
    }
    tidied.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_kept_once_in_order() {
        let mut draft = Draft::with_capacity(0);
        for id in ["U2", "U1", "U2", "", " "] {
            draft.mention(id);
        }
        assert_eq!(draft.finish().mentions, ["U2", "U1"]);
    }

    #[test]
    fn a_fence_stands_on_lines_of_its_own_and_holds_no_fence() {
        let mut out = "see".to_owned();
        push_fence(&mut out, "\n  a\n b```c\n\n");
        assert_eq!(out, "see\n```\n  a\n b'''c\n```\n");
        push_fence(&mut out, " \n ");
        assert!(out.ends_with("c\n```\n"));
    }
}
