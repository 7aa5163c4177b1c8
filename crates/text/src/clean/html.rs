//! The HTML that importers leave in tickets, and that chats write: tags go, blocks break lines, `pre` is code, `blockquote` is quoted.

use super::Draft;
use super::control::is_invisible;
use super::draft::push_fence;

/// Tags that break the line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "pre",
];

/// The longest tag, in bytes; a `<` without its end within them is text.
const MAX_TAG_BYTES: usize = 4000;

/// Where text goes.
#[derive(Debug, Default)]
struct Page {
    /// How many quotes are open.
    quotes: usize,
    /// Code of an open `pre`.
    pre: Option<String>,
    /// No comment ends any more: nobody has to look again.
    no_comment_ends: bool,
}

/// Reads a page or a part of one.
pub(super) fn read(page: &str, draft: &mut Draft) {
    let mut state = Page::default();
    let mut rest = page;
    while let Some(c) = rest.chars().next() {
        let used = match c {
            '<' => tag(rest, &mut state, draft),
            '&' => entity(rest).map_or(0, |(plain, used)| {
                push(plain, &mut state, draft);
                used
            }),
            _ => 0,
        };
        if used == 0 {
            push(c, &mut state, draft);
        }
        rest = rest.get(used.max(c.len_utf8())..).unwrap_or("");
    }
    end_pre(&mut state, draft);
    draft.own.push('\n');
}

/// Adds a character; outside `pre` all blanks in a row are one.
fn push(c: char, state: &mut Page, draft: &mut Draft) {
    if let Some(pre) = &mut state.pre {
        pre.push(c);
        return;
    }
    let out = side(state, draft);
    if !c.is_whitespace() {
        out.push(c);
    } else if !out.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

fn side<'a>(state: &Page, draft: &'a mut Draft) -> &'a mut String {
    if state.quotes > 0 { &mut draft.quoted } else { &mut draft.own }
}

fn end_pre(state: &mut Page, draft: &mut Draft) {
    if let Some(code) = state.pre.take() {
        push_fence(side(state, draft), &code);
    }
}

/// Acts on a tag; gives the bytes read, 0 if it is none.
fn tag(rest: &str, state: &mut Page, draft: &mut Draft) -> usize {
    let bytes = rest.as_bytes();
    if rest.starts_with("<!--") {
        let end = if state.no_comment_ends { None } else { rest.find("-->") };
        state.no_comment_ends = end.is_none();
        return end.map_or(0, |end| end + 3);
    }
    if !bytes.get(1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!?".contains(b)) {
        return 0;
    }
    let Some(end) = bytes.iter().take(MAX_TAG_BYTES).skip(1).position(|b| matches!(b, b'>' | b'<')) else {
        return 0;
    };
    let end = end + 1;
    if bytes.get(end) != Some(&b'>') {
        return 0;
    }
    let inside = rest.get(1..end).unwrap_or("");
    let closing = inside.starts_with('/');
    let name =
        inside.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let name = name.to_ascii_lowercase();
    act(&name, closing, state, draft);
    end + 1
}

fn act(name: &str, closing: bool, state: &mut Page, draft: &mut Draft) {
    match (name, closing) {
        ("pre" | "codeblock", false) if state.pre.is_none() => state.pre = Some(String::new()),
        ("pre" | "codeblock", true) => end_pre(state, draft),
        ("blockquote", false) => state.quotes += 1,
        ("blockquote", true) => state.quotes = state.quotes.saturating_sub(1),
        ("code" | "tt", _) if state.pre.is_none() => side(state, draft).push('`'),
        _ => {}
    }
    if let Some(pre) = &mut state.pre {
        if name == "br" {
            pre.push('\n');
        }
        return;
    }
    if BLOCKS.contains(&name) {
        let out = side(state, draft);
        out.push('\n');
        if (name, closing) == ("p", true) {
            out.push('\n');
        }
        if (name, closing) == ("li", false) {
            out.push_str("- ");
        }
    } else if matches!(name, "td" | "th") {
        side(state, draft).push(' ');
    }
}

/// The character of an entity that begins a text, and the bytes it takes.
pub(super) fn entity(rest: &str) -> Option<(char, usize)> {
    const NAMED: &[(&str, char)] = &[
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("copy", '©'),
        ("reg", '®'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
    ];
    let end = rest.as_bytes().iter().take(12).position(|b| *b == b';')?;
    let name = rest.get(1..end)?;
    let found = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code).filter(|c| *c == '\n' || !c.is_control() && !is_invisible(*c))?
    } else {
        NAMED.iter().find(|(known, _)| *known == name)?.1
    };
    Some((found, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chat_writes_is_read() {
        let raw = "<blockquote itemid=\"1\"><p>why?</p></blockquote><div>Ask <at id=\"0\">Bob</at>&nbsp;<at id=\"1\">Lee</at>:\
                   <codeblock class=\"Cpp\"><code>a &lt; b<br>c</code></codeblock><attachment id=\"7\"></attachment></div>";
        let cleaned = crate::clean(raw, crate::Markup::Html);
        assert_eq!(cleaned.own, "Ask Bob Lee:\n```\na < b\nc\n```");
        assert_eq!(cleaned.quoted, "why?");
    }

    #[test]
    fn entities_are_read_by_name_and_number() {
        assert_eq!(entity("&lt;b"), Some(('<', 4)));
        assert_eq!(entity("&#39;"), Some(('\'', 5)));
        assert_eq!(entity("&#x26;"), Some(('&', 6)));
        for none in ["&", "&;", "&nope;", "&#0;", "&#xD800;", "& lt;", "&é;"] {
            assert_eq!(entity(none), None, "{none}");
        }
    }
}
