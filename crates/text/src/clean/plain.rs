//! Text without markup: quoted lines go, the rest stays as it is.

use super::Draft;

/// Takes out lines that begin with `>` outside of ``` fences.
pub(super) fn read(text: &str, draft: &mut Draft) {
    let mut in_code = false;
    for line in text.lines() {
        let start = line.trim_start();
        if start.starts_with("```") {
            // A fence that opens and ends on the same line changes nothing.
            in_code ^= start.matches("```").count() % 2 == 1;
        }
        if !in_code && start.starts_with('>') {
            draft.quote_line(start.trim_start_matches(['>', ' ']));
        } else {
            draft.own_line(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Markup, clean};

    #[test]
    fn quoted_lines_go_and_code_stays() {
        let cleaned = clean("> who knows?\nI do.\n```\n> not a quote\n```\n  >> old", Markup::Plain);
        assert_eq!(cleaned.own, "I do.\n```\n> not a quote\n```");
        assert_eq!(cleaned.quoted, "who knows?\nold");
    }

    #[test]
    fn an_unclosed_fence_loses_nothing() {
        assert_eq!(clean("see\n```\nx > y", Markup::Plain).own, "see\n```\nx > y");
    }
}
