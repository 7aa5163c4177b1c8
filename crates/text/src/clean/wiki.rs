//! Lines of Jira's wiki markup: headings, lists, tables, links, mentions, images, marks around words.

use super::emphasis::Emphasis;
use super::step::step;
use super::{Draft, link};

/// The longest link or image mark, in bytes.
const MAX_MARK_BYTES: usize = 2000;

/// What an image's or attachment's name ends with.
const FILES: &[&str] = &[
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg", ".webp", ".tif", ".tiff", ".ico", ".mp4", ".mov",
    ".avi", ".webm", ".m4v", ".wmv", ".pdf",
];

/// Reads prose between block macros.
pub(super) fn read(text: &str, draft: &mut Draft) {
    for line in text.split('\n') {
        let start = line.trim();
        let quote = start
            .strip_prefix("bq.")
            .or_else(|| start.strip_prefix("> "))
            .or_else(|| start.strip_prefix(">>"));
        if let Some(quote) = quote {
            let quote = inline(quote, draft);
            draft.quote_line(quote.trim_start_matches(['>', ' ']));
        } else if is_ruler(start) {
            draft.own_line("");
        } else {
            let (lead, rest) = lead(line);
            let rest = inline(rest, draft);
            draft.own.push_str(lead);
            draft.own_line(&rest);
        }
    }
}

fn is_ruler(line: &str) -> bool {
    line.len() >= 4 && line.bytes().all(|b| b == b'-')
}

/// What a line begins with: headings lose their mark, lists keep a dash.
fn lead(line: &str) -> (&'static str, &str) {
    let start = line.trim_start();
    let bytes = start.as_bytes();
    if let [b'h', b'1'..=b'6', b'.', ..] = bytes {
        return ("", start.get(3..).unwrap_or("").trim_start());
    }
    let marks = bytes.iter().take_while(|b| b"*#-".contains(b)).count();
    if (1..=6).contains(&marks) && bytes.get(marks) == Some(&b' ') {
        return ("- ", start.get(marks..).unwrap_or("").trim_start());
    }
    ("", line)
}

/// One line without its markup.
fn inline(line: &str, draft: &mut Draft) -> String {
    let is_table = line.trim_start().starts_with('|');
    let mut out = String::with_capacity(line.len());
    let mut emphasis = Emphasis::default();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let used = match c {
            '{' => mono(rest, &mut out),
            '`' => span(rest, &mut out),
            '[' => bracket(rest, &mut out, draft),
            '!' => image(rest),
            '\\' => escape(rest, &mut out),
            '&' => entity(rest, &mut out),
            'h' if link::is_url(rest) => address(rest, &mut out),
            '|' if is_table => cell(rest, &mut out),
            '*' | '_' => {
                emphasis.see(c, out.len(), before, rest.get(1..).and_then(|r| r.chars().next()));
                0
            }
            _ => 0,
        };
        rest = step(rest, c, used, &mut out);
    }
    emphasis.take_out(out)
}

/// `{{mono}}` becomes a span in backticks; gives the bytes read, 0 if it is none.
fn mono(rest: &str, out: &mut String) -> usize {
    let Some(inside) = rest.strip_prefix("{{") else { return 0 };
    let window = inside.as_bytes().get(..inside.len().min(MAX_MARK_BYTES)).unwrap_or(&[]);
    let Some(close) = window.windows(2).position(|pair| pair == b"}}") else { return 0 };
    let code = inside.get(..close).unwrap_or("").trim();
    if !code.is_empty() && !code.contains('`') {
        out.push('`');
        out.push_str(code);
        out.push('`');
    } else {
        out.push_str(code);
    }
    close + 4
}

/// A span in backticks, from people who write markdown.
fn span(rest: &str, out: &mut String) -> usize {
    let window = rest.as_bytes().get(1..rest.len().min(MAX_MARK_BYTES)).unwrap_or(&[]);
    let Some(close) = window.iter().position(|b| *b == b'`') else { return 0 };
    out.push_str(rest.get(..close + 2).unwrap_or(""));
    close + 2
}

/// `[~user]`, `[label|url]`, `[url]`, `[^file]`; any other bracket is text.
fn bracket(rest: &str, out: &mut String, draft: &mut Draft) -> usize {
    let window = rest.as_bytes().get(1..rest.len().min(MAX_MARK_BYTES)).unwrap_or(&[]);
    let Some(close) = window.iter().position(|b| matches!(b, b']' | b'[')) else { return 0 };
    if window.get(close) != Some(&b']') {
        return 0;
    }
    let inside = rest.get(1..=close).unwrap_or("");
    if let Some(user) = inside.strip_prefix('~') {
        let account = user.strip_prefix("accountid:");
        draft.mention(account.unwrap_or(user));
        if account.is_none() && user.contains(char::is_alphabetic) && !user.contains(':') {
            out.push('@');
            out.push_str(user);
        }
        return close + 2;
    }
    if inside.starts_with('^') {
        return close + 2;
    }
    let mut parts = inside.split('|');
    let (label, target) = (parts.next().unwrap_or(""), parts.next());
    let is_target = |text: &str| {
        link::is_url(text) || text.starts_with("mailto:") || text.starts_with(['#', '/', '~', '^'])
    };
    match target {
        Some(target) if is_target(target.trim()) => push_link(label, target, out),
        None if is_target(label) && !label.starts_with(['#', '/']) => push_link("", label, out),
        _ => return 0,
    }
    close + 2
}

fn push_link(label: &str, target: &str, out: &mut String) {
    let label = label.trim();
    if label.is_empty() || link::is_url(label) {
        out.push_str(&link::shorten(if label.is_empty() { target } else { label }));
    } else {
        out.push_str(label);
    }
}

/// The bytes of `!image.png!` or `!image.png|thumbnail!`, 0 if it is none.
fn image(rest: &str) -> usize {
    let window = rest.as_bytes().get(1..rest.len().min(MAX_MARK_BYTES)).unwrap_or(&[]);
    let Some(close) = window.iter().position(|b| *b == b'!') else { return 0 };
    let inside = rest.get(1..=close).unwrap_or("");
    let name = inside.split('|').next().unwrap_or("").trim_end().to_ascii_lowercase();
    let opens = inside.starts_with(|c: char| !c.is_whitespace());
    if opens && (FILES.iter().any(|end| name.ends_with(end)) || inside.contains("|thumbnail")) {
        close + 2
    } else {
        0
    }
}

/// A bare address, shortened; the sign that ends a sentence is not part of it.
fn address(rest: &str, out: &mut String) -> usize {
    let end = rest.find(|c: char| c.is_whitespace() || "|]}<>\"".contains(c)).unwrap_or(rest.len());
    let url = rest.get(..end).unwrap_or(rest).trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '*', '_']);
    out.push_str(&link::shorten(url));
    url.len()
}

/// `||` and `|` between cells.
fn cell(rest: &str, out: &mut String) -> usize {
    let marks = rest.bytes().take_while(|b| *b == b'|').count();
    let at_border = out.trim().is_empty() || rest.get(marks..).is_none_or(|next| next.trim().is_empty());
    out.push_str(if at_border { " " } else { " | " });
    marks
}

/// A line break `\\`, or a sign that is not meant as markup.
fn escape(rest: &str, out: &mut String) -> usize {
    let mut next = rest.chars().skip(1);
    match next.next() {
        Some('\\') if next.next().is_none_or(char::is_whitespace) => {
            out.push('\n');
            2
        }
        Some(sign) if "{}[]*_!|-#".contains(sign) => {
            out.push(sign);
            2
        }
        _ => 0,
    }
}

fn entity(rest: &str, out: &mut String) -> usize {
    super::html::entity(rest).map_or(0, |(plain, used)| {
        out.push(plain);
        used
    })
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
    fn headings_lists_and_tables_keep_their_words() {
        check("h2. Steps\n# open\n## _click_\n* *done*\n----\nend", "Steps\n- open\n- click\n- done\n\nend");
        check("||Name||Value||\n|a|1 *x*|", "Name | Value\n a | 1 x");
    }

    #[test]
    fn links_mentions_and_images() {
        let cleaned = check(
            "[~bo.lee] and [~accountid:557057:ab-c] see [the guide|https://a.example/x]",
            "@bo.lee and see the guide",
        );
        assert_eq!(cleaned.mentions, ["bo.lee", "557057:ab-c"]);
        check(
            "[https://a.example/x/y.html?z=1] https://a.example/pull/12, ok",
            "a.example/x/y.html a.example/pull/12, ok",
        );
        check("x !shot 1.png|thumbnail! y !no! [0] a[i|j] [^log.txt]", "x y !no! [0] a[i|j]");
    }

    #[test]
    fn escapes_and_entities() {
        check(r"a \[b\] \{c\}&nbsp;d &amp; C:\dir one\\ two", "a [b] {c} d & C:\\dir one\n two");
    }
}
