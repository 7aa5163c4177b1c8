//! Markdown as chats and trackers write it: fences, `>` quotes, `[links](…)`, `**marks**`, and the mentions of
//! Discord (`<@1>`, `<:party:2>`) and Zulip (`@**Ann|1**`, ```` ```quote ````).
//!
//! Decision: a quote ends with its last `>` line. By the book an unmarked line after it still belongs to it, but
//! people who answer below a quote mean their own words. The price is that a quote which was wrapped by a tool
//! leaks its second line.

use super::draft::push_fence;
use super::emphasis::Emphasis;
use super::slack::emoji;
use super::step::step;
use super::{Draft, link};

/// Labels and targets of links are looked for within so many bytes.
const MAX_LINK_BYTES: usize = 2000;

/// What a line stands in.
#[derive(Debug, Default)]
enum Block {
    #[default]
    Prose,
    /// Discord's `>>> `: up to the end of its paragraph.
    Quote,
    /// Code so far, and what ends it.
    Code { fence: Fence, code: String },
    /// Zulip's fenced quote.
    QuoteFence(Fence),
}

#[derive(Debug, Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// The fence that begins a text.
    fn of(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = text.chars().take_while(|c| *c == mark).count();
        (length >= 3).then_some(Self { mark, length })
    }

    /// Whether the line is nothing but the end of it.
    fn ends_with(self, line: &str) -> bool {
        let line = line.trim();
        line.chars().count() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

/// Reads line by line. An unclosed fence reaches to the end.
pub(super) fn read(text: &str, draft: &mut Draft) {
    let mut block = Block::Prose;
    for line in text.split('\n') {
        block = match block {
            Block::Code { fence, code } => in_code(line, fence, code, draft),
            Block::QuoteFence(fence) if fence.ends_with(line) => Block::Prose,
            Block::QuoteFence(fence) => {
                draft.quote_line(line);
                Block::QuoteFence(fence)
            }
            Block::Quote if !line.trim().is_empty() => {
                quote(line, draft);
                Block::Quote
            }
            Block::Prose | Block::Quote => outside(line, draft),
        };
    }
    if let Block::Code { code, .. } = block {
        push_fence(&mut draft.own, &code);
    }
}

fn in_code(line: &str, fence: Fence, mut code: String, draft: &mut Draft) -> Block {
    let mark: String = std::iter::repeat_n(fence.mark, fence.length).collect();
    // Discord ends code in the middle of a line, too.
    let last = line.trim_end().strip_suffix(mark.as_str());
    if fence.ends_with(line) || last.is_some() {
        code.push_str(last.unwrap_or_default());
        push_fence(&mut draft.own, &code);
        return Block::Prose;
    }
    code.push_str(line);
    code.push('\n');
    Block::Code { fence, code }
}

/// A line outside of code.
fn outside(line: &str, draft: &mut Draft) -> Block {
    let start = line.trim_start();
    if let Some(fence) = Fence::of(start) {
        let info = start.trim_start_matches(fence.mark).trim();
        if !info.contains("```") {
            return match info.split_whitespace().next() {
                Some("quote") => Block::QuoteFence(fence),
                // A language is one word; more than that is code already, as Discord has it.
                Some(first) if first != info && !info.starts_with("spoiler") => {
                    Block::Code { fence, code: format!("{info}\n") }
                }
                _ => Block::Code { fence, code: String::new() },
            };
        }
    }
    if start.starts_with('>') {
        let whole = start.starts_with(">>> ");
        quote(start.trim_start_matches(['>', ' ']), draft);
        return if whole { Block::Quote } else { Block::Prose };
    }
    // A fence that opens in the middle of a line and does not close on it.
    if line.matches("```").count() % 2 == 1
        && let Some((before, after)) = line.rsplit_once("```")
    {
        prose(before, draft);
        return Block::Code { fence: Fence { mark: '`', length: 3 }, code: format!("{after}\n") };
    }
    prose(line, draft);
    Block::Prose
}

fn quote(line: &str, draft: &mut Draft) {
    // Who is named in a quote is not spoken to.
    let quoted = inline(line, &mut Draft::with_capacity(0));
    draft.quote_line(&quoted);
}

fn prose(line: &str, draft: &mut Draft) {
    let start = line.trim_start();
    if is_rule(start) {
        draft.own_line("");
        return;
    }
    let heading = start.trim_start_matches('#');
    let level = start.len() - heading.len();
    let bare = if (1..=6).contains(&level) && heading.starts_with(' ') {
        heading.trim_start()
    } else {
        start.strip_prefix("-# ").or_else(|| start.strip_prefix("/me ")).unwrap_or(line)
    };
    let (indent, item) = bare.split_at(bare.len() - bare.trim_start().len());
    let said = match item.strip_prefix("* ").or_else(|| item.strip_prefix("+ ")) {
        Some(item) => format!("{indent}- {}", inline(item, draft)),
        None => format!("{indent}{}", inline(item, draft)),
    };
    draft.own_line(&said);
}

/// A line across the page, or the one below a table's head.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3
        && line.contains("--") | line.contains("**") | line.contains("__")
        && line.chars().all(|c| matches!(c, '-' | '*' | '_' | '|' | ':' | ' '))
}

/// One line without its markup.
fn inline(line: &str, draft: &mut Draft) -> String {
    let mut out = String::with_capacity(line.len());
    let mut emphasis = Emphasis::default();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let next = rest.get(1..).and_then(|rest| rest.chars().next());
        let used = match c {
            '\\' if next.is_some_and(|c| c.is_ascii_punctuation()) => {
                out.extend(next);
                2
            }
            '`' => code_span(rest, &mut out),
            '<' => angle(rest, &mut out, draft),
            '!' if next == Some('[') => match web_link(rest.get(1..).unwrap_or(""), &mut out) {
                0 => 0,
                used => used + 1,
            },
            '[' => web_link(rest, &mut out),
            '@' | '#' => named(rest, c, &mut out, draft),
            'h' | 'H' if !before.is_some_and(char::is_alphanumeric) => address(rest, &mut out),
            ':' if !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == ':') => emoji(rest),
            '*' | '~' if next == Some(c) => {
                let after = rest.get(2..).and_then(|rest| rest.chars().next());
                emphasis.see_double(c, out.len(), before, after);
                out.push(c);
                out.push(c);
                2
            }
            '*' | '_' => {
                emphasis.see(c, out.len(), before, next);
                0
            }
            _ => 0,
        };
        rest = step(rest, c, used, &mut out);
    }
    emphasis.take_out(out)
}

/// A span between equal runs of backticks, or a run without its like as it stands; gives the bytes read.
fn code_span(rest: &str, out: &mut String) -> usize {
    let run = rest.len() - rest.trim_start_matches('`').len();
    let (mark, inside) = rest.split_at(run);
    let Some(end) = inside.find(mark) else {
        out.push_str(mark);
        return run;
    };
    let code = inside.get(..end).unwrap_or("").trim();
    if code.is_empty() || code.contains('`') {
        out.push_str(rest.get(..run + end + run).unwrap_or(""));
    } else {
        out.push('`');
        out.push_str(code);
        out.push('`');
    }
    run + end + run
}

/// `<@1>`, `<#1>`, `<:name:1>`, `<t:1>`, `<https://…>`; gives the bytes read, 0 if it is none of them.
fn angle(rest: &str, out: &mut String, draft: &mut Draft) -> usize {
    let inside = rest.get(1..).unwrap_or("");
    let window = inside.as_bytes().iter().take(MAX_LINK_BYTES);
    let Some(end) = window.clone().position(|b| matches!(b, b'<' | b'>')) else { return 0 };
    if inside.as_bytes().get(end) != Some(&b'>') || end == 0 {
        return 0;
    }
    let inside = inside.get(..end).unwrap_or("");
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    if let Some(id) = inside.strip_prefix('@') {
        let id = id.trim_start_matches('!');
        if is_id(id) {
            draft.mention(id);
        } else if !id.strip_prefix('&').is_some_and(is_id) {
            return 0;
        }
    } else if link::is_url(inside) || inside.starts_with("mailto:") {
        out.push_str(&link::shorten(inside));
    } else {
        let mut parts = inside.split(':');
        let known = match (parts.next(), parts.next(), parts.next()) {
            (Some("" | "a"), Some(_), Some(id)) => is_id(id),
            (Some("t"), Some(time), _) => is_id(time.trim_start_matches('-')),
            (Some(channel), None, _) => channel.strip_prefix('#').is_some_and(is_id),
            (Some(command), Some(id), None) => command.starts_with('/') && is_id(id),
            _ => false,
        };
        if !known {
            return 0;
        }
    }
    end + 2
}

/// `[label](target)`; gives the bytes read, 0 if it is none.
fn web_link(rest: &str, out: &mut String) -> usize {
    let bytes = rest.as_bytes();
    let Some(middle) = bytes.iter().take(MAX_LINK_BYTES).position(|b| *b == b']') else { return 0 };
    if bytes.get(middle + 1) != Some(&b'(') {
        return 0;
    }
    let target = rest.get(middle + 2..).unwrap_or("");
    let Some(end) = target.as_bytes().iter().take(MAX_LINK_BYTES).position(|b| *b == b')') else { return 0 };
    let label = rest.get(1..middle).unwrap_or("").trim();
    let target = target.get(..end).unwrap_or("");
    if label.is_empty() || link::is_url(label) {
        out.push_str(&link::shorten(target.split_whitespace().next().unwrap_or("")));
    } else {
        out.push_str(label);
    }
    middle + 2 + end + 1
}

/// Zulip's `@**Name|1**`, `@_**Name**` (which calls nobody), `@*group*`, `#**channel>subject**`.
fn named(rest: &str, sign: char, out: &mut String, draft: &mut Draft) -> usize {
    let silent = rest.get(1..2) == Some("_");
    let start = 1 + usize::from(silent);
    let inside = rest.get(start..).unwrap_or("");
    let mark = if inside.starts_with("**") { "**" } else { "*" };
    let Some(inside) = inside.strip_prefix(mark) else { return 0 };
    let Some((name, _)) = inside.split_once(mark) else { return 0 };
    if name.trim().is_empty() || name.starts_with(' ') || name.len() > MAX_LINK_BYTES {
        return 0;
    }
    let (shown, id) = name.split_once('|').unwrap_or((name, ""));
    if sign == '@' && mark == "**" && !silent {
        draft.mention(id);
    }
    out.push(sign);
    out.push_str(shown);
    start + mark.len() * 2 + name.len()
}

/// A bare address; gives the bytes read, 0 if it is none.
fn address(rest: &str, out: &mut String) -> usize {
    if !rest.get(..8).is_some_and(|head| head.contains("://") && link::is_url(head)) {
        return 0;
    }
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(rest.len());
    let whole = rest.get(..end).unwrap_or("").trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '*', '_']);
    out.push_str(&link::shorten(whole));
    whole.len()
}

#[cfg(test)]
mod tests {
    use crate::{Cleaned, Markup, clean};

    fn check(raw: &str, own: &str) -> Cleaned {
        let cleaned = clean(raw, Markup::Markdown);
        assert_eq!(cleaned.own, own, "{raw:?}");
        cleaned
    }

    #[test]
    fn marks_go_and_words_stay() {
        check(
            "# Title\n**bold** and *sloped*, ~~gone~~ __init__ 2 ** 3",
            "Title\nbold and sloped, gone __init__ 2 ** 3",
        );
        check(
            "* one\n  + two\n1. three\n\n---\n\\*not a mark\\*",
            "- one\n  - two\n1. three\n\n*not a mark*",
        );
        check("| a | b |\n|---|:-:|\n| c | d |", "| a | b |\n\n| c | d |");
        check(":tada: at 10:30:00 std::vec::Vec", "at 10:30:00 std::vec::Vec");
        check("/me shrugs", "shrugs");
    }

    #[test]
    fn links_keep_their_label_or_their_words() {
        check("see [the guide](https://e.org/x) ![shot](/a.png)", "see the guide shot");
        check("[https://e.org/a?b](https://e.org/a?b) <https://e.org/c?d>", "e.org/a e.org/c");
        check("at https://www.e.org/a/b?c=d, and x[1](2)", "at e.org/a/b, and x1");
        check("a[0] = b [not a link]", "a[0] = b [not a link]");
    }

    #[test]
    fn code_is_kept_wherever_its_fence_stands() {
        check("so:\n```rust\nlet x = *p;\n```\nend", "so:\n```\nlet x = *p;\n```\nend");
        check("~~~\n> **a**\n~~~", "```\n> **a**\n```");
        check("see ```let a = 1;\nlet b;``` ", "see\n```\nlet a = 1;\nlet b;\n```");
        check("```one two```, ``a ` b`` and `*c*`", "`one two`, ``a ` b`` and `*c*`");
        check("```\nunclosed", "```\nunclosed\n```");
    }

    #[test]
    fn quotes_go() {
        let cleaned = check("> who <@7> knows?\nI do.", "I do.");
        assert_eq!((cleaned.quoted.as_str(), cleaned.mentions.len()), ("who knows?", 0));
        let cleaned = check(">>> all of\nthis\n\nbut this", "but this");
        assert_eq!(cleaned.quoted, "all of\nthis");
        let cleaned =
            check("@_**Bo|5** [said](https://e.org/n):\n````quote\n```\nx\n```\n````\nyes", "@Bo said:\nyes");
        assert_eq!(cleaned.quoted, "```\nx\n```");
        assert!(cleaned.mentions.is_empty());
    }

    #[test]
    fn mentions_of_both_kinds_are_noted() {
        let cleaned = check(
            "<@12> <@!13> <@&9> <#8> <a:party:77> <t:1700000000:R> ask @**Ann X|14**, @*ops*",
            "ask @Ann X, @ops",
        );
        assert_eq!(cleaned.mentions, ["12", "13", "14"]);
        check(
            "a <b> Vec<T> if a < b @ home #5 #**infra>disks**",
            "a <b> Vec<T> if a < b @ home #5 #infra>disks",
        );
    }
}
