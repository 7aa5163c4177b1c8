//! Prose and code: what stands in ``` fences or backticks, and the rest.

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Sentences.
    Prose,
    /// The inside of a fence or of backticks.
    Code,
}

/// The longest span in single backticks, in bytes; a longer one is an apostrophe that went astray.
const MAX_SPAN_BYTES: usize = 400;

/// The pieces of a text in order, without their marks. An unclosed fence reaches to the end; an unclosed backtick
/// is no mark.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { rest: text, code: None }
}

/// Iterates over the pieces of a text.
#[derive(Debug)]
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// Code that was found behind the last piece of prose.
    code: Option<&'a str>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (Kind, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(code) = self.code.take() {
            return Some((Kind::Code, code));
        }
        if self.rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(at) = self.rest.get(from..).and_then(|rest| rest.find('`')) {
            let at = from + at;
            let (prose, marked) = self.rest.split_at(at);
            let (code, used) = if let Some(inside) = marked.strip_prefix("```") {
                let end = inside.find("```").unwrap_or(inside.len());
                (inside.get(..end), (end + 6).min(marked.len()))
            } else {
                let Some(end) = span_end(marked) else {
                    from = at + 1;
                    continue;
                };
                (marked.get(1..end), end + 1)
            };
            self.code = code;
            self.rest = marked.get(used..).unwrap_or("");
            return Some((Kind::Prose, prose));
        }
        Some((Kind::Prose, std::mem::take(&mut self.rest)))
    }
}

/// Where the backtick is that closes the one a text begins with, on the same line.
fn span_end(marked: &str) -> Option<usize> {
    let bytes = marked.as_bytes();
    let end = bytes.iter().take(MAX_SPAN_BYTES).skip(1).position(|b| matches!(b, b'`' | b'\n'))? + 1;
    (bytes.get(end) == Some(&b'`') && end > 1).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Kind, &str)]) {
        let found: Vec<_> = pieces(text).filter(|(_, piece)| !piece.trim().is_empty()).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn code_is_told_from_prose() {
        use Kind::{Code, Prose};
        check(
            "use `a b` or\n```\nx\n``` then",
            &[(Prose, "use "), (Code, "a b"), (Prose, " or\n"), (Code, "\nx\n"), (Prose, " then")],
        );
        check("it`s a\nline`s end", &[(Prose, "it`s a\nline`s end")]);
        check("lost ```x", &[(Prose, "lost "), (Code, "x")]);
        check("```", &[]);
    }
}
