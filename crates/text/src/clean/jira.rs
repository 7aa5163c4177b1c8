//! Jira's wiki markup, block by block: `{code}`, `{noformat}`, `{quote}`, `{html}`; lines are read in `wiki`.

use super::draft::push_fence;
use super::{Draft, html, wiki};

/// Macros whose marks go and whose content stays.
const TRANSPARENT: &[&str] = &[
    "color",
    "panel",
    "anchor",
    "toc",
    "section",
    "column",
    "info",
    "note",
    "tip",
    "warning",
    "expand",
    "status",
    "excerpt",
    "attachments",
    "align",
    "center",
    "div",
    "span",
    "indent",
    "adf",
    "*",
    "_",
    "-",
    "+",
    "^",
    "~",
    "??",
];

/// The longest macro head, in bytes: `{code:title=…|borderStyle=solid}`.
const MAX_HEAD_BYTES: usize = 300;

/// Reads a description or a comment.
pub(super) fn read(text: &str, draft: &mut Draft) {
    blocks(text, draft, true);
}

/// Splits text at its block macros. `may_quote` is false inside a `{quote}`, which cannot nest.
fn blocks(text: &str, draft: &mut Draft, may_quote: bool) {
    // Prose gathers until a block ends it, so that marks around `{color}` still see their line.
    let mut prose = String::new();
    let mut rest = text;
    let mut closes = Closes::default();
    while let Some(at) = rest.find('{') {
        let (before, marked) = rest.split_at(at);
        prose.push_str(before);
        let Some((name, head)) = macro_head(marked) else {
            // `{{mono}}` is read as one piece, so that no macro is seen in it.
            let used = mono_length(marked).unwrap_or(1);
            prose.push_str(marked.get(..used).unwrap_or(""));
            rest = marked.get(used..).unwrap_or("");
            continue;
        };
        let after = marked.get(head..).unwrap_or("");
        rest = match name.as_str() {
            "code" | "noformat" | "java" => {
                wiki::read(&std::mem::take(&mut prose), draft);
                let (code, next) = closes.split(after, &name);
                push_fence(&mut draft.own, code);
                next.trim_start_matches(' ')
            }
            "html" => {
                wiki::read(&std::mem::take(&mut prose), draft);
                let (page, next) = closes.split(after, "html");
                html::read(page, draft);
                next
            }
            "quote" if may_quote => {
                wiki::read(&std::mem::take(&mut prose), draft);
                quote(after, draft, &mut closes)
            }
            _ => after,
        };
    }
    prose.push_str(rest);
    wiki::read(&prose, draft);
}

/// A quote of prose is somebody else's; of code or a log, it is the author's exhibit. An unclosed one is own.
fn quote<'a>(after: &'a str, draft: &mut Draft, closes: &mut Closes) -> &'a str {
    let (quoted, next) = closes.split(after, "quote");
    if next.is_empty() && !closes.was_closed {
        return after;
    }
    if looks_like_code(quoted) {
        push_fence(&mut draft.own, quoted);
        return next;
    }
    let mut inner = Draft::with_capacity(quoted.len());
    blocks(quoted, &mut inner, false);
    let inner = inner.finish();
    draft.quote_line(&inner.own);
    draft.quote_line(&inner.quoted);
    inner.mentions.iter().for_each(|id| draft.mention(id));
    next
}

/// Looks for closing marks, and remembers which kinds have none left, so that no text is searched twice in vain.
#[derive(Debug, Default)]
struct Closes {
    none_left: Vec<String>,
    was_closed: bool,
}

impl Closes {
    /// Splits at `{name}`; without one, everything is inside.
    fn split<'a>(&mut self, text: &'a str, name: &str) -> (&'a str, &'a str) {
        self.was_closed = false;
        if !self.none_left.iter().any(|none| none == name) {
            if let Some((at, length)) = find_close(text, name) {
                self.was_closed = true;
                return (text.get(..at).unwrap_or(""), text.get(at + length..).unwrap_or(""));
            }
            self.none_left.push(name.to_owned());
        }
        (text, "")
    }
}

/// The first `{name}` in any case: where it begins and how long it is.
fn find_close(text: &str, name: &str) -> Option<(usize, usize)> {
    let length = name.len() + 2;
    text.match_indices('{').map(|(at, _)| at).find_map(|at| {
        let mark = text.get(at + 1..at + length)?;
        let inner = mark.strip_suffix('}')?;
        inner.eq_ignore_ascii_case(name).then_some((at, length))
    })
}

/// The name of the macro that begins a text, and the bytes of its head.
fn macro_head(marked: &str) -> Option<(String, usize)> {
    let bytes = marked.as_bytes();
    let close = bytes.iter().take(MAX_HEAD_BYTES).skip(1).position(|b| matches!(b, b'}' | b'\n' | b'{'))? + 1;
    if bytes.get(close) != Some(&b'}') {
        return None;
    }
    let inside = marked.get(1..close)?;
    let name = inside.split([':', '=']).next().unwrap_or(inside).trim().to_ascii_lowercase();
    let block = matches!(name.as_str(), "code" | "noformat" | "java" | "html" | "quote");
    (block || TRANSPARENT.contains(&name.as_str())).then_some((name, close + 1))
}

/// The bytes of `{{mono}}` on one line.
fn mono_length(marked: &str) -> Option<usize> {
    let inside = marked.strip_prefix("{{")?;
    let line_end =
        inside.as_bytes().iter().take(1000).position(|b| *b == b'\n').unwrap_or(inside.len().min(1000));
    let close = inside.as_bytes().get(..line_end)?.windows(2).position(|pair| pair == b"}}")?;
    Some(close + 4)
}

/// Whether a text is a log or code rather than somebody's sentences: many signs, or lines that begin like a log's.
fn looks_like_code(text: &str) -> bool {
    let mut signs = 0;
    let mut letters = 0;
    for c in text.chars() {
        if "{}()[];=<>/\\|#$&\"%".contains(c) {
            signs += 1;
        } else if !c.is_whitespace() {
            letters += 1;
        }
    }
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let logged = lines.iter().filter(|line| is_log_line(line)).count();
    signs * 8 > letters || logged * 2 > lines.len()
}

fn is_log_line(line: &str) -> bool {
    line.starts_with('[')
        || line.starts_with("at ")
        || line.starts_with("<?")
        || ["INFO", "WARN", "ERROR", "DEBUG", "E/", "W/", "I/", "D/"]
            .iter()
            .any(|level| line.starts_with(level))
        || line.bytes().take(10).filter(u8::is_ascii_digit).count() >= 4
        || line.ends_with(';')
        || line.ends_with('{')
}

#[cfg(test)]
mod tests {
    use crate::{Cleaned, Markup, clean};

    fn check(raw: &str, own: &str) -> Cleaned {
        let cleaned = clean(raw, Markup::JiraWiki);
        assert_eq!(cleaned.own, own, "{raw:?}");
        cleaned
    }

    #[test]
    fn code_becomes_a_fence_and_is_not_touched() {
        check("Run {code:java|title=A.java}int *a* = b[0];{code} now", "Run\n```\nint *a* = b[0];\n```\nnow");
        check("{NOFORMAT}\n [~x] !a.png!\n{noformat}", "```\n [~x] !a.png!\n```");
        check("a {code}b", "a\n```\nb\n```");
        check("a{code}", "a");
        check("{{x = *p*}} and {{a.b}}", "`x = *p*` and `a.b`");
    }

    #[test]
    fn a_quote_of_prose_is_quoted_and_a_quote_of_a_log_is_own() {
        let cleaned = check("{quote}why does *this* fail, [~ann]?{quote}\nno disk", "no disk");
        assert_eq!(cleaned.quoted, "why does this fail, @ann?");
        assert_eq!(cleaned.mentions, ["ann"]);
        check("{quote}\n[ERROR] x=1;\n[WARN] y\n{quote}", "```\n[ERROR] x=1;\n[WARN] y\n```");
        check("{quote} lost words", "lost words");
        assert_eq!(check("bq. said before\nmine", "mine").quoted, "said before");
    }

    #[test]
    fn marks_of_color_and_panels_go() {
        check("{color:red}*stop*{color} {panel:title=x}in{panel} {*}b{*}", "stop in b");
        check("a {json: 1} b {} c {", "a {json: 1} b {} c {");
    }

    #[test]
    fn html_of_an_importer_becomes_text() {
        let cleaned = check(
            "{html}<div><p>See <a href=\n\"x\">the\nguide</a> &amp; run<br/>it:</p><pre><code>a &lt; b\n  c</code></pre><blockquote>old</blockquote></div>{html}",
            "See the guide & run\nit:\n\n```\na < b\n  c\n```",
        );
        assert_eq!(cleaned.quoted, "old");
        check("{html}<p>1 < 2 and <unclosed", "1 < 2 and <unclosed");
    }
}
