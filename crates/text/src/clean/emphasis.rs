//! Marks around words: *bold*, _italic_, ~struck~, and the double ones of Markdown.

/// Finds pairs of marks while a line is written, and takes them out at its end.
///
/// A mark opens after a blank or an opening sign and before a word; it closes after a word and before whatever
/// is not a word. So `2 * 3`, `snake_case`, `__init__` and `a*b*c` keep theirs.
#[derive(Debug, Default)]
pub(super) struct Emphasis {
    open: [Option<usize>; 5],
    cut: Vec<usize>,
}

impl Emphasis {
    /// Tells that `mark` (one of `*`, `_`, `~`) is about to be written at byte `at`, between two characters.
    pub(super) fn see(&mut self, mark: char, at: usize, before: Option<char>, after: Option<char>) {
        let slot = match mark {
            '*' => 0,
            '_' => 1,
            _ => 2,
        };
        self.pair(slot, mark, (at, 1), (before, after));
    }

    /// The same for a mark written twice, one of `**` and `~~`.
    pub(super) fn see_double(&mut self, mark: char, at: usize, before: Option<char>, after: Option<char>) {
        let slot = if mark == '*' { 3 } else { 4 };
        self.pair(slot, mark, (at, 2), (before, after));
    }

    fn pair(
        &mut self,
        slot: usize,
        mark: char,
        (at, width): (usize, usize),
        (before, after): (Option<char>, Option<char>),
    ) {
        let Some(open) = self.open.get_mut(slot) else { return };
        let closes = before.is_some_and(|c| !c.is_whitespace() && c != mark)
            && after.is_none_or(|c| !c.is_alphanumeric() && c != mark);
        if closes && let Some(start) = open.take() {
            self.cut.extend(start..start + width);
            self.cut.extend(at..at + width);
            return;
        }
        let opens = before.is_none_or(|c| c.is_whitespace() || "([{\"'*_~,;:-–—“‘".contains(c) && c != mark)
            && after.is_some_and(|c| !c.is_whitespace() && c != mark);
        if opens {
            *open = Some(at);
        }
    }

    /// The written line without the pairs.
    pub(super) fn take_out(mut self, line: String) -> String {
        if self.cut.is_empty() {
            return line;
        }
        self.cut.sort_unstable();
        let mut rest = line.as_str();
        let mut done = 0;
        let mut kept = String::with_capacity(line.len());
        for cut in self.cut {
            if let Some((head, tail)) = rest.split_at_checked(cut.saturating_sub(done)) {
                kept.push_str(head);
                rest = tail.get(1..).unwrap_or("");
                done = cut + 1;
            }
        }
        kept.push_str(rest);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let mut emphasis = Emphasis::default();
        let mut before = None;
        for (at, c) in line.char_indices() {
            if "*_~".contains(c) {
                emphasis.see(c, at, before, line.get(at + 1..).and_then(|rest| rest.chars().next()));
            }
            before = Some(c);
        }
        assert_eq!(emphasis.take_out(line.to_owned()), expected);
    }

    #[test]
    fn marks_go_at_word_borders_only() {
        check("a *bold* and _sloped_ ~word~.", "a bold and sloped word.");
        check("*_both_*", "both");
        check("2 * 3 * 4, a*b*c, snake_case_name, __init__", "2 * 3 * 4, a*b*c, snake_case_name, __init__");
        check("*unclosed and _more", "*unclosed and _more");
        check("(*é*)", "(é)");
    }
}
